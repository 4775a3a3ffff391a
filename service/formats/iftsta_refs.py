"""What an IFTSTA status names: element 1153 says which kind of number a reference is."""

from __future__ import annotations

from collections.abc import Mapping

from service.formats.edi import Note, clean
from service.formats.iftsta_message import Status
from service.formats.refs import MAX_LENGTH, MAX_REFS, looks_like_container, unique
from service.formats.x12_refs import BILLS, completed, container
from service.records.enums import ReferenceType
from service.records.inbound import RefValue

KINDS = {
    "BN": ReferenceType.BOOKING,
    "BH": ReferenceType.HOUSE_BILL,
    "HWB": ReferenceType.HOUSE_BILL,
    "BM": ReferenceType.MASTER_BILL,
    "MB": ReferenceType.MASTER_BILL,
    "MWB": ReferenceType.MASTER_BILL,
    "AWB": ReferenceType.MASTER_BILL,
    "AAM": ReferenceType.MASTER_BILL,
    "AAS": ReferenceType.MASTER_BILL,
    "CN": ReferenceType.MASTER_BILL,
    "CNI": ReferenceType.MASTER_BILL,
    "FF": ReferenceType.REF,
    "UCN": ReferenceType.REF,
    "EQ": ReferenceType.CONTAINER,
    "AAQ": ReferenceType.CONTAINER,
    "ON": ReferenceType.PO,
    "CO": ReferenceType.PO,
    "CR": ReferenceType.PO,
    "CU": ReferenceType.PO,
    "SI": ReferenceType.PO,
    "AAO": ReferenceType.PO,
}
"""Qualifiers of RFF; CNI stands for the number of the consignment, which is the carrier's own.

Source: UNTDID element 1153, with DCSA's care: numbers of shipper, consignee and customer are theirs to repeat.
"""

_CONTAINERS = frozenset({"CN", ""})
_PLACEHOLDERS = frozenset({"N/A", "NA", "NONE", "NULL", "TBA", "TBD", "UNKNOWN", "0", "."})


def read_refs(said: Status, options: Mapping[str, object], note: Note) -> tuple[RefValue, ...]:
    """The references of a status; its own come before those of the message, its equipment before all."""
    house = options.get("bill_is_house") is True
    numbers = [one.number for one in said.equipment if one.number and one.kind in _CONTAINERS]
    found = [container(completed(number)[:MAX_LENGTH], note, "EQD") for number in numbers[:MAX_REFS]]
    for kind, value in said.pairs:
        wanted = KINDS.get(kind)
        name = clean(value, MAX_LENGTH + 1) if wanted is not None else None
        if wanted is None or name is None or len(name) > MAX_LENGTH or name.upper() in _PLACEHOLDERS:
            continue
        if wanted is ReferenceType.CONTAINER:
            if not numbers:
                found.append(container(name, note, "RFF"))
            continue
        found.append(RefValue(ReferenceType.HOUSE_BILL if house and kind in BILLS else wanted, name))
    return unique(found)[:MAX_REFS]


def units_of(said: Status, refs: tuple[RefValue, ...]) -> tuple[str, ...]:
    """The containers that the status is about: its equipment, else the one container that it names."""
    numbers = [completed(one.number)[:40] for one in said.equipment if one.number]
    if numbers:
        return tuple(dict.fromkeys(numbers))[:MAX_REFS]
    named = [ref.value for ref in refs if ref.type is ReferenceType.CONTAINER and looks_like_container(ref.value)]
    return (named[0],) if len(named) == 1 else ()
