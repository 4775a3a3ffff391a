"""What the versions of DCSA Track & Trace have in common: which one a body is, and reading its events one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from service.formats.base import Refused, Unreadable, unreadable
from service.formats.dcsa import codes, documents
from service.formats.dcsa.event import read_event
from service.formats.dcsa.head import Rules, as_event, read_head
from service.formats.dcsa.smdg import SMDG
from service.formats.fields import digest_of
from service.formats.gathering import Gathering, Strange, Warnings
from service.formats.vocabulary import Vocabulary
from service.records.enums import ReferenceType
from service.records.inbound import Item, RefValue

VOCABULARIES: tuple[Vocabulary, ...] = (
    codes.TRANSPORT_CODES,
    codes.EQUIPMENT_CODES,
    documents.SHIPMENT_CODES,
    SMDG,
)
"""The tables of every version."""

_LONGEST_NAME = 75

DRAFT = "draft"
"""The option without which a version that DCSA has not released is not read."""

DRAFT_SAYS = "true reads this version although DCSA has not released it: it may change."

_NAMES = {
    "dcsa_tnt_v2": "2.2 (an array of events)",
    "dcsa_tnt_v3beta": "3.0 Beta (`metadata` and `payload`)",
    "dcsa_tnt_v3": "3.0 (`events`)",
}


def check_version(payload: object, wanted: str) -> None:
    """Raise `Unreadable` where *payload* is plainly of another version than that of the format *wanted*."""
    found = _version(payload)
    if found is None or found == wanted:
        return
    raise unreadable(
        "other_version",
        f"This is DCSA Track & Trace {_NAMES[found]}; this source is set to version {_NAMES[wanted]}.",
        f"Set the format of the source to {found}, or ask the carrier for version {_NAMES[wanted]}.",
    )


def check_draft(options: Mapping[str, object], version: str) -> None:
    """Raise `Unreadable` unless the source says that it wants a version which is no standard yet."""
    if options.get(DRAFT) is not True:
        raise not_released(version)


def not_released(version: str) -> Unreadable:
    """The refusal of a version that is behind a setting."""
    return unreadable(
        "draft_not_enabled",
        f"DCSA has not released version {version} of Track & Trace: its events may change their meaning.",
        'Set the option "draft" of the source to true to read it all the same, or ask the carrier for version 2.2.',
    )


def _version(payload: object) -> str | None:
    if isinstance(payload, dict) and "events" in payload and "eventType" not in payload:
        return "dcsa_tnt_v3"
    for event in payload if isinstance(payload, list) else [payload]:
        if isinstance(event, dict):
            if "metadata" in event and "eventType" not in event:
                return "dcsa_tnt_v3beta"
            if "eventType" in event and "metadata" not in event:
                return "dcsa_tnt_v2"
    return None


def read_one(
    gathering: Gathering, index: int, event: object, now: datetime, options: Mapping[str, object], rules: Rules
) -> tuple[Item, Warnings]:
    """Read one event that is written in the names of 2.2."""
    plain = as_event(event)
    return read_plain(gathering, index, plain, digest_of_event(plain), now, options, rules)


def digest_of_event(event: dict[str, Any]) -> str:
    """The digest of an event as it came. Lists of references, seals and reasons have no order."""
    return digest_of(_without_order(event))


def _without_order(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_order(one) if isinstance(one, dict | list) else one for name, one in value.items()}
    if isinstance(value, list) and all(isinstance(one, dict | str) for one in value):
        return sorted(map(_without_order, value), key=digest_of)
    return value


def read_plain(
    gathering: Gathering,
    index: int,
    plain: dict[str, Any],
    digest: str,
    now: datetime,
    options: Mapping[str, object],
    rules: Rules,
) -> tuple[Item, Warnings]:
    """Read *plain*, an event in the names of 2.2; *digest* is that of the event as it came."""
    head = read_head(plain, now, rules, digest)
    gathering.once(index, head.key, head.digest)
    return read_event(head, now, options)


def called(item: Item, said: str) -> Item:
    """*item* with the id *said* of its event as a name, so that a retraction finds its way by nothing else."""
    shown = f"dcsa:{said}" if len(said) <= _LONGEST_NAME else f"dcsa:sha256:{digest_of(said)}"
    return replace(item, refs=(*item.refs, RefValue(ReferenceType.SYSTEM_ID, shown)))


def translated(paths: Mapping[str, str], read: Callable[[], tuple[Item, Warnings]]) -> tuple[Item, Warnings]:
    """What *read* reads in the names of 2.2, with its pointers in those of another version; raises as it does."""
    try:
        item, warnings = read()
    except Refused as refused:
        pointer = _translate(paths, refused.pointer)
        raise Refused(refused.code, refused.message, refused.fix, pointer) from None
    except Strange as strange:
        strange.pointer = _translate(paths, strange.pointer)
        raise
    return item, [(_translate(paths, where), note) for where, note in warnings]


def _translate(paths: Mapping[str, str], pointer: str) -> str:
    for prefix in _prefixes(pointer):
        if prefix in paths:
            return paths[prefix] + pointer[len(prefix) :]
    return pointer


def _prefixes(pointer: str) -> Iterable[str]:
    """*pointer* itself, then each pointer above it."""
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]
