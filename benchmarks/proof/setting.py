"""How thoroughly the proof is made, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.proof.card import Counted, Line
from benchmarks.stores import Stores

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """`kinds` are the stores to prove on, `folder` is a temporary one; *seed* is all the chance that there is."""

    long: bool
    seed: int
    kinds: tuple[str, ...]
    stores: Stores
    folder: Path

    def choose(self, short: T, long: T) -> T:
        """One of two sizes."""
        return long if self.long else short

    @property
    def name(self) -> str:
        """How the card calls this setting."""
        return "long" if self.long else "short"

    def line(
        self, promise: str, part: str, kind: str, passed: bool, figures: Mapping[str, Counted], history: str
    ) -> Line:
        """A line of the card under this setting."""
        return Line(promise, part, kind, passed, figures, self.seed, history, self.name)

    def each(self, runs: Sequence[Callable[[], list[Line]]]) -> Iterator[Line]:
        """The lines of several runs that do not touch each other.

        In the short setting they are made at once, for most of their time is waiting; figures to publish are made one
        after the other.
        """
        with ThreadPoolExecutor(1 if self.long else len(runs)) as pool:
            for done in as_completed([pool.submit(one) for one in runs]):
                yield from done.result()


Run = Callable[[Setting], Iterator[Line]]
"""One program of proof: yields a line for each store (and part) as soon as it is known."""
