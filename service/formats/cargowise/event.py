"""One event of CargoWise's Universal Event XML: what happened, where, when, and to which job."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from service.formats.base import Refused
from service.formats.cargowise import codes
from service.formats.cargowise.parts import (
    clip,
    data_keys,
    meaning,
    moment,
    moment_as_named,
    names_of,
    parameters,
    references,
    stop_at,
    trigger_as_named,
)
from service.formats.fields import digest_of, shown
from service.formats.gathering import Warnings
from service.formats.roles import ROLE
from service.formats.strict_xml import Node
from service.formats.times import settled
from service.records.enums import Classifier, Milestone, ReferenceType
from service.records.inbound import FactDraft, Item

CODE = re.compile(r"[A-Z0-9]{2,10}")
"""How codes of events look: three letters or digits, mostly."""

SURE_OF_PLACE = frozenset({Milestone.PICKED_UP, Milestone.ARRIVED_DELIVERY_PLACE, Milestone.DELIVERED})
"""Milestones that say what their place is to the shipment. Of a departure or arrival the shipment's facts decide."""

_YES = frozenset({"true", "1", "y", "yes"})
_NO = frozenset({"", "false", "0", "n", "no"})


def read_event(event: Node, now: datetime, options: Mapping[str, object]) -> tuple[Item, Warnings]:
    """The item that *event* states, and warnings. Raises `Refused`, `Nothing` or `Strange`."""
    warnings: Warnings = []
    code = code_of(event.said("EventType") or event.said("EventType", "Code"), "EventType")
    said = event.said("EventReference")
    given = parameters(said)
    says = clip(event.said("EventType", "Description") or said, 120) or ""
    milestone, reason = meaning(code, given.get("RES", ""), says, options, "/EventType")
    stop = stop_at(given.get("LOC", ""), "/EventReference", warnings)
    when, flags = moment(event.said("EventTime"), "EventTime", stop.zone, now)
    estimated = _is_estimate(event)
    classifier, more = settled(Classifier.ESTIMATED if estimated else Classifier.ACTUAL, when, now)
    contexts = {node.said("Type"): node.said("Value") for node in event.all("ContextCollection", "Context")}
    refs = references(_named(event, contexts), warnings)
    if not refs:
        raise Refused(
            "ref_missing",
            "The event names no job that is known here.",
            f"Let it carry a data source of type {', '.join(codes.DATA_TYPES)}.",
            "/DataContext",
        )
    fact = FactDraft(
        milestone=milestone,
        classifier=classifier,
        when=when,
        unit=clip(contexts.get("ContainerNumber", ""), 40),
        place=stop.code,
        place_name=stop.name,
        place_role=ROLE.get(milestone) if milestone in SURE_OF_PLACE else None,
        vessel=clip(contexts.get("VesselName", ""), 60),
        voyage=clip(contexts.get("VoyageFlightNo", ""), 40),
        reason=reason,
        flags=flags + more,
    )
    # An event has no id of its own. An estimate may return to a date that it had before, so the trigger's time is part
    # of its name; what has happened stays the same however often it is sent.
    named = [
        sorted(f"{ref.type}:{ref.value}" for ref in refs),
        code,
        moment_as_named(when, event.said("EventTime")),
        names_of(said, stop.code),
        estimated and trigger_as_named(event.said("DataContext", "TriggerDate")),
        fact.unit and fact.unit.upper(),
    ]
    digest = digest_of(named)
    return Item(digest, digest, digest, (fact,), refs), warnings


def _is_estimate(event: Node) -> bool:
    said = event.said("IsEstimate").strip()
    if said.lower() not in _YES | _NO:
        raise Refused(
            "bad_IsEstimate",
            f"`IsEstimate` {shown(said)} is neither true nor false.",
            "Send true for what is expected, false for what has happened.",
            "/IsEstimate",
        )
    return said.lower() in _YES


def code_of(said: str, field: str) -> str:
    """The code of an event. Raises `Refused` for what is none."""
    code = said.strip().upper()
    if CODE.fullmatch(code) is None:
        what = "is missing" if not code else f"is no code: {shown(said)}"
        raise Refused(f"bad_{field}", f"`{field}` {what}.", "Let the trigger send its event type.", f"/{field}")
    return code


def _named(event: Node, contexts: Mapping[str, str]) -> Iterator[tuple[ReferenceType, str, str]]:
    yield from data_keys(event.first("DataContext"))
    for kind, value in contexts.items():
        if kind in codes.CONTEXTS:
            yield codes.CONTEXTS[kind], value, "/ContextCollection"
