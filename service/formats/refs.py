"""References: what names a shipment. Their kinds, their spellings, and the check digit of containers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from service.formats.base import Refused
from service.formats.fields import clip, kind, says_something, shown, suggest, text
from service.records.enums import ReferenceType
from service.records.inbound import CONTAINER, RefValue

MAX_LENGTH = 80
"""Characters of a reference that are kept."""

MAX_REFS = 100
"""References of one event."""

ALIASES: dict[str, ReferenceType] = {
    "ref": ReferenceType.REF,
    "refs": ReferenceType.REF,
    "order": ReferenceType.REF,
    "house_bill": ReferenceType.HOUSE_BILL,
    "hbl": ReferenceType.HOUSE_BILL,
    "hawb": ReferenceType.HOUSE_BILL,
    "bl": ReferenceType.HOUSE_BILL,
    "bill": ReferenceType.HOUSE_BILL,
    "booking": ReferenceType.BOOKING,
    "po": ReferenceType.PO,
    "pos": ReferenceType.PO,
    "container": ReferenceType.CONTAINER,
    "containers": ReferenceType.CONTAINER,
    "master_bill": ReferenceType.MASTER_BILL,
    "mbl": ReferenceType.MASTER_BILL,
    "mawb": ReferenceType.MASTER_BILL,
    "voyage": ReferenceType.VOYAGE,
}
"""The words that an event may use for the kinds of references."""

_VALUES = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=True))


def looks_like_container(value: str) -> bool:
    """Whether *value* (upper case, no blanks) has the form of a container number (ISO 6346)."""
    return CONTAINER.fullmatch(value) is not None


def check_digit_fits(container: str) -> bool:
    """Whether the last digit of a container number is the check digit of the ten characters before it (ISO 6346)."""
    total = sum((_VALUES[c] if c.isalpha() else int(c)) << i for i, c in enumerate(container[:10]))
    return total % 11 % 10 == int(container[10])


def is_imo(number: str) -> bool:
    """Whether *number* is an IMO ship number: six digits and their check digit (resolution A.1117(30))."""
    if len(number) != 7 or not (number.isascii() and number.isdigit()):
        return False
    return sum(int(digit) * (7 - i) for i, digit in enumerate(number[:6])) % 10 == int(number[6])


def container_note(container: str) -> str | None:
    """A warning about a container number that was probably mistyped, or None."""
    if not looks_like_container(container):
        return f"{shown(container)} has not the form of a container number (four letters, seven digits)."
    if not check_digit_fits(container):
        return f"The check digit of container {container} does not fit: one of its characters may be wrong."
    return None


def read_refs(value: object) -> list[RefValue]:
    """`refs` of an event: kind to value or list of values, or a list of {type, value}. Raises `Refused`."""
    if value is None:
        return []
    pairs: list[tuple[str, object, str]] = []
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, list):
                pairs.extend((name, one, f"/refs/{name}/{i}") for i, one in enumerate(inner))
            else:
                pairs.append((name, inner, f"/refs/{name}"))
    elif isinstance(value, list):
        for i, entry in enumerate(value):
            if not isinstance(entry, dict):
                raise _shape(entry, f"/refs/{i}")
            pairs.append(
                (text(entry.get("type"), "type", 40, f"/refs/{i}/type") or "ref", entry.get("value"), f"/refs/{i}")
            )
    else:
        raise _shape(value, "/refs")
    if len(pairs) > MAX_REFS:
        raise Refused("too_many", f"`refs` has {len(pairs)} entries.", f"Send at most {MAX_REFS}.", "/refs")
    return [ref for name, one, pointer in pairs if (ref := _one(name, one, pointer)) is not None]


def _one(name: str, value: object, pointer: str) -> RefValue | None:
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    if plain not in ALIASES:
        raise Refused("unknown_reference", f"`refs` has the kind {shown(name)}.", suggest(plain, ALIASES), pointer)
    said = text(value, "refs", MAX_LENGTH, pointer)
    return checked(RefValue(ALIASES[plain], said), pointer) if said else None


def checked(ref: RefValue, pointer: str) -> RefValue:
    """*ref*, where it has a letter or digit. Raises `Refused`: nobody could say which shipment is meant."""
    if not says_something(ref.shown):
        message = f"{shown(ref.shown)} names no shipment."
        fix = 'Send a reference with a letter or digit in it, such as "PO 4711".'
        raise Refused("bad_reference", message, fix, pointer)
    return ref


def bounded(
    pairs: Iterable[tuple[ReferenceType, object, str]], placeholders: Collection[str], warnings: list[tuple[str, str]]
) -> dict[tuple[ReferenceType, str], RefValue]:
    """The references out of (kind, value, pointer), without *placeholders* and repeats; what is left out is warned of.

    They stand in the order of `unique`, which is part of identities.
    """
    found: dict[tuple[ReferenceType, str], RefValue] = {}
    for kind_, value, pointer in pairs:
        said = clip(value, MAX_LENGTH + 1)
        if said is None or said.upper() in placeholders:
            continue
        if len(said) > MAX_LENGTH:
            warnings.append((pointer, f"A reference longer than {MAX_LENGTH} characters was left out: {shown(said)}."))
            continue
        ref = RefValue(kind_, said)
        name = (kind_, ref.value)
        if name in found:
            found[name] = found.pop(name)
            continue
        if len(found) >= MAX_REFS:
            warnings.append((pointer, f"It has more than {MAX_REFS} references: {shown(said)} and more were left out."))
            break
        if kind_ is ReferenceType.CONTAINER and (note := container_note(ref.value)):
            warnings.append((pointer, note))
        found[name] = ref
    return found


def unique(refs: list[RefValue]) -> tuple[RefValue, ...]:
    """*refs* without repeats, the first spelling of each, in order."""
    if len(refs) < 2:
        return tuple(refs)
    return tuple({(ref.type, ref.value): ref for ref in reversed(refs)}.values())[::-1]


def _shape(value: object, pointer: str) -> Refused:
    return Refused(
        "bad_refs",
        f"`refs` holds {kind(value)} where an object is expected.",
        'Send {"po": "4711", "container": ["MSKU1234565"]} or [{"type": "po", "value": "4711"}].',
        pointer,
    )
