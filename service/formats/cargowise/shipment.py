"""The milestones of CargoWise's Universal Shipment XML: a snapshot, whole again with every trigger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from service.formats.base import Refused
from service.formats.cargowise import codes
from service.formats.cargowise.event import SURE_OF_PLACE, code_of
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
from service.formats.fields import digest_of
from service.formats.gathering import Nothing, Warnings
from service.formats.legs import placed
from service.formats.roles import ROLE
from service.formats.strict_xml import Node
from service.formats.times import settled
from service.records.enums import Classifier, ReferenceType, Transport
from service.records.inbound import FactDraft, Item, RefValue


@dataclass(frozen=True, slots=True)
class Job:
    """What a shipment's milestones share: its references, ports, ship, and when its trigger fired.

    `names` are the references as they stand in the identity of each milestone, `warnings` at most one for each place.
    """

    refs: tuple[RefValue, ...]
    loading: str | None
    discharge: str | None
    transport: Transport
    vessel: str | None
    voyage: str | None
    triggered: str
    warnings: tuple[tuple[str, str], ...]
    names: tuple[str, ...]


_OF_CONSOL = frozenset({ReferenceType.MASTER_BILL, ReferenceType.SYSTEM_ID})
"""References of a consol that are those of each shipment in it too."""

NO_CONSOL = Job((), None, None, Transport.UNKNOWN, None, None, "", (), ())
"""What a shipment inherits that is in no consol."""


def read_job(shipment: Node, consol: Job = NO_CONSOL) -> Job:
    """What all milestones of *shipment* share; what it does not say itself is as in its *consol*."""
    warnings: Warnings = []
    loading = stop_at(_code(shipment, "PortOfLoading"), "/PortOfLoading", warnings)
    discharge = stop_at(_code(shipment, "PortOfDischarge"), "/PortOfDischarge", warnings)
    shared = ((ref.type, ref.shown, "") for ref in consol.refs if ref.type in _OF_CONSOL)
    refs = references(chain(_named(shipment), shared), warnings)
    return Job(
        refs=refs,
        loading=loading.code or consol.loading,
        discharge=discharge.code or consol.discharge,
        transport=codes.MODES.get(_code(shipment, "TransportMode").upper(), consol.transport),
        vessel=clip(shipment.said("VesselName"), 60) or consol.vessel,
        voyage=clip(shipment.said("VoyageFlightNo"), 40) or consol.voyage,
        triggered=shipment.said("DataContext", "TriggerDate") or consol.triggered,
        # Of one place the last is kept, so that each milestone repeats a handful of them however many there are.
        warnings=tuple(dict(warnings).items()),
        names=tuple(sorted(f"{ref.type}:{ref.value}" for ref in refs)),
    )


def jobs(document: Node) -> Iterator[tuple[Node, Job]]:
    """Every milestone of *document* with its job: those of the shipment or consol first, then of what it holds."""
    top = document if document.name == "Shipment" else document.first("Shipment")
    if top is None:
        return
    consol = read_job(top)
    yield from ((step, consol) for step in _milestones(top))
    for inner in top.all("SubShipmentCollection", "SubShipment"):
        steps = list(_milestones(inner))
        if steps:
            job = read_job(inner, consol)
            yield from ((step, job) for step in steps)


def _milestones(shipment: Node) -> Iterator[Node]:
    yield from shipment.all("MilestoneCollection", "Milestone")


def read_milestone(node: Node, job: Job, now: datetime, options: Mapping[str, object]) -> tuple[Item, Warnings]:
    """The item that a milestone states, and warnings. Raises `Refused`, `Nothing` or `Strange`."""
    warnings = list(job.warnings)
    actual, estimated = node.said("ActualDate"), node.said("EstimatedDate")
    if not actual and not estimated:
        raise Nothing("A step that has no date yet.")
    code = code_of(_code(node, "EventCode"), "EventCode")
    given = parameters(node.said("ConditionReference"))
    milestone, reason = meaning(
        code, given.get("RES", ""), clip(node.said("Description"), 120) or "", options, "/EventCode"
    )
    if not job.refs:
        raise Refused(
            "ref_missing",
            "The shipment names no job that is known here.",
            f"Let it carry a data source of type {', '.join(codes.DATA_TYPES)}.",
            "/DataContext",
        )
    stop = stop_at(given.get("LOC", ""), "/ConditionReference", warnings)
    said, field = (actual, "ActualDate") if actual else (estimated, "EstimatedDate")
    when, flags = moment(said, field, stop.zone, now)
    classifier, more = settled(Classifier.ACTUAL if actual else Classifier.ESTIMATED, when, now)
    milestone, role = placed(milestone, stop.code, job.loading, job.discharge)
    fact = FactDraft(
        milestone=milestone,
        classifier=classifier,
        when=when,
        place=stop.code,
        place_name=stop.name,
        place_role=role or (ROLE.get(milestone) if milestone in SURE_OF_PLACE else None),
        transport=job.transport,
        vessel=job.vessel,
        voyage=job.voyage,
        reason=reason,
        flags=flags + more,
    )
    # See `cargowise_event`: the name of an estimate holds when it was sent.
    named = [
        job.names,
        code,
        node.said("Sequence"),
        names_of(node.said("ConditionReference"), stop.code),
        moment_as_named(when, said),
        trigger_as_named(job.triggered) if not actual else False,
    ]
    digest = digest_of(named)
    return Item(digest, digest, digest, (fact,), job.refs), warnings


def _code(node: Node, name: str) -> str:
    return node.said(name, "Code") or node.said(name)


def _named(shipment: Node) -> Iterator[tuple[ReferenceType, str, str]]:
    yield from data_keys(shipment.first("DataContext"))
    waybill = codes.WAYBILLS.get(_code(shipment, "WayBillType").upper())
    if waybill is not None:
        yield waybill, shipment.said("WayBillNumber"), "/WayBillNumber"
    yield ReferenceType.BOOKING, shipment.said("BookingConfirmationReference"), "/BookingConfirmationReference"
    for box in shipment.all("ContainerCollection", "Container"):
        yield ReferenceType.CONTAINER, box.said("ContainerNumber"), "/ContainerCollection"
