"""N9: quiet hours and weekends in the reader's zone, through every clock change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from service.policy.catalogue import LEVELS
from service.policy.timing import Reader, allowed, quiet_verdict, send_before, speak_at, zone_of
from service.records.enums import Level, NoticeCode

LONDON = Reader("Europe/London")
AT_WORK = Reader("Europe/London", weekends=False)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "quiet", "expected"),
    [
        ("2026-09-17T12:00", "Europe/London", ("21:00", "08:00"), "2026-09-17T12:00"),
        ("2026-09-17T20:00", "Europe/London", ("21:00", "08:00"), "2026-09-18T07:00"),
        ("2026-09-17T19:59", "Europe/London", ("21:00", "08:00"), "2026-09-17T19:59"),
        ("2026-09-18T06:59", "Europe/London", ("21:00", "08:00"), "2026-09-18T07:00"),
        ("2026-09-17T12:00", "Asia/Shanghai", ("21:00", "08:00"), "2026-09-17T12:00"),
        ("2026-09-17T13:00", "Asia/Shanghai", ("21:00", "08:00"), "2026-09-18T00:00"),
        ("2026-09-17T12:00", "Europe/London", ("12:00", "14:00"), "2026-09-17T13:00"),
        ("2026-09-17T23:00", "Europe/London", ("00:00", "00:00"), "2026-09-17T23:00"),
        ("2026-09-17T22:00", "Mars/Olympus", ("21:00", "08:00"), "2026-09-18T08:00"),
        # Clocks go forward at 01:00 UTC on 28 March 2027 and back at 01:00 UTC on 31 October 2027.
        ("2027-03-27T23:00", "Europe/London", ("21:00", "08:00"), "2027-03-28T07:00"),
        ("2027-10-30T22:00", "Europe/London", ("21:00", "08:00"), "2027-10-31T08:00"),
        ("2027-03-28T00:30", "Europe/London", ("21:00", "01:30"), "2027-03-28T01:00"),
        ("2027-11-07T10:45", "America/Adak", ("01:30", "03:00"), "2027-11-07T11:00"),
        ("2027-10-31T01:10", "Europe/London", ("21:00", "01:30"), "2027-10-31T01:30"),
    ],
)
def test_the_next_allowed_moment(moment: str, zone: str, quiet: tuple[str, str], expected: str) -> None:
    assert allowed(utc(moment), zone, *quiet) == utc(expected)


def changes_of_2027(zone: ZoneInfo) -> list[datetime]:
    """The instants, to the hour, at which the zone's clocks change in 2027."""
    begin = datetime(2027, 1, 1, tzinfo=UTC)
    hours = [begin + timedelta(hours=n) for n in range(0, 365 * 24, 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    found = []
    for n in range(1, len(hours)):
        if offsets[n] != offsets[n - 1]:
            day = [hours[n - 1] + timedelta(minutes=30 * step) for step in range(49)]
            found.append(next(at for at in day if at.astimezone(zone).utcoffset() == offsets[n]))
    return found


@pytest.mark.parametrize("quiet", [("21:00", "08:00"), ("22:30", "02:30"), ("01:30", "03:00")])
def test_every_zone_passes_both_clock_changes_of_2027(quiet: tuple[str, str]) -> None:
    begin, end = time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])
    checked = 0
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for change in changes_of_2027(zone):
            for minutes in range(-26 * 60, 26 * 60, 95):
                moment = change + timedelta(minutes=minutes)
                found = allowed(moment, name, *quiet)
                wall = found.astimezone(zone).time()
                silent = begin <= wall < end if begin <= end else wall >= begin or wall < end
                assert not silent, (name, moment)
                assert moment <= found <= moment + timedelta(hours=36), (name, moment)
                assert allowed(found, name, *quiet) == found
                checked += 1
    assert checked > 5000


@pytest.mark.parametrize(
    ("moment", "level", "reader", "expected"),
    [
        ("2026-09-18T21:00", Level.INFO, AT_WORK, "2026-09-21T07:00"),  # Friday evening
        ("2026-09-19T10:00", Level.INFO, AT_WORK, "2026-09-21T07:00"),
        ("2026-09-19T10:00", Level.INFO, LONDON, "2026-09-19T10:00"),
        ("2026-09-19T10:00", Level.NOTICE, AT_WORK, "2026-09-19T10:00"),
        ("2026-09-18T21:00", Level.ACTION, AT_WORK, "2026-09-19T07:00"),
        ("2026-09-20T23:30", Level.INFO, AT_WORK, "2026-09-21T07:00"),
        ("2026-09-18T21:00", Level.CRITICAL, AT_WORK, "2026-09-19T07:00"),
    ],
)
def test_weekends_at_work_are_free_of_info(moment: str, level: Level, reader: Reader, expected: str) -> None:
    assert speak_at(utc(moment), level, reader) == utc(expected)


@pytest.mark.parametrize(
    ("deadline", "expected"), [("2026-09-18T07:59", "2026-09-17T22:00"), ("2026-09-18T09:00", "2026-09-18T07:00")]
)
def test_critical_breaks_the_quiet_only_if_it_must(deadline: str, expected: str) -> None:
    assert speak_at(utc("2026-09-17T22:00"), Level.CRITICAL, LONDON, utc(deadline)) == utc(expected)


def test_a_wait_is_said_in_the_readers_time() -> None:
    at = utc("2026-09-18T07:00")
    verdict = quiet_verdict(utc("2026-09-17T22:00"), at, LONDON)
    assert (verdict.rule, verdict.passed) == ("N9", False)
    assert verdict.text == (
        "it is in the reader's quiet hours, 21:00 to 08:00 in Europe/London, "
        "so it waits until Fri 18 Sep 08:00 Europe/London"
    )
    assert quiet_verdict(at, at, LONDON).passed


WORTH = {
    3: {"M19"},
    6: {"M10", "D01", "D02", "D03", "D04", "D05", "D08", "D13", "D14", "D17"},
    12: {"M07", "M08", "M09", "M12", "M17", "M23", "D10"},
}
"""How many hours each text is of use; any other a day."""


@pytest.mark.parametrize("code", sorted(code.value for code in LEVELS))
def test_until_when_it_is_worth_sending(code: str) -> None:
    at = utc("2026-09-18T07:00")
    hours = next((hours for hours, codes in WORTH.items() if code in codes), 24)
    assert send_before(NoticeCode(code), at) - at == timedelta(hours=hours)


def test_an_unknown_zone_is_utc() -> None:
    assert zone_of("../etc") == ZoneInfo("UTC")


@pytest.mark.parametrize(("begin", "end"), [("00:00", "00:00"), ("21:00", "21:00"), ("24:00", "00:00")])
def test_who_has_no_quiet_hours_is_told_of_none(begin: str, end: str) -> None:
    free = Reader("Europe/London", begin, end)
    at = utc("2026-09-17T02:00")
    assert quiet_verdict(at, at, free).text == "this person has no quiet hours"
    saturday = utc("2026-09-19T02:00")
    monday = utc("2026-09-20T23:00")
    held = quiet_verdict(saturday, monday, Reader("Europe/London", begin, end, weekends=False))
    assert not held.passed
    assert "weekend" in held.text
