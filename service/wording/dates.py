"""Dates and times in words: `Tue 13 Oct`, with a time `09:00`, a window `09:00-11:00`, or a city `09:00 Hamburg time`.

A date is printed as the date that it is at its place; it is never moved through a zone. An instant whose place has no
known zone is printed as the date of the offset that it came with, and one in UTC as the date that it is where the
reader is. A clock time is printed only where the place's zone is known, and names the place where the reader's clock
shows something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names, get_month_names, get_timezone_location

from service.records.enums import Precision
from service.records.when import When
from service.wording.languages import LANGUAGES, language_of
from service.wording.languages.cldr import locale
from service.wording.languages.pseudo import TAG, accented
from service.wording.names import plain_letters

YEAR_BEYOND_DAYS = 180
"""The year is named only for a date further away than this."""


def on(when: When, zone: str | None) -> date:
    """The date of *when* that a reader in *zone* is told: that of its place, or the reader's where it is not known."""
    if when.at is None or when.day_known or zone is None:
        return when.on
    return when.at.astimezone(zone_of(zone)).date()


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
    """A date with its clock time or its window, where both are known; the date alone otherwise.

    *zone* is the reader's. Where the clocks differ the place is named, and with *both* the reader's own time follows.
    """
    words = day(on(when, zone), now, language=language, zone=zone)
    if when.precision is not Precision.MINUTE or when.at is None or not when.zone_known or not when.zone:
        return words
    there, here = when.at.astimezone(zone_of(when.zone)), when.at.astimezone(zone_of(zone))
    clock = _clock(when.at, when.until, when.zone, language)
    if there.utcoffset() == here.utcoffset():
        return f"{words} {clock}"
    city = place_name or when.zone.rpartition("/")[2].replace("_", " ")
    texts = language_of(language)
    named = texts.say("time.there", {"date": words, "time": clock, "city": city})
    if not both:
        return named
    yours = _clock(when.at, when.until, zone, language)
    if here.date() != there.date():
        yours = f"{_written(here.date(), False, language)} {yours}"
    return texts.say("time.yours", {"moment": named, "yours": yours})


def _clock(at: datetime, until: datetime | None, zone: str | None, language: str) -> str:
    """`09:00`, or the window `09:00-11:00` on the clock of *zone*; an end on another day is named with its day."""
    begin = at.astimezone(zone_of(zone))
    if until is None:
        return f"{begin:%H:%M}"
    end = until.astimezone(zone_of(zone))
    other = f"{_written(end.date(), False, language)} " if end.date() != begin.date() else ""
    return f"{begin:%H:%M}-{other}{end:%H:%M}"


def instant(at: datetime, now: datetime | None = None, *, language: str = "en", zone: str | None = None) -> str:
    """An instant on the reader's own clock, such as when something was told."""
    local = at.astimezone(zone_of(zone))
    return f"{day(local.date(), now, language=language, zone=zone)} {local:%H:%M}"


def moment_in_words(at: datetime, zone: str | None, now: datetime, language: str = "en") -> str:
    """A moment of our own, such as when we answer, on the clock of *zone*: `Fri 9 Oct 17:00`."""
    return instant(at, now, language=language, zone=zone)


@lru_cache(maxsize=64)
def weekday(number: int, language: str = "en") -> str:
    """The short name of a day of the week; 0 is Monday."""
    spoken = language_of(language)
    name = str(get_day_names("abbreviated", context="stand-alone", locale=locale(spoken.locale))[number]).rstrip(".")
    return accented(name) if spoken.tag == TAG else name


@lru_cache(maxsize=256)
def city(zone: str | None, language: str = "en") -> str:
    """The city by which people call the clock of *zone*; empty for UTC."""
    region, _, last = (zone or "UTC").rpartition("/")
    if last == "UTC":
        return ""
    spoken = language_of(language)
    known = region not in {"", "Etc"}
    located = get_timezone_location(zone, locale=locale(spoken.locale), return_city=True) if known else last
    name = located.rpartition("/")[2]
    return accented(name) if spoken.tag == TAG else name


@lru_cache(maxsize=512)
def zone_of(name: str | None) -> tzinfo:
    """The zone called *name*; UTC where it has none or an unknown one, because a text must leave all the same."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, OSError, ValueError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=16)
def pattern(language: str) -> str:
    """A regular expression for a date as texts in *language* print it, without year and time."""
    spoken = language_of(language)
    ours = locale(spoken.locale)
    wide = "EEEE" in spoken.days[0]
    names = get_day_names("wide" if wide else "abbreviated", context="stand-alone", locale=ours).values()
    months = [
        name
        for width in ("abbreviated", "wide")
        for context in ("format", "stand-alone")
        for name in get_month_names(width, context=context, locale=ours).values()
    ]
    if spoken.days[0].startswith("M"):
        return rf"\d{{1,2}}月\d{{1,2}}日(?:{_any(names, spoken.tag)})"
    return rf"(?:{_any(names, spoken.tag)}) \d{{1,2}}\.? (?:{_any(months, spoken.tag)})"


@lru_cache(maxsize=1)
def any_date() -> re.Pattern[str]:
    """A date of any language, with its year and its time where it has them, on one line."""
    each = "|".join(pattern(tag) for tag in LANGUAGES)
    return re.compile(rf"(?:{each})(?!\w)(?: \d{{4}}\b)?(?: \d\d:\d\d\b)?(?:-\d\d:\d\d\b)?")


def _any(names: Iterable[object], tag: str) -> str:
    """An alternative of *names*, as they are written and without accents that a text may lose."""
    words = {str(name).rstrip(".") for name in names}
    if tag == TAG:
        words = {accented(word) for word in words}
    words |= {plain_letters(word) for word in words}
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


@lru_cache(maxsize=4096)
def _written(on: date, year: bool, language: str) -> str:
    spoken = language_of(language)
    text = format_date(on, spoken.days[year], locale=locale(spoken.locale))
    if "." in text and not spoken.days[year].count("."):
        text = text.replace(".", "")
    return accented(text) if spoken.tag == TAG else text
