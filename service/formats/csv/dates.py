"""Dates as exports write them: in a declared form, or in one that can mean only one day."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Sequence
from datetime import date, time
from functools import lru_cache

from service.formats.base import Refused
from service.formats.csv.words import plain
from service.formats.fields import shown

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero ene janv",
            "feb february februar fevrier febrero fev fevr",
            "mar march marz mars marzo mrz",
            "apr april avril abril avr abr",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio juil",
            "aug august aout agosto ago",
            "sep sept september septembre septiembre",
            "oct october oktober octobre octubre okt",
            "nov november novembre noviembre",
            "dec december dezember decembre diciembre dez dic",
        ),
        start=1,
    )
    for name in names.split()
}
"""Names of months in English, German, French and Spanish, without accents."""

TOKENS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short>\d{2})",
    "MMM": r"(?P<name>[^\W\d_]{3,12})\.?",
    "MM": r"(?P<month>\d{1,2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
    "D": r"(?P<day>\d{1,2})",
}
"""What a declared form is made of; every other character stands for itself."""

_TOKEN = re.compile("YYYY|YY|MMM|MM|M|DD|D")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.hH](?P<minute>\d\d))(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"(?:\s*(?:Uhr|h))?"
)
_OFFSET = re.compile(r"[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:Z|[+-]\d\d:?\d\d)$")
_SPLIT = re.compile(r"(?:T|,?\s+)(?=\d{1,2}[:.hH]\d\d)")
_ALWAYS = ("YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "DD.MM.YYYY", "DD.MM.YY", "DD-MMM-YYYY", "DD-MMM-YY")
_MORE = ("DD MMM YYYY", "DD. MMM YYYY", "DD/MMM/YYYY", "MMM DD, YYYY", "MMM DD YYYY", "YYYYMMDD")
_EITHER = re.compile(r"(?P<first>\d{1,2})(?P<mark>[/-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})")


def forms(declared: str) -> tuple[str, ...]:
    """The forms that an option names, such as `DD/MM/YYYY | YYYY-MM-DD`."""
    return tuple(form.strip() for form in declared.split("|") if form.strip())


def is_form(form: str) -> bool:
    """Whether *form* says day, month and year, each once."""
    found = sorted(token[0] for token in _TOKEN.findall(form))
    return found == ["D", "M", "Y"] and not re.search("[A-CE-LN-XZa-z0-9]", _TOKEN.sub("", form))


@lru_cache(maxsize=64)
def _pattern(form: str) -> re.Pattern[str]:
    parts = []
    at = 0
    for token in _TOKEN.finditer(form):
        parts += [re.escape(form[at : token.start()]), TOKENS[token[0]]]
        at = token.end()
    return re.compile("".join([*parts, re.escape(form[at:])]))


def has_offset(said: str) -> bool:
    """Whether *said* ends in an offset from UTC."""
    return _OFFSET.search(said) is not None


@lru_cache(maxsize=2048)
def read_day_and_time(said: str, declared: tuple[str, ...], field: str) -> tuple[date, time | None]:
    """The day, and the time of day where there is one, that *said* names.

    Midnight is what exports write where they know only the date. Raises `Refused` for what is no date, and for one
    that could be two.
    """
    day, *clock = _SPLIT.split(said, maxsplit=1)
    at = read_time(clock[0], field) if clock else None
    return read_day(day.strip(), declared, field), at if at != time() else None


def read_day(said: str, declared: Sequence[str], field: str) -> date:
    """The day that *said* names. Raises `Refused`."""
    for form in declared or (*_ALWAYS, *_MORE):
        found = _pattern(form).fullmatch(said)
        if found is not None:
            return _day(found.groupdict(), said, field)
    if declared:
        raise _refused(said, field, f"Write it as {' or '.join(declared)}, or set the option date_format.")
    either = _EITHER.fullmatch(said)
    if either is None:
        raise _refused(said, field, "Write 2026-10-09, or say with the option date_format how dates are written.")
    first, second, year = int(either["first"]), int(either["second"]), either["year"]
    if first <= 12 and second <= 12 and first != second:
        long = "YYYY" if len(year) == 4 else "YY"
        raise Refused(
            "ambiguous_date",
            f"`{field}` {shown(said)} may be {first} {month_name[second]} or {second} {month_name[first]}.",
            f"Set the option date_format to DD{either['mark']}MM{either['mark']}{long} or "
            f"MM{either['mark']}DD{either['mark']}{long}.",
            f"/{field}",
        )
    day, month = (first, second) if second <= 12 else (second, first)
    parts = {"day": str(day), "month": str(month), "year" if len(year) == 4 else "short": year}
    return _day(parts, said, field)


def read_time(said: str, field: str) -> time:
    """The time of day that *said* names. Raises `Refused`."""
    found = _CLOCK.fullmatch(said.strip())
    if found is not None:
        hour, half = int(found["hour"]), (found["half"] or "").lower().replace(".", "")
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        try:
            return time(hour, int(found["minute"]), int(found["second"] or 0))
        except ValueError:
            pass
    raise Refused("bad_time", f"`{field}` {shown(said)} is not a time of day.", "Write it as 14:30.", f"/{field}")


def _day(parts: dict[str, str | None], said: str, field: str) -> date:
    year, short, name = parts.get("year"), parts.get("short"), parts.get("name")
    month = MONTHS.get(plain(name)) if name else int(parts.get("month") or 0)
    try:
        return date(int(year or 0) or 2000 + int(short or 0), month or 0, int(parts.get("day") or 0))
    except ValueError:
        raise Refused(
            "impossible_date", f"`{field}` {shown(said)} is no day of the calendar.", "Correct it.", f"/{field}"
        ) from None


def _refused(said: str, field: str, fix: str) -> Refused:
    return Refused("bad_date", f"`{field}` {shown(said)} is not a date that is understood.", fix, f"/{field}")
