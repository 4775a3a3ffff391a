"""Snapshots: the whole history of a container, sent again with each change. Each entry becomes an item of its own.

An entry has no id that lasts. One that has happened is named by what it says, so that it is known when it is sent
again. One that is expected is named by what and where, and stated anew by each snapshot: the newest statement holds,
also where it returns to an earlier date. A snapshot cannot take back: what it no longer holds stays as it was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from service.formats.fields import clip, digest_of
from service.formats.gathering import Gathering, Said
from service.formats.platforms.spots import Spot
from service.formats.refs import is_imo
from service.formats.times import settled
from service.records.enums import Classifier, Transport
from service.records.inbound import FactDraft, Item, RefValue
from service.records.when import When


class Entry(NamedTuple):
    """One line of a snapshot. `owner` is what the history is of, `written` the time as the source wrote it."""

    owner: str
    code: str
    said: Said
    role: str | None
    classifier: Classifier
    written: str
    when: When
    flags: tuple[str, ...]
    there: Spot
    transport: Transport = Transport.UNKNOWN
    ship: tuple[str | None, str | None, str | None] = (None, None, None)
    unit: str | None = None
    remark: str | None = None


def item(
    gathering: Gathering,
    index: int,
    entry: Entry,
    refs: Sequence[RefValue],
    stated_at: datetime | None,
    now: datetime,
) -> Item:
    """The item of *entry* in a snapshot of *stated_at*. Raises `Nothing` where the same snapshot has it already."""
    classifier, more = settled(entry.classifier, entry.when, now)
    fact = FactDraft(
        milestone=entry.said.milestone,
        classifier=classifier,
        when=entry.when,
        unit=entry.unit,
        place=entry.there.code,
        place_name=entry.there.name,
        place_role=entry.role,
        transport=entry.transport,
        vessel=entry.ship[0],
        imo=entry.ship[1],
        voyage=entry.ship[2],
        reason=entry.said.reason,
        remark=entry.remark,
        flags=entry.flags + more,
    )
    what: list[Any] = [entry.owner, entry.code, entry.there.code or entry.there.name]
    if entry.classifier is Classifier.ACTUAL:
        event_key = key = f"sha256:{digest_of([*what, entry.written])}"
    else:
        event_key = f"sha256:{digest_of(what)}"
        key = f"{event_key}@{stated_at.isoformat() if stated_at else entry.written}"
    digest = digest_of([*what, entry.classifier, entry.written])
    gathering.once(index, key, digest)
    return Item(event_key, key, digest, (fact,), tuple(refs), stated_at)


def ship(name: object, imo: object, voyage: object) -> tuple[str | None, str | None, str | None]:
    """Name, IMO number and voyage of a ship, as far as they are any."""
    number = clip(str(imo) if isinstance(imo, int) and not isinstance(imo, bool) else imo, 20)
    return clip(name, 60), number if number and is_imo(number) else None, clip(voyage, 40)


def inner(holder: object, *names: str) -> dict[str, Any]:
    """The object that lies so deep in *holder*; an empty one where there is none."""
    for name in names:
        holder = holder.get(name) if isinstance(holder, dict) else None
    return holder if isinstance(holder, dict) else {}


def entries(holder: dict[str, Any], name: str) -> list[object]:
    """The list in that field; an empty one where there is none."""
    found = holder.get(name)
    return found if isinstance(found, list) else []


def reference(of: Any, value: object) -> list[RefValue]:
    """The reference that *value* is: none for what is no text, blank, or longer than a reference may be."""
    said = clip(str(value) if isinstance(value, int) and not isinstance(value, bool) else value, 81)
    return [RefValue(of, said)] if said and len(said) <= 80 else []
