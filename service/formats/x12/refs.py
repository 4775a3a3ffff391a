"""What an X12 set names: element 128 says which kind of number a reference is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from service.formats.edi import Note, clean
from service.formats.fields import shown
from service.formats.refs import MAX_LENGTH, MAX_REFS, check_digit_fits, container_note, looks_like_container, unique
from service.records.enums import ReferenceType
from service.records.inbound import RefValue

KINDS = {
    "BN": ReferenceType.BOOKING,
    "BM": ReferenceType.MASTER_BILL,
    "OB": ReferenceType.MASTER_BILL,
    "MB": ReferenceType.MASTER_BILL,
    "AW": ReferenceType.MASTER_BILL,
    "WY": ReferenceType.MASTER_BILL,
    "CN": ReferenceType.MASTER_BILL,
    "2I": ReferenceType.REF,
    "FN": ReferenceType.REF,
    "EQ": ReferenceType.CONTAINER,
    "OC": ReferenceType.CONTAINER,
    "PO": ReferenceType.PO,
    "CO": ReferenceType.PO,
    "CG": ReferenceType.PO,
    "CR": ReferenceType.PO,
    "6A": ReferenceType.PO,
    "DO": ReferenceType.PO,
    "LO": ReferenceType.PO,
    "SI": ReferenceType.PO,
    "P8": ReferenceType.PO,
}
"""Qualifiers of N9 and L11. Others (seals, codes of parties, stop numbers) name no shipment.

Source: X12 element 128, with DCSA's care: numbers of shipper, consignee and customer are theirs to repeat.
"""

BILLS = frozenset({"BM", "OB"})
"""Qualifiers that a forwarder's own feed uses for its house bills; see the option `bill_is_house`."""

PLACEHOLDERS = frozenset({"N/A", "NA", "NONE", "NULL", "TBA", "TBD", "UNKNOWN", "0", "."})
"""What systems write where they have no number."""


def read_refs(
    pairs: Iterable[tuple[str, str]], options: Mapping[str, object], note: Note, where: str
) -> tuple[RefValue, ...]:
    """The references of (qualifier, value) *pairs*; a container that looks mistyped is kept, with a warning."""
    house = options.get("bill_is_house") is True
    found: list[RefValue] = []
    for qualifier, value in dict.fromkeys(pairs):
        if len(found) >= MAX_REFS:
            break
        kind = KINDS.get(qualifier.upper())
        said = clean(value, MAX_LENGTH + 1) if kind is not None else None
        if kind is None or said is None or said.upper() in PLACEHOLDERS:
            continue
        if len(said) > MAX_LENGTH:
            note(where, f"A reference longer than {MAX_LENGTH} characters was left out: {shown(said)}.")
            continue
        if house and qualifier.upper() in BILLS:
            kind = ReferenceType.HOUSE_BILL
        found.append(container(said, note, where) if kind is ReferenceType.CONTAINER else RefValue(kind, said))
    return unique(found)


def container(said: str, note: Note, where: str) -> RefValue:
    """A container as it is painted on the box, without the hyphens and blanks that some systems write."""
    ref = RefValue(ReferenceType.CONTAINER, said.replace("-", "").replace(" ", ""))
    if warning := _note_about(ref.value):
        note(where, warning)
    return ref


@lru_cache(maxsize=1024)
def _note_about(number: str) -> str | None:
    return container_note(number)


@lru_cache(maxsize=1024)
def completed(number: str) -> str:
    """A container of four letters and six digits with its check digit; any other number as it is."""
    if len(number) != 10:
        return number
    return next((number + digit for digit in "0123456789" if _fits(number + digit)), number)


def _fits(number: str) -> bool:
    return looks_like_container(number) and check_digit_fits(number)
