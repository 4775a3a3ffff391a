"""What the platforms that track parcels have in common: a history, sent whole again with every change.

An entry of such a history has no id. It is named by what it says (number, time as written, codes, message, place), so
that a history which is sent again repeats what is known. The unit of each fact is the tracking number: the parcels of
one order stand side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.formats.base import Refused
from service.formats.fields import digest_of, text
from service.formats.parcel_codes import Said, Table, Unknown, meaning
from service.formats.parcel_places import Spot
from service.formats.parcel_times import moment
from service.formats.refs import MAX_LENGTH, unique
from service.formats.roles import DELIVERY, DESTINATION, ORIGIN, ROLE
from service.formats.times import settled
from service.records.enums import Classifier, Milestone, Reason, ReferenceType
from service.records.inbound import FactDraft, Ignored, Item, Problem, Reading, RefValue, Unmapped
from service.records.when import When

TEST_EVENTS = "true reads events of the sender's test mode too; unless set they are ignored."
"""The option `test_events`, which every platform with a test mode has."""

SHARED_ORDERS = "true keeps order numbers as `po`, where several customers may have the same one."
"""The option `shared_orders`, for platforms that name the order."""

IN_TEST_MODE = "It is an event of the sender's test mode; the source's option test_events reads it."
NOTHING_YET = "It holds no step of a journey yet."

PLACEHOLDERS = frozenset({"STRING", "N/A", "NA", "NULL", "NONE", "-", "TBA", "TBD", "UNKNOWN"})
"""Order numbers that stand for nothing."""

_STATED_AHEAD = timedelta(days=1)
_SURE = frozenset({ORIGIN, DELIVERY, DESTINATION})
_OPEN = frozenset({Milestone.DEPARTED, Milestone.LOADED})
"""Milestones whose name says an origin, where a scan says no more than that the parcel left some place."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Whom a history is about. `moving` is whether the platform itself says that the parcel is still under way."""

    number: str
    refs: tuple[RefValue, ...]
    stated_at: datetime | None
    moving: bool
    now: datetime
    options: Mapping[str, object]

    @property
    def value(self) -> str:
        """The tracking number as it is compared."""
        return "".join(self.number.split()).upper()


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
    """A step, understood."""

    step: Step
    when: When
    flags: tuple[str, ...]
    said: Said
    milestone: Milestone
    hash: str


@dataclass(slots=True)
class Gathered:
    """What becomes of a payload, entry by entry."""

    items: list[tuple[int, Item]] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)

    def reading(self) -> Reading:
        """The same as a value."""
        return Reading(
            tuple(self.items), tuple(self.ignored), tuple(self.problems), tuple(self.unmapped), False, self.notes
        )


def ignored(reason: str) -> Reading:
    """The reading of an event that says nothing of a parcel's journey."""
    return Reading(ignored=(Ignored(0, reason),), batch=False)


def refused(problem: Refused) -> Reading:
    """The reading of an event of which nothing can be taken."""
    return Reading(problems=(problem.problem(0),), batch=False)


def number_of(value: object, field_name: str, pointer: str) -> str:
    """The tracking number. Raises `Refused` where there is none."""
    said = text(value, field_name, MAX_LENGTH, pointer)
    if said is None:
        raise Refused(f"{field_name}_missing", f"`{field_name}` is missing.", "Send the number of the parcel.", pointer)
    return said


def refs_of(number: str, orders: Mapping[str, object], options: Mapping[str, object]) -> tuple[RefValue, ...]:
    """The names of a parcel: its number, and the *orders* that the account gave it, by JSON pointer."""
    kind = ReferenceType.PO if options.get("shared_orders") is True else ReferenceType.REF
    refs = [RefValue(ReferenceType.REF, number)]
    for pointer, value in orders.items():
        said = text(str(value) if type(value) is int else value, pointer.rsplit("/", 1)[-1], MAX_LENGTH, pointer)
        if said is not None and said.upper() not in PLACEHOLDERS:
            refs.append(RefValue(kind, said))
    return unique(refs)


def stated(value: datetime | None, now: datetime) -> datetime | None:
    """When the platform wrote the history, unless its clock is plainly wrong."""
    return None if value is not None and value > now + _STATED_AHEAD else value


