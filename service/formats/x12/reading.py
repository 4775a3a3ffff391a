"""How the three X12 status formats read a body: set by set, loop by loop, each event by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

from service.formats.base import Refused, unreadable
from service.formats.edi import Collector, Note, Nothing, Segment, decode, hash_of, names_of
from service.formats.fields import shown
from service.formats.x12.segments import Envelope, Part, parts
from service.records.enums import Classifier
from service.records.inbound import FactDraft, Item, Reading, RefValue

FORMATS = {"214": "x12_214", "315": "x12_315", "322": "x12_322"}

_ANSWERS = frozenset({"997", "999", "824", "TA1"})
"""Sets that answer for others: acknowledgements, and advice about data."""


class Context(NamedTuple):
    """What an event is read with."""

    of: Envelope
    now: datetime
    options: Mapping[str, object]
    note: Note


Read = Callable[[Context], Item]
Events = Callable[[Part], Iterator[Read]]
"""The events of one loop of a set, each still to be read."""


def read_body(
    body: bytes, code: str, marks: tuple[str, str], events: Events, *, now: datetime, options: Mapping[str, object]
) -> Reading:
    """Every event of the sets *code* in *body*; see `service.formats.base.Format`.

    *marks* are the segments that begin a loop, and that are an event.
    """
    text, warning = decode(body)
    collector = Collector()
    if warning:
        collector.noter()("ISA", warning)
    note, ahead = collector.noter(behind=1), collector.noter()
    for part in parts(text, *marks, lambda where, says: (note if where[:2] in {"GE", "IE"} else ahead)(where, says)):
        if part.of.code != code:
            collector.take(partial(_other, part.of, code))
            continue
        context = Context(part.of, now, options, note)
        if not part.whole:
            collector.take(_cut_off)
            continue
        for read in events(part):
            collector.take(partial(read, context))
    return collector.reading(
        unreadable("no_event", f"The body holds no set {code}.", f"Send ST*{code} inside of ISA and GS.")
    )


def _other(of: Envelope, code: str) -> Item:
    if of.code in _ANSWERS:
        raise Nothing(f"{of.code} answers for other sets.")
    other = FORMATS.get(of.code)
    fix = f"Post it to a source with the format {other}." if other else f"Post only {code} to this source."
    raise Refused("other_set", f"This is a set {shown(of.code)}; the source is set to {code}.", fix, "/ST01")


def _cut_off() -> Item:
    raise Refused("cut_off", "The body ends within this set.", "Send the interchange whole, to its IEA.", "/ST")


def first(segments: list[Segment], tag: str) -> Segment | None:
    """The first segment *tag*."""
    return next((segment for segment in segments if segment[0] == tag), None)


def item_of(
    facts: tuple[FactDraft, ...],
    refs: tuple[RefValue, ...],
    context: Context,
    identity: tuple[str | None, ...],
    moment: str,
    names: tuple[str, ...] | None = None,
) -> Item:
    """An event without an id of its own, named by what it says.

    *identity* is what happened to what and where, *moment* when, as sent. A thing that happened is the same event
    however often it is sent. An estimate is stated again with another date: its moment is part of the revision.
    *names* are those of *refs*, where they are known.
    """
    if not refs:
        raise Nothing("It names no booking, bill, container or order.")
    stated = min(context.of.stated, context.now) if context.of.stated else None
    names = names_of(refs) if names is None else names
    whole = hash_of(*identity, moment, *names)
    if any(fact.classifier is Classifier.ACTUAL for fact in facts):
        return Item(whole, whole, whole, facts, refs, stated)
    event_key = hash_of(*identity, *names)
    at = context.of.stated
    return Item(event_key, f"{event_key}@{at:%Y%m%dT%H%M%S}.{whole[:16]}" if at else whole, whole, facts, refs, stated)
