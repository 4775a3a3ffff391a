"""What an IFTSTA status names: element 1153 says which kind of number a reference is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from service.formats.edi import Note, clean, names_of
from service.formats.refs import MAX_LENGTH, MAX_REFS, looks_like_container, unique
from service.formats.x12.refs import BILLS, PLACEHOLDERS, completed, container
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

Named = list[tuple[str, RefValue]]
"""References with the qualifiers under which they were sent."""


def named(pairs: Iterable[tuple[str, str]], options: Mapping[str, object], note: Note) -> Named:
    """Those of *pairs* that name a shipment, each once."""
    house = options.get("bill_is_house") is True
    found: Named = []
    for kind, value in dict.fromkeys(pairs):
        wanted = KINDS.get(kind)
        name = clean(value, MAX_LENGTH + 1) if wanted is not None else None
        if wanted is None or name is None or len(name) > MAX_LENGTH or name.upper() in PLACEHOLDERS:
            continue
        if wanted is ReferenceType.CONTAINER:
            found.append((kind, container(name, note, "RFF")))
        else:
            found.append((kind, RefValue(ReferenceType.HOUSE_BILL if house and kind in BILLS else wanted, name)))
        if len(found) >= MAX_REFS:
            break
    return found


class Above:
    """The references of a head, ready for all statuses below it."""

    def __init__(self, pairs: Named) -> None:
        self.pairs = pairs
        self.refs = unique([ref for _, ref in pairs])
        self.names = names_of(self.refs)


def joined(boxes: Sequence[str], own: Named, above: Above, note: Note) -> tuple[tuple[RefValue, ...], tuple[str, ...]]:
    """All references of a status, and their names.

    One of its own counts before one of that kind above it, its equipment before both.
    """
    if not own and not boxes:
        return above.refs, above.names
    kinds = {kind for kind, _ in own}
    found = [container(box[:MAX_LENGTH], note, "EQD") for box in boxes[:MAX_REFS]]
    refs = [ref for _, ref in (*own, *(pair for pair in above.pairs if pair[0] not in kinds))]
    found += [ref for ref in refs if not boxes or ref.type is not ReferenceType.CONTAINER]
    whole = unique(found)[:MAX_REFS]
    return whole, names_of(whole)


def units_of(numbers: Sequence[str], refs: tuple[RefValue, ...]) -> tuple[str, ...]:
    """What a status is about: its equipment, else the one container that it names."""
    if numbers:
        return tuple(dict.fromkeys(completed(number)[:40] for number in numbers))[:MAX_REFS]
    boxes = [ref.value for ref in refs if ref.type is ReferenceType.CONTAINER and looks_like_container(ref.value)]
    return (boxes[0],) if len(boxes) == 1 else ()
