"""CargoWise: Universal Event and Universal Shipment XML, posted plainly or in the eAdaptor's SOAP stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import ClassVar

from service.formats.base import Answer, Refused, Unreadable, unreadable
from service.formats.cargowise import codes, stream
from service.formats.cargowise.event import read_event
from service.formats.cargowise.shipment import jobs, read_milestone
from service.formats.gathering import MOST_EVENTS, Gathering, Warnings
from service.formats.strict_xml import Node, each
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Ignored, Item, Problem, Reading

MOST_NAMES = 250_000
"""References that the milestones of a call may have together: those of one shipment all have the same ones."""

_WANTED = frozenset({"UniversalEvent", "UniversalShipment", "Event", "Shipment", *codes.OTHERS})


class CargoWise:
    """Elements are found by their local names, with or without an interchange around them.

    See docs/integrations/cargowise.md.
    """

    name: ClassVar[str] = "cargowise"
    title: ClassVar[str] = "CargoWise Universal XML (eAdaptor)"
    content_types: ClassVar[tuple[str, ...]] = ("text/xml", "application/xml")
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "wsse_password"
    options: ClassVar[Mapping[str, str]] = {}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (codes.EVENTS,)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the events of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        reader = _Reader(now, options)
        if not stream.is_envelope(body):
            reader.take(body)
            return reader.reading()
        if stream.is_ping(body):
            return Reading(ignored=(Ignored(0, "A test of the connection."),), batch=False)
        for document in stream.documents(body):
            try:
                if isinstance(document, Refused):
                    raise document
                reader.take(document)
            except Refused as refused:
                reader.refuse(refused.problem(0))
            except Unreadable as error:
                reader.refuse(error.problem)
        return reader.reading()

    def answer(self, body: bytes, refused: Problem | None, *, now: datetime) -> Answer | None:
        """The SOAP acknowledgement or fault for a call that came in an envelope."""
        if not stream.is_envelope(body):
            return None
        try:
            return stream.acknowledgement(body, now) if refused is None else stream.fault(refused, now)
        except Unreadable as error:
            return stream.fault(error.problem, now)

    def fault(self, body: bytes, refused: Problem, *, now: datetime) -> Answer | None:
        """A SOAP fault for what came in an envelope; see `service.formats.base.Faulting`."""
        return stream.fault(refused, now) if stream.is_envelope(body) else None


class _Reader:
    """Reads the documents of one call. Items are counted through all of them."""

    def __init__(self, now: datetime, options: Mapping[str, object]) -> None:
        self._now = now
        self._options = options
        self._next = 0
        self._names = 0
        self._gathered = Gathering()

    def reading(self) -> Reading:
        """Everything so far. Raises `Unreadable` where there was nothing at all."""
        if not self._next:
            raise unreadable("no_messages", "The SOAP envelope holds no Message.", "Let the eAdaptor send its stream.")
        return self._gathered.reading(batch=True)

    def refuse(self, problem: Problem) -> None:
        """A document that cannot be taken counts as one item."""
        index = self._count()
        self._gathered.refuse(replace(problem, index=index, pointer=f"/{index}{problem.pointer}"))

    def take(self, document: bytes) -> None:
        """Read one document. Raises `Unreadable` where it is no XML, or none of CargoWise."""
        before = self._next
        for node in each(document, _WANTED):
            if node.name in codes.OTHERS:
                self._gathered.ignore(self._count(), codes.OTHERS[node.name])
            elif node.name in {"UniversalShipment", "Shipment"}:
                self._shipment(node)
            else:
                self._events(node)
        if self._next == before:
            raise unreadable(
                "not_universal",
                "The XML holds neither UniversalEvent nor UniversalShipment.",
                "Let CargoWise send Universal Event XML (XUE) or Universal Shipment XML (XUS).",
            )

    def _events(self, node: Node) -> None:
        events = [node] if node.name == "Event" else list(node.all("Event"))
        for event in events:
            self._one(partial(read_event, event, self._now, self._options))
        if not events:
            self._gathered.ignore(self._count(), "It holds no event.")

    def _shipment(self, node: Node) -> None:
        before = self._next
        for step, job in jobs(node):
            self._names += len(job.refs)
            if self._names > MOST_NAMES:
                raise unreadable(
                    "too_many_references",
                    f"The milestones of the call have more than {MOST_NAMES:,} references together.",
                    "Send fewer shipments in one call.",
                )
            self._one(partial(read_milestone, step, job, self._now, self._options))
        if self._next == before:
            self._gathered.ignore(self._count(), "It holds no milestones.")

    def _count(self) -> int:
        if self._next >= MOST_EVENTS:
            raise unreadable(
                "too_many_events", f"The call holds more than {MOST_EVENTS:,} events.", "Send it in several calls."
            )
        self._next += 1
        return self._next - 1

    def _one(self, read: Callable[[], tuple[Item, Warnings]]) -> None:
        index = self._count()
        self._gathered.add_once(index, f"/{index}", read)
