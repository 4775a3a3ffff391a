"""One migration down and up again while a client goes on posting, with deaths inside the migration."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from functools import partial

from benchmarks.processes import Died
from benchmarks.proof.card import Line
from benchmarks.proof.faces import Stage, first_answer, stage
from benchmarks.proof.killing import killed
from benchmarks.proof.setting import Setting
from service.store import migrations

POINTS = ("m1", "m2", "m3")

WORK = 1.5
"""Seconds of work between two migrations."""

DIES_WITHIN = 20.0


def run(setting: Setting) -> Iterator[Line]:
    """R20 on each store.

    The tables go from the head to the revision before it, as an operator takes them back, and each new life brings them
    to the head again, dying at `m1`, `m2` and `m3` first. A service of the head never runs on older tables: while they
    are older there is none, and the client tries again.
    """
    return setting.each([partial(_on, setting, kind) for kind in setting.kinds])


def _on(setting: Setting, kind: str) -> list[Line]:
    name = f"up{kind[0]}"
    folder = setting.folder / name
    rounds, facts = setting.choose((1, 200), (10, 3_000))
    spread: Counter[str] = Counter()
    with setting.stores.fresh(kind) as url, stage(url, folder, run=name, seed=setting.seed) as on:
        lives = on.workers[0]
        lives.begin()
        first_answer(lives)
        with on.client(count=facts, per_second=setting.choose(40.0, 60.0), seed=setting.seed) as client:
            for _ in range(rounds):
                time.sleep(WORK)
                _down_and_up(on, url, spread)
            until = time.monotonic() + 300.0
            while not client.ask("how far")["done"]:
                if time.monotonic() > until:
                    raise Died("the client did not come to its end")
                time.sleep(0.2)
        left = on.settle()
        books = on.books()
        at_head = migrations.current(url) == migrations.head() and not migrations.check(url)
    lines = killed(setting, kind, "down and up", books, spread, left, folder)
    figures = dict(lines[1].figures) | {
        "taken_back": 2 * rounds,
        "brought_up": 2 * rounds,
        "at_head": "yes" if at_head else "no",
    }
    figures["spread"] = lines[0].figures["spread"]
    passed = all(line.passed for line in lines) and at_head
    return [setting.line("R20", "down and up", kind, passed, figures, lines[0].history)]


def _down_and_up(on: Stage, url: str, spread: Counter[str]) -> None:
    """Stop the service, take one migration back, and let lives die in the upgrade until one comes through."""
    lives = on.workers[0]
    assert lives.now is not None
    lives.now.end()
    migrations.downgrade(url, "-1")
    for point in POINTS:
        life = lives.begin((point, 1))
        if not life.ended(DIES_WITHIN):
            raise Died(f"a life did not reach {point}")
        spread[point] += 1
        if point == POINTS[-1]:
            migrations.downgrade(url, "-1")
            spread["downgrade after death"] += 1
    lives.begin()
    first_answer(lives)
