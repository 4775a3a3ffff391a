"""How thoroughly the proof is made, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.proof.card import Line
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


Run = Callable[[Setting], Iterator[Line]]
"""One program of proof: yields a line for each store (and part) as soon as it is known."""
