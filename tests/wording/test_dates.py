from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from service.records.when import When, at_minute, on_day, window
from service.wording import dates
from tests.wording.samples import LONDON, NOW


@pytest.mark.parametrize(
    ("on", "language", "words"),
    [
        (date(2026, 10, 13), "en", "Tue 13 Oct"),
        (date(2026, 9, 9), "en", "Wed 9 Sep"),
        (date(2026, 9, 9), "en-GB", "Wed 9 Sep"),
        (date(2027, 3, 16), "en", "Tue 16 Mar"),
        (date(2027, 3, 17), "en", "Wed 17 Mar 2027"),
        (date(2026, 3, 20), "en", "Fri 20 Mar 2026"),
        (date(2026, 10, 13), "xx", "Tue 13 Oct"),
        (date(2026, 10, 13), "not a language", "Tue 13 Oct"),
    ],
)
def test_day(on: date, language: str, words: str) -> None:
    assert dates.day(on, NOW, language=language, zone=LONDON) == words


def test_a_day_without_a_present_has_no_year() -> None:
    assert dates.day(date(1999, 1, 2)) == "Sat 2 Jan"


def test_the_present_is_a_day_in_the_readers_zone() -> None:
    """Late at night in London the date is 181 days away; in Tokyo it is already the next day, and it is 180."""
    late = datetime(2026, 9, 17, 22, 30, tzinfo=UTC)
    on = date(2027, 3, 17)
    assert dates.day(on, late, zone=LONDON) == "Wed 17 Mar 2027"
    assert dates.day(on, late, zone="Asia/Tokyo") == "Wed 17 Mar"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC", LONDON])
def test_a_date_is_never_moved_through_a_zone(zone: str) -> None:
    assert dates.moment(on_day(date(2026, 10, 13), "Asia/Shanghai"), NOW, zone=zone) == "Tue 13 Oct"


MORNING = datetime(2026, 10, 13, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "zone", "place", "words"),
    [
        (at_minute(MORNING, LONDON), LONDON, None, "Tue 13 Oct 08:00"),
        (at_minute(MORNING, "Europe/Berlin"), "Europe/Paris", "Hamburg", "Tue 13 Oct 09:00"),
        (at_minute(MORNING, "Europe/Berlin"), LONDON, "Hamburg", "Tue 13 Oct 09:00 Hamburg time"),
        (at_minute(MORNING, "America/New_York"), LONDON, None, "Tue 13 Oct 03:00 New York time"),
        (at_minute(MORNING), LONDON, "Hamburg", "Tue 13 Oct"),
        (at_minute(MORNING, LONDON), None, None, "Tue 13 Oct 08:00 London time"),
    ],
)
def test_moment(when: When, zone: str | None, place: str | None, words: str) -> None:
    assert dates.moment(when, NOW, zone=zone, place_name=place) == words


NINE, ELEVEN = datetime(2026, 10, 13, 7, 0, tzinfo=UTC), datetime(2026, 10, 13, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "zone", "words"),
    [
        (ELEVEN, "Europe/Berlin", "Tue 13 Oct 09:00-11:00"),
        (ELEVEN, LONDON, "Tue 13 Oct 09:00-11:00 Berlin time (08:00-10:00 your time)"),
        (ELEVEN, "America/New_York", "Tue 13 Oct 09:00-11:00 Berlin time (03:00-05:00 your time)"),
        (NINE + timedelta(hours=17), "Europe/Berlin", "Tue 13 Oct 09:00-Wed 14 Oct 02:00"),
    ],
)
def test_a_window(until: datetime, zone: str, words: str) -> None:
    assert dates.moment(window(NINE, until, "Europe/Berlin"), NOW, zone=zone, both=True) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Tue 13 Oct 08:00-10:00"),
        ("es", "mar 13 oct 08:00-10:00"),
        ("de", "Di 13. Okt 08:00-10:00"),
        ("fr", "mar 13 oct 08:00-10:00"),
        ("ar", "الثلاثاء 13 أكتوبر 08:00-10:00"),
        ("zh-Hans", "10月13日周二 08:00-10:00"),
    ],
)
def test_a_window_in_every_language(language: str, words: str) -> None:
    said = dates.moment(window(NINE, ELEVEN, LONDON), NOW, zone=LONDON, language=language)
    assert said == words
    found = dates.any_date().search(f"x {said} y")
    assert found is not None
    assert found.group() == said


def test_an_assumed_zone_gives_no_clock_time() -> None:
    assumed = When(on=date(2026, 10, 13), at=MORNING, zone=LONDON, zone_known=False)
    assert dates.moment(assumed, NOW, zone=LONDON) == "Tue 13 Oct"


def test_both_clocks() -> None:
    shown = dates.moment(at_minute(MORNING, "Europe/Berlin"), NOW, zone="Asia/Tokyo", place_name="Hamburg", both=True)
    assert shown == "Tue 13 Oct 09:00 Hamburg time (16:00 your time)"
    evening = at_minute(datetime(2026, 10, 13, 20, 0, tzinfo=UTC), "Europe/Berlin")
    shown = dates.moment(evening, NOW, zone="Asia/Tokyo", place_name="Hamburg", both=True)
    assert shown == "Tue 13 Oct 22:00 Hamburg time (Wed 14 Oct 05:00 your time)"


def test_instant() -> None:
    assert dates.instant(NOW, NOW, zone=LONDON) == "Thu 17 Sep 13:00"
    assert dates.moment_in_words(NOW, LONDON, NOW) == "Thu 17 Sep 13:00"


def test_an_unknown_zone_is_no_reason_not_to_leave() -> None:
    assert dates.instant(NOW, NOW, zone="Nowhere/Land") == "Thu 17 Sep 12:00"
    assert dates.instant(NOW, NOW, zone="../etc/passwd") == "Thu 17 Sep 12:00"


LATE_IN_LONDON = at_minute(datetime(2026, 10, 9, 23, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "words"),
    [("Australia/Sydney", "Sat 10 Oct"), ("Europe/Berlin", "Sat 10 Oct"), ("America/New_York", "Fri 9 Oct")],
)
def test_an_instant_nowhere_is_the_readers_own_date(zone: str, words: str) -> None:
    assert dates.moment(LATE_IN_LONDON, NOW, zone=zone) == words
    assert dates.moment(at_minute(LATE_IN_LONDON.start, zone), NOW, zone=zone).startswith(words)


@pytest.mark.parametrize("written", ["2026-10-09T23:30+01:00", "2026-10-09T01:30-05:00"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/Berlin", "Pacific/Honolulu"])
def test_an_instant_with_the_offset_of_its_place_keeps_the_date_there(written: str, zone: str) -> None:
    assert dates.moment(at_minute(datetime.fromisoformat(written)), NOW, zone=zone) == "Fri 9 Oct"


def test_a_date_nowhere_stays_that_date() -> None:
    assert dates.moment(on_day(date(2026, 10, 9)), NOW, zone="Australia/Sydney") == "Fri 9 Oct"
    assert dates.moment(LATE_IN_LONDON, NOW) == "Fri 9 Oct", "where the reader is, is not known either"
    known = at_minute(LATE_IN_LONDON.start, "Asia/Tokyo")
    assert dates.on(known, "America/New_York") == date(2026, 10, 10), "a place's date is the date there"
