"""What a date is a date of, in words: due at a port, ready to collect, at your door. Never a date without an object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.records.enums import Line, Transport
from service.records.said import SaidDate
from service.wording.languages import ENGLISH, Language

CLOCKED = frozenset({Line.DELIVERY, Line.FREE_TIME, Line.NEXT_WORD, Line.DECISION, Line.CALL, Line.ANSWER})
"""The lines for which a clock time means something; a ship's arrival is never more exact than its day."""

_ARRIVES = frozenset({Transport.OCEAN, Transport.AIR, Transport.RAIL})


def arrives_at(language: Language, transport: Transport) -> str:
    """Where an arrival is due when its place has no name: `at port`, `at the airport`."""
    return language.say(f"arrives.{transport.value}" if transport in _ARRIVES else "arrives")


ARRIVES_AT = {transport: arrives_at(ENGLISH, transport) for transport in _ARRIVES}
"""The same in English, by mode of transport."""

AT_DESTINATION = arrives_at(ENGLISH, Transport.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A said date with its words chosen and its dates written, in one language.

    `said` holds the new date in a sentence, `state` after "is now"; `what` is the line without its date, `label` its
    row in a table.
    """

    line: Line
    language: Language
    said: str
    state: str
    what: str
    label: str
    new: str
    was: str
    unchanged: bool

    @property
    def clause(self) -> str:
        """`now due Felixstowe Tue 13 Oct, was Fri 9 Oct`, `still due …` or `due …`."""
        if self.was:
            return self.language.say("date.moved", {"said": self.said, "was": self.was, "new": self.new})
        return self.language.say("date.still", {"said": self.said}) if self.unchanged else self.said

    @property
    def now(self) -> str:
        """The same, but a first date is said to hold "now" as well."""
        if self.was or self.unchanged:
            return self.clause
        return self.language.say("date.now", {"said": self.said})


def spoken(
    said: SaidDate, *, place: str, transport: Transport, new: str, was: str, language: Language, owner: str, number: str
) -> Spoken:
    """Put a date into words. *was* is dropped where it reads like the new date: nothing changed for the reader.

    *owner* is who calls or answers; *number* the plural category of the orders.
    """
    values = {"place": place, "arrival": arrives_at(language, transport), "owner": owner, "#": number}
    line, dated = f"line.{said.line.value}", {**values, "new": new}
    return Spoken(
        line=said.line,
        language=language,
        said=language.say(f"{line}.say", dated),
        state=language.say(f"{line}.state", dated),
        what=language.say(f"{line}.say", values),
        label=language.say(f"{line}.label", values),
        new=new,
        was="" if was == new else was,
        unchanged=said.unchanged or was == new,
    )


def sentences(language: Language, dates: Sequence[Spoken], reason: str = "") -> str:
    """All dates in one sentence, or one each where an old date stands beside a new one; empty for none.

    The *reason* stands with the date that moved.
    """
    if any(date.was for date in dates):
        return " ".join(_moved(language, date, reason) for date in dates)
    return sentence(language, join(language, [date.clause for date in dates], "date.and", "date.and")) if dates else ""


def sentence(language: Language, text: str) -> str:
    """*text* as a whole sentence."""
    return language.say("sentence", {"text": capital(text)})


def join(language: Language, items: Sequence[str], last: str = "list.comma", between: str = "list.comma") -> str:
    """*items* as a list: joined by the text of the key *between*, the last one by that of *last*."""
    if not items:
        return ""
    text = items[0]
    for index, item in enumerate(items[1:], 2):
        text = language.say(last if index == len(items) else between, {"first": text, "last": item})
    return text


def capital(text: str) -> str:
    """*text* with a capital first letter."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """*text* with a small first letter."""
    return text[:1].lower() + text[1:]


def _moved(language: Language, date: Spoken, reason: str) -> str:
    because = {"text": date.clause, "reason": reason}
    return sentence(language, language.say("because", because) if date.was and reason else date.clause)
