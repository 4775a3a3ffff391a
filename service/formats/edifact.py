"""UN/EDIFACT: a tolerant tokenizer. Delimiters come from UNA, groups are optional, wrong counts are warnings."""

from __future__ import annotations

import re
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
    check_counts,
    decode,
    too_long,
    too_many,
)
from service.formats.fields import shown

Element = list[str]
"""The components of an element."""

Segment = list[Element]
"""The elements of a segment; the first holds the tag."""

_BLANKS = " \t\r\n"
_INK = re.compile(r"[^ \t\r\n]")

_ENCODINGS = {
    b"UNOC": "latin-1",
    b"UNOD": "iso8859-2",
    b"UNOE": "iso8859-5",
    b"UNOF": "iso8859-7",
    b"UNOG": "iso8859-3",
    b"UNOH": "iso8859-4",
    b"UNOI": "iso8859-6",
    b"UNOJ": "iso8859-8",
    b"UNOK": "iso8859-9",
}
"""What the syntax identifier of UNB says of the bytes; text in UTF-8 is taken whatever it says."""


class Envelope(NamedTuple):
    """What stands around a message. `stated` is the time of the interchange, which has no zone, taken as UTC."""

    sender: str
    stated: datetime | None
    interchange: str
    message: str
    kind: str
    version: str
    release: str


class Part(NamedTuple):
    """What stands below a segment that begins a loop, with the message's head. Not `whole`: the body ends in it.

    All loops of a consignment have the same `head`, so what is read of it once need not be read again.
    """

    of: Envelope
    head: list[Segment]
    loop: list[Segment]
    whole: bool


class Signs(NamedTuple):
    """The characters between components, elements and segments, and the one that releases them."""

    component: str = ":"
    element: str = "+"
    release: str = "?"
    terminator: str = "'"


def text_of(body: bytes) -> tuple[str, str]:
    """The text of *body*, by what its UNB says of the encoding, and a warning. Raises `Unreadable`."""
    found = re.search(rb"UNO[A-Z]", body[:200])
    return decode(body, _ENCODINGS.get(found[0], "cp1252") if found else "cp1252")


def get(segment: Segment, number: int, component: int = 0) -> str:
    """A component without outer blanks; nothing where it is missing."""
    if number < len(segment) and component < len(segment[number]):
        return segment[number][component].strip()
    return ""


def parts(text: str, note: Note) -> Iterator[Part]:
    """Each message of *text*, cut where CNI or STS begins another loop; a CNI loop heads the STS loops below it.

    Raises `Unreadable` for what is no EDIFACT.
    """
    state = _State(note)
    for segment in _segments(text, note):
        yield from state.take(segment)
    yield from state.end()


class _State:
    """Where in the envelopes the reader is."""

    def __init__(self, note: Note) -> None:
        self._note = note
        self._unb: Segment = []
        self._messages = self._groups = self._count = 0
        self._envelope: Envelope | None = None
        self._head: list[Segment] = []
        self._consignment: list[Segment] = []
        self._above: list[Segment] | None = None
        self._loop: list[Segment] = []

    def take(self, segment: Segment) -> Iterator[Part]:
        tag = segment[0][0]
        if tag in {"UNB", "UNG", "UNH", "UNE", "UNZ"}:
            if self._envelope is not None:
                self._note("UNT", f"Message {shown(self._envelope.message)} ends without UNT.")
                yield self._close(whole=True)
            self._envelopes(tag, segment)
        elif tag == "UNT" and self._envelope is not None:
            self._check("UNT", get(segment, 1), str(self._count + 1))
            self._check("UNT", get(segment, 2), self._envelope.message)
            yield self._close(whole=True)
        elif self._envelope is not None:
            self._count += 1
            yield from self._body(tag, segment, self._envelope)

    def _body(self, tag: str, segment: Segment, of: Envelope) -> Iterator[Part]:
        if tag in {"CNI", "STS"} and self._loop:
            yield self._part(of, whole=True)
            self._loop = []
        if tag == "CNI":
            self._consignment, self._above = [segment], None
        elif tag == "STS" or self._loop:
            self._loop.append(segment)
        elif self._consignment:
            self._consignment.append(segment)
        else:
            self._head.append(segment)
        if len(self._head) + len(self._consignment) + len(self._loop) > MOST_TOGETHER:
            raise too_many("segments_of_one_message", MOST_TOGETHER)

    def end(self) -> Iterator[Part]:
        """What is open where the body ends."""
        if self._envelope is not None:
            yield self._close(whole=False)
        if self._unb:
            self._note("UNZ", "The interchange ends without UNZ.")

    def _close(self, *, whole: bool) -> Part:
        assert self._envelope is not None
        part = self._part(self._envelope, whole=whole)
        self._envelope, self._above = None, None
        self._head, self._consignment, self._loop = [], [], []
        return part

    def _part(self, of: Envelope, *, whole: bool) -> Part:
        if self._above is None:
            self._above = self._head + self._consignment
        return Part(of, self._above, self._loop, whole)

    def _envelopes(self, tag: str, segment: Segment) -> None:
        if tag == "UNB":
            self._unb, self._messages, self._groups = segment, 0, 0
            if get(segment, 11) == "1":
                self._note("UNB", "The interchange is marked as a test.")
        elif tag == "UNG":
            self._groups += 1
        elif tag == "UNH":
            self._messages += 1
            self._count = 1
            self._envelope = Envelope(
                get(self._unb, 2),
                _stated(self._unb),
                get(self._unb, 5),
                get(segment, 1),
                get(segment, 2).upper(),
                get(segment, 2, 1).upper(),
                get(segment, 2, 2).upper(),
            )
        elif tag == "UNZ":
            counted = str(self._groups or self._messages)
            self._check("UNZ", get(segment, 1), counted)
            self._check("UNZ", get(segment, 2), get(self._unb, 5))
            self._unb = []

    def _check(self, where: str, said: str, known: str) -> None:
        if said.lstrip("0") != known.lstrip("0"):
            self._note(where, f"{where} says {shown(said)} where {shown(known)} was expected.")


