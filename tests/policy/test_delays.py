"""N1 to N4, one row for what passes and one for what is held."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from service.policy.delays import judge, settle, slip
from service.policy.lines import LineTruth
from service.records.enums import Level, Line
from service.records.when import When
from tests.policy.ledger import DAY, HOUR, MINUTE, START, at, eta

TOLD = at("2026-10-09")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def truth(*days: str, every: timedelta = HOUR) -> LineTruth:
    """A line whose estimates were received at START, then each *every* later."""
    facts = [eta(day, START + n * every) for n, day in enumerate(days)]
    return LineTruth(Line.ARRIVAL, facts[-1], tuple((one.received_at, one) for one in facts), facts[0].when, False)


@pytest.mark.parametrize(
    ("told", "new", "by"),
    [
        (TOLD, at("2026-10-13"), hours(96)),
        (TOLD, at("2026-10-07"), hours(-48)),
        (TOLD, TOLD, hours(0)),
        (TOLD, at("2026-10-09T22:59"), hours(0)),  # still the 9th in London
        (TOLD, at("2026-10-10T02:00"), hours(3)),
        (TOLD, at("2026-10-08T20:00"), hours(-3)),
        (at("2026-10-09", "Asia/Shanghai"), at("2026-10-09T18:00", "Asia/Shanghai"), hours(2)),
        (at("2026-10-09T10:00"), at("2026-10-09T12:30"), hours(2.5)),
        (at("2026-10-09T10:00"), TOLD, hours(0)),
        (at("2026-10-09T10:00"), at("2026-10-10"), hours(13)),
        (When(on=date(2026, 10, 9)), at("2026-10-09T16:30", "Asia/Shanghai"), hours(-15.5) + hours(16)),
    ],
)
def test_a_slip_is_how_far_the_date_leaves_what_was_told(told: When, new: When, by: timedelta) -> None:
    assert slip(told, new) == by


@pytest.mark.parametrize(
    ("ahead", "new", "news"),
    [
        (20 * DAY, "2026-10-10", False),
        (20 * DAY, "2026-10-11", True),
        (10 * DAY, "2026-10-10T12:00", False),
        (10 * DAY, "2026-10-10", True),
        (5 * DAY, "2026-10-09T20:00", False),
        (5 * DAY, "2026-10-10T03:00", True),
        (1 * DAY, "2026-10-10T00:30", False),
        (1 * DAY, "2026-10-10T01:30", True),
        (-1 * DAY, "2026-10-11", True),
        (5 * DAY, "2026-10-08", True),
        (5 * DAY, "2026-10-08T12:00", False),
    ],
)
def test_how_large_a_slip_must_be_depends_on_how_far_off_it_is(ahead: timedelta, new: str, news: bool) -> None:
    found = judge(truth(new), TOLD, TOLD.end - ahead, {})
    assert found.news is news
    assert all(verdict.text for verdict in found.verdicts)


@pytest.mark.parametrize(
    ("told", "new", "ahead", "sentences"),
    [
        (
            TOLD,
            "2026-10-13",
            20 * DAY,
            [
                "the date is now Tue 13 Oct, 4 days later than Fri 9 Oct, which was told last",
                "it is 4 days late, and with the date told 20 days ahead 2 days or more is news",
            ],
        ),
        (
            TOLD,
            "2026-10-10",
            20 * DAY,
            [
                "the date is now Sat 10 Oct, 24 hours later than Fri 9 Oct, which was told last",
                "it is 24 hours late, and with the date told 20 days ahead only 2 days or more is news",
            ],
        ),
        (
            TOLD,
            "2026-10-10T02:00",
            5 * DAY,
            [
                "the date is now Sat 10 Oct, 3 hours later than Fri 9 Oct, which was told last",
                "it is 3 hours late, and with the date told 5 days ahead another day is news",
            ],
        ),
        (
            TOLD,
            "2026-10-07",
            5 * DAY,
            [
                "the date is now Wed 7 Oct, 2 days earlier than Fri 9 Oct, which was told last",
                "it is 2 days early, and 24 hours or more is news",
            ],
        ),
        (
            at("2026-10-09T10:00"),
            "2026-10-09T11:00",
            timedelta(hours=5),
            [
                "the time on Fri 9 Oct is 60 minutes later than the one told last",
                "it is 60 minutes late, and with the date told 5 hours ahead only 2 hours or more is news",
            ],
        ),
    ],
)
def test_why_is_a_plain_sentence_with_the_numbers(told: When, new: str, ahead: timedelta, sentences: list[str]) -> None:
    verdicts = judge(truth(new), told, told.end - ahead, {}).verdicts
    assert [verdict.text for verdict in verdicts[:2]] == sentences


def test_an_account_may_have_its_own_numbers() -> None:
    assert not judge(truth("2026-10-12"), TOLD, TOLD.end - 20 * DAY, {"N2.over_14d_hours": 96}).news
    assert judge(truth("2026-10-10"), TOLD, TOLD.end - 20 * DAY, {"N2.over_14d_hours": 12}).news


@pytest.mark.parametrize(
    ("need_by", "news"), [(date(2026, 10, 9), True), (date(2026, 10, 10), False), (date(2026, 10, 8), False)]
)
def test_a_slip_past_the_day_of_need_always_passes(need_by: date, news: bool) -> None:
    assert judge(truth("2026-10-10"), TOLD, TOLD.end - 20 * DAY, {}, need_by=need_by).news is news


def test_on_the_last_mile_half_an_hour_counts() -> None:
    told = at("2026-10-09T10:00")
    now = told.start - HOUR
    assert judge(truth("2026-10-09T10:30"), told, now, {}, last_mile=True).news
    assert not judge(truth("2026-10-09T10:30"), told, now, {}).news


@pytest.mark.parametrize(
    ("ahead", "level", "minutes"),
    [(8 * DAY, Level.ACTION, 120), (6 * DAY, Level.ACTION, 30), (8 * DAY, Level.CRITICAL, 0)],
)
def test_how_long_a_date_must_hold(ahead: timedelta, level: Level, minutes: int) -> None:
    assert settle(TOLD, TOLD.end - ahead, {}, level) == minutes * MINUTE


@pytest.mark.parametrize(
    ("days", "run_began"),
    [
        (("2026-10-13",), 0),
        (("2026-10-09", "2026-10-13", "2026-10-14"), 1),
        (("2026-10-13", "2026-10-09", "2026-10-14"), 2),
        (("2026-10-13", "2026-10-10", "2026-10-14"), 2),
        (("2026-10-05", "2026-10-14"), 1),
    ],
)
def test_the_settle_time_counts_from_the_run_that_is_news(days: tuple[str, ...], run_began: int) -> None:
    found = judge(truth(*days), TOLD, START + 10 * HOUR, {})
    assert found.ripe == START + run_began * HOUR + 2 * HOUR


def test_a_slip_too_small_for_now_names_when_it_will_do() -> None:
    now = datetime(2026, 9, 17, 12, tzinfo=UTC)
    assert judge(truth("2026-10-10"), TOLD, now, {}).until == TOLD.end - 14 * DAY
    assert judge(truth("2026-10-09T23:30"), TOLD, now, {}).until == TOLD.end - 7 * DAY
