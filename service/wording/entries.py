"""The shape of a catalogue entry: its pieces in reading order, which may be given up, and which dates they print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.records.enums import Level, Line, NoticeCode


class Part(StrEnum):
    """What a piece is for. Only `next`, `also` and `ask` may be given up to fit a text into one SMS.

    A promised next word stands in the place of `next`; `ask` leads to the way to a person.
    """

    WHAT = "what"
    DATES = "dates"
    STOP = "stop"
    WORD = "word"
    NEXT = "next"
    ALSO = "also"
    ASK = "ask"


DROPPABLE = frozenset({Part.NEXT, Part.ALSO, Part.ASK})


@dataclass(frozen=True, slots=True)
class Piece:
    """One or two sentences: of the forms that a language has under `keys`, the first that can be filled is said."""

    part: Part
    keys: tuple[str, ...]


Slot = frozenset[Line]
"""Of the dates that a notice has, a slot takes the first whose line it holds."""

DUE: Slot = frozenset({Line.ARRIVAL, Line.READY, Line.DELIVERY})
MAIN: Slot = DUE | {Line.DEPARTURE}
DEPARTURE: Slot = frozenset({Line.DEPARTURE})
FREE: Slot = frozenset({Line.FREE_TIME})
ASKED: Slot = frozenset({Line.DECISION})
WORD: Slot = frozenset({Line.NEXT_WORD, Line.CALL, Line.ANSWER, Line.DECISION})


@dataclass(frozen=True, slots=True)
class Entry:
    """One text. `title` is its plain English name; `route` says whether it always ends with a way to a person."""

    code: NoticeCode
    title: str
    level: Level
    pieces: tuple[Piece, ...]
    slots: tuple[Slot, ...] = ()
    route: bool = False

    @property
    def subject(self) -> str:
        """The key of its subject in an e-mail."""
        return f"{self.code.value}.subject"

    @property
    def state(self) -> str:
        """The key of its shortest form, for lists."""
        return f"{self.code.value}.state"


_PIECES: dict[str, tuple[Part, tuple[str, ...]]] = {
    "what": (Part.WHAT, ("{code}.what",)),
    "needs": (Part.WHAT, ("{code}.needs",)),
    "charge": (Part.WHAT, ("{code}.then",)),
    "also": (Part.WHAT, ("{code}.also",)),
    "dates": (Part.DATES, ("say.dates",)),
    "own dates": (Part.DATES, ("{code}.dates",)),
    "moved": (Part.DATES, ("say.moved",)),
    "moved or open": (Part.DATES, ("say.moved", "say.no_date")),
    "open": (Part.DATES, ("say.no_date",)),
    "dates or how long": (Part.DATES, ("say.dates", "say.how_long")),
    "stop": (Part.STOP, ("say.stop",)),
    "word": (Part.WORD, ("say.word",)),
    "then": (Part.NEXT, ("{code}.then",)),
    "then always": (Part.ALSO, ("{code}.then",)),
    "if again": (Part.NEXT, ("say.if_again",)),
    "when known": (Part.NEXT, ("say.when_known",)),
    "next known": (Part.NEXT, ("say.next_known",)),
    "customs decides": (Part.NEXT, ("say.customs_decides",)),
    "ask": (Part.ASK, ("{code}.ask",)),
}
"""What an entry may be made of: the part it plays and the keys of its forms."""


def entry(
    code: NoticeCode, title: str, level: Level, pieces: Sequence[str], slots: tuple[Slot, ...] = (), *, route: bool
) -> Entry:
    """An entry whose *pieces* are named in reading order. Raises KeyError for a piece that there is not."""
    named = (
        (part, tuple(key.format(code=code.value) for key in keys)) for part, keys in (_PIECES[one] for one in pieces)
    )
    return Entry(code, title, level, tuple(Piece(part, keys) for part, keys in named), slots, route)
