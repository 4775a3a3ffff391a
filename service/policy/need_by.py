"""Until when somebody says that they need the goods: read only where there is one way to read it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

from service.policy.need_words import MONTHS, PHRASES, WEEKDAYS
from service.policy.reply_text import bare, polite, western

AHEAD = timedelta(days=180)
"""A date without a year is one of the next half year; one that lies farther off was meant otherwise."""

AHEAD_WITH_YEAR = timedelta(days=730)

_QUESTION = re.compile(r"[?؟？]")
_LOOSE = re.compile(r"(?<!\d)[./-]|[./-](?!\d)|[^\w\s./-]|_")
"""What separates words; dots, dashes and strokes stay between digits."""

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_FIRST = r"(?:(?:the|den|dem|der|el|le|la|au|am|zum|on|dia|يوم|this|diesen|este|ce) )*"
_YEAR = r"(?P<year>\d{4})"
_DATES = tuple(
    re.compile(one)
    for one in (
        rf"{_YEAR}-(?P<month>\d\d?)-(?P<day>\d\d?)",
        r"(?P<day>\d\d?)\.(?P<month>\d\d?)(?:\.(?P<year>\d{4}|\d\d))?",
        rf"(?P<day>\d\d?)(?:st|nd|rd|th|er)? (?:of |de )?(?P<name>{_MONTH})(?: (?:de |del )?{_YEAR})?",
        rf"(?P<name>{_MONTH}) (?P<day>\d\d?)(?:st|nd|rd|th)?(?: {_YEAR})?",
        rf"(?:{_YEAR}年)?(?P<month>\d\d?)月(?P<day>\d\d?)[日号]",
    )
)
_STROKES = re.compile(r"(\d\d?)/(\d\d?)(?:/(\d{4}))?")


def read_need_by(text: str, today: date, name: str = "") -> date | None:
    """The day by which *text* says that the goods are needed; *today* is the reader's, *name* what the order is called.

    None where it says no such thing, or says it so that it may mean two days or none to come.
    """
    if _QUESTION.search(text):
        return None
    plain = f" {' '.join(_LOOSE.sub(' ', western(bare(text))).split())} "
    for called in _names(name):
        plain = plain.replace(f" {called} ", " ")
    said = polite(" ".join(plain.split()))
    found = {on for pattern in _phrases() for on in _dates_in(pattern, said, today)}
    found |= {on for pattern in _phrases() for on in _dates_in(pattern, "".join(said.split()), today)}
    return found.pop() if len(found) == 1 else None


def _names(name: str) -> list[str]:
    """How people call the order: its name, and its number alone."""
    whole = " ".join(_LOOSE.sub(" ", western(bare(name))).split())
    alone = whole.removeprefix("po ")
    return [one for one in (whole, f"po {alone}" if alone else "", alone) if one]


def _dates_in(pattern: re.Pattern[str], said: str, today: date) -> list[date]:
    match = pattern.fullmatch(said)
    on = read_date(match["date"], today) if match else None
    return [on] if on else []


def read_date(words: str, today: date) -> date | None:
    """One day to come, in words of any language; None where they name none, or may name two."""
    words = re.sub(rf"^{_FIRST}", "", words)
    named = re.match(rf"(?P<weekday>{_WEEKDAY})(?: |$)", words)
    weekday = WEEKDAYS[named["weekday"]] if named else None
    rest = re.sub(rf"^{_FIRST}", "", words[named.end() :]) if named else words
    if weekday is not None and not rest:
        # Said on a Friday, "by Friday" may be today and may be in a week.
        ahead = (weekday - today.weekday()) % 7
        return today + timedelta(days=ahead) if ahead else None
    on = _calendar_day(rest, today)
    return on if on is not None and weekday in (None, on.weekday()) else None


def _calendar_day(words: str, today: date) -> date | None:
    if (strokes := _STROKES.fullmatch(words)) is not None:
        one, other = int(strokes[1]), int(strokes[2])
        ways = {(one, other), (other, one)}
        meant = [(day, month) for day, month in ways if month <= 12]
        return _to_come(*meant[0], strokes[3], today) if len(meant) == 1 else None
    for pattern in _DATES:
        if (found := pattern.fullmatch(words)) is not None:
            parts = found.groupdict()
            month = MONTHS[parts["name"]] if parts.get("name") else int(parts["month"])
            return _to_come(int(parts["day"]), month, parts.get("year"), today)
    return None


def _to_come(day: int, month: int, year: str | None, today: date) -> date | None:
    """The day that is meant, from today on; without a year the next one."""
    if year is not None:
        on = _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        return on if on is not None and today <= on <= today + AHEAD_WITH_YEAR else None
    found = (_date(today.year, month, day), _date(today.year + 1, month, day))
    return next((on for on in found if on is not None and today <= on <= today + AHEAD), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _phrases() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one.replace("DATE", "(?P<date>.{1,40}?)")) for one in PHRASES)
