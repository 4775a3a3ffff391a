"""Dates and times in words: `Tue 13 Oct`, `Tue 13 Oct 09:00`, `Tue 13 Oct 09:00 Hamburg time`.

A date is printed as the date that it is at its place; it is never moved through a zone. A clock time is printed only
where the place's zone is known, and names the place where the reader's clock shows something else.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_skeleton

from service.records.enums import Precision
from service.records.when import When

YEAR_BEYOND_DAYS = 180
"""The year is named only for a date further away than this."""

_PATTERNS = {"en": ("EEE d MMM", "EEE d MMM y")}
"""Where the house has its own way to write a date: without and with the year. Other languages follow CLDR."""

_TIME_WORDS = {"en": "{time} {city} time"}


def day(on: date, now: datetime | None = None, *, language: str = "en", zone: str | None = None) -> str:
    """A date in words, with the year if it is more than 180 days from *now* (in the reader's *zone*)."""
    far = now is not None and abs((on - now.astimezone(zone_of(zone)).date()).days) > YEAR_BEYOND_DAYS
    return _written(on, far, language)


def moment(
    when: When,
    now: datetime | None = None,
    *,
    language: str = "en",
    zone: str | None = None,
    place_name: str | None = None,
    both: bool = False,
) -> str:
    """A date with its clock time, where both are known; the date alone otherwise.

    *zone* is the reader's. Where the clocks differ the place is named, and with *both* the reader's own time follows.
    """
    words = day(when.on, now, language=language, zone=zone)
    if when.precision is not Precision.MINUTE or when.at is None or not when.zone_known or not when.zone:
        return words
    there, here = when.at.astimezone(zone_of(when.zone)), when.at.astimezone(zone_of(zone))
    if there.utcoffset() == here.utcoffset():
        return f"{words} {there:%H:%M}"
    city = place_name or when.zone.rpartition("/")[2].replace("_", " ")
    named = _TIME_WORDS.get(language, _TIME_WORDS["en"]).format(time=f"{there:%H:%M}", city=city)
    if not both:
        return f"{words} {named}"
    yours = f"{here:%H:%M}" if here.date() == there.date() else f"{_written(here.date(), False, language)} {here:%H:%M}"
    return f"{words} {named} ({yours} your time)"


def instant(at: datetime, now: datetime | None = None, *, language: str = "en", zone: str | None = None) -> str:
    """An instant on the reader's own clock, such as when something was told."""
    local = at.astimezone(zone_of(zone))
    return f"{day(local.date(), now, language=language, zone=zone)} {local:%H:%M}"


def moment_in_words(at: datetime, zone: str | None, now: datetime, language: str = "en") -> str:
    """A moment of our own, such as when we answer, on the clock of *zone*: `Fri 9 Oct 17:00`."""
    return instant(at, now, language=language, zone=zone)


@lru_cache(maxsize=512)
def zone_of(name: str | None) -> tzinfo:
    """The zone called *name*; UTC where it has none or an unknown one, because a text must leave all the same."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, OSError, ValueError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=4096)
def _written(on: date, year: bool, language: str) -> str:
    locale = _locale(language)
    patterns = _PATTERNS.get(locale.language)
    if patterns:
        return format_date(on, patterns[year], locale=locale)
    return format_skeleton("yMMMEd" if year else "MMMEd", on, locale=locale)


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    """The CLDR locale of a language tag; English where it is unknown. Plain `en`, so that September is `Sep`."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
    return Locale("en") if locale.language == "en" else locale
