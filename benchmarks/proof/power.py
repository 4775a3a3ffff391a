"""R1, power cuts: what was acknowledged is there after the power went, and no call was made without its intent.

The store's own units of work and statements run, with its own settings, over APSW in the place of `sqlite3`: only that
can be given a disk which loses power.
"""

from __future__ import annotations

import json
import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import apsw
from sqlalchemy import event

from benchmarks.proof.apsw_driver import driver
from benchmarks.proof.card import Counted, Line, digest
from benchmarks.proof.house import AT_ONCE, NOON, Witness, phone, quiet
from benchmarks.proof.power_disk import PowerDisk
from benchmarks.proof.setting import Setting
from notifiers.base import Channel
from service.clock import ManualClock
from service.flows import decide
from service.flows.intake import prepare
from service.store import sqlite
from service.store.engine import Database, parse
from service.store.errors import StoreError
from service.store.migrations import upgrade
from service.store.wakes import Wakes
from service.store.writer import Writer
from tests.kits import MINUTE, Works, departed

CLIENTS = 4
"""Before every second cut; before the others what they left is decided and sent."""
TOGETHER = 5
"""Events in a call."""

FEWEST, MOST = 20, 1_500
"""Writes of a page or a header until the power goes."""


@dataclass(slots=True)
class _Seen:
    """What the outside knows: facts that were acknowledged, and messages that a provider was called with."""

    acked: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    lost: int = 0
    cuts_with_loss: int = 0
    facts: int = 0
    corrupt: int = 0


def prove(setting: Setting) -> Iterator[Line]:
    """With the store's own settings; then with `synchronous=NORMAL`, which must lose something."""
    if "sqlite" not in setting.kinds:
        return
    cuts = setting.choose(20, 500)
    with quiet():
        full = _cut_again_and_again(setting, cuts, mutant=False)
        normal = _cut_again_and_again(setting, max(cuts // 5, 15), mutant=True)
    counted: dict[str, Counted] = {
        "over": f"apsw-{apsw.apsw_version()}",
        "cuts": cuts,
        "acked": full.facts,
        "lost": full.lost,
        "calls": len(full.called),
        "corrupt": full.corrupt,
        "mutant_lost": normal.lost,
        "mutant_acked": normal.facts,
        "mutant_cuts_with_loss": normal.cuts_with_loss,
    }
    passed = full.lost == full.corrupt == 0 and full.facts > cuts and normal.lost > 0 and len(full.called) > 0
    history = digest([counted])
    yield Line("R1", "power cut", "sqlite", passed, counted, setting.seed, history, setting.name)


def _cut_again_and_again(setting: Setting, cuts: int, *, mutant: bool) -> _Seen:
    """One database that lives through so many cuts; it is looked at after each."""
    chance, clock, seen = random.Random(setting.seed), ManualClock(NOON), _Seen()
    name = "normal" if mutant else "full"
    path = setting.folder / f"power-{name}-0.db"
    upgrade(f"sqlite:///{path}")
    for number in range(1, cuts + 1):
        disk = PowerDisk(f"{name}-{number}", chance, chance.randint(FEWEST, MOST))
        _until_the_cut(setting, path, disk, clock, seen, number, mutant=mutant)
        after = setting.folder / f"power-{name}-{number}.db"
        disk.image(path, after)
        disk.unregister()
        _look(after, seen)
        for file in setting.folder.glob(f"{path.name}*"):
            file.unlink()
        path = after
        clock.advance(MINUTE)
    return seen


def _until_the_cut(
    setting: Setting, path: Path, disk: PowerDisk, clock: ManualClock, seen: _Seen, number: int, *, mutant: bool
) -> None:
    """Keep facts, decide and send, as a service does, until nothing works any more."""
    provider = Witness(clock)
    with suppress(StoreError):
        database = _database(path, disk, mutant=mutant)
        try:
            works = Works(database, clock, {Channel.SMS: provider}, setting.folder)
            works.go(rules=AT_ONCE)
            clients = [
                threading.Thread(target=_post, args=(works, disk, seen, f"{number}-{n}"))
                for n in range(CLIENTS * (number % 2))
            ]
            for one in clients:
                one.start()
            for one in clients:
                one.join()
            with suppress(Exception):
                while not disk.off.is_set() and (decide.run_due(works.kit) + works.dispatcher.run_due()):
                    works.dispatcher.wait_idle(0.05)
            works.dispatcher.stop(0.0)
            works.journal.close()
        finally:
            with suppress(Exception):
                database.close()
    seen.facts = len(seen.acked) + seen.lost
    seen.called |= {message.id for _, message in provider.taken}


def _database(path: Path, disk: PowerDisk, *, mutant: bool) -> Database:
    """The store's own, opened over the disk. The mutant waits for no sync at a commit."""
    writing, reading = sqlite.engines(path, driver(disk.name))
    if mutant:

        @event.listens_for(writing, "connect")
        def careless(connection: object, _record: object) -> None:
            connection.execute("PRAGMA synchronous=NORMAL")  # type: ignore[attr-defined]

    else:
        sqlite.assert_safe(writing, path, 5.0)
    return Database(parse(f"sqlite:///{path}"), writing, reading, Writer(writing, wait=5.0), Wakes())


def _post(works: Works, disk: PowerDisk, seen: _Seen, name: str) -> None:
    """A client: one call after the other, each noted when it is acknowledged."""
    for count in range(100_000):
        ids = [f"{name}-{count}-{item}" for item in range(TOGETHER)]
        at, people = works.clock().isoformat(), [phone(len(seen.acked) % 100_000)]
        body = json.dumps([departed(ref=f"PO {one}", id=one, at=at, tell=people) for one in ids]).encode()
        try:
            works.journal.submit(prepare(works.kit, works.source, body, {}, "application/json")).result(10)
        except Exception:
            return
        seen.acked.update(ids)
        if disk.off.is_set():
            return


def _look(path: Path, seen: _Seen) -> None:
    """Whether the database is whole, and holds every fact that was acknowledged and every call that was made."""
    with closing(sqlite3.connect(path)) as found:
        if found.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            seen.corrupt += 1
            return
        facts = {row[0] for row in found.execute("SELECT event_key FROM fact")}
        called = {row[0] for row in found.execute("SELECT DISTINCT message_id FROM attempt")}
    lost = (seen.acked - facts) | (seen.called - called)
    seen.lost += len(lost)
    seen.cuts_with_loss += bool(lost)
    seen.acked -= lost
    seen.called -= lost