def tell(parcel: Parcel, steps: list[Step], gathered: Gathered) -> None:
    """Put into *gathered* what becomes of each of *steps*."""
    reads = [read for step in steps if (read := _read(parcel, step, gathered)) is not None]
    arrivals = sorted(
        (one for one in reads if one.milestone is Milestone.DELIVERED), key=lambda one: (one.when.start, one.hash)
    )
    first = arrivals[0] if arrivals else None
    denied = parcel.moving and first is not None and any(_after(one, first) for one in reads)
    seen: dict[str, int] = {}
    for read in reads:
        index = seen.setdefault(read.hash, read.step.index)
        if index != read.step.index:
            gathered.ignored.append(Ignored(read.step.index, f"It repeats entry {index} of the same history."))
        elif not denied or read.milestone is not Milestone.DELIVERED:
            gathered.items.append((index, _item(parcel, read, read is first)))
        elif read is first:
            gathered.items.append((index, not_delivered(parcel, read.hash + max(one.hash for one in reads))))
            gathered.notes[read.step.pointer] = "Later steps follow and the parcel is still under way: not delivered."
        else:
            gathered.ignored.append(Ignored(index, "Later steps follow and the parcel is still under way."))


def not_delivered(parcel: Parcel, why: str) -> Item:
    """Takes back that the parcel was delivered; *why* tells one such statement from another."""
    digest = digest_of([parcel.value, "not delivered", why])
    return Item(
        event_key=f"taken-back:{digest}",
        key=f"taken-back:{digest}",
        digest=digest,
        facts=(),
        refs=parcel.refs,
        stated_at=parcel.stated_at,
        retracts=_delivered(parcel),
    )


def expected(
    parcel: Parcel, written: str, when: When, flags: tuple[str, ...], reason: Reason | None = None, change: str = ""
) -> Item:
    """The delivery that the platform expects. The key carries the date as *written*, so a date sent again is known.

    *change* tells apart a date to which the platform came back, where it says that it changed its mind.
    """
    digest = digest_of([parcel.value, "eta", written, reason, change])
    fact = FactDraft(
        milestone=Milestone.DELIVERED,
        classifier=Classifier.ESTIMATED,
        when=when,
        part="due",
        unit=parcel.number[:40],
        place_role=DELIVERY,
        reason=reason,
        flags=flags,
    )
    event_key = f"eta:{digest_of(parcel.value)}"
    return Item(event_key, f"{event_key}@{digest}", digest, (fact,), parcel.refs, parcel.stated_at)


def _read(parcel: Parcel, step: Step, gathered: Gathered) -> _Read | None:
    """Understand one step, or say in *gathered* why not."""
    try:
        said = meaning(parcel.options, step.codes, step.pointer)
        when, flags = moment(
            step.time, step.time_field, step.spot.zone, parcel.now, f"{step.pointer}/{step.time_field}"
        )
    except Unknown as unknown:
        gathered.unmapped.append(Unmapped(step.index, unknown.code, step.message[:200], step.pointer))
        return None
    except Refused as problem:
        gathered.problems.append(problem.problem(step.index))
        return None
    if not isinstance(said.becomes, Milestone):
        gathered.ignored.append(Ignored(step.index, said.becomes))
        return None
    if said.note:
        gathered.notes[step.pointer] = said.note
    codes = [code for _, code in step.codes]
    what = digest_of([parcel.value, step.time, codes, step.detail, step.message, step.spot.written])
    return _Read(step, when, flags, said, said.becomes, what)


def _after(other: _Read, delivered: _Read) -> bool:
    """Whether *other* shows that a delivery did not end the journey."""
    if other.milestone is Milestone.DELIVERED:
        return False
    return other.when.start >= delivered.when.end and other.when.start > delivered.when.start


def _delivered(parcel: Parcel) -> str:
    return f"delivered:{digest_of(parcel.value)}"


def _item(parcel: Parcel, read: _Read, first_delivery: bool) -> Item:
    milestone = read.milestone
    classifier, more = settled(Classifier.ACTUAL, read.when, parcel.now)
    fact = FactDraft(
        milestone=milestone,
        classifier=classifier,
        when=read.when,
        unit=parcel.number[:40],
        place_name=read.step.spot.name,
        place_role=_role(read),
        reason=read.said.reason,
        flags=(*read.flags, *more, *read.said.flags),
    )
    event_key = _delivered(parcel) if first_delivery else f"checkpoint:{read.hash}"
    key = f"{event_key}@{read.hash}" if first_delivery else event_key
    return Item(event_key, key, read.hash, (fact,), parcel.refs, parcel.stated_at)


def _role(read: _Read) -> str | None:
    if read.step.spot.name is None:
        return None
    if read.milestone in _OPEN:
        return ORIGIN if read.step.at_origin else None
    role = ROLE.get(read.milestone)
    return role if role in _SURE else None
