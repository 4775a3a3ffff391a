"""One process that hands over what waits in its store, and then the same texts in a bare loop.

`python -m benchmarks.sender '{"…": …}'` prints one JSON line: seconds and processor seconds of both.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select, text

from benchmarks.load import Job, told
from benchmarks.server import milepost
from notifiers.base import Message as Text
from notifiers.base import Notifier
from service.flows import decide
from service.flows.intake import Journal, prepare
from service.flows.kit import Kit
from service.flows.links import callback_url
from service.records.enums import MessageState
from service.records.results import SourceView
from service.records.tables import Attempt, Message
from service.store import accounts
from service.store.tables import table

TOGETHER = 100
PATIENCE = 120.0

PARTS = (
    ("milepost-send", "calls"),
    ("milepost-dispatch", "claims"),
    ("milepost-settle", "outcomes"),
    ("milepost-writer", "writer"),
)
"""What the threads of the engine do, by how their names begin."""


def main() -> None:
    """Fill, hand over, and print."""
    options = json.loads(sys.argv[1])
    app, _ = milepost(options)
    kit: Kit = app.state.kit
    (ready,) = kit.named("twilio")
    fill(kit, app.state.engine.journal, options["count"], options["zone"])
    before = _processor()
    app.state.engine.start()
    seconds = _until_handed(kit, options["count"])
    used = {part: after - before.get(part, 0.0) for part, after in _processor().items()}
    texts, claimed = _texts(kit)
    app.state.close()
    bare, bare_used = _bare(ready.notifier, texts, options["senders"])
    found = {"seconds": seconds, "processor": used, "bare": bare, "bare_processor": bare_used, "claimed": claimed}
    print(json.dumps(found))


def fill(kit: Kit, journal: Journal, count: int, zone: str) -> None:
    """*count* shipments that have left, each with somebody of its own to tell: decided, and due.

    PostgreSQL is told what there is now, which it finds by itself within the first minute of a database.
    """
    with kit.database.read() as conn:
        source = SourceView(account_id=accounts.default_id(conn) or "", id="api", name="api", format="native")
    job = Job(url="", key="", kind="told", connections=1, seconds=0, run="sent", zone=zone)
    for first in range(0, count, TOGETHER):
        events = [told(job, n) for n in range(first, min(count, first + TOGETHER))]
        journal.submit(prepare(kit, source, json.dumps(events).encode(), {}, "application/json")).result(PATIENCE)
    while decide.run_due(kit):
        pass
    if kit.database.dialect == "postgresql":
        with kit.database.engine.begin() as conn:
            conn.execute(text("ANALYZE"))


def _until_handed(kit: Kit, count: int) -> float:
    """Wait until all are taken; returns the seconds from the first claim to the last outcome."""
    message, attempt = table(Message), table(Attempt)
    until = time.monotonic() + PATIENCE
    while True:
        with kit.database.read() as conn:
            handed = conn.execute(select(func.count()).where(message.c.state == MessageState.ACCEPTED)).scalar_one()
            if handed == count:
                first = conn.execute(select(func.min(attempt.c.started_at))).scalar_one()
                last = conn.execute(select(func.max(message.c.handed_at))).scalar_one()
                return float((last - first).total_seconds())
        if time.monotonic() > until:
            raise SystemExit(f"{handed} of {count} messages were handed over within {PATIENCE:.0f} s")
        time.sleep(0.5)


def _texts(kit: Kit) -> tuple[list[Text], dict[str, float]]:
    """What was handed over, as the notifier was given it, and when each call was written down before it was made."""
    message, attempt = table(Message), table(Attempt)
    with kit.database.read() as conn:
        rows = conn.execute(
            select(message, attempt.c.id.label("attempt_id"), attempt.c.started_at).join_from(
                message, attempt, attempt.c.message_id == message.c.id
            )
        ).all()
    texts = [
        Text(
            id=row.id,
            channel=row.channel,
            to=row.to,
            text=row.body,
            sender=row.sender,
            callback_url=callback_url(kit, row.notifier, row.account_id, row.attempt_id),
            valid_for=timedelta(hours=12),
        )
        for row in rows
    ]
    return texts, {row.attempt_id: row.started_at.timestamp() for row in rows}


def _bare(notifier: Notifier, texts: list[Text], threads: int) -> tuple[float, float]:
    """The same client, texts and number of threads, and nothing else; (seconds, processor seconds)."""
    with ThreadPoolExecutor(threads) as pool:
        begun, used = time.perf_counter(), time.process_time()
        for _ in pool.map(notifier.send, texts):
            pass
        return time.perf_counter() - begun, time.process_time() - used


def _processor() -> dict[str, float]:
    """Processor seconds so far by part; of the whole process where the machine does not tell threads apart."""
    used: dict[str, float] = {}
    if hasattr(time, "pthread_getcpuclockid"):
        for thread in threading.enumerate():
            part = next((part for start, part in PARTS if thread.name.startswith(start)), None)
            if part is not None and thread.ident is not None:
                spent = time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
                used[part] = used.get(part, 0.0) + spent
    used["rest"] = time.process_time() - sum(used.values())
    return used


if __name__ == "__main__":
    main()
