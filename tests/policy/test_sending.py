"""What attempts and receipts make of a message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from notifiers.base import Accepted, Channel, ReceiptStatus
from notifiers.errors import (
    ChannelUnavailable,
    NotifierError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from service.policy.sending import after_attempt, after_receipt, hand_on_at, is_urgent, rest_until
from service.records.enums import Level, MessageKind, Stage
from service.records.enums import MessageState as S
from service.records.keys import DIGEST
from tests.policy.candidates import candidate
from tests.policy.ledger import HOUR, START

MINUTE = timedelta(minutes=1)


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


def test_an_unusable_notifier_is_probed_more_and_more_seldom() -> None:
    rests = [rest_until(n, START) - START for n in range(6)]
    assert [rest / MINUTE for rest in rests] == [1, 5, 15, 30, 30, 30]
    assert rest_until(0, START, 2 * MINUTE) == START + 2 * MINUTE, "not shorter than was asked for"
    assert rest_until(1, START, 2 * MINUTE) == START + 5 * MINUTE


def test_what_an_unusable_notifier_did_not_take_is_due_at_once() -> None:
    """How long it waits, and for whom, is known where all notifiers of the channel are."""
    verdict = after_attempt(ChannelUnavailable("x"), 0, 3, START, 0.0, START + HOUR)
    assert (verdict.state, verdict.due_at) == (S.WAITING, START)


@pytest.mark.parametrize(
    ("others", "refusals", "seconds"),
    [(0, 0, 30), (1, 0, 0), (1, 1, 30), (1, 2, 120), (2, 1, 0), (2, 2, 30)],
)
def test_what_one_refused_goes_to_each_of_the_others_before_it_waits(others: int, refusals: int, seconds: int) -> None:
    verdict = after_attempt(TemporaryFailure("busy"), 0, refusals, START, 0.0, START + 12 * HOUR, others)
    assert verdict.due_at == START + timedelta(seconds=seconds)


def test_who_must_be_left_alone_is_not_the_other() -> None:
    """One asks for five minutes of rest: the message goes to the other at once, and comes back no sooner."""
    busy = TemporaryFailure("busy", retry_after=300)
    assert after_attempt(busy, 0, 0, START, 0.0, START + 12 * HOUR, 1).due_at == START
    assert after_attempt(busy, 0, 1, START, 0.0, START + 12 * HOUR, 1).due_at == START + 5 * MINUTE


@pytest.mark.parametrize(
    ("changes", "urgent"),
    [
        ({"level": Level.NOTICE}, True),
        ({"level": Level.CRITICAL}, True),
        ({"level": Level.INFO}, False),
        ({"level": Level.NOTICE, "channel": Channel.EMAIL}, True),
        ({"level": Level.NOTICE, "stage": Stage.REHEARSAL}, False),
        ({"level": Level.NOTICE, "kind": MessageKind.HUMAN}, False),
        ({"level": Level.SYS, "kind": MessageKind.ANSWER}, False),
        ({"level": Level.NOTICE, "channel": Channel.EMAIL, "cause": DIGEST}, False),
    ],
)
def test_what_goes_by_the_next_channel_when_the_first_is_down(changes: dict[str, Any], urgent: bool) -> None:
    assert is_urgent(candidate(**changes)) is urgent


@pytest.mark.parametrize(
    ("minutes", "worth", "at"),
    [(10, 60, 10), (3, 60, 3), (0, 60, None), (10, 10, 0), (10, 5, 0)],
)
def test_when_it_goes_by_the_next_channel(minutes: int, worth: int, at: int | None) -> None:
    """So many minutes after its channel went down; at once where it would be too late by then."""
    news = candidate(level=Level.NOTICE, send_before=START + worth * MINUTE)
    due = hand_on_at(news, {"N14.down_minutes": minutes}, START)
    assert due == (None if at is None else START + at * MINUTE)
    assert hand_on_at(news, {}, None) is None, "nothing is down"


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
