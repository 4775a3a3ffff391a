"""The shape of a catalogue entry: its pieces in reading order, which may be given up, and which dates they print."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.records.enums import Level, Line
from service.wording.forms import Forms


class Part(StrEnum):
    """What a piece is for. Only `next` and `ask` may be given up to fit a text into one SMS."""

    WHAT = "what"
    DATES = "dates"
    STOP = "stop"
    WORD = "word"
    NEXT = "next"
    ASK = "ask"


DROPPABLE = frozenset({Part.NEXT, Part.ASK})


@dataclass(frozen=True, slots=True)
class Piece:
    """One or two sentences: the first of `forms` that can be filled is said."""

    part: Part
    forms: Forms


Slot = frozenset[Line]
"""Of the dates that a notice has, a slot takes the first whose line it holds."""

DUE: Slot = frozenset({Line.ARRIVAL, Line.READY, Line.DELIVERY})
MAIN: Slot = DUE | {Line.DEPARTURE}
DEPARTURE: Slot = frozenset({Line.DEPARTURE})
FREE: Slot = frozenset({Line.FREE_TIME})
WORD: Slot = frozenset({Line.NEXT_WORD, Line.CALL, Line.ANSWER, Line.DECISION})


@dataclass(frozen=True, slots=True)
class Entry:
    """One text. `state` is its shortest form, for lists; `route` says whether it always ends with a way to a person."""

    title: str
    level: Level
    pieces: tuple[Piece, ...]
    subject: Forms = ()
    state: Forms = ()
    slots: tuple[Slot, ...] = ()
    route: bool = False


def what(*forms: str) -> Piece:
    """The fact."""
    return Piece(Part.WHAT, forms)


def dates(*forms: str) -> Piece:
    """The dates; by default each in its own words."""
    return Piece(Part.DATES, forms or ("{dates}",))


def then(*forms: str) -> Piece:
    """What happens next. A promised next word stands in its place."""
    return Piece(Part.NEXT, forms)


def ask(*forms: str) -> Piece:
    """A question that leads to the way to a person."""
    return Piece(Part.ASK, forms)


WORD_PIECE = Piece(Part.WORD, ("{word}",))
STOP_PIECE = Piece(Part.STOP, ("{stop}",))
