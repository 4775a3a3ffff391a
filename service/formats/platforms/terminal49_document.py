"""The JSON:API document that Terminal49 posts: a notice, the event that caused it, and what it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from service.formats.base import Refused, unreadable
from service.formats.fields import kind, shown, text
from service.formats.gathering import Warnings
from service.formats.refs import MAX_LENGTH, container_note, unique
from service.records.enums import ReferenceType
from service.records.inbound import RefValue

Resource = dict[str, Any]

MOST_IDS = 50
"""Ids of events that one container may bring along; each ties a later notice that names nothing else."""

_LONGEST_ID = 60


class Document(NamedTuple):
    """One notice: its own id, its event's name, the resource that caused it, and what it includes, by type and id.

    `where` is the JSON pointer of the attributes of the resource that caused it.
    """

    id: str
    event: str
    attributes: Resource
    cause: tuple[str, str] | None
    included: dict[tuple[str, str], Resource]
    where: str

    @property
    def subject(self) -> Resource:
        """The event that caused the notice; an empty resource where it is not included."""
        return self.included.get(self.cause, {}) if self.cause else {}

    def follow(self, resource: Resource, name: str) -> Resource:
        """The included resource that *resource* names as *name*; an empty one where there is none."""
        to = related(resource, name)
        return self.included.get(to, {}) if to else {}

    def only(self, of: str) -> Resource:
        """The included resource of that type, if there is one and no other."""
        found = [resource for (kind, _), resource in self.included.items() if kind == of]
        return found[0] if len(found) == 1 else {}


def read_document(payload: object) -> Document:
    """The notice that *payload* holds. Raises `Unreadable` for what is none, `Refused` for one without a name or id."""
    data = payload.get("data") if isinstance(payload, dict) else None
    if not isinstance(payload, dict) or not isinstance(data, dict) or data.get("type") != "webhook_notification":
        raise unreadable(
            "not_a_notification",
            "The body is no webhook notification of Terminal49.",
            'Let Terminal49 post here: {"data": {"type": "webhook_notification", …}, "included": […]}.',
        )
    name = text(data.get("id"), "id", _LONGEST_ID, "/data/id")
    event = text(attributes(data).get("event"), "event", 80, "/data/attributes/event")
    if name is None or event is None:
        field = "/data/id" if name is None else "/data/attributes/event"
        raise Refused("incomplete", f"`{field}` is missing.", "Let Terminal49 send the notice again.", field)
    cause, included = related(data, "reference_object"), _included(payload)
    where = "/included"
    if cause is not None and cause in included:
        where = f"/included/{next(i for i, one in enumerate(payload['included']) if one is included[cause])}/attributes"
    return Document(name, event, attributes(data), cause, included, where)


def attributes(resource: Resource) -> Resource:
    """The attributes of a resource."""
    found = resource.get("attributes")
    return found if isinstance(found, dict) else {}


def related(resource: Resource, name: str) -> tuple[str, str] | None:
    """Type and id of the one resource that *resource* names as *name*."""
    return next(iter(_identifiers(_data(resource, name))), None)


def _data(resource: Resource, name: str) -> list[object]:
    relationships = resource.get("relationships")
    relationship = relationships.get(name) if isinstance(relationships, dict) else None
    data = relationship.get("data") if isinstance(relationship, dict) else None
    return data if isinstance(data, list) else [data]


def _identifiers(found: Iterable[object]) -> Iterable[tuple[str, str]]:
    for one in found:
        identifier = _identifier(one)
        if identifier is not None:
            yield identifier


def _identifier(one: object) -> tuple[str, str] | None:
    if not isinstance(one, dict):
        return None
    of, name = one.get("type"), one.get("id")
    if not (isinstance(of, str) and isinstance(name, str)) or not 1 <= len(name) <= _LONGEST_ID or len(of) > 60:
        return None
    return (of, name) if name.isprintable() and name.strip() else None


def _included(payload: Resource) -> dict[tuple[str, str], Resource]:
    included = payload.get("included", [])
    if not isinstance(included, list):
        raise Refused("not_a_list", f"`included` is {kind(included)}.", "Send a list of resources.", "/included")
    found: dict[tuple[str, str], Resource] = {}
    for resource in included:
        identifier = _identifier(resource)
        if identifier is not None and isinstance(resource, dict):
            found.setdefault(identifier, resource)
    return found


class Things(NamedTuple):
    """The container and shipment that a notice is about, as far as they are included, and their ids."""

    container: Resource
    shipment: Resource
    ids: tuple[str, ...]


def things(document: Document) -> Things:
    """What the notice is about."""
    subject = document.subject
    container = document.follow(subject, "container") or document.only("container")
    shipment = (
        document.follow(subject, "shipment") or document.follow(container, "shipment") or document.only("shipment")
    )
    box = related(subject, "container") or _identifier(container)
    whole = related(subject, "shipment") or _identifier(shipment)
    named = [identifier for identifier in (document.cause,) if identifier]
    if box is not None:
        # What is said of one container must not reach the others of its bill by the shipment's id.
        named += [box, *list(_identifiers(_data(container, "transport_events")))[:MOST_IDS]]
    elif whole is not None:
        named += [whole, *list(_identifiers(_data(shipment, "containers")))[:MOST_IDS]]
    return Things(container, shipment, tuple(dict.fromkeys(name for _, name in named)))


def read_refs(about: Things, own_numbers: bool) -> tuple[tuple[RefValue, ...], Warnings]:
    """The references of a notice, and warnings about those that look wrong or cannot be kept."""
    found: list[RefValue] = []
    warnings: Warnings = []
    container, shipment = attributes(about.container), attributes(about.shipment)
    number = _ref(ReferenceType.CONTAINER, container.get("number"), warnings)
    if number is not None:
        found.append(number)
        note = container_note(number.value)
        if note:
            warnings.append(("/included", note))
    mine = ReferenceType.REF if own_numbers else ReferenceType.PO
    named = [(ReferenceType.MASTER_BILL, shipment.get("bill_of_lading_number"))]
    for holder in (shipment, container):
        numbers = holder.get("ref_numbers")
        named += [(mine, one) for one in numbers[:20]] if isinstance(numbers, list) else []
    found += [ref for of, value in named if (ref := _ref(of, value, warnings)) is not None]
    ids = [RefValue(ReferenceType.SYSTEM_ID, f"t49:{name}") for name in about.ids]
    return unique([*found, *ids]), warnings


def _ref(of: ReferenceType, value: object, warnings: Warnings) -> RefValue | None:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        return None
    if len(value.strip()) > MAX_LENGTH:
        warnings.append(("/included", f"A reference longer than {MAX_LENGTH} characters was left out: {shown(value)}."))
        return None
    ref = RefValue(of, value.strip())
    return ref if ref.value else None
