"""Gathers the items of one payload: each event ends as an item, as ignored, as unmapped, or as a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized
from typing import NamedTuple

from service.formats.base import Refused, unreadable
from service.formats.vocabulary import IGNORE, key, own_meaning
from service.records.enums import Milestone, Reason
from service.records.inbound import Ignored, Item, Problem, Reading, Unmapped

Warnings = list[tuple[str, str]]
"""Pointer below the event, and a sentence about what was taken but looks wrong."""


class Nothing(Exception):
    """The event is in order and says nothing to a customer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Strange(Exception):
    """The event's code stands in no table. `code` is the code alone, `says` the sender's own text for it.

    `more` are further codes of the same event that stand in none.
    """

    def __init__(
        self, vocabulary: str, code: str, says: str = "", pointer: str = "", more: Sequence[Strange] = ()
    ) -> None:
        super().__init__(code)
        self.more = more
        self.code = key(vocabulary, code)
        self.says = says
        self.pointer = pointer


class Said(NamedTuple):
    """What the code of an event means."""

    milestone: Milestone
    reason: Reason | None = None


def own(options: Mapping[str, object], vocabulary: str, *codes: str) -> Said | None:
    """What the account itself says of the first of *codes* that it maps, or None. Raises `Nothing` where it ignores it.

    An event that an account calls a reason is goods delayed for that reason.
    """
    if "mapping" not in options:
        return None
    for code in codes:
        meant = own_meaning(options, vocabulary, code)
        if isinstance(meant, Milestone):
            return Said(meant)
        if isinstance(meant, Reason):
            return Said(Milestone.DELAYED, meant)
        if meant == IGNORE:
            raise Nothing(f"Your own mapping ignores {key(vocabulary, code)}.")
    return None


MOST_EVENTS = 25_000
"""Events of one call. Five megabytes of real ones hold fewer; of empty ones they would hold a million."""


MOST_PROBLEMS = 10_000
"""A payload with more events that cannot be read is of another kind than its source is set to."""


def check_count(events: Sized) -> None:
    """Raise `Unreadable` for more events than one call may have."""
    if len(events) > MOST_EVENTS:
        raise unreadable(
            "too_many_events",
            f"The call holds {len(events)} events.",
            f"Send at most {MOST_EVENTS} in one call.",
        )


EMPTY = "It holds no event."
"""Why a payload in which nothing stands is ignored: nothing of what is posted is dropped without a word."""


def same_call(first: int) -> str:
    """That an event has the id of item *first*, which says something else."""
    return f"Item {first} of the same call has this id and another content."


class Gathering:
    """The reading of a payload while it grows. `id_pointer` is where an event has its id, below the event.

    What repeats an item of the same call is ignored; the same id with another content is refused.
    """

    def __init__(self, id_pointer: str = "") -> None:
        self._id_pointer = id_pointer
        self._items: list[tuple[int, Item]] = []
        self._ignored: list[Ignored] = []
        self._unmapped: list[Unmapped] = []
        self._problems: list[Problem] = []
        self._notes: dict[str, str] = {}
        self._seen: dict[str, tuple[int, str]] = {}

    def add(self, index: int, base: str, read: Callable[[], tuple[Item, Warnings]], notes: str | None = None) -> None:
        """Read one event, whose JSON pointer is *base*; its notes stand under *notes*, or under *base* too."""
        try:
            item, warnings = read()
        except Nothing as nothing:
            self._ignored.append(Ignored(index, nothing.reason))
        except Strange as strange:
            for one in (strange, *strange.more):
                self._unmapped.append(Unmapped(index, one.code, one.says, base + one.pointer))
        except Refused as refused:
            self._problems.append(refused.problem(index, base))
            if len(self._problems) > MOST_PROBLEMS:
                raise unreadable(
                    "too_many_problems",
                    f"More than {MOST_PROBLEMS:,} events cannot be read; the last: {refused.message}",
                    "Check that the source has the right format, or send the payload in parts.",
                ) from None
        else:
            self._items.append((index, item))
            for where, note in warnings:
                self._notes[(base if notes is None else notes) + where] = note

    def add_once(
        self, index: int, base: str, read: Callable[[], tuple[Item, Warnings]], notes: str | None = None
    ) -> None:
        """Read one event like `add`, and tell it from an earlier one of the call by the key of its item."""

        def checked() -> tuple[Item, Warnings]:
            item, warnings = read()
            self.once(index, item.key, item.digest)
            return item, warnings

        self.add(index, base, checked, notes)

    def ignore(self, index: int, reason: str) -> None:
        """Keep that an event says nothing, and why."""
        self._ignored.append(Ignored(index, reason))

    def refuse(self, problem: Problem) -> None:
        """Count what cannot be taken, without reading it."""
        self._problems.append(problem)

    def once(self, index: int, event_key: str, digest: str) -> None:
        """Raise `Nothing` or `Refused` where an earlier event of the call has *event_key*."""
        first, same = self._seen.setdefault(event_key, (index, digest))
        if first == index:
            return
        if same == digest:
            raise Nothing(f"It repeats item {first} of the same call.")
        raise Refused(
            "event_id_reused",
            same_call(first),
            "Give each event an id of its own, and a correction a later time of statement.",
            self._id_pointer,
        )

    def reading(self, batch: bool) -> Reading:
        """What was gathered. *batch* says whether the payload was a list; one without any event is ignored as such."""
        if not (self._items or self._ignored or self._problems or self._unmapped):
            self.ignore(0, EMPTY)
        return Reading(
            tuple(self._items),
            tuple(self._ignored),
            tuple(self._problems),
            tuple(self._unmapped),
            batch=batch,
            notes=self._notes,
        )
