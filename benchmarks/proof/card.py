"""The report card: a line for each promise and store, what was counted, and from which seed and history."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

Counted = int | float | str

BROKE = "any"
"""In place of the store, where a run came to no end; gone once there is any other line of its promise."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one run came to.

    `figures` are printed in their order; `history` is the digest of everything that was observed (see `digest`).
    `part` tells runs of one promise apart, such as "kill -9" and "power cut". `setting` is short or long.
    """

    promise: str
    part: str
    store: str
    passed: bool
    figures: Mapping[str, Counted] = field(default_factory=dict)
    seed: int = 0
    history: str = ""
    setting: str = "short"

    def __str__(self) -> str:
        verdict = "PASS" if self.passed else "FAIL"
        counted = " ".join(f"{name}={_shown(value)}" for name, value in self.figures.items())
        origin = f"seed={self.seed} history={self.history[:16] or 'none'}"
        return f"{self.promise:<4}{verdict:<5}{self.store:<11}{self.part}: {counted} {self.setting} {origin}"


def digest(history: Iterable[object]) -> str:
    """SHA-256 over what was observed, one line for each observation."""
    sha = hashlib.sha256()
    for one in history:
        sha.update(json.dumps(one, sort_keys=True, default=str).encode() + b"\n")
    return sha.hexdigest()


def merge(file: Path, lines: Sequence[Line]) -> list[Line]:
    """Put new lines in the place of older ones of the same promise, part and store; returns the whole card."""
    again = {(line.promise, line.setting) for line in lines}
    known = {
        _key(line): line for line in _read(file) if line.store != BROKE or (line.promise, line.setting) not in again
    }
    known |= {_key(line): line for line in lines}
    card = sorted(known.values(), key=lambda line: (int(line.promise[1:]), line.part, line.store))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(line) for line in card], indent=1), encoding="utf-8")
    return card


def show(card: Sequence[Line], promises: Mapping[str, str]) -> str:
    """The card in words: each promise with its runs, or UNPROVEN where there is none."""
    rows = []
    for name, words in promises.items():
        mine = [line for line in card if line.promise == name]
        rows.append(f"{name:<4}{words}")
        rows += [f"    {line}" for line in mine] or ["    UNPROVEN: no run"]
    return "\n".join(rows)


def _read(file: Path) -> list[Line]:
    return [Line(**row) for row in json.loads(file.read_text(encoding="utf-8"))] if file.exists() else []


def _key(line: Line) -> tuple[str, str, str]:
    return (line.promise, line.part, line.store)


def _shown(value: Counted) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
