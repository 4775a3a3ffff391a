"""Who tries a changed text, who waits, who is told in our words, and how a trial ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifiers.base import Channel
from service.policy.canary import has_place, verdict, waits_until
from service.policy.timing import Reader
from service.records.enums import Level, NoticeCode
from service.records.signs import TrialState, Tried
from service.records.text import Override
from tests.policy.candidates import AT, candidate

TRYING, HELD, RELEASED = TrialState.TRYING, TrialState.HELD, TrialState.RELEASED
MINUTE = timedelta(minutes=1)


def own(trial: TrialState = TRYING, tried: int = 0) -> Override:
    return Override(
        NoticeCode.DEPARTED, "en", Channel.SMS, "{ref} left.", version=2, id="txt", trial=trial, tried=tried
    )


@pytest.mark.parametrize(
    ("text", "planned", "place"),
    [
        (own(), 0, True),
        (own(tried=19), 0, True),
        (own(tried=19), 1, False),
        (own(tried=20), 0, False),
        (own(HELD), 0, False),
    ],
)
def test_twenty_try_it(text: Override, planned: int, place: bool) -> None:
    assert has_place(text, planned, {}) is place


@pytest.mark.parametrize(
    ("level", "left", "until"),
    [
        (Level.INFO, 720, 1),
        (Level.NOTICE, 31, 1),
        (Level.INFO, 30.5, 0.5),
        (Level.INFO, 30, None),
        (Level.INFO, 5, None),
        (Level.ACTION, 720, None),
        (Level.CRITICAL, 720, None),
    ],
)
def test_nothing_waits_until_it_is_too_late(level: Level, left: float, until: float | None) -> None:
    one = candidate(level=level, send_before=AT + left * MINUTE)
    assert waits_until(one, own(), Reader("Europe/London"), {}, AT) == (
        AT + until * MINUTE if until is not None else None
    )


def test_nothing_waits_for_words_that_are_held() -> None:
    assert waits_until(candidate(level=Level.INFO), own(HELD), Reader("Europe/London"), {}, AT) is None


def test_nothing_waits_into_the_quiet_hours() -> None:
    reader = Reader("Europe/London", quiet_from="13:30", quiet_to="15:00")
    now = datetime(2026, 11, 17, 13, 28, tzinfo=UTC)
    one = candidate(level=Level.INFO, send_before=now + 10 * 60 * MINUTE)
    assert waits_until(one, own(), reader, {}, now) == now + MINUTE
    assert waits_until(one, own(), reader, {}, now + MINUTE) is None


@pytest.mark.parametrize(
    ("tried", "state"),
    [
        (Tried(0, 0, 0, 0), TRYING),
        (Tried(19, 0, 0, 0, AT), TRYING),
        (Tried(20, 0, 0, 0, AT), RELEASED),
        (Tried(20, 0, 0, 5, AT), TRYING),
        (Tried(20, 0, 0, 5, AT - 30 * MINUTE), RELEASED),
        (Tried(20, 2, 0, 0, AT), RELEASED),
        (Tried(20, 2, 1, 0, AT), HELD),
        (Tried(20, 0, 3, 0, AT), HELD),
        (Tried(6, 3, 0, 3, AT), HELD),
    ],
    ids=[
        "nobody yet",
        "one place is left",
        "all arrived",
        "receipts are to come",
        "receipts that never come",
        "two in twenty fail",
        "two fail and one says STOP",
        "three say STOP",
        "held before all have tried it",
    ],
)
def test_how_it_ends(tried: Tried, state: TrialState) -> None:
    assert verdict(tried, {}, AT) is state


def test_the_numbers_are_an_accounts_own() -> None:
    rules = {"canary.texts": 2, "canary.bad_share": 0.5, "canary.wait_minutes": 5}
    at: datetime = AT
    assert has_place(own(tried=2), 0, rules) is False
    assert verdict(Tried(2, 1, 0, 0, at), rules, AT) is RELEASED
    assert verdict(Tried(2, 2, 0, 0, at), rules, AT) is HELD
    assert verdict(Tried(2, 0, 0, 2, at - 5 * MINUTE), rules, AT) is RELEASED
