"""Accepting: events per second over HTTP, against a bare route and against raw commits of the same rows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import raw
from benchmarks.figures import Figure, table
from benchmarks.processes import Child, once
from benchmarks.stores import Stores

CELLS = ((1, 1), (16, 1), (64, 1), (4, 100))
"""(keep-alive connections, events in one call)."""

WARM_SECONDS = 0.5


@dataclass(slots=True)
class Accepted:
    """Events per second by cell, and how long the answer took at 64 connections."""

    rate: dict[tuple[int, int], Figure] = field(default_factory=lambda: {cell: Figure() for cell in CELLS})
    p50: Figure = field(default_factory=lambda: Figure(digits=1, unit=" ms"))
    p99: Figure = field(default_factory=lambda: Figure(digits=1, unit=" ms"))
    alone: Figure = field(default_factory=lambda: Figure(digits=1, unit=" ms"))


def measure(stores: Stores, runs: int, seconds: float, peaks: dict[str, Figure]) -> None:
    """Measure and print. Every run measures everything once, so that ratios compare the same minute."""
    found: dict[str, Accepted] = {"bare route": Accepted()}
    for kind in stores.kinds:
        found |= {name: Accepted() for name in (NAMES[kind], f"{NAMES[kind]}, engine off")}
    group = {kind: Figure() for kind in stores.kinds}
    for _ in range(runs):
        with Child("server", "bare", "{}") as server:
            _cells(server, found["bare route"], seconds)
        for kind in stores.kinds:
            for engine in (True, False):
                name = NAMES[kind] + ("" if engine else ", engine off")
                with stores.fresh(kind) as url:
                    with Child("server", "milepost", options(url, stores.folder, engine=engine)) as server:
                        _cells(server, found[name], seconds)
                        peaks.setdefault(name, Figure()).values.append(server.ask("peak")["peak_mib"])
                    if not engine:
                        with stores.fresh(kind) as empty:
                            group[kind].values.append(raw.events_per_second(kind, url, empty))
    _print(stores, found, group)


NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def options(url: str, folder: Path, **more: object) -> str:
    """What the service is started with."""
    return json.dumps({"database_url": url, "pause_file": str(folder / "pause"), **more})


def _cells(server: Child, into: Accepted, seconds: float) -> None:
    job = {"url": server.ready["url"], "key": server.ready["key"], "kind": "event"}
    once("load", job | {"connections": 16, "seconds": WARM_SECONDS, "run": "warm"}, 60)
    for connections, batch in CELLS:
        cell = {"connections": connections, "batch": batch, "seconds": seconds, "run": f"{connections}-{batch}"}
        load = once("load", job | cell, seconds + 60)
        if set(load["statuses"]) != {"202"}:
            raise SystemExit(f"not every event was taken: {load['statuses']}")
        into.rate[(connections, batch)].values.append(load["answers"] * batch / load["seconds"])
        if (connections, batch) == (64, 1):
            into.p50.values.append(load["p50_ms"])
            into.p99.values.append(load["p99_ms"])
        if (connections, batch) == (1, 1):
            into.alone.values.append(load["p50_ms"])


def _print(stores: Stores, found: dict[str, Accepted], group: dict[str, Figure]) -> None:
    bare = found["bare route"]
    head = ["", *(f"{c} connection{'s' * (c > 1)}" + (f", batches of {b}" if b > 1 else "") for c, b in CELLS)]
    rows = [[name, *(str(one.rate[cell]) for cell in CELLS)] for name, one in found.items()]
    rows += [[f"raw group commit, {NAMES[kind]}", "", "", "", str(figure)] for kind, figure in group.items()]
    table("(a) Events accepted per second, each durable before its 202 (least / median / most of the runs)", head, rows)
    rows = []
    for kind in stores.kinds:
        one, aim = found[NAMES[kind]], {"sqlite": "45 %", "postgresql": "50 %"}[kind]
        off = found[f"{NAMES[kind]}, engine off"]
        at_64, batches = one.rate[(64, 1)], one.rate[(4, 100)]
        rows += [
            [
                f"{NAMES[kind]}: 64 connections, share of the bare route",
                at_64.share_of(bare.rate[(64, 1)]),
                f">= {aim}",
            ],
            ["  the same with the engine off", off.rate[(64, 1)].share_of(bare.rate[(64, 1)]), ""],
            ["  batches, share of the raw group commit", batches.share_of(group[kind]), ">= 50 %"],
            ["  the same with the engine off", off.rate[(4, 100)].share_of(group[kind]), ""],
            ["  time of an answer at 64 connections, p99", str(one.p99), "<= 80 ms"],
            ["  time of an answer at 64 connections, p50", str(one.p50), ""],
            ["  time of an answer at 1 connection, p50", str(one.alone), ""],
        ]
    table("    against the aims", ["", "seen", "aim"], rows)
