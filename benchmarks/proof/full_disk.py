"""R16: a full disk, a stopped database, no connection free: honest refusals, and it passes by itself."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from sqlalchemy import event, select
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.testclient import TestClient

from benchmarks.proof.card import Counted, Line, digest
from benchmarks.proof.house import AT_ONCE, Witness, quiet
from benchmarks.proof.own_postgres import OwnPostgres, own_postgres
from benchmarks.proof.setting import Setting
from notifiers.base import Channel
from service.app import create_app
from service.clock import utc_now
from service.records.enums import Mode
from service.records.tables import Fact
from service.settings import Settings
from service.store import accounts, keys, postgres, situations
from service.store.tables import table

CLIENTS = 6
PAUSE = 0.01
"""Seconds between two calls of a client."""

WELL, ILL = 0.7, 1.5
"""Seconds for which all is well, and for which something is wrong."""

RECOVERY = 10.0
NO_LIMIT = 2**30


@dataclass(slots=True)
class _Load:
    """Clients that post and one that reads; what was answered, and when it was asked."""

    client: TestClient
    headers: dict[str, str]
    posted: list[tuple[float, int, str, str]] = field(default_factory=list)
    read: list[tuple[float, int]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    ill: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        """Set the clients to work."""
        names = [time.monotonic_ns() + number for number in range(CLIENTS)]
        self.threads = [threading.Thread(target=self.post, args=(name,)) for name in names]
        self.threads.append(threading.Thread(target=self.look))
        for one in self.threads:
            one.start()

    def finish(self) -> None:
        """Let each call that is under way have its answer, and make no more."""
        self.over.set()
        for one in self.threads:
            one.join()

    def post(self, name: int) -> None:
        number = 0
        while not self.over.wait(PAUSE):
            number += 1
            event_id, asked = f"{name}-{number}", time.monotonic()
            body = {"id": event_id, "ref": f"PO {event_id}", "milestone": "departed", "at": utc_now().isoformat()}
            answer = self.client.post("/v1/events", json=body | {"place": "CNNGB"}, headers=self.headers)
            self.posted.append((asked, answer.status_code, event_id, answer.headers.get("Retry-After", "")))

    def look(self) -> None:
        while not self.over.wait(10 * PAUSE):
            ill = self.ill.is_set()
            status = self.client.get("/v1/shipments?limit=1", headers=self.headers).status_code
            if ill:
                self.read.append((time.monotonic(), status))

    def first_taken(self, since: float) -> float:
        """Seconds from *since* until the first call taken that was made after it; bounded."""
        while time.monotonic() < since + 3 * RECOVERY:
            if any(status == 202 and asked >= since for asked, status, _, _ in self.posted[-200:]):
                return time.monotonic() - since
            time.sleep(PAUSE)
        return float("inf")


def prove(setting: Setting) -> Iterator[Line]:
    """On SQLite the pages are limited; a PostgreSQL of our own is stopped hard, and its pool is taken."""
    for kind in setting.kinds:
        if kind == "sqlite":
            with setting.stores.fresh(kind) as url:
                yield _line(setting, url, kind, "disk full", _filled(), setting.choose(3, 20))
        else:
            with own_postgres() as server:
                yield _line(setting, server.url, kind, "stopped hard", _stopped(server), setting.choose(2, 10))
                yield _line(setting, server.url, kind, "no connection free", _taken(setting), 1)


def _line(
    setting: Setting, url: str, kind: str, part: str, wrong: Callable[[FastAPI, _Load], float], times: int
) -> Line:
    recoveries: list[float] = []
    with quiet(), _service(setting, url) as (app, load):
        before = _facts(app)
        for _ in range(times):
            time.sleep(WELL)
            since = wrong(app, load)
            load.ill.clear()
            recoveries.append(load.first_taken(since))
        load.finish()  # what is answered after the facts are counted would count as lost
        decided = _all_decided(app)
        kept = _facts(app) - before
    answers = Counter(status for _, status, _, _ in load.posted)
    taken = {event_id for _, status, event_id, _ in load.posted if status == 202}
    refused = [(event_id, retry) for _, status, event_id, retry in load.posted if status == 503]
    counted: dict[str, Counted] = {
        "times": times,
        "taken": len(taken),
        "refused": len(refused),
        "lost": len(taken - kept),
        "without_retry_after": sum(not retry.isdigit() for _, retry in refused),
        "others": sum(answers.values()) - answers[202] - answers[503],
        "reads_while": len(load.read),
        "reads_failed": sum(status not in {200, 503} for _, status in load.read),
        "reads_answered": sum(status == 200 for _, status in load.read),
        "recovery_p100_s": round(max(recoveries), 2),
        "mutant_lost": len({event_id for event_id, _ in refused} - kept),
    }
    wrong_ones = sum(int(counted[name]) for name in ("lost", "without_retry_after", "others", "reads_failed"))
    seen = bool(refused) or (part == "no connection free" and not setting.long)
    honest = part != "disk full" or counted["reads_answered"] == counted["reads_while"]
    passed = wrong_ones == 0 and seen and honest and max(recoveries) <= RECOVERY and decided and bool(taken)
    if part == "disk full":
        passed = passed and int(counted["mutant_lost"]) > 0
    return Line("R16", part, kind, passed, counted, setting.seed, digest([sorted(answers)]), setting.name)


@contextmanager
def _service(setting: Setting, url: str) -> Iterator[tuple[FastAPI, _Load]]:
    """The whole service with its loops, live, and its clients at work."""
    settings = Settings(
        database_url=url, pause_file=str(setting.folder / "full.pause"), log_level="error", rate_per_minute=10**8
    )
    app = create_app(settings, notifiers={Channel.SMS: Witness(utc_now)})
    kit = app.state.kit
    with kit.database.read() as conn:
        account_id = accounts.default_id(conn) or ""
    now = kit.clock()
    changes: dict[str, Any] = {"mode": Mode.LIVE, "live_since": now, "rules": AT_ONCE}
    kit.database.write(lambda conn: accounts.update_account(conn, account_id, now, **changes))
    key, _ = kit.database.write(
        lambda conn: keys.create(conn, account_id, name="proof", scopes=("events", "read"), now=now)
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        load = _Load(client, {"Authorization": f"Bearer {key}"})
        load.begin()
        try:
            yield app, load
        finally:
            load.finish()


def _filled() -> Callable[[FastAPI, _Load], float]:
    """Pages are limited at each use of the writing connection: SQLite forgets the limit with the connection."""
    limit, heard = [NO_LIMIT], threading.Event()

    def limited(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit[0]}")

    def fill(app: FastAPI, load: _Load) -> float:
        """No page more for the file from now on; then room again. Returns when that was."""
        if not heard.is_set():
            event.listen(app.state.kit.database.engine, "checkout", limited)
            heard.set()
        load.ill.set()
        with app.state.kit.database.read() as conn:
            limit[0] = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        time.sleep(ILL)
        limit[0] = NO_LIMIT
        return time.monotonic()

    return fill


def _stopped(server: OwnPostgres) -> Callable[[FastAPI, _Load], float]:
    def stop(_app: FastAPI, load: _Load) -> float:
        """Stop the database hard, and start it again. Returns when it answers."""
        load.ill.set()
        server.stop_hard()
        time.sleep(ILL)
        return server.start()

    return stop


def _taken(setting: Setting) -> Callable[[FastAPI, _Load], float]:
    def take(app: FastAPI, load: _Load) -> float:
        """Hold every connection that there is. Returns when they are given back."""
        enough, got = threading.Event(), threading.Semaphore(0)

        def hold() -> None:
            # The service waits for the same connections: whoever comes too late for one asks again.
            while not enough.is_set():
                with suppress(PoolTimeout), app.state.kit.database.engine.connect():
                    got.release()
                    enough.wait(4 * RECOVERY)

        threads = [threading.Thread(target=hold) for _ in range(postgres.POOL_SIZE + postgres.POOL_OVERFLOW)]
        for one in threads:
            one.start()
        for _ in threads:
            got.acquire(timeout=RECOVERY)
        load.ill.set()
        time.sleep(setting.choose(ILL, 13.0))
        enough.set()
        since = time.monotonic()
        for one in threads:
            one.join()
        return since

    return take


def _facts(app: FastAPI) -> set[str]:
    with app.state.kit.database.read() as conn:
        return set(conn.execute(select(table(Fact).c.event_key)).scalars())


def _all_decided(app: FastAPI) -> bool:
    """Whether the loops come to the end of what is due, by themselves."""
    until = time.monotonic() + 3 * RECOVERY
    while time.monotonic() < until:
        with app.state.kit.database.read() as conn:
            if not situations.due(conn, utc_now(), 1):
                return True
        time.sleep(0.05)
    return False
