"""UN/EDIFACT: a tolerant tokenizer. Delimiters come from UNA, groups are optional, wrong counts are warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from service.formats.edi import MOST_TOGETHER, Note, decode, too_many
from service.formats.edifact.segments import Segment, get, segments
from service.formats.fields import shown

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


def text_of(body: bytes) -> tuple[str, str]:
    """The text of *body*, by what its UNB says of the encoding, and a warning. Raises `Unreadable`."""
    found = re.search(rb"UNO[A-Z]", body[:200])
    return decode(body, _ENCODINGS.get(found[0], "cp1252") if found else "cp1252")


def parts(text: str, note: Note) -> Iterator[Part]:
    """Each message of *text*, cut where CNI or STS begins another loop; a CNI loop heads the STS loops below it.

    Raises `Unreadable` for what is no EDIFACT.
    """
    state = _State(note)
    for segment in segments(text, note):
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
