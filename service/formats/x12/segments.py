"""ANSI X12: a tolerant tokenizer. Delimiters are read from each ISA, padded or not; wrong counts are warnings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from service.formats.base import Unreadable, unreadable
from service.formats.edi import (
    LONGEST_SEGMENT,
    MOST_ELEMENTS,
    MOST_EVENTS,
    MOST_INTERCHANGES,
    MOST_SEGMENTS,
    MOST_TOGETHER,
    Note,
    Segment,
    check_counts,
    element,
    too_long,
    too_many,
)
from service.formats.fields import shown

_ISA_ELEMENTS = 16
_PADDED = 106
_BLANKS = " \t\r\n"


class Envelope(NamedTuple):
    """What stands around a set. `stated` is the time of the group, which X12 writes without a zone, taken as UTC."""

    sender: str
    stated: datetime | None
    version: str
    code: str
    control: str


class Part(NamedTuple):
    """One loop of a set with the set's head; `loop` is empty where it has none. Not `whole`: the body ends in it.

    All loops of a set have the same `head`, so what is read of it once need not be read again.
    """

    of: Envelope
    head: list[Segment]
    loop: list[Segment]
    whole: bool


def parts(text: str, start: str, event: str, note: Note) -> Iterator[Part]:
    """Each set of *text*, cut where a segment *start* begins another loop; a segment *event* is an event.

    Raises `Unreadable` for what is no X12, or holds too much.
    """
    state = _State(note)
    for segment in _segments(text, event, note):
        yield from state.take(segment, start)
    yield from state.end()


class _State:
    """Where in the envelopes the reader is."""

    def __init__(self, note: Note) -> None:
        self._note = note
        self._isa: Segment = []
        self._gs: Segment = []
        self._sets = self._groups = self._count = 0
        self._envelope: Envelope | None = None
        self._head: list[Segment] = []
        self._loop: list[Segment] = []

    def take(self, segment: Segment, start: str) -> Iterator[Part]:
        tag = segment[0]
        if tag in {"ISA", "GS", "ST", "GE", "IEA"}:
            if self._envelope is not None:
                self._note("SE", f"Set {shown(self._envelope.control)} ends without SE.")
                yield self._close(whole=True)
            self._envelopes(tag, segment)
        elif tag == "SE" and self._envelope is not None:
            self._check_end(segment)
            yield self._close(whole=True)
        elif self._envelope is not None:
            self._count += 1
            if tag == start and self._loop:
                yield Part(self._envelope, self._head, self._loop, whole=True)
                self._loop = [segment]
            elif tag == start or self._loop:
                self._loop.append(segment)
            else:
                self._head.append(segment)
            if len(self._loop) + len(self._head) > MOST_TOGETHER:
                raise too_many("segments_of_one_set", MOST_TOGETHER)

    def end(self) -> Iterator[Part]:
        """What is open where the body ends."""
        if self._envelope is not None:
            yield self._close(whole=False)
        if self._isa:
            self._note("IEA", "The interchange ends without IEA.")

    def _close(self, *, whole: bool) -> Part:
        assert self._envelope is not None
        part = Part(self._envelope, self._head, self._loop, whole)
        self._envelope, self._head, self._loop = None, [], []
        return part

    def _envelopes(self, tag: str, segment: Segment) -> None:
        if tag == "ISA":
            self._isa, self._gs, self._groups = segment, [], 0
            if element(segment, 15).upper() == "T":
                self._note("ISA15", "The interchange is marked as a test.")
        elif tag == "GS":
            self._gs, self._sets = segment, 0
            self._groups += 1
        elif tag == "ST":
            self._sets += 1
            self._count = 1
            self._envelope = Envelope(
                element(self._gs, 2) or element(self._isa, 6),
                _stated(self._gs),
                element(self._gs, 8),
                element(segment, 1),
                element(segment, 2),
            )
        elif tag == "GE":
            self._check("GE01", segment, 1, self._sets)
            self._check_same("GE02", segment, element(self._gs, 6))
            self._gs = []
        else:
            self._check("IEA01", segment, 1, self._groups)
            self._check_same("IEA02", segment, element(self._isa, 13))
            self._isa = []

    def _check_end(self, segment: Segment) -> None:
        assert self._envelope is not None
        self._check("SE01", segment, 1, self._count + 1)
        self._check_same("SE02", segment, self._envelope.control)

    def _check(self, where: str, segment: Segment, number: int, counted: int) -> None:
        said = element(segment, number)
        if said.lstrip("0") != str(counted):
            self._note(where, f"{where} says {shown(said)}, and {counted} were counted.")

    def _check_same(self, where: str, segment: Segment, control: str) -> None:
        said = element(segment, 2)
        if said.lstrip("0") != control.lstrip("0"):
            self._note(where, f"{where} is {shown(said)}, and the control number above is {shown(control)}.")


def _segments(text: str, event: str, note: Note) -> Iterator[Segment]:
    """Every segment, by the delimiters of the interchange that it stands in."""
    at = len(text) - len(text.lstrip())
    separator, terminator = _delimiters(text, at)
    check_counts(
        text,
        {
            "segments": (terminator, MOST_SEGMENTS),
            "events": (f"{event}{separator}", MOST_EVENTS),
            "interchanges": (f"ISA{separator}", MOST_INTERCHANGES),
        },
    )
    size = len(text)
    while at < size:
        end = text.find(terminator, at)
        raw = text[at : size if end < 0 else end].strip(_BLANKS)
        if raw.startswith("ISA") and not raw.startswith(f"ISA{separator}"):
            begins = text.index("ISA", at)
            separator, terminator = _delimiters(text, begins)
            at = begins
            continue
        if raw.startswith("ISA"):
            begins = text.index("ISA", at)
            fresh = _delimiters(text, begins)
            if fresh != (separator, terminator):
                separator, terminator = fresh
                end = text.find(terminator, begins)
                raw = text[begins : size if end < 0 else end].strip(_BLANKS)
        at = size if end < 0 else end + 1
        if not raw:
            continue
        if len(raw) > LONGEST_SEGMENT:
            raise too_long()
        if end < 0 and raw[:3] not in {"IEA", f"SE{separator}", f"GE{separator}"}:
            note("ISA", f"The body ends within the segment {shown(raw[:20])}: it was left out.")
            return
        yield raw.split(separator, MOST_ELEMENTS)


def _delimiters(text: str, at: int) -> tuple[str, str]:
    """Separator of elements and terminator of segments of the interchange that begins at *at*."""
    if not text.startswith("ISA", at) or len(text) < at + 20:
        raise _no_isa(text[at : at + 20])
    separator = text[at + 3]
    if separator.isalnum() or separator in _BLANKS:
        raise _no_isa(text[at : at + 20])
    if (
        text.count(separator, at, at + _PADDED) == _ISA_ELEMENTS
        and text[at + _PADDED - 3 : at + _PADDED - 2] == separator
    ):
        terminator = text[at + _PADDED - 1 : at + _PADDED]
    else:
        terminator = _unpadded(text, at, separator)
    if not terminator or terminator.isalnum() or terminator == separator:
        raise unreadable("no_terminator", "The ISA does not show where segments end.", "Send ISA with 16 elements.")
    return separator, "\n" if terminator == "\r" and text.find("\r\n", at, at + 300) >= 0 else terminator


def _unpadded(text: str, at: int, separator: str) -> str:
    """The terminator behind the sixteenth element, which is one character or missing."""
    place = at
    for _ in range(_ISA_ELEMENTS):
        place = text.find(separator, place + 1, at + 400)
        if place < 0:
            raise unreadable("short_isa", "The ISA has less than 16 elements.", "Send it whole.")
    first, second = text[place + 1 : place + 2], text[place + 2 : place + 3]
    if second in {"\r", "\n"}:
        # Either lines end segments, or ISA16 is missing and a line end follows the terminator: the next line shows it.
        line = text[place + 2 : place + 300].lstrip(_BLANKS).partition("\n")[0].rstrip(_BLANKS)
        return first if line.endswith(first) else second
    return first if text.startswith(f"GS{separator}", place + 2) else second


def _no_isa(begin: str) -> Unreadable:
    if begin[:3] in {"UNA", "UNB"}:
        return unreadable("not_x12", "This is EDIFACT, not X12.", "Use a source with the format iftsta.")
    return unreadable("not_x12", f"The body begins with {shown(begin)}.", "Send an X12 interchange, from ISA to IEA.")


def _stated(group: Segment) -> datetime | None:
    day, clock = element(group, 4), element(group, 5)
    if len(day) == 6:
        day = f"20{day}"
    clock = f"{clock}000000"[:6] if len(clock) in {4, 6, 7, 8} else "000000"
    if not (day.isascii() and clock.isascii() and day.isdigit() and clock.isdigit() and len(day) == 8):
        return None
    try:
        return datetime(
            int(day[:4]), int(day[4:6]), int(day[6:]), int(clock[:2]), int(clock[2:4]), int(clock[4:]), tzinfo=UTC
        )
    except ValueError:
        return None
