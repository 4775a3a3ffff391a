"""Every clock change of 2027 in every zone of the world passes the quiet hours: no notice is lost, none is doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from service.policy.timing import Reader, allowed, speak_at
from service.records.enums import Level

BEGIN, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)

QUIETS = (
    ("21:00", "08:00"),
    ("22:30", "02:30"),
    ("01:30", "03:00"),
    ("02:00", "03:00"),
    ("23:59", "00:01"),
    ("00:00", "12:00"),
    ("02:30", "01:30"),
)
"""The usual night, spans that begin, end or lie wholly within the hour that is left out or comes twice, and a span
that leaves one hour of the day free, which the change may take away."""


@dataclass(frozen=True)
class Change:
    """A zone's clocks change at this instant."""

    zone: str
    at: datetime


@cache
def changes() -> tuple[Change, ...]:
    """Every change of 2027, to the minute, found from the offsets alone."""
    return tuple(Change(name, at) for name in sorted(available_timezones()) for at in _of(ZoneInfo(name)))


def _of(zone: ZoneInfo) -> Iterator[datetime]:
    day = BEGIN
    while day < END:
        if _offset(zone, day) != _offset(zone, day + DAY):
            before, after = day, day + DAY
            while after - before > MINUTE:
                middle = before + (after - before) / 2
                middle = middle.replace(second=0, microsecond=0)
                before, after = (middle, after) if _offset(zone, middle) == _offset(zone, day) else (before, middle)
            yield after
        day += DAY


def _offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


def quiet(moment: datetime, zone: ZoneInfo, span: tuple[str, str]) -> bool:
    """Whether a clock on the wall shows a time within the quiet hours. An hour that comes twice is quiet twice."""
    begin, end = (time.fromisoformat(one) for one in span)
    wall = moment.astimezone(zone).time()
    return begin <= wall < end if begin <= end else wall >= begin or wall < end


def wishes(change: Change) -> list[datetime]:
    """When something is wished to be said: every half hour around the change, and the minutes beside it."""
    steps = [change.at + timedelta(minutes=30 * n) for n in range(-36, 60)]
    return sorted([*steps, change.at - MINUTE, change.at + MINUTE])


def test_there_are_changes_to_pass() -> None:
    assert len({one.zone for one in changes()}) > 150
    london = [one.at for one in changes() if one.zone == "Europe/London"]
    assert london == [datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)]


@pytest.mark.parametrize("span", QUIETS, ids="-".join)
def test_every_wish_has_one_moment(span: tuple[str, str]) -> None:
    """It is not before the wish, not in the quiet, the same whoever asks again, and as early as the change allows."""
    for change in changes():
        zone = ZoneInfo(change.zone)
        for wish in wishes(change):
            found = allowed(wish, change.zone, *span)
            assert wish <= found, (change, wish)
            assert not quiet(found, zone, span), (change, wish)
            assert allowed(found, change.zone, *span) == found, (change, wish)
            assert found == wish or quiet(wish, zone, span), (change, wish)


@pytest.mark.parametrize("span", QUIETS, ids="-".join)
def test_who_wishes_later_speaks_no_earlier(span: tuple[str, str]) -> None:
    for change in changes():
        found = [allowed(wish, change.zone, *span) for wish in wishes(change)]
        assert found == sorted(found), change


@pytest.mark.parametrize("span", QUIETS, ids="-".join)
def test_one_night_ends_once(span: tuple[str, str]) -> None:
    """Whatever waits for the end of one quiet span leaves at one moment, and none of it a night later."""
    for change in changes():
        zone = ZoneInfo(change.zone)
        night: set[datetime] = set()
        for wish in wishes(change):
            if not quiet(wish, zone, span):
                night = set()
                continue
            night.add(allowed(wish, change.zone, *span))
            assert len(night) == 1, (change, wish)


@pytest.mark.parametrize("span", QUIETS, ids="-".join)
def test_nobody_waits_longer_than_the_quiet_lasts(span: tuple[str, str]) -> None:
    """At most the quiet hours and what the change adds; where it takes the only free hour away, a day more."""
    begin, end = (time.fromisoformat(one) for one in span)
    length = timedelta(hours=end.hour - begin.hour, minutes=end.minute - begin.minute) % DAY
    most = length + timedelta(hours=2) if DAY - length > timedelta(hours=2) else length + DAY
    for change in changes():
        for wish in wishes(change):
            assert allowed(wish, change.zone, *span) - wish <= most, (change, wish)


@pytest.mark.parametrize("level", [Level.INFO, Level.NOTICE, Level.ACTION])
def test_levels_and_weekends_pass_the_changes_too(level: Level) -> None:
    """At work information waits for Monday; whatever is said, nobody's later wish is heard before an earlier one."""
    for change in changes():
        zone, reader = ZoneInfo(change.zone), Reader(change.zone, weekends=False)
        found = [speak_at(wish, level, reader) for wish in wishes(change)]
        assert found == sorted(found), change
        for wish, moment in zip(wishes(change), found, strict=True):
            assert wish <= moment, (change, wish)
            assert not quiet(moment, zone, ("21:00", "08:00")), (change, wish)
            assert level is not Level.INFO or moment.astimezone(zone).weekday() < 5, (change, wish)
