"""The audit is put to the test: a text that we know nothing of, and one that is missing from the provider's list."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from benchmarks.processes import Died
from benchmarks.proof.card import Counted, Line, digest
from benchmarks.proof.faces import Stage, first_answer, stage
from benchmarks.proof.facts import event
from benchmarks.proof.setting import Setting
from benchmarks.proof.wires import Line as Wire
from service.records.tables import Task
from service.store.engine import open_database
from service.store.tables import table

PACE = 600.0
"""So fast that the audit's hour takes six seconds."""

SOONEST = timedelta(hours=1)
"""Within so long it must be found, and `SLACK` for the tick and for what the audit leaves to the provider's lag."""

SLACK = timedelta(minutes=30)

CALM_WITHIN = 10.0

TAKEN_WITHIN = 30.0

SLIPPED = "+447700900999"

task = table(Task)


def run(setting: Setting) -> Iterator[Line]:
    """R19 on each store: what was put in and what was taken out is found within an hour of the clock."""
    return setting.each([partial(_on, setting, kind) for kind in setting.kinds])


def _on(setting: Setting, kind: str) -> list[Line]:
    name = f"books{kind[0]}"
    folder = setting.folder / name
    with setting.stores.fresh(kind) as url, stage(url, folder, run=name, seed=setting.seed, calm=True, pace=PACE) as on:
        on.workers[0].begin()
        first_answer(on.workers[0])
        count = setting.choose(10, 100)
        asyncio.run(_post(on, range(count)))
        on.settle(CALM_WITHIN)
        before = len(_found(url))
        missing = _lost(on, count)
        slipped = on.provider.ask(f"slip {json.dumps({'to': SLIPPED, 'body': 'not ours'})}")["sid"]
        since = on.clock()
        _until_found(on, url, (slipped, missing))
        tasks = _found(url)
        books = on.books()
    after = {sid: at - since for sid in (slipped, missing) for text, at in tasks if sid in text}
    in_time = len(after) == 2 and max(after.values()) <= SOONEST + SLACK
    figures: dict[str, Counted] = {
        "texts": books.texts,
        "false_alarms": before,
        "slipped_in_found": "yes" if slipped in after else "no",
        "missing_found": "yes" if missing in after else "no",
        "after_s": round(max((one.total_seconds() for one in after.values()), default=-1)),
        "unbalanced": books.unbalanced,
    }
    passed = in_time and before == 0 and books.unbalanced == 0
    return [setting.line("R19", "slipped in, and missing", kind, passed, figures, digest([figures]))]


def _lost(on: Stage, n: int) -> str:
    """The provider's id of fact *n*'s text, which it took and never lists. Raises `Died`."""
    on.provider.ask("lose")
    asyncio.run(_post(on, [n]))
    until = time.monotonic() + TAKEN_WITHIN
    while (sid := on.provider.ask("lost")["sid"]) is None:
        if time.monotonic() > until:
            raise Died(f"no text was taken within {TAKEN_WITHIN:.0f} s")
        time.sleep(0.05)
    return str(sid)


async def _post(on: Stage, numbers: Iterable[int]) -> None:
    wire = Wire(f"http://127.0.0.1:{on.workers[0].port}")
    headers = {"Authorization": f"Bearer {on.key}", "Content-Type": "application/json"}
    with on.journal.open("a", encoding="utf-8") as journal:
        for n in numbers:
            given = event(on.run, n, on.clock, {})
            for what in ("invoke", "ok"):
                journal.write(json.dumps([what, [given["id"]], 0]) + "\n")
            status, body = await wire.ask("/v1/events", json.dumps(given).encode(), headers)
            assert status == 202, body
    wire.close()


def _until_found(on: Stage, url: str, ids: tuple[str, ...]) -> None:
    until = time.monotonic() + on.clock.real(2 * SOONEST + SLACK) + 5.0
    while time.monotonic() < until:
        texts = " ".join(text for text, _ in _found(url))
        if all(sid in texts for sid in ids):
            return
        time.sleep(0.5)


def _found(url: str) -> list[tuple[str, datetime]]:
    """What the audit has asked a person to look at."""
    database = open_database(url)
    try:
        with database.read() as conn:
            rows = conn.execute(select(task.c.text, task.c.opened_at).where(task.c.kind == "audit"))
            return [(row.text, row.opened_at) for row in rows]
    finally:
        database.close()
