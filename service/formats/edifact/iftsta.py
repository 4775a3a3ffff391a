"""UN/EDIFACT IFTSTA: statuses of consignments and equipment. See docs/integrations/edifact-iftsta.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar

from service.formats.base import Refused, unreadable
from service.formats.edi import Collector, Note, Nothing
from service.formats.edifact import element_9011 as iftsta_9011
from service.formats.edifact import element_9013 as iftsta_9013
from service.formats.edifact.iftsta_event import item_of
from service.formats.edifact.iftsta_meaning import Context
from service.formats.edifact.iftsta_message import Head, look_through, read_head
from service.formats.edifact.iftsta_refs import Above, named
from service.formats.edifact.interchange import Part, parts, text_of
from service.formats.edifact.segments import Segment
from service.formats.fields import shown
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Item, Reading

_ANSWERS = frozenset({"CONTRL", "APERAK"})
_BEHIND = frozenset({"UNZ", "UNE"})


class Iftsta:
    """International multimodal status report: messages IFTSTA of one or more interchanges."""

    name: ClassVar[str] = "iftsta"
    title: ClassVar[str] = "UN/EDIFACT IFTSTA, multimodal status"
    content_types: ClassVar[tuple[str, ...]] = ("application/edifact", "text/plain")
    answer_status: ClassVar[int] = 202
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {
        "status_list": "The list of the codes in STS where the sender departs from its directory: 9011, 4405 or 157.",
        "bill_is_house": "true reads bills of lading (BM) as house bills, for the feed of a forwarder.",
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (
        iftsta_9011.LIST,
        iftsta_9011.NEW_LIST,
        iftsta_9013.LIST,
    )

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the messages of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        text, warning = text_of(body)
        collector = Collector()
        note, ahead = collector.noter(behind=1), collector.noter()
        if warning:
            ahead("UNB", warning)
        reader = _Messages(now, options, note)
        for part in parts(text, _sorted(note, ahead)):
            collector.take(partial(reader.read, part))
        return collector.reading(
            unreadable("no_event", "The body holds no message.", "Send UNH+1+IFTSTA:D:96A:UN inside of UNB and UNZ.")
        )


def _sorted(behind: Note, ahead: Note) -> Note:
    def note(where: str, sentence: str) -> None:
        (behind if where in _BEHIND else ahead)(where, sentence)

    return note


class _Messages:
    """The statuses of one message after the other. What stands above several of them is read once."""

    def __init__(self, now: datetime, options: Mapping[str, object], note: Note) -> None:
        self._now = now
        self._options = options
        self._note = note
        self._seen: dict[str, int] = {}
        self._segments: list[Segment] | None = None
        self._head: Head | None = None
        self._above = Above([])

    def read(self, part: Part) -> Item:
        """The item of one status. Raises `Nothing`, `Unknown` or `Refused`."""
        if part.of.kind in _ANSWERS:
            raise Nothing(f"{part.of.kind} answers for other messages.")
        if part.of.kind != "IFTSTA":
            raise Refused(
                "other_message",
                f"This is a message {shown(part.of.kind)}; the source reads IFTSTA.",
                "Post only IFTSTA to this source.",
                "/UNH",
            )
        if not part.whole:
            raise Refused("cut_off", "The body ends within this message.", "Send it whole, to its UNZ.", "/UNH")
        if not part.loop:
            raise Nothing("It holds no status (STS).")
        if self._head is None or part.head is not self._segments:
            self._segments, self._head = part.head, read_head(part.head)
            self._above = Above(named(self._head.pairs, self._options, self._note))
        context = Context(part.of, self._now, self._options, self._note, self._seen, self._above)
        return item_of(look_through(self._head, part.loop), context)
