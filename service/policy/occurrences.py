"""Occurrences: happenings with a number that is given once, so that a thing said twice happened twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from service.policy.happenings import REPEATS, Happening, same_time
from service.records.decision import NewOccurrence
from service.records.situation import OccurrenceView, Spoken
from service.records.when import When, when_from_json


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A happening and its key (`milestone:stop:unit group:number`), the subject of its notices."""

    key: str
    happening: Happening


@dataclass(frozen=True, slots=True)
class Numbered:
    """All open occurrences by time, those to keep now, and the ids of those whose last supporting fact is gone."""

    open: tuple[Occurrence, ...]
    opened: tuple[NewOccurrence, ...]
    closed: tuple[str, ...]


def number(done: Sequence[Happening], kept: Sequence[OccurrenceView], spoken: Iterable[Spoken]) -> Numbered:
    """Match what happened with the occurrences *kept* so far.

    Those keep their number; what matches none opens the next one. Of things that can happen again, an occurrence
    is known by the time that its notices name (`params["at"]`).
    """
    times = _times(spoken)
    free = sorted((view for view in kept if view.open), key=lambda view: (view.milestone, view.stop, view.number))
    found: dict[int, str] = {}
    for matches in (_exactly, _roughly):
        for view in tuple(free):
            like = [n for n, one in enumerate(done) if n not in found and matches(view, one, times)]
            at = min(like, key=lambda n: (_apart(times.get(key_of(view)), done[n].when), n), default=None)
            if at is not None:
                found[at] = key_of(view)
                free.remove(view)
    opened: list[NewOccurrence] = []
    for n, one in enumerate(done):
        if n not in found:
            new = NewOccurrence(one.milestone, one.stop, "", _next(one, kept, opened))
            opened.append(new)
            found[n] = new.key
    return Numbered(
        open=tuple(Occurrence(found[n], one) for n, one in enumerate(done)),
        opened=tuple(opened),
        closed=tuple(view.id for view in free),
    )


def key_of(view: OccurrenceView) -> str:
    """The key of a kept occurrence."""
    return NewOccurrence(view.milestone, view.stop, view.unit_group, view.number).key


def _times(spoken: Iterable[Spoken]) -> dict[str, When]:
    """When each occurrence happened, as its latest notice says."""
    times: dict[str, When] = {}
    for notice in sorted(spoken, key=lambda notice: (notice.created_at, notice.ordinal)):
        at = notice.params.get("at")
        when = when_from_json(at) if isinstance(at, Mapping) else None
        if when is not None:
            times[notice.subject] = when
    return times


def _apart(at: When | None, when: When) -> timedelta:
    """How far from what its notices name: of two holds by customs the one that was told stays the one told."""
    return abs(at.start - when.start) if at is not None else timedelta()


def _exactly(view: OccurrenceView, one: Happening, times: Mapping[str, When]) -> bool:
    if (view.milestone, view.stop) != (one.milestone, one.stop):
        return False
    at = times.get(key_of(view))
    return one.milestone not in REPEATS or at is None or same_time(at, one.when)


def _roughly(view: OccurrenceView, one: Happening, times: Mapping[str, When]) -> bool:
    """The same thing, whose place became known or was forgotten; never another time of a thing that repeats."""
    del times
    return view.milestone is one.milestone and one.milestone not in REPEATS and "" in {view.stop, one.stop}


def _next(one: Happening, kept: Iterable[OccurrenceView], opened: Iterable[NewOccurrence]) -> int:
    used = [(view.milestone, view.stop, view.unit_group, view.number) for view in kept]
    used += [(new.milestone, new.stop, new.unit_group, new.number) for new in opened]
    return max((numbered[3] for numbered in used if numbered[:3] == (one.milestone, one.stop, "")), default=0) + 1
