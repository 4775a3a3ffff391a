"""What attempts and receipts make of a message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifiers.base import Accepted, ReceiptStatus
from notifiers.errors import (
    ChannelUnavailable,
    NotifierError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from service.policy.sending import after_attempt, after_receipt
from service.records.enums import MessageState as S
from tests.policy.ledger import HOUR, START


@pytest.mark.parametrize(
    ("result", "state", "spent", "suppress", "pause"),
    [
        (Accepted("SM1"), S.ACCEPTED, True, False, False),
        (TemporaryFailure("busy"), S.WAITING, False, False, False),
        (PermanentFailure("no such number"), S.FAILED, False, False, False),
        (PermanentFailure("stopped", suppress=True), S.FAILED, False, True, False),
        (UncertainOutcome("timed out"), S.UNCERTAIN, True, False, False),
        (ChannelUnavailable("credentials"), S.WAITING, False, False, True),
        (NotifierError("something else"), S.UNCERTAIN, True, False, False),
    ],
)
def test_each_outcome(result: Accepted | NotifierError, state: S, spent: bool, suppress: bool, pause: bool) -> None:
    verdict = after_attempt(result, 0, 0, START, 0.0, START + HOUR)
    assert (verdict.state, verdict.spent, verdict.suppress, verdict.pause_channel) == (state, spent, suppress, pause)
    assert (verdict.due_at is not None) is (state is S.WAITING)


@pytest.mark.parametrize(
    ("refusals", "jitter", "retry_after", "seconds"),
    [
        (0, 0.0, None, 30),
        (0, 1.0, None, 36),
        (1, 0.0, None, 120),
        (0, 0.0, 300, 300),
        (2, 0.0, 10, 300),
        (99, 0.0, None, 3600),
    ],
)
def test_a_refusal_waits_longer_each_time(
    refusals: int, jitter: float, retry_after: float | None, seconds: int
) -> None:
    failure = TemporaryFailure("busy", retry_after=retry_after)
    verdict = after_attempt(failure, 0, refusals, START, jitter, START + 12 * HOUR)
    assert verdict.due_at == START + timedelta(seconds=seconds)


def test_a_refusal_that_leaves_no_time_ends_the_message() -> None:
    verdict = after_attempt(TemporaryFailure("busy", retry_after=7200), 0, 0, START, 0.0, START + HOUR)
    assert (verdict.state, verdict.due_at) == (S.EXPIRED, None)


def test_refusals_spend_the_patience_of_the_channel_and_calls_that_of_the_message() -> None:
    assert after_attempt(TemporaryFailure("busy"), 0, 4, START, 0.0, START + 12 * HOUR).pause_for == timedelta(
        minutes=2
    )
    assert after_attempt(TemporaryFailure("busy"), 3, 0, START, 0.0, START + 12 * HOUR).state is S.FAILED


def test_an_unusable_channel_is_probed_more_and_more_seldom() -> None:
    rests = [after_attempt(ChannelUnavailable("x"), 0, n, START, 0.0, START + HOUR).pause_for for n in range(6)]
    assert [rest.total_seconds() / 60 for rest in rests] == [1, 5, 15, 30, 30, 30]


@pytest.mark.parametrize(
    ("current", "status", "after"),
    [
        (S.SENDING, ReceiptStatus.SENT, S.ACCEPTED),
        (S.UNCERTAIN, ReceiptStatus.SENT, S.ACCEPTED),
        (S.UNKNOWN, ReceiptStatus.DELIVERED, S.DELIVERED),
        (S.ACCEPTED, ReceiptStatus.SENT, None),
        (S.ACCEPTED, ReceiptStatus.DELIVERED, S.DELIVERED),
        (S.ACCEPTED, ReceiptStatus.UNDELIVERED, S.UNDELIVERED),
        (S.DELIVERED, ReceiptStatus.SENT, None),
        (S.DELIVERED, ReceiptStatus.DELIVERED, None),
        (S.DELIVERED, ReceiptStatus.UNDELIVERED, None),
        (S.UNDELIVERED, ReceiptStatus.DELIVERED, None),
        (S.UNDELIVERED, ReceiptStatus.SENT, None),
        (S.FAILED, ReceiptStatus.DELIVERED, S.DELIVERED),
        (S.FAILED, ReceiptStatus.SENT, None),
        (S.ACCEPTED, ReceiptStatus.COMPLAINED, S.DELIVERED),
        (S.UNCERTAIN, ReceiptStatus.COMPLAINED, S.DELIVERED),
        (S.DELIVERED, ReceiptStatus.COMPLAINED, None),
        (S.UNDELIVERED, ReceiptStatus.COMPLAINED, None),
    ],
)
def test_receipts_only_lead_forward(current: S, status: ReceiptStatus, after: S | None) -> None:
    assert after_receipt(current, status) is after
