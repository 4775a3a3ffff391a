"""When it may be said: quiet hours and weekends in the reader's own zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.policy.catalogue import send_window
from service.records.decision import Verdict
from service.records.enums import Level, Line, NoticeCode
from service.records.said import SaidDate
from service.records.situation import AccountView, Follower
from service.wording.dates import instant

GRACE = timedelta(minutes=60)
"""Critical news breaks the quiet only if its deadline falls before the quiet ends, or so soon after."""

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Reader:
    """When somebody may be disturbed: local times "HH:MM" in an IANA zone; `weekends` False keeps them free of info."""

    zone: str
    quiet_from: str = "21:00"
    quiet_to: str = "08:00"
    weekends: bool = True


def reader_of(follower: Follower, account: AccountView) -> Reader:
    """How *follower* wants to be disturbed. Somebody who follows a customer is at work, so weekends stay free."""
    zone = follower.zone or account.zone
    return Reader(zone, follower.quiet_from, follower.quiet_to, weekends=not follower.business)


def zone_of(name: str) -> ZoneInfo:
    """The zone called *name*; UTC where there is no such zone, so that a slip of the pen never stops a text."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def allowed(moment: datetime, zone: str, quiet_from: str = "21:00", quiet_to: str = "08:00") -> datetime:
    """The first instant from *moment* on that is outside the quiet hours, in UTC.

    Equal times mean no quiet hours. A clock change never yields an instant before *moment* or inside the quiet: the
    candidates are compared as instants, an hour that comes twice is tried twice, and where the change itself ends the
    quiet it is the answer.
    """
    begin, end = _clock(quiet_from), _clock(quiet_to)
    place = zone_of(zone)
    moment = moment.astimezone(UTC)
    if not _quiet(moment, place, begin, end):
        return moment
    today = moment.astimezone(place).date()
    for days in range(4):
        day = today + timedelta(days=days)
        for fold in (0, 1):
            candidate = datetime.combine(day, end, place).replace(fold=fold).astimezone(UTC)
            if candidate >= moment and not _quiet(candidate, place, begin, end):
                change = _change(moment, candidate, place)
                return change if change is not None and not _quiet(change, place, begin, end) else candidate
    return moment + timedelta(days=1)


def _change(begin: datetime, end: datetime, place: ZoneInfo) -> datetime | None:
    """The instant between two others at which the clocks change, to the minute; None where they do not."""
    before = begin.astimezone(place).utcoffset()
    if end.astimezone(place).utcoffset() == before:
        return None
    begin = begin.replace(second=0, microsecond=0)
    while end - begin > timedelta(minutes=1):
        middle = (begin + (end - begin) / 2).replace(second=0, microsecond=0)
        begin, end = (middle, end) if middle.astimezone(place).utcoffset() == before else (begin, middle)
    return end


def speak_at(moment: datetime, level: Level, reader: Reader, deadline: datetime | None = None) -> datetime:
    """The first instant from *moment* on at which *level* may be said to *reader* (N9)."""
    moment = moment.astimezone(UTC)
    at = allowed(moment, reader.zone, reader.quiet_from, reader.quiet_to)
    if level is Level.CRITICAL:
        return moment if deadline is not None and deadline < at + GRACE else at
    if reader.weekends or level not in {Level.INFO, Level.DIGEST}:
        return at
    place = zone_of(reader.zone)
    for _ in range(3):
        local = at.astimezone(place)
        if local.weekday() < SATURDAY:
            break
        monday = local.date() + timedelta(days=7 - local.weekday())
        midnight = datetime.combine(monday, time(), place).astimezone(UTC)
        at = allowed(max(at, midnight), reader.zone, reader.quiet_from, reader.quiet_to)
    return at


def deadline_of(dates: Iterable[SaidDate]) -> datetime | None:
    """By when news must be known to be of use: when free time ends. Only that may break the quiet."""
    return min((date.when.end for date in dates if date.line is Line.FREE_TIME), default=None)


def quiet_verdict(wanted: datetime, at: datetime, reader: Reader) -> Verdict:
    """N9 in one sentence: said at once, or held until the next allowed moment."""
    quiet = allowed(wanted, reader.zone, reader.quiet_from, reader.quiet_to) > wanted
    if at <= wanted and quiet:
        return Verdict("N9", True, f"after the reader's quiet hours, {_span(reader)}, it would be too late")
    if at <= wanted:
        never = _clock(reader.quiet_from) == _clock(reader.quiet_to)
        outside = f"it is outside the reader's quiet hours, {_span(reader)}"
        return Verdict("N9", True, "this person has no quiet hours" if never else outside)
    why = f"it is in the reader's quiet hours, {_span(reader)}" if quiet else "it can wait until after the weekend"
    return Verdict("N9", False, f"{why}, so it waits until {instant(at, wanted, zone=reader.zone)} {reader.zone}")


def _span(reader: Reader) -> str:
    return f"{reader.quiet_from} to {reader.quiet_to} in {reader.zone}"


def send_before(code: NoticeCode, not_before: datetime) -> datetime:
    """Until when *code* is worth sending."""
    return not_before + send_window(code)


def _clock(text: str) -> time:
    """A local time "HH:MM"; "24:00" is midnight."""
    hours, _, minutes = text.partition(":")
    return time(int(hours) % 24, int(minutes or 0))


def _quiet(moment: datetime, place: ZoneInfo, begin: time, end: time) -> bool:
    wall = moment.astimezone(place).time()
    if begin <= end:
        return begin <= wall < end
    return wall >= begin or wall < end
