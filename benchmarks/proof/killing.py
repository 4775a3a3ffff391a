"""Processes that are killed under load: at every named point, while an answer is on its way, and at random."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.processes import Died
from benchmarks.proof.card import Counted, Line, digest
from benchmarks.proof.checker import Books
from benchmarks.proof.evidence import lines
from benchmarks.proof.faces import SETTLING, Stage, stage
from benchmarks.proof.lives import Lives
from benchmarks.proof.ports import answers
from benchmarks.proof.setting import Setting
from service.faults import POINTS

AT_A_POINT = 0.75
"""The share of deaths at a chosen point; the others come at a random time."""

ANSWER_LOST = "s2"
"""A request was taken and its answer not read: the provider knows that moment, the code cannot."""

CHOSEN = (*(point for point in POINTS if not point.startswith(("m", "n"))), ANSWER_LOST)
"""Migrations and replies have runs of their own."""

DEATHS = frozenset({*POINTS, ANSWER_LOST, "random"})
"""What of all that befell the processes was a `kill -9`."""

RARE = frozenset({"r0", "r1", "r2", "r3", "t1", "t2", "t3", "d1", "d2", "d3", "i1", "i2", "i3", "i4"})
"""Points that are reached a few times a second; the others are reached with each text."""

PATIENCE = (0.6, 3.0)
"""Seconds after its first answer between which a life ends at random."""

TO_A_POINT = 4.0
"""Seconds within which a point must be reached, or the life ends at random."""

COLD = 15.0
"""Seconds that a life may take until it answers."""

LOAD_SECONDS = 3_000.0


@dataclass
class Killer:
    """Ends lives until `wanted` have ended. `spread` counts deaths by where they came."""

    stage: Stage
    chance: random.Random
    spread: Counter[str] = field(default_factory=Counter)

    def one(self, lives: Lives) -> None:
        """Begin a life and see it end."""
        point = self.chance.choice(CHOSEN) if self.chance.random() < AT_A_POINT else ""
        nth = self.chance.randint(1, 4 if point in RARE else 12)
        patience = TO_A_POINT if point else self.chance.uniform(*PATIENCE)
        armed = (point, nth) if point and point != ANSWER_LOST else None
        life = lives.begin(armed)
        until = time.monotonic() + COLD
        while not life.ended() and not answers(lives.port) and time.monotonic() < until:
            time.sleep(0.02)
        if point == ANSWER_LOST:
            where = self._after_acceptance(nth, patience)
        else:
            where = point if life.ended(patience) else "random"
        life.kill()
        self.spread[where or "random"] += 1

    def _after_acceptance(self, nth: int, patience: float) -> str:
        """Wait until the *nth* text was taken and its sender not told; at random where that takes too long."""
        return ANSWER_LOST if "held" in self.stage.provider.ask(f"hold {nth} {patience}") else "random"


@dataclass(frozen=True, slots=True)
class Load:
    """How much a run is given: deaths, facts, how fast they come, and how often the provider misbehaves."""

    kills: int
    facts: int
    per_second: float
    times: float = 1.0
    settling: float = SETTLING


SHORT = Load(8, 320, 16.0, times=3.0)
LONG = Load(220, 27_000, 60.0, settling=600.0)


def kill_and_count(
    setting: Setting, kind: str, name: str, load: Load, options: Mapping[str, Any] | None = None
) -> tuple[Books, Killer, dict[str, int]]:
    """A whole run on one kind of store: load and deaths, then a last life that lets everything settle."""
    seed = setting.seed
    folder = setting.folder / name
    with (
        setting.stores.fresh(kind) as url,
        stage(url, folder, run=name, seed=seed, times=load.times, options=options) as on,
    ):
        killer = Killer(on, random.Random(seed))
        lives = on.workers[0]
        with on.client(count=load.facts, per_second=load.per_second, seed=seed) as client:
            until = time.monotonic() + LOAD_SECONDS
            while killer.spread.total() < load.kills or not client.ask("how far")["done"]:
                if time.monotonic() > until:
                    raise Died(f"{load.kills} kills and {load.facts} facts took more than {LOAD_SECONDS:.0f} s")
                if killer.spread.total() < load.kills:
                    killer.one(lives)
                else:
                    lives.keep_alive()
                    time.sleep(0.2)
        lives.keep_alive()
        left = on.settle(load.settling)
        return on.books(), killer, left


def run(setting: Setting) -> Iterator[Line]:
    """R1 and R2: one life after the other is killed; nothing is lost, nothing is sent twice."""
    return setting.each([partial(_on, setting, kind) for kind in setting.kinds])


def _on(setting: Setting, kind: str) -> list[Line]:
    name = f"kill{kind[0]}"
    books, killer, left = kill_and_count(setting, kind, name, setting.choose(SHORT, LONG))
    return killed(setting, kind, "kill -9", books, killer.spread, left, setting.folder / name)


def killed(
    setting: Setting,
    kind: str,
    part: str,
    books: Books,
    spread: Counter[str],
    left: Mapping[str, int],
    folder: Path,
) -> list[Line]:
    """What a run with deaths says of R1, R2 and R19."""
    where = ",".join(f"{point}:{count}" for point, count in sorted(spread.items()))
    kills = sum(count for point, count in spread.items() if point in DEATHS)
    counted: dict[str, Counted] = {"kills": kills, "acked": books.acked, "lost": books.lost}
    history = digest(history_of(folder))
    kept = counted | {"kept": books.kept, "spread": where}
    ended = not left
    return [
        setting.line("R1", part, kind, books.lost == 0 and ended, kept, history),
        setting.line("R2", part, kind, books.exact and ended, counted | exactly(books, left), history),
        setting.line("R19", f"after {part}", kind, books.balanced and ended, balance(books), history),
    ]


def exactly(books: Books, left: Mapping[str, int]) -> dict[str, Counted]:
    """What R2 prints."""
    return {
        "texts": books.texts,
        "dup": books.dup,
        "ghosts": books.ghosts,
        "stale": books.stale,
        "over_cap": books.over_cap,
        "unknown": books.unknown,
        "otherwise": books.otherwise,
        "not_ended": sum(left.values()),
        "recovered": books.recovered,
        "sent_again": books.again,
        "longest_doubt_s": round(books.longest_doubt.total_seconds()),
    }


def balance(books: Books) -> dict[str, Counted]:
    """What R19 prints."""
    return {"owed": books.acked, "texts": books.texts, "unbalanced": books.unbalanced, "disagree": books.disagree}


def history_of(folder: Path) -> Iterator[object]:
    """Everything that was observed: the client's journal, the provider's ledger, and the deaths."""
    for file in ("journal", "ledger", "deaths"):
        for line in lines(folder / file):
            yield [file, json.dumps(line, sort_keys=True)]
