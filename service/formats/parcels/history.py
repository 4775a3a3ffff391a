"""What the platforms that track parcels have in common: a history, sent whole again with every change.

Its entries are read by `parcel_steps`. The unit of each fact is the tracking number: the parcels of one order stand
side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.formats.base import Refused
from service.formats.fields import digest_of, kind, text
from service.formats.refs import MAX_LENGTH, unique
from service.formats.roles import DELIVERY
from service.records.enums import Classifier, Milestone, Reason, ReferenceType
from service.records.inbound import FactDraft, Ignored, Item, Problem, Reading, RefValue, Unmapped
from service.records.when import When

TEST_EVENTS = "true reads events of the sender's test mode too; unless set they are ignored."
"""The option `test_events`, which every platform with a test mode has."""

SHARED_ORDERS = "true keeps order numbers as `po`, where several customers may have the same one."
"""The option `shared_orders`, for platforms that name the order."""

IN_TEST_MODE = "It is an event of the sender's test mode; the source's option test_events reads it."
NOTHING_YET = "It holds no step of a journey yet."

MAX_ENTRIES = 5000
"""Steps of one parcel; the longest journeys have some hundreds."""

PLACEHOLDERS = frozenset({"STRING", "N/A", "NA", "NULL", "NONE", "-", "TBA", "TBD", "UNKNOWN"})
"""Order numbers that stand for nothing."""

_STATED_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Whom a history is about. `moving` is whether the platform itself says that the parcel is still under way.

    `was_delivered` is whether it says as well that the parcel was delivered before, until now; `troubled` whether it
    names a trouble, which may have come after a delivery.
    """

    number: str
    refs: tuple[RefValue, ...]
    stated_at: datetime | None
    moving: bool
    now: datetime
    options: Mapping[str, object]
    was_delivered: bool = False
    troubled: bool = False

    @property
    def value(self) -> str:
        """The tracking number as it is compared."""
        return "".join(self.number.split()).upper()


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


def word(value: object) -> str:
    """*value* where it is text, else "": for fields that are compared and never shown."""
    return value if isinstance(value, str) else ""


def number_of(value: object, field_name: str, pointer: str) -> str:
    """The tracking number. Raises `Refused` where there is none."""
    said = text(value, field_name, MAX_LENGTH, pointer)
    if said is None:
        raise Refused(f"{field_name}_missing", f"`{field_name}` is missing.", "Send the number of the parcel.", pointer)
    return said


def entries_of(value: object, field_name: str, pointer: str) -> list[object]:
    """The entries of a history. Raises `Refused` for what is none, or is longer than that of any parcel."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Refused("not_a_list", f"`{field_name}` is {kind(value)}.", "Send a list.", pointer)
    if len(value) > MAX_ENTRIES:
        raise Refused(
            "too_many_entries",
            f"`{field_name}` has {len(value)} entries.",
            f"At most {MAX_ENTRIES} steps of one parcel are read.",
            pointer,
        )
    return value


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
        unit=parcel.value[:40],
        place_role=DELIVERY,
        reason=reason,
        flags=flags,
    )
    event_key = f"eta:{digest_of(parcel.value)}"
    return Item(event_key, f"{event_key}@{digest}", digest, (fact,), parcel.refs, parcel.stated_at)
