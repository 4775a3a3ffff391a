"""What makes one shipment of two: which notices, words and occurrences take which place beside those of the older."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MovedOccurrence:
    """An occurrence of the younger shipment, under the name that it has in the older."""

    id: str
    stop: str
    number: int


@dataclass(frozen=True, slots=True)
class MovedNotice:
    """A notice under the subject and number that it has from now on."""

    id: str
    subject: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class MovedWord:
    """A promise under the number that it has from now on."""

    id: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class MergePlan:
    """How what was told of two shipments becomes what was told of one.

    `renamed` and `renumbered` are notices and words of the older that only change their names; the others are those of
    the younger that move. `ended` are waiting notices of the younger that the older says, or has said, already. What is
    named nowhere stays with the younger: it was never said, or the older's own word of it counts.
    """

    occurrences: tuple[MovedOccurrence, ...] = ()
    notices: tuple[MovedNotice, ...] = ()
    words: tuple[MovedWord, ...] = ()
    renamed: tuple[MovedNotice, ...] = ()
    renumbered: tuple[MovedWord, ...] = ()
    ended: tuple[str, ...] = ()
