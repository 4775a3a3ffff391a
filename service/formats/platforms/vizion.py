"""Vizion: the whole history of a container, posted again with each change; milestones are named in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, NamedTuple

from service.formats import strict_json
from service.formats.base import Refused, unreadable
from service.formats.dcsa import codes as dcsa
from service.formats.fields import clip, kind, text, true_or_false
from service.formats.gathering import Gathering, Nothing, Said, Strange, Warnings, check_count, own
from service.formats.legs import placed, without_goods
from service.formats.platforms.snapshots import Entry, entries, inner, item, reference, ship
from service.formats.platforms.spots import Spot, read_there, spot
from service.formats.platforms.vizion_codes import BY_NAME, FREE_TIME_ENDS, MILESTONES
from service.formats.roles import DESTINATION, ROLE
from service.formats.times import is_zone, read_instant
from service.formats.vocabulary import Vocabulary
from service.records.enums import Classifier, Milestone, ReferenceType, Transport
from service.records.inbound import FREE_TIME, Item, Reading, RefValue
from service.records.when import on_day

_CLASSIFIERS = {"ACT": Classifier.ACTUAL, "EST": Classifier.ESTIMATED, "PLN": Classifier.PLANNED}


class _Update(NamedTuple):
    """What all milestones of an update share."""

    owner: str
    unit: str | None
    refs: tuple[RefValue, ...]
    origin: str | None
    destination: str | None
    stated_at: datetime | None


class Vizion:
    """One update of one reference. See docs/integrations/vizion.md."""

    name: ClassVar[str] = "vizion"
    title: ClassVar[str] = "Vizion container updates"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (MILESTONES,)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the milestones of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        update = strict_json.loads(body)
        payload = inner(update, "payload") or update
        if not isinstance(payload, dict) or not isinstance(update, dict) or "milestones" not in payload:
            raise unreadable(
                "not_an_update",
                f"The body is {kind(update)} without `milestones`.",
                "Let Vizion post its reference updates here.",
            )
        found = entries(payload, "milestones")
        check_count(found)
        base = "/payload/milestones" if payload is not update else "/milestones"
        gathering = Gathering()
        try:
            shared = _shared(update, payload, now)
        except Refused as refused:
            raise unreadable(refused.code, refused.message, refused.fix, refused.pointer) from None
        for index, milestone in enumerate(found):
            read = partial(_read, gathering, index, milestone, shared, options, now)
            gathering.add(index, f"{base}/{index}", read)
        return gathering.reading(batch=True)


def _shared(update: dict[str, Any], payload: dict[str, Any], now: datetime) -> _Update:
    container = clip(payload.get("container_id"), 40)
    bookings = reference(ReferenceType.BOOKING, payload.get("booking_number") or payload.get("booking"))
    refs = (
        *reference(ReferenceType.CONTAINER, container),
        *reference(ReferenceType.MASTER_BILL, payload.get("bill_of_lading")),
        *bookings,
    )
    if not refs:
        raise Refused(
            "no_reference",
            "It names no container, bill or booking.",
            "Let Vizion send `container_id`.",
            "/container_id",
        )
    written = update.get("created_at") or payload.get("created_at")
    return _Update(
        owner=refs[0].value,
        unit=container,
        refs=refs,
        origin=_spot(inner(payload, "origin_port")).code,
        destination=_spot(inner(payload, "destination_port")).code,
        stated_at=read_instant(written, "created_at", now) if written is not None else None,
    )


def _read(
    gathering: Gathering, index: int, entry: object, shared: _Update, options: Mapping[str, object], now: datetime
) -> tuple[Item, Warnings]:
    if not isinstance(entry, dict):
        raise Refused("not_a_milestone", f"This is {kind(entry)}, not a milestone.", "Each entry is a JSON object.")
    description = text(entry.get("description"), "description", 400)
    if description is None:
        raise Refused(
            "description_missing", "`description` is missing.", "Send what happened, in Vizion's words.", "/description"
        )
    code = " ".join(description.lower().split())[:80]
    said = own(options, MILESTONES.name, code)
    ends = said is None and code == FREE_TIME_ENDS
    if said is None:
        said = Said(Milestone.GATED_OUT_DESTINATION) if ends else _meaning(code, description, entry)
    if entry.get("timestamp") is None:
        raise Nothing("It says no time.")
    there = _spot(inner(entry, "location"))
    when, flags = read_there(entry.get("timestamp"), "timestamp", there, now, "/timestamp")
    milestone, role = _leg(said.milestone, there, shared, entry)
    line = Entry(
        owner=shared.owner,
        code=code,
        said=said._replace(milestone=milestone),
        role=DESTINATION if ends else role,
        classifier=Classifier.PLANNED if ends else _classifier(entry),
        written=str(entry.get("timestamp")),
        when=on_day(when.on, when.zone) if ends else when,
        flags=(FREE_TIME,) if ends else flags,
        there=there,
        transport=_transport(code, entry),
        ship=ship(entry.get("vessel"), entry.get("vessel_imo"), entry.get("voyage")),
        unit=shared.unit,
        remark=clip(entry.get("raw_description"), 400),
    )
    made = item(gathering, index, line, shared.refs, shared.stated_at, now)
    return (replace(made, facts=(replace(made.facts[0], part="free"),)) if ends else made), []


def _meaning(code: str, description: str, entry: dict[str, Any]) -> Said:
    """The words, else the DCSA code that Vizion puts beside them."""
    if code in BY_NAME:
        known = BY_NAME[code][0]
        if not isinstance(known.becomes, Milestone):
            raise Nothing(known.becomes)
        return Said(known.becomes, known.reason)
    event = inner(entry, "journey_event")
    rows = {"TRANSPORT": dcsa.TRANSPORT, "EQUIPMENT": dcsa.EQUIPMENT}.get(str(event.get("journey_type")), ())
    for row in rows:
        if row.code == event.get("event_type") and _fits(row, event):
            if not isinstance(row.says, Milestone):
                raise Nothing(row.says)
            return Said(row.says, row.reason)
    raise Strange(MILESTONES.name, code, description, "/description")


def _fits(row: dcsa.Row, event: dict[str, Any]) -> bool:
    fields = ("empty_indicator", "transport_mode", "facility_type")
    indicator, mode, facility = (clip(event.get(name), 20) or "" for name in fields)
    return (
        (row.empty is None or indicator == ("EMPTY" if row.empty else "LADEN"))
        and (row.modes is None or mode in row.modes)
        and (row.facilities is None or facility in row.facilities)
        and not row.transshipment
        and row.movement is None
    )


def _leg(milestone: Milestone, there: Spot, shared: _Update, entry: dict[str, Any]) -> tuple[Milestone, str | None]:
    """The milestone as it is at its place: by the leg that Vizion names, else by the ports of the reference."""
    kind_of_place = inner(entry, "shipment_location").get("type_code")
    ports = {"POL": ("POL", "POL", "POD"), "POD": ("POD", "POL", "POD"), "RTP": ("RTP", "POL", "POD")}
    place, origin, destination = ports.get(str(kind_of_place), (there.code, shared.origin, shared.destination))
    alone = without_goods(milestone, place, origin, destination)
    if alone is not None:
        raise Nothing(alone)
    milestone, role = placed(milestone, place, origin, destination)
    told = MILESTONES.meanings(" ".join(str(entry.get("description")).lower().split()))
    sure = any("origin" in row.code or "destination" in row.code or "transship" in row.code for row in told)
    return milestone, role or (ROLE.get(milestone) if sure else None)


def _classifier(entry: dict[str, Any]) -> Classifier:
    said = inner(entry, "journey_event").get("event_classifier")
    if said in ("ACT", "EST", "PLN"):
        return _CLASSIFIERS[said]
    return Classifier.ESTIMATED if true_or_false(entry.get("planned"), "planned") else Classifier.ACTUAL


def _transport(code: str, entry: dict[str, Any]) -> Transport:
    mode = inner(entry, "journey_event").get("transport_mode")
    if isinstance(mode, str) and mode in dcsa.MODES:
        return dcsa.MODES[mode]
    if "rail" in code:
        return Transport.RAIL
    return Transport.OCEAN if any(word in code for word in ("vessel", "feeder", "barge")) else Transport.UNKNOWN


def _spot(location: dict[str, Any]) -> Spot:
    found, zone = spot(location.get("unlocode"), location.get("city") or location.get("name")), location.get("timezone")
    return found._replace(zone=zone) if found.zone is None and isinstance(zone, str) and is_zone(zone) else found
