"""What a date is a date of, in words: due at a port, ready to collect, at your door. Never a date without an object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.records.enums import Line, Transport
from service.records.said import SaidDate
from service.wording.forms import Forms, choose


@dataclass(frozen=True, slots=True)
class Words:
    """How one line is spoken of: in a sentence (`verb`), after "is now" (`state`), and as a row's `label`.

    `heading` names the two dates in an e-mail's subject.
    """

    verb: Forms
    state: Forms
    label: Forms
    heading: str


WORDS: dict[Line, Words] = {
    Line.DEPARTURE: Words(
        verb=("leaves[ {place}]",),
        state=("leaving[ {place}]",),
        label=("Leaves[ {place}]",),
        heading="leaves",
    ),
    Line.ARRIVAL: Words(
        verb=("due {place}", "due {arrival}"),
        state=("due {place}", "due {arrival}"),
        label=("Due at {place}", "Due {arrival}"),
        heading="due",
    ),
    Line.READY: Words(
        verb=("ready to collect[ at {place}]",),
        state=("ready to collect[ at {place}]",),
        label=("Ready to collect[ at {place}]",),
        heading="ready to collect",
    ),
    Line.DELIVERY: Words(
        verb=("due at your door",), state=("due at your door",), label=("At your door",), heading="at your door"
    ),
    Line.FREE_TIME: Words(verb=("free until",), state=("free until",), label=("Free until",), heading="free until"),
    Line.DECISION: Words(
        verb=("we need your answer by",),
        state=("waiting for your answer by",),
        label=("We need your answer by",),
        heading="answer by",
    ),
    Line.NEXT_WORD: Words(
        verb=("next text by",), state=("spoken of next by",), label=("You hear from us by",), heading="next word by"
    ),
    Line.CALL: Words(verb=("we call you by",), state=("called by",), label=("We call you by",), heading="call by"),
    Line.ANSWER: Words(verb=("we answer by",), state=("answered by",), label=("We answer by",), heading="answer by"),
}

CLOCKED = frozenset({Line.DELIVERY, Line.NEXT_WORD, Line.DECISION, Line.CALL, Line.ANSWER})
"""The lines for which a clock time means something; a ship's arrival is never more exact than its day."""

ARRIVES_AT = {Transport.OCEAN: "at port", Transport.AIR: "at the airport", Transport.RAIL: "at the rail terminal"}
"""Where an arrival is due when its place has no name."""

AT_DESTINATION = "at destination"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A said date with its words chosen and its dates written."""

    line: Line
    verb: str
    state: str
    label: str
    new: str
    was: str
    unchanged: bool

    @property
    def clause(self) -> str:
        """`now due Felixstowe Tue 13 Oct, was Fri 9 Oct`, `still due …` or `due …`."""
        if self.was:
            return f"now {self.verb} {self.new}, was {self.was}"
        return f"{'still ' if self.unchanged else ''}{self.verb} {self.new}"


def spoken(said: SaidDate, *, place: str, transport: Transport, new: str, was: str) -> Spoken:
    """Put a date into words. *was* is dropped where it reads like the new date: nothing changed for the reader."""
    words = WORDS[said.line]
    values = {"place": place, "arrival": ARRIVES_AT.get(transport, AT_DESTINATION)}
    return Spoken(
        line=said.line,
        verb=choose(words.verb, values),
        state=choose(words.state, values),
        label=choose(words.label, values),
        new=new,
        was="" if was == new else was,
        unchanged=said.unchanged or was == new,
    )


def sentences(dates: Sequence[Spoken], reason: str = "") -> str:
    """All dates in one sentence, or one each where an old date stands beside a new one; empty for none.

    The *reason* stands with the date that moved.
    """
    if any(date.was for date in dates):
        because = f": {reason}" if reason else ""
        return " ".join(f"{capital(date.clause)}{because if date.was else ''}." for date in dates)
    return f"{capital(', '.join(date.clause for date in dates))}." if dates else ""


def capital(text: str) -> str:
    """*text* with a capital first letter."""
    return text[:1].upper() + text[1:]
