"""What `container.updated` changed: holds that came and went, availability, the last free day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.formats.base import Refused
from service.formats.fields import clip, kind, shown
from service.formats.gathering import Nothing, Said, Strange, Warnings, own
from service.formats.platforms.spots import spot
from service.formats.platforms.terminal49_codes import CHANGES, HOLDS, HOLDS_FIELD, OF_CUSTOMS
from service.formats.platforms.terminal49_document import Document, Things, attributes
from service.formats.platforms.terminal49_facts import ports, unit
from service.formats.roles import DESTINATION
from service.formats.times import is_zone, read_instant
from service.formats.vocabulary import index
from service.records.enums import Classifier, Milestone
from service.records.inbound import FREE_TIME, FactDraft
from service.records.when import When, at_minute, on_day

_HOLDS = index(HOLDS.rows)
_CHANGES = index(CHANGES.rows)
_COLLECTED = ("pod_full_out_at", "final_destination_full_out_at", "empty_terminated_at")


@dataclass
class _Told:
    """What a changeset says, while it is read. `held` is whether a hold stands after it."""

    held: bool = False
    facts: list[FactDraft] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    strange: list[tuple[str, str, str]] = field(default_factory=list)


def collected(about: Things) -> bool:
    """Whether the container has left the terminal already."""
    container = attributes(about.container)
    return any(container.get(name) is not None for name in _COLLECTED)


def read_changes(
    document: Document, about: Things, options: Mapping[str, object], now: datetime
) -> tuple[tuple[FactDraft, ...], Warnings]:
    """The facts of a changeset. Raises `Nothing` or `Strange` where it states none."""
    changeset, pointer = attributes(document.subject).get("changeset"), f"{document.where}/changeset"
    if changeset is None:
        raise Nothing("It does not say what changed.")
    if not isinstance(changeset, dict):
        raise Refused("not_an_object", f"`changeset` is {kind(changeset)}.", "Send an object.", pointer)
    told = _Told(held=_stands(changeset, about))
    common = _common(document, about, now)
    for name, pair in changeset.items():
        before, after = _pair(pair)
        if name == HOLDS_FIELD:
            _holds(told, _active(before), _active(after), options, common)
        else:
            _change(told, name, after, document, about, common, options, now)
    if told.facts:
        notes = [(pointer, f"{vocabulary}:{shown(code)} is in no table.") for vocabulary, code, _ in told.strange]
        return tuple(told.facts), notes
    if told.strange:
        raise _strange(told, pointer)
    raise Nothing(" ".join(dict.fromkeys(told.silent)) or "Nothing that a customer waits for changed.")


def _pair(value: object) -> tuple[object, object]:
    """What was, and what is; of what is no such pair neither is known."""
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else (None, None)


def _stands(changeset: dict[str, Any], about: Things) -> bool:
    """Whether a hold stands: one that the change brings, or one of the container as it is included."""
    _, after = _pair(changeset.get(HOLDS_FIELD))
    return bool(_active(after) or _active(attributes(about.container).get(HOLDS_FIELD)))


def _strange(told: _Told, pointer: str) -> Strange:
    first, *others = [Strange(vocabulary, code[:80], says, pointer) for vocabulary, code, says in told.strange]
    first.more = others
    return first


def _common(document: Document, about: Things, now: datetime) -> dict[str, Any]:
    said = attributes(document.subject)
    pointer = f"{document.where}/timestamp"
    at = read_instant(said.get("timestamp") or None, "timestamp", now, pointer=pointer)
    if at is None:
        raise Refused("timestamp_missing", "`timestamp` is missing.", "Let Terminal49 send the notice again.", pointer)
    zone = said.get("timezone")
    there = spot(ports(about)[1], attributes(about.shipment).get("port_of_discharge_name"))
    return {
        "classifier": Classifier.ACTUAL,
        "when": at_minute(at, zone if isinstance(zone, str) and is_zone(zone) else None),
        "unit": unit(about),
        "place": there.code,
        "place_name": there.name,
        "place_role": DESTINATION if there.code else None,
    }


def _active(holds: object) -> dict[str, str]:
    """Name to description of the holds that stand; one that is only announced ("pending") does not."""
    found: dict[str, str] = {}
    for hold in holds if isinstance(holds, list) else []:
        if isinstance(hold, dict) and hold.get("status") == "hold" and isinstance(hold.get("name"), str):
            found.setdefault(hold["name"], clip(hold.get("description"), 400) or "")
    return found


def _holds(
    told: _Told,
    before: dict[str, str],
    after: dict[str, str],
    options: Mapping[str, object],
    common: dict[str, Any],
) -> None:
    for name, says in after.items():
        if name not in before:
            _came(told, name, says, options, common)
    for name in before:
        if name in after or name not in _HOLDS:
            continue
        row = _HOLDS[name][1]
        if name in OF_CUSTOMS and OF_CUSTOMS & after.keys():
            told.silent.append("Another hold of customs stands.")
        elif isinstance(row.becomes, Milestone):
            _add(told, row.becomes, common, part=f"no {name}"[:16])
        else:
            told.silent.append(row.becomes)
    if not after and not before:
        told.silent.append("A hold is announced, and does not stand yet.")


def _came(told: _Told, name: str, says: str, options: Mapping[str, object], common: dict[str, Any]) -> None:
    try:
        mine = own(options, HOLDS.name, name)
    except Nothing as nothing:
        told.silent.append(nothing.reason)
        return
    if mine is None and name in _HOLDS:
        row = _HOLDS[name][0]
        mine = Said(row.becomes, row.reason) if isinstance(row.becomes, Milestone) else None
    if mine is None:
        told.strange.append((HOLDS.name, name, says))
        return
    _add(told, mine.milestone, common, part=name[:16], reason=mine.reason, remark=says or None)


def _add(told: _Told, milestone: Milestone, common: dict[str, Any], **more: Any) -> None:
    """A fact, unless the changeset has stated the same already: three holds of customs are one, an inspection first."""
    new = FactDraft(milestone=milestone, **{**common, **more})
    for number, one in enumerate(told.facts):
        if one.milestone is milestone and (one.reason is new.reason or milestone is Milestone.CUSTOMS_HOLD):
            told.facts[number] = one if one.reason is not None or new.reason is None else new
            return
    told.facts.append(new)


def _change(
    told: _Told,
    name: str,
    after: object,
    document: Document,
    about: Things,
    common: dict[str, Any],
    options: Mapping[str, object],
    now: datetime,
) -> None:
    try:
        mine = own(options, CHANGES.name, name)
    except Nothing as nothing:
        told.silent.append(nothing.reason)
        return
    if mine is not None:
        _add(told, mine.milestone, common, part=name[:16], reason=mine.reason)
    elif name not in _CHANGES:
        told.strange.append((CHANGES.name, name, ""))
    elif name == "pickup_lfd" and isinstance(after, str):
        told.facts.append(
            free_until(
                after, attributes(document.subject).get("timezone"), common, now, f"{document.where}/changeset/{name}/1"
            )
        )
    elif name == "available_for_pickup" and after is True and not told.held and not collected(about):
        _add(told, Milestone.AVAILABLE_PICKUP, common, part="available")
    else:
        told.silent.append(str(_CHANGES[name][-1].becomes))


def free_until(value: str, timezone: object, common: dict[str, Any], now: datetime, pointer: str) -> FactDraft:
    """The last free day: a date at the terminal, which Terminal49 writes as an instant."""
    at = read_instant(value, "pickup_lfd", now, pointer=pointer)
    assert at is not None
    zone = timezone if isinstance(timezone, str) and is_zone(timezone) else None
    when: When = on_day(at_minute(at, zone).on, zone)
    flags = (FREE_TIME,) if zone else (FREE_TIME, "zone_unknown")
    more = {"classifier": Classifier.PLANNED, "when": when, "part": "free", "flags": flags}
    return FactDraft(milestone=Milestone.GATED_OUT_DESTINATION, **{**common, **more})
