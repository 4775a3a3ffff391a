"""The harness itself is put to the test: shapes of sending that are known to be wrong must be caught by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from benchmarks.proof import shapes
from benchmarks.proof.card import Counted, Line, digest
from benchmarks.proof.killing import Load, history_of, kill_and_count
from benchmarks.proof.setting import Setting

CAUGHT_BY: Mapping[str, str] = MappingProxyType(
    {shapes.SEND_THEN_MARK: "dup", shapes.MARK_THEN_SEND: "lost", shapes.NO_QUARANTINE: "dup"}
)
"""Each wrong shape, and the count by which it must be seen."""

OPTIONS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {shapes.NO_QUARANTINE: {"quarantine": shapes.SHORTEST_QUARANTINE}}
)


SHORT = Load(3, 240, 80.0, times=6.0, settling=4.0)
LONG = Load(40, 3_000, 60.0, times=6.0, settling=30.0)

HASTE = 10.0
"""So many times as often the provider misbehaves where only haste is wrong: what comes or is listed late shows it."""


def run(setting: Setting) -> Iterator[Line]:
    """R2: the same load, the same provider and the same deaths catch each wrong shape."""
    kinds = setting.kinds if setting.long else setting.kinds[:1]
    return setting.each([partial(_on, setting, kind, shape) for kind in kinds for shape in CAUGHT_BY])


def _on(setting: Setting, kind: str, shape: str) -> list[Line]:
    name = f"wrong{kind[0]}{list(CAUGHT_BY).index(shape)}"
    options = {"shape": shape, **OPTIONS.get(shape, {})}
    load = setting.choose(SHORT, LONG)
    if shape == shapes.NO_QUARANTINE:
        load = replace(load, times=HASTE, settling=LONG.settling)  # what is sent twice is sent after a look
    books, killer, _ = kill_and_count(setting, kind, name, load, options)
    seen = {"dup": books.dup, "lost": books.lost}
    caught = seen[CAUGHT_BY[shape]] > 0
    figures: dict[str, Counted] = {
        "caught": "yes" if caught else "no",
        "kills": killer.spread.total(),
        "acked": books.acked,
        "texts": books.texts,
        "lost": books.lost,
        "dup": books.dup,
    }
    history = digest(history_of(setting.folder / name))
    return [setting.line("R2", f"wrong on purpose: {shape}", kind, caught, figures, history)]
