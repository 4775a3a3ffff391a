"""Two processes on one PostgreSQL of our own, under load: one is killed or stands still, the server is stopped hard."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from benchmarks.processes import Died
from benchmarks.proof.card import Line
from benchmarks.proof.faces import SETTLING, Stage, stage
from benchmarks.proof.killing import LOAD_SECONDS, Killer, killed
from benchmarks.proof.own_postgres import OwnPostgres, own_postgres
from benchmarks.proof.setting import Setting

STILL = (0.5, 7.0)
"""Seconds for which a process stands still: also longer than the quarantine and the second look together."""

AWAY = (0.1, 1.0)
"""Seconds between the end of the server and its new start."""

STEP = 1.0
"""Seconds between two blows, in which work goes on."""


class Blows:
    """What befalls two workers and their server. The first of a pair is hit, the other goes on."""

    def __init__(self, on: Stage, server: OwnPostgres, chance: random.Random) -> None:
        self.killer = Killer(on, chance)
        self.server = server
        self._on = on
        self._chance = chance

    def strike(self, name: str) -> None:
        """One blow; afterwards both workers live."""
        self._chance.shuffle(self._on.workers)
        for one in self._on.workers:
            one.keep_alive()
        BLOWS[name](self)
        if name != "kill":
            self.killer.spread[name] += 1
        for one in self._on.workers:
            one.keep_alive()
        time.sleep(STEP)

    def kill(self) -> None:
        """Kill one worker while the other goes on, then once more at a point."""
        victim = self._on.workers[0]
        if victim.now is not None and victim.now.kill():
            self.killer.spread["random"] += 1
        self.killer.one(victim)

    def stop_server(self) -> None:
        """Stop the server hard, and start it again."""
        self.server.stop_hard()
        time.sleep(self._chance.uniform(*AWAY))
        self.server.start()

    def stand_still(self) -> None:
        """Let one worker stand still, its session open."""
        self._still(lambda: None)

    def outlive_session(self) -> None:
        """Let one worker stand still while its session ends: the other takes it for dead, and it wakes as a ghost."""
        self._still(self.stop_server)

    def _still(self, meanwhile: Callable[[], None]) -> None:
        victim = self._on.workers[0].now
        if victim is None:
            return
        victim.pause()
        meanwhile()
        time.sleep(self._chance.uniform(*STILL))
        victim.go_on()


BLOWS: Mapping[str, Callable[[Blows], None]] = MappingProxyType(
    {
        "kill": Blows.kill,
        "server stopped hard": Blows.stop_server,
        "stood still": Blows.stand_still,
        "stood still and lost its session": Blows.outlive_session,
    }
)


def run(setting: Setting) -> Iterator[Line]:
    """R1 and R2 with two workers at once; only where a PostgreSQL of our own can be had."""
    if "postgresql" not in setting.kinds:
        return
    rounds = setting.choose(("kill", "server stopped hard", "stood still and lost its session"), LONG)
    facts = setting.choose(300, 9_000)
    folder = setting.folder / "together"
    with (
        own_postgres() as server,
        stage(server.url, folder, run="together", seed=setting.seed, workers=2) as on,
    ):
        blows = Blows(on, server, random.Random(setting.seed))
        with on.client(count=facts, per_second=setting.choose(40.0, 45.0), seed=setting.seed) as client:
            for name in rounds:
                blows.strike(name)
            until = time.monotonic() + LOAD_SECONDS
            while not client.ask("how far")["done"]:
                if time.monotonic() > until:
                    raise Died(f"{facts} facts took more than {LOAD_SECONDS:.0f} s")
                time.sleep(0.2)
        left = on.settle(setting.choose(SETTLING, 300.0))
        books = on.books()
    yield from killed(setting, "postgresql", "two workers", books, blows.killer.spread, left, folder)


LONG = tuple(
    name
    for n in range(30)
    for name in ("kill", "server stopped hard", "kill", "stood still", "stood still and lost its session")[: 3 + n % 3]
)
"""Thirty hard stops and more, with sixty rounds of killing between them."""
