"""The entries of a parcel's history, which have no id of their own.

An entry is named by what it says: the parcel's number, the time as written, message and place. Its codes are its
revision. So a history that is sent again repeats what is known, and a step that the platform reads otherwise by now
replaces what it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from service.formats.base import Refused
from service.formats.fields import digest_of
from service.formats.parcels.common_codes import Said, Table, Unknown, meaning
from service.formats.parcels.history import Gathered, Parcel
from service.formats.parcels.places import Spot
from service.formats.parcels.times import moment
from service.formats.roles import DELIVERY, DESTINATION, ORIGIN, ROLE
from service.formats.times import settled
from service.records.enums import Classifier, Milestone
from service.records.inbound import FactDraft, Ignored, Item, Unmapped
from service.records.when import When

DENIED = "Later steps follow and the parcel is under way, or was tried in vain: it was not delivered."
VANISHED = (
    "The delivery that was said before stands in the history no more: take it back by hand, if you were told of it."
)

_SURE = frozenset({ORIGIN, DELIVERY, DESTINATION})
_OPEN = frozenset({Milestone.DEPARTED, Milestone.LOADED})
"""Milestones whose name says an origin, where a scan says no more than that the parcel left some place."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a history as it was sent; `codes` begins with the finest."""

    index: int
    pointer: str
    time: object
    time_field: str
    codes: tuple[tuple[Table, str], ...]
    message: str
    spot: Spot
    at_origin: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """A step, understood. `name` is the entry without its codes, `hash` is with them."""

    step: Step
    when: When
    flags: tuple[str, ...]
    said: Said
    milestone: Milestone
    name: str
    hash: str


def tell(parcel: Parcel, steps: list[Step], gathered: Gathered) -> None:
    """Put into *gathered* what becomes of each of *steps*."""
    reads: dict[str, _Read] = {}
    for step in steps:
        read = _read(parcel, step, gathered)
        if read is None:
            continue
        first = reads.setdefault(read.hash, read)
        if first is not read:
            gathered.ignored.append(Ignored(step.index, f"It repeats entry {first.step.index} of the same history."))
    after = _after_delivery(reads.values())
    denied = parcel.moving and (bool(after) or parcel.was_delivered)
    denied = denied or (parcel.troubled and _tried_since(reads.values()))
    names = Counter(read.name for read in reads.values())
    for read in reads.values():
        # Two steps that only their codes tell apart are two, and no revisions of one another.
        event_key = f"checkpoint:{read.name if names[read.name] == 1 else read.hash}"
        if read.milestone is not Milestone.DELIVERED:
            gathered.items.append((read.step.index, _item(parcel, read, event_key)))
        elif denied:
            gathered.items.append((read.step.index, _taken_back(parcel, event_key, after)))
            gathered.notes[read.step.pointer] = DENIED
        else:
            gathered.items.append((read.step.index, _item(parcel, read, event_key, after)))
    if parcel.moving and parcel.was_delivered and all(not item.retracts for _, item in gathered.items):
        gathered.notes[""] = VANISHED


def _read(parcel: Parcel, step: Step, gathered: Gathered) -> _Read | None:
    """Understand one step, or say in *gathered* why not."""
    try:
        said = meaning(parcel.options, step.codes, step.pointer)
        if not isinstance(said.becomes, Milestone):
            gathered.ignored.append(Ignored(step.index, said.becomes))
            return None
        where = f"{step.pointer}/{step.time_field}"
        when, flags = moment(step.time, step.time_field, step.spot.zone, parcel.now, where)
    except Unknown as unknown:
        gathered.unmapped.append(Unmapped(step.index, unknown.code, step.message[:200], step.pointer))
        return None
    except Refused as problem:
        gathered.problems.append(problem.problem(step.index))
        return None
    if said.note:
        gathered.notes[step.pointer] = said.note
    name = digest_of([parcel.value, step.time, step.message, step.spot.written])
    codes = digest_of([name, step.detail, *(code for _, code in step.codes)])
    return _Read(step, when, flags, said, said.becomes, name, codes)


def _after_delivery(reads: Iterable[_Read]) -> str:
    """The latest step after the first delivery, by its hash; "" where a delivery ended the journey, or none is said."""
    reads = tuple(reads)
    delivered = [read for read in reads if read.milestone is Milestone.DELIVERED]
    if not delivered:
        return ""
    first = min(delivered, key=_by_time)
    later = [
        read
        for read in reads
        if read.milestone is not Milestone.DELIVERED
        and read.when.start >= first.when.end
        and read.when.start > first.when.start
    ]
    return max(later, key=_by_time).hash if later else ""


def _tried_since(reads: Collection[_Read]) -> bool:
    """Whether delivery was tried in vain after the last time that the parcel was said to be delivered."""
    delivered = max((read.when.end for read in reads if read.milestone is Milestone.DELIVERED), default=None)
    return delivered is not None and any(
        read.milestone is Milestone.DELIVERY_ATTEMPT_FAILED and read.when.start >= delivered for read in reads
    )


def _by_time(read: _Read) -> tuple[datetime, str]:
    return read.when.start, read.hash


def _taken_back(parcel: Parcel, event_key: str, after: str) -> Item:
    """Takes back that the parcel was delivered; it may be said again *after* another step."""
    digest = digest_of([event_key, "not delivered", after])
    key = f"taken-back:{digest}"
    return Item(key, key, digest, (), parcel.refs, parcel.stated_at, retracts=event_key)


def _item(parcel: Parcel, read: _Read, event_key: str, after: str = "") -> Item:
    """The fact that a step states. A delivery is stated anew with each step *after* it: it may have been taken back."""
    classifier, more = settled(Classifier.ACTUAL, read.when, parcel.now)
    fact = FactDraft(
        milestone=read.milestone,
        classifier=classifier,
        when=read.when,
        unit=parcel.value[:40],
        place_name=read.step.spot.name,
        place_role=_role(read),
        reason=read.said.reason,
        flags=(*read.flags, *more, *read.said.flags),
    )
    digest = digest_of([read.hash, after]) if after else read.hash
    return Item(event_key, f"{event_key}@{digest}", digest, (fact,), parcel.refs, parcel.stated_at)


def _role(read: _Read) -> str | None:
    if read.step.spot.name is None:
        return None
    if read.milestone in _OPEN:
        return ORIGIN if read.step.at_origin else None
    role = ROLE.get(read.milestone)
    return role if role in _SURE else None
