"""The catalogue: one entry for every notice code, what level it has by default, and what may be given up to fit."""

from __future__ import annotations

from service.records.enums import Level, Line, NoticeCode
from service.records.said import Said, SaidDate
from service.wording.entries import WORD, Entry
from service.wording.texts import ANSWERS, DELAYS, MILESTONES

CATALOGUE: dict[NoticeCode, Entry] = {**MILESTONES, **DELAYS, **ANSWERS}

LEVELS: dict[NoticeCode, Level] = {code: entry.level for code, entry in CATALOGUE.items()}
"""How loudly each code is said unless an account decides otherwise."""

TITLES: dict[NoticeCode, str] = {code: entry.title for code, entry in CATALOGUE.items()}
"""One plain name for each code, for lists and pages."""

TEXTS_LATER: frozenset[NoticeCode] = frozenset(
    {
        NoticeCode.POD_READY,
        NoticeCode.HONEST_NO,
    }
)
"""Texts that nothing decides to say yet."""

TEXTS_NOW: frozenset[NoticeCode] = frozenset(NoticeCode) - TEXTS_LATER
"""The codes that this version says on its own; every other code renders too, for those who call for it."""

LADDER = ("link", "tail", "call", "ship", "spaces", "phone", "when", "sorry", "question", "place")
"""What a text gives up to fit into one SMS, in this order: the link, the sentence about what happens next, a phone that
is not its only way to a person, the ship's name, the spaces in the phone, the phone beside "Reply here", when it
happened, the apology, what "Reply here" is for, the place's name.

A ship's or place's name that is longer than usual goes first. The brand, the reference, the new and the old date, the
reason and one way to a person are never given up: such a text goes as two segments.
"""

_HEADLINES = (Line.ARRIVAL, Line.READY, Line.DELIVERY)


def effective(said: Said) -> NoticeCode:
    """The code whose text tells the truth about *said*.

    A delay without a date becomes "no new date yet" and one with a date the other way round; "again" needs an old date;
    a delivery of some of the pieces is a part delivery.
    """
    dated = next((date for date in said.dates if date.line not in WORD and date.line is not Line.FREE_TIME), None)
    code = said.code
    if code is NoticeCode.DELIVERED and is_partial(said):
        code = NoticeCode.PARTIAL_DELIVERY
    if code in {NoticeCode.ETA_SLIP, NoticeCode.ETA_SLIP_AGAIN} and dated is None:
        code = NoticeCode.DELAY_NO_DATE
    if code is NoticeCode.DELAY_NO_DATE and dated is not None:
        code = NoticeCode.ETA_SLIP
    if code is NoticeCode.ETA_SLIP_AGAIN and dated is not None and dated.was is None:
        code = NoticeCode.ETA_SLIP
    return code


def printed(said: Said) -> tuple[SaidDate, ...]:
    """The dates that the text for *said* prints, in its order: what is promised by sending it.

    One date of each kind at most, and only those that make sense in it: nothing is due after a delivery.
    """
    found: list[SaidDate] = []
    for slot in CATALOGUE[effective(said)].slots:
        date = next((date for date in said.dates if date.line in slot and date not in found), None)
        if date is not None:
            found.append(date)
    return tuple(found)


def headline(said: Said) -> SaidDate | None:
    """The date that heads a text's subject and table: when it comes, else the first other one; never a next word."""
    dates = [date for date in printed(said) if date.line not in WORD]
    return next((date for date in dates if date.line in _HEADLINES), dates[0] if dates else None)


def is_partial(said: Said) -> bool:
    """Whether *said* is about some of several pieces."""
    return said.units > 1 and 0 < said.units_done < said.units
