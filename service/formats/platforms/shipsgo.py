"""ShipsGo v2: the movements of an ocean or air shipment, posted again with each change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, NamedTuple

from service.formats import strict_json
from service.formats.base import Refused, unreadable
from service.formats.fields import clip, kind, shown, text
from service.formats.gathering import Gathering, Nothing, Said, Strange, Warnings, check_count, own
from service.formats.legs import placed, without_goods
from service.formats.platforms.snapshots import Entry, entries, inner, item, reference, ship
from service.formats.platforms.spots import Spot, read_there, spot
from service.formats.roles import ROLE
from service.formats.times import has_offset, read_when
from service.formats.vocabulary import Code, Vocabulary, index
from service.records.enums import Classifier, Milestone, ReferenceType, Transport
from service.records.inbound import Item, Reading, RefValue

M = Milestone

MOVEMENTS = Vocabulary(
    "shipsgo",
    "ShipsGo movements",
    "https://api.shipsgo.com/docs/v2/",
    (
        Code("EMSH", "empty container given to the shipper", M.EMPTY_RELEASED),
        Code("GTIN", "full container brought to the terminal", M.GATED_IN_ORIGIN),
        Code("LOAD", "loaded", M.LOADED),
        Code("DEPA", "departed", M.DEPARTED),
        Code("ARRV", "arrived", M.ARRIVED_DESTINATION),
        Code("DISC", "discharged", M.DISCHARGED),
        Code("GTOT", "full container left the terminal", M.GATED_OUT_DESTINATION),
        Code("EMRT", "empty container returned", M.EMPTY_RETURNED),
        Code("RCS", "air: received from the shipper", M.RECEIVED_ORIGIN),
        Code("MAN", "air: manifested", M.LOADED),
        Code("DEP", "air: departed", M.DEPARTED),
        Code("ARR", "air: arrived", M.ARRIVED_DESTINATION),
        Code("RCF", "air: received from the flight", M.DISCHARGED),
        Code("DLV", "air: delivered to the consignee", M.DELIVERED),
    ),
)

_BY_CODE = index(MOVEMENTS.rows)
_AIR = frozenset({"RCS", "MAN", "DEP", "ARR", "RCF", "DLV"})
_CLASSIFIERS = {"ACT": Classifier.ACTUAL, "EST": Classifier.ESTIMATED}
_NOT_ASSIGNED = "NOT_ASSIGNED"
_SURE = frozenset({M.EMPTY_RELEASED, M.GATED_IN_ORIGIN, M.RECEIVED_ORIGIN, M.DELIVERED})


class _Shipment(NamedTuple):
    """What all movements of a shipment share."""

    owner: str
    refs: tuple[RefValue, ...]
    origin: str | None
    destination: str | None
    stated_at: datetime | None
    notes: tuple[tuple[str, str], ...]


class ShipsGo:
    """One webhook of one shipment. See docs/integrations/shipsgo.md."""

    name: ClassVar[str] = "shipsgo"
    title: ClassVar[str] = "ShipsGo v2 webhooks"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "shipsgo"
    options: ClassVar[Mapping[str, str]] = {
        "own_refs": "true takes `reference` as your own order number, which opens a shipment; else it only finds one.",
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (MOVEMENTS,)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the movements of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        payload = strict_json.loads(body)
        shipment = inner(payload, "shipment")
        if not shipment:
            raise unreadable(
                "no_shipment", f"The body is {kind(payload)} without `shipment`.", "Let ShipsGo post its webhooks here."
            )
        gathering = Gathering()
        found = list(_movements(shipment))
        check_count(found)
        shared = _shared(payload, shipment, now, options.get("own_refs") is True)
        for number, (pointer, container, movement) in enumerate(found):
            read = partial(_read, gathering, number, container, movement, shared, options, now)
            gathering.add(number, pointer, read)
        if not found:
            gathering.add(0, "/shipment", _no_movements)
        return gathering.reading(batch=True)


def _no_movements() -> tuple[Item, Warnings]:
    raise Nothing("It holds no movements: it says that something changed, and not what.")


def _movements(shipment: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    """Pointer, container number and movement; those of an air shipment lie in the shipment itself."""
    for i, container in enumerate(entries(shipment, "containers")):
        if isinstance(container, dict):
            for j, movement in enumerate(entries(container, "movements")):
                yield f"/shipment/containers/{i}/movements/{j}", container.get("number"), movement
    for j, movement in enumerate(entries(shipment, "movements")):
        yield f"/shipment/movements/{j}", None, movement


def _shared(payload: Any, shipment: dict[str, Any], now: datetime, own_number: bool) -> _Shipment:
    mine = ReferenceType.REF if own_number else ReferenceType.PO
    number = shipment.get("container_number")
    refs = (
        *reference(mine, shipment.get("reference")),
        *reference(ReferenceType.BOOKING, shipment.get("booking_number")),
        *reference(ReferenceType.CONTAINER, None if number == _NOT_ASSIGNED else number),
        *reference(ReferenceType.MASTER_BILL, shipment.get("awb_number")),
    )
    stated_at, notes = _stated_at(payload, shipment, now)
    route = inner(shipment, "route")
    return _Shipment(
        owner=str(shipment.get("id") or (refs[0].value if refs else "")),
        refs=refs,
        origin=_port(route, "port_of_loading", "origin").code,
        destination=_port(route, "port_of_discharge", "destination").code,
        stated_at=stated_at,
        notes=notes,
    )


def _stated_at(
    payload: object, shipment: dict[str, Any], now: datetime
) -> tuple[datetime | None, tuple[tuple[str, str], ...]]:
    """When ShipsGo wrote it, and notes about that. No movement is refused for it: it only orders statements."""
    said = [(name, shipment.get(name)) for name in ("updated_at", "checked_at")]
    said.append(("created_at", inner(payload, "event").get("created_at")))
    field, value = next(((name, value) for name, value in said if value is not None), ("", None))
    if value is None:
        return None, ()
    try:
        when, _ = read_when(value, field, "UTC", now, day_too=False)
    except Refused:
        when = None
    if when is None or when.at is None:
        return None, (("", f"`{field}` cannot be read: the time of the call stands in for it."),)
    note = () if has_offset(str(value)) else (("", f"`{field}` has no offset: it was read as UTC."),)
    return when.at, note


def _port(route: dict[str, Any], *names: str) -> Spot:
    return next((_spot(inner(route, name, "location")) for name in names if name in route), Spot(None, None, None))


def _spot(location: dict[str, Any]) -> Spot:
    return spot(location.get("code") or location.get("iata"), location.get("name"))


def _read(
    gathering: Gathering,
    number: int,
    container: object,
    movement: object,
    shared: _Shipment,
    options: Mapping[str, object],
    now: datetime,
) -> tuple[Item, Warnings]:
    if not isinstance(movement, dict):
        raise Refused("not_a_movement", f"This is {kind(movement)}, not a movement.", "Each entry is a JSON object.")
    code = (text(movement.get("event"), "event", 40) or "").upper()
    said = own(options, MOVEMENTS.name, code)
    if said is None and code not in _BY_CODE:
        raise Strange(MOVEMENTS.name, code, "", "/event")
    said = said or _said(code)
    if movement.get("timestamp") is None:
        raise Nothing("It says no time.")
    there = _spot(inner(movement, "location"))
    when, flags = read_there(movement.get("timestamp"), "timestamp", there, now, "/timestamp")
    alone = without_goods(said.milestone, there.code, shared.origin, shared.destination)
    if alone is not None:
        raise Nothing(alone)
    milestone, role = placed(said.milestone, there.code, shared.origin, shared.destination)
    box = clip(container, 40)
    boxes = reference(ReferenceType.CONTAINER, None if box == _NOT_ASSIGNED else box)
    refs = list(dict.fromkeys([*shared.refs, *boxes]))
    if not refs:
        raise Nothing("It names no container, booking, waybill or order.")
    vessel = inner(movement, "vessel")
    line = Entry(
        owner=f"{shared.owner} {boxes[0].value}" if boxes else shared.owner,
        code=code,
        said=said._replace(milestone=milestone),
        role=role or (ROLE.get(milestone) if milestone in _SURE else None),
        classifier=_classifier(movement),
        written=str(movement.get("timestamp")),
        when=when,
        flags=flags,
        there=there,
        transport=Transport.AIR if code in _AIR else Transport.OCEAN,
        ship=ship(vessel.get("name"), vessel.get("imo"), movement.get("voyage") or movement.get("flight")),
        unit=boxes[0].shown if boxes else None,
    )
    return item(gathering, number, line, refs, shared.stated_at, now), list(shared.notes)


def _classifier(movement: dict[str, Any]) -> Classifier:
    said = movement.get("status")
    found = _CLASSIFIERS.get(said.strip().upper()) if isinstance(said, str) else None
    if found is None:
        raise Refused(
            "unknown_status",
            f"`status` is {shown(said)}, which does not say whether it has happened.",
            "Send ACT for what has happened, EST for what is expected.",
            "/status",
        )
    return found


def _said(code: str) -> Said:
    row = _BY_CODE[code][0]
    assert isinstance(row.becomes, Milestone)
    return Said(row.becomes, row.reason)
