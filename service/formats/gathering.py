"""How the events of one payload become a reading: each ends as an item, ignored, unmapped or a problem."""

from __future__ import annotations

from collections.abc import Callable

from service.formats.base import Refused, unreadable
from service.records.inbound import Ignored, Item, Problem, Reading, Unmapped

Warnings = list[tuple[str, str]]
"""Pointer below the event, and a sentence about what was taken but looks wrong."""

MOST_PROBLEMS = 10_000
"""A payload with more events that cannot be taken is of another kind than its source is set to."""


class Nothing(Exception):
    """The event is in order and says nothing to a customer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unknown(Exception):
    """The event's code stands in no table: `code` with its vocabulary before it, `says` in the sender's words."""

    def __init__(self, code: str, says: str = "", pointer: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.says = says
        self.pointer = pointer


class Gathering:
    """Takes the events of one payload in their order, and tells those that are repeated."""

    def __init__(self) -> None:
        self._items: list[tuple[int, Item]] = []
        self._ignored: list[Ignored] = []
        self._problems: list[Problem] = []
        self._unmapped: list[Unmapped] = []
        self._notes: list[tuple[int, str, str, str]] = []
        self._seen: dict[str, tuple[int, str]] = {}

    def take(self, index: int, pointer: str, read: Callable[[], tuple[Item, Warnings]]) -> None:
        """Read the event at *pointer*, whatever comes of it. Raises `Unreadable` where nearly nothing can be read."""
        try:
            item, warnings = read()
            first, digest = self._seen.setdefault(item.key, (index, item.digest))
            if first != index:
                self._repeated(first, digest == item.digest)
        except Nothing as nothing:
            self.ignore(index, nothing.reason)
        except Unknown as unknown:
            self._unmapped.append(Unmapped(index, unknown.code, unknown.says, pointer + unknown.pointer))
        except Refused as refused:
            self._problems.append(refused.problem(index, pointer))
            if len(self._problems) > MOST_PROBLEMS:
                raise unreadable(
                    "too_many_problems",
                    f"More than {MOST_PROBLEMS:,} events cannot be read; the last: {refused.message}",
                    "Check that the source has the right format, or send the payload in parts.",
                ) from None
        else:
            self._items.append((index, item))
            self._notes += ((index, pointer, where, note) for where, note in warnings)

    def ignore(self, index: int, reason: str) -> None:
        """Keep that the event says nothing, and why."""
        self._ignored.append(Ignored(index, reason))

    def repeat(self, index: int, first: int) -> None:
        """Keep that the event is the same as an earlier one of the payload."""
        self.ignore(index, f"It repeats item {first} of the same call.")

    def reading(self, *, batch: bool) -> Reading:
        """What was gathered. In a batch a note is found by its event's index, wherever the event stands."""
        notes = {(f"/{index}" if batch else at) + where: note for index, at, where, note in self._notes}
        return Reading(
            tuple(self._items),
            tuple(self._ignored),
            tuple(self._problems),
            tuple(self._unmapped),
            batch=batch,
            notes=notes,
        )

    @staticmethod
    def _repeated(first: int, same: bool) -> None:
        if same:
            raise Nothing(f"It repeats item {first} of the same call.")
        raise Refused(
            "event_id_reused",
            f"Item {first} of the same call has the same id and another content.",
            "Give each event an id of its own.",
        )
