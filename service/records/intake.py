"""What intake hands to the store, with every id already drawn, so that a unit of work can be run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.records.inbound import Item, Problem, Unmapped


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call as received: raw bytes and outcome.

    Where it is an earlier call read again, `reads` names that one and `heard_at` says when it came: what states no
    time of its own was stated then.
    """

    account_id: str
    id: str
    source_id: str
    received_at: datetime
    content_type: str
    headers: Mapping[str, str]
    body: bytes
    refused: bool = False
    replayed: bool = False
    problem: Mapping[str, object] | None = None
    reads: str | None = None
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JournalItem:
    """One item to keep. `shipment_id` is the id that a shipment gets if this item opens one.

    `fact_ids` has one id per fact, or one for the row of a pure retraction.
    """

    index: int
    item: Item
    shipment_id: str
    fact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallToKeep:
    """A call with what was read from it; kept whole in one transaction."""

    row: CallRow
    items: tuple[JournalItem, ...] = ()
    rejected: tuple[Problem, ...] = ()
    ignored: int = 0
    unmapped: tuple[Unmapped, ...] = ()


@dataclass(slots=True)
class Kept:
    """What became of one item: accepted, duplicate, conflict or parked.

    `overtaken` says of a duplicate that its shipment has had newer facts since the event was taken. `unheard` says of
    what takes an event back that no shipment of its own has had a fact of that event.
    """

    index: int
    outcome: str
    shipment_ids: list[str] = field(default_factory=list)
    followers: int | None = None
    overtaken: bool = False
    unheard: bool = False
