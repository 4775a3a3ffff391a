"""What X12 and EDIFACT have in common: bytes to text, values of bounded length, and events collected into a reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256

from service.formats.base import Refused, Unreadable, unreadable
from service.formats.fields import UNWANTED, shown
from service.formats.packing import refuse_packed
from service.formats.vocabulary import IGNORE, Code, Vocabulary, index, key, own_meaning
from service.records.enums import Milestone, Reason
from service.records.inbound import Ignored, Item, Problem, Reading, RefValue, Unmapped

MOST_SEGMENTS = 500_000
"""Segments of a body that are read. The largest body has more only where a segment has less than ten characters."""

MOST_EVENTS = 50_000
"""Events of a body that are read. The largest body has more only where an event has less than 100 characters."""

MOST_FACTS = 100_000
"""Facts of a body that are read: a status may be about many containers."""

MOST_INTERCHANGES = 10_000
"""Interchanges of a body that are read."""

MOST_TOGETHER = 5_000
"""Segments of one loop that are kept at a time."""

LONGEST_SEGMENT = 20_000
"""Characters of one segment."""

MOST_ELEMENTS = 100
"""Elements of a segment; what is behind stays in the last."""

MOST_NOTES = 100
"""Warnings of a reading."""

Segment = list[str]
"""The tag and the elements of a segment, so that `segment[3]` is element 03."""

Note = Callable[[str, str], None]
"""Takes what was read although it looks wrong: where (`SE01`), and a sentence."""


class Nothing(Exception):
    """The event is in order and says nothing to a customer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unknown(Exception):
    """The event's code stands in no table: `code` with its vocabulary, and what the sender says of it."""

    def __init__(self, code: str, says: str = "", pointer: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.says = says
        self.pointer = pointer


def decode(body: bytes, encoding: str = "cp1252") -> tuple[str, str]:
    """The text of *body* (UTF-8, else *encoding*), and a warning where it was not UTF-8. Raises `Unreadable`."""
    if not body or body.isspace():
        raise unreadable("empty_body", "The body is empty.", "Send an interchange.")
    refuse_packed(body)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in body[:200]:
        raise unreadable("wrong_encoding", "The body is UTF-16 or holds NUL bytes.", "Send it as UTF-8 or ISO 8859-1.")
    try:
        return body.removeprefix(b"\xef\xbb\xbf").decode(), ""
    except UnicodeDecodeError as error:
        return body.decode(encoding, "replace"), f"Byte {error.start} is not UTF-8: the text is read as {encoding}."


def clean(value: str, limit: int) -> str | None:
    """*value* on one line, without outer blanks, cut at *limit* characters; None where nothing is left."""
    value = value.strip()
    if not value:
        return None
    if not (value.isascii() and value.isprintable()):
        value = UNWANTED.sub(" ", value[: 4 * limit])
    return " ".join(value[: 4 * limit].split())[:limit].strip() or None


def element(segment: Segment, number: int) -> str:
    """An element without outer blanks; nothing where the segment ends before it."""
    return segment[number].strip() if number < len(segment) else ""


def hash_of(*parts: str | None) -> str:
    """SHA-256 in hexadecimal over *parts* in order: the identity of an event that has no id of its own."""
    return sha256("\x1f".join(part or "" for part in parts).encode("utf-8", "replace")).hexdigest()


def names_of(refs: Iterable[RefValue]) -> tuple[str, ...]:
    """What *refs* name, in one order, as a part of an identity."""
    return tuple(sorted(f"{ref.type.value}={ref.value}" for ref in refs))


class Table:
    """A vocabulary, indexed for the look-up of many codes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._rows = index(vocabulary.rows)

    def __contains__(self, code: str) -> bool:
        return code in self._rows

    @staticmethod
    def own(
        options: Mapping[str, object], vocabulary: str, code: str, *, says: str = "", pointer: str = ""
    ) -> tuple[Milestone, Reason | None]:
        """What the account says of a status. Raises `Nothing` where it ignores it, `Unknown` where it says nothing."""
        own = own_meaning(options, vocabulary, code)
        if own == IGNORE:
            raise Nothing(f"The account ignores {shown(code)}.")
        if isinstance(own, Milestone):
            return own, None
        if isinstance(own, Reason):
            return Milestone.DELAYED, own
        raise Unknown(key(vocabulary, code), says, pointer)

    def meaning(
        self,
        code: str,
        options: Mapping[str, object],
        fits: Callable[[str], bool],
        *,
        says: str = "",
        pointer: str = "",
    ) -> tuple[Milestone, Reason | None]:
        """What a status means: the account's own meaning, else the first row whose `when` *fits*.

        Raises `Nothing` for what is ignored, `Unknown` for a code that the list does not have.
        """
        name = self.vocabulary.name
        rows = self._rows.get(code, ())
        if not rows or own_meaning(options, name, code) is not None:
            return self.own(options, name, code, says=says, pointer=pointer)
        for row in rows:
            if row.when and not fits(row.when):
                continue
            if isinstance(row.becomes, Milestone):
                return row.becomes, row.reason
            raise Nothing(f"{row.becomes} ({code})")
        raise Unknown(key(name, code), says, pointer)

    def reason(
        self, code: str, options: Mapping[str, object], note: Note, where: str, unless: frozenset[str] = frozenset()
    ) -> Reason | None:
        """The reason of a code; None for a code that names no delay, and with a warning for an unknown one.

        A code in *unless* has none but what the account itself says.
        """
        if not code:
            return None
        own = own_meaning(options, self.vocabulary.name, code)
        if own is not None:
            return own if isinstance(own, Reason) else None
        row = next(iter(self._rows.get(code, ())), None)
        if row is None:
            note(where, f"The reason {key(self.vocabulary.name, shown(code))} is not known: left out.")
            return None
        return row.becomes if isinstance(row.becomes, Reason) and code not in unless else None


def rows_of(
    table: str, becomes: Milestone | Reason | str, when: str = "", reason: Reason | None = None
) -> tuple[Code, ...]:
    """A row for each `CODE says` of *table*, separated by semicolons or line ends, all of which become the same."""
    pairs = (entry.split(None, 1) for entry in table.replace("\n", ";").split(";") if entry.strip())
    return tuple(Code(code, says.strip(), becomes, when, reason) for code, says in pairs)


class Collector:
    """The events of a body, one after the other, as they end: item, ignored, unmapped or problem."""

    def __init__(self) -> None:
        self.count = 0
        self._facts = 0
        self._items: list[tuple[int, Item]] = []
        self._ignored: list[Ignored] = []
        self._problems: list[Problem] = []
        self._unmapped: list[Unmapped] = []
        self._notes: dict[str, str] = {}
        self._seen: dict[str, int] = {}

    def take(self, read: Callable[[], Item]) -> None:
        """Read the next event. Raises `Unreadable` where a body has more of them than are read."""
        at = self.count
        if at >= MOST_EVENTS:
            raise too_many("events", MOST_EVENTS)
        self.count += 1
        try:
            item = read()
        except Nothing as nothing:
            self._ignored.append(Ignored(at, nothing.reason))
        except Unknown as unknown:
            self._unmapped.append(Unmapped(at, unknown.code, unknown.says, f"/{at}{unknown.pointer}"))
        except Refused as refused:
            self._problems.append(refused.problem(at, f"/{at}"))
        else:
            self._facts += len(item.facts)
            if self._facts > MOST_FACTS:
                raise too_many("facts", MOST_FACTS)
            first = self._seen.setdefault(item.key, at)
            if first == at:
                self._items.append((at, item))
            else:
                self._ignored.append(Ignored(at, f"It repeats item {first} of the same call."))

    def noter(self, behind: int = 0) -> Note:
        """Something that takes warnings about the event that is read next, or *behind* it."""

        def note(where: str, sentence: str) -> None:
            if len(self._notes) < MOST_NOTES:
                self._notes[f"/{max(0, self.count - behind)}/{where}"] = sentence

        return note

    def reading(self, nothing: Unreadable) -> Reading:
        """All of it. Raises *nothing* where there was no event at all."""
        if not self.count:
            raise nothing
        return Reading(
            tuple(self._items),
            tuple(self._ignored),
            tuple(self._problems),
            tuple(self._unmapped),
            notes=self._notes,
        )


def too_long() -> Unreadable:
    """The refusal of a body with a segment that never ends."""
    return unreadable(
        "segment_too_long",
        f"A segment has more than {LONGEST_SEGMENT:,} characters.",
        "Check that the delimiters are those that the head of the interchange announces.",
    )


def check_counts(text: str, counts: Mapping[str, tuple[str, int]]) -> None:
    """Raise `Unreadable` at once for a *text* in which something stands more often than is read.

    *counts* has the name of each thing with the mark to count and the most there may be.
    """
    for what, (mark, most) in counts.items():
        if text.count(mark) > most:
            raise too_many(what, most)


def too_many(what: str, most: int) -> Unreadable:
    """The refusal of a body that holds more than is read."""
    return unreadable(f"too_many_{what}", f"The body holds more than {most:,} {what}.", "Send it in several calls.")
