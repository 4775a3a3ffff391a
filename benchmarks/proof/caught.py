"""The harness itself is put to the test: shapes of sending that are known to be wrong must be caught by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from benchmarks.proof import shapes
from benchmarks.proof.card import Counted, Line, digest
from benchmarks.proof.checker import Books
from benchmarks.proof.killing import history_of, kill_and_count
from benchmarks.proof.setting import Setting

CAUGHT_BY: Mapping[str, str] = MappingProxyType(
    {shapes.SEND_THEN_MARK: "dup", shapes.MARK_THEN_SEND: "lost", shapes.NO_QUARANTINE: "dup"}
)
"""Each wrong shape, and the count by which it must be seen."""

OPTIONS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {shapes.NO_QUARANTINE: {"quarantine": shapes.SHORTEST_QUARANTINE}}
)


def run(setting: Setting) -> Iterator[Line]:
    """R2: the same load, the same provider and the same deaths catch each wrong shape."""
    for kind in setting.kinds:
        for n, (shape, count) in enumerate(CAUGHT_BY.items()):
            name = f"wrong{kind[0]}{n}"
            books, killer, _ = kill_and_count(
                setting,
                kind,
                name,
                kills=setting.choose(5, 40),
                facts=setting.choose(500, 3_000),
                per_second=setting.choose(100.0, 60.0),
                options={"shape": shape, **OPTIONS.get(shape, {})},
                settling=setting.choose(4.0, 30.0),
            )
            seen = {"dup": books.dup, "lost": books.lost}
            yield _line(setting, kind, shape, books, killer.spread.total(), seen[count] > 0, name)


def _line(setting: Setting, kind: str, shape: str, books: Books, kills: int, caught: bool, name: str) -> Line:
    figures: dict[str, Counted] = {
        "caught": "yes" if caught else "no",
        "kills": kills,
        "acked": books.acked,
        "texts": books.texts,
        "lost": books.lost,
        "dup": books.dup,
    }
    history = digest(history_of(setting.folder / name))
    return Line("R2", f"wrong on purpose: {shape}", kind, caught, figures, setting.seed, history, setting.name)