def _segments(text: str, note: Note) -> Iterator[Segment]:
    """Every segment, by the delimiters of the interchange that it stands in."""
    at, size, seen = len(text) - len(text.lstrip(_BLANKS)), len(text), 0
    if text[at : at + 3] not in {"UNA", "UNB"}:
        raise _no_edifact(text[at : at + 20])
    signs = _signs(text[at + 3 : at + 9]) if text.startswith("UNA", at) else Signs()
    check_counts(
        text,
        {
            "segments": (signs.terminator, MOST_SEGMENTS),
            "interchanges": ("UNB" + signs.element, MOST_INTERCHANGES),
            "events": ("STS" + signs.element, MOST_EVENTS),
            "messages": ("UNH" + signs.element, MOST_EVENTS),
            "heads": ("UNA", MOST_INTERCHANGES),
        },
    )
    while at < size:
        if text.startswith("UNA", at):
            signs = _signs(text[at + 3 : at + 9])
            at = _after_blanks(text, at + 9)
            continue
        end = _end(text, at, signs)
        if (size if end < 0 else end) - at > LONGEST_SEGMENT:
            raise too_long()
        raw = text[at : size if end < 0 else end].strip(_BLANKS)
        if end < 0 and raw and raw[:3] not in {"UNZ", "UNT", "UNE"}:
            note("UNZ", f"The body ends within the segment {shown(raw[:20])}: it was left out.")
            return
        at = size if end < 0 else _after_blanks(text, end + 1)
        seen += 1
        if seen > MOST_SEGMENTS:
            raise too_many("segments", MOST_SEGMENTS)
        if raw:
            yield _split(raw, signs)


def _after_blanks(text: str, at: int) -> int:
    found = _INK.search(text, at)
    return found.start() if found else len(text)


def _end(text: str, at: int, signs: Signs) -> int:
    """Where the segment at *at* ends: the next terminator that is not released, or -1."""
    end = text.find(signs.terminator, at)
    while at < end <= at + LONGEST_SEGMENT and text[end - 1] == signs.release and _released(text, at, end):
        end = text.find(signs.terminator, end + 1)
    return end


def _released(text: str, first: int, at: int) -> bool:
    """Whether an odd number of the characters that stand before *at* release it."""
    release, begin = text[at - 1], at
    while begin > first and text[begin - 1] == release:
        begin -= 1
    return (at - begin) % 2 == 1


def _split(raw: str, signs: Signs) -> Segment:
    if signs.release and signs.release in raw:
        return _split_released(raw, signs)
    component = signs.component
    return [element.split(component, MOST_ELEMENTS) for element in raw.split(signs.element, MOST_ELEMENTS)]


def _split_released(raw: str, signs: Signs) -> Segment:
    """The same where characters are released: they are read one by one."""
    segment: Segment = [[]]
    kept: list[str] = []
    letters = iter(raw)
    for letter in letters:
        if letter == signs.release:
            kept.append(next(letters, ""))
        elif letter == signs.element and len(segment) <= MOST_ELEMENTS:
            segment[-1].append("".join(kept))
            segment.append([])
            kept = []
        elif letter == signs.component and len(segment[-1]) < MOST_ELEMENTS:
            segment[-1].append("".join(kept))
            kept = []
        else:
            kept.append(letter)
    segment[-1].append("".join(kept))
    return segment


def _signs(said: str) -> Signs:
    """UNA: component, element, decimal mark, release (a blank for none), reserved, terminator."""
    signs = Signs(said[0:1], said[1:2], said[3:4].strip(), said[5:6])
    used = [sign for sign in signs if sign]
    if len(said) < 6 or len(set(used)) < len(used) or any(sign.isalnum() or sign == " " for sign in used):
        raise unreadable("bad_una", f"UNA holds {shown(said)}.", "Send UNA:+.? ' or leave it out.")
    return signs


def _no_edifact(begin: str) -> Unreadable:
    if begin.startswith("ISA"):
        return unreadable("not_edifact", "This is X12, not EDIFACT.", "Use a source with an x12 format.")
    return unreadable("not_edifact", f"The body begins with {shown(begin)}.", "Send an interchange, from UNB to UNZ.")


def _stated(interchange: Segment) -> datetime | None:
    """The date and time of UNB: YYMMDD (CCYYMMDD from syntax 4 on) and HHMM."""
    day, clock = get(interchange, 4), get(interchange, 4, 1)
    day = f"20{day}" if len(day) == 6 else day
    clock = clock if len(clock) == 4 else "0000"
    if not (day + clock).isascii() or not (day + clock).isdigit() or len(day) != 8:
        return None
    try:
        return datetime(int(day[:4]), int(day[4:6]), int(day[6:]), int(clock[:2]), int(clock[2:]), tzinfo=UTC)
    except ValueError:
        return None
