"""The services that are measured, each in a process of its own: `python -m benchmarks.server KIND '{"…": …}'`.

Prints one JSON line with its address once it answers, and ends when its standard input is closed.
"""

from __future__ import annotations

import json
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import func, select

from notifiers.base import Channel
from service.app import create_app
from service.records.enums import Mode
from service.records.tables import InboundCall, Message, Shipment
from service.settings import Settings
from service.store import accounts, keys
from service.store.tables import table


class BareEvent(BaseModel):
    """The same fields as an event, checked by the framework."""

    id: str
    ref: str
    milestone: str
    at: str
    place: str | None = None
    tell: list[str] = []


def bare() -> FastAPI:
    """A route with the same model, and nothing behind it."""
    app = FastAPI()

    @app.post("/v1/events", status_code=202)
    async def post_event(event: BareEvent | list[BareEvent]) -> dict[str, object]:
        events = event if isinstance(event, list) else [event]
        return {"accepted": len(events), "results": [{"index": n, "event_id": e.id} for n, e in enumerate(events)]}

    return app


def milepost(options: dict[str, Any]) -> tuple[FastAPI, str]:
    """The real service: live where the options configure a notifier, without settle times unless `at_once` is false.

    New settle times leave every shipment due for a look, which is nothing to begin with where a million are kept.
    """
    settings = Settings(
        database_url=options["database_url"],
        public_url=options.get("public_url"),
        notifiers=options.get("notifiers", {}),
        rate_per_minute=100_000_000,
        pause_file=options["pause_file"],
        senders=options.get("senders", 32),
        log_level="error",
    )
    app = create_app(settings, engine=options.get("engine", True))
    kit = app.state.kit
    now = kit.clock()
    with kit.database.read() as conn:
        account_id = accounts.default_id(conn) or ""
    if options.get("at_once", True):
        # No waiting, and no surge: a measure sends in a minute what an account sends in a week.
        rules = {"N3.near_minutes": 0, "N3.far_minutes": 0, "N7.join_minutes": 0, "N15.least": 1_000_000}
        changes: dict[str, Any] = {"rules": rules}
        if Channel.SMS in kit.live:
            changes |= {"mode": Mode.LIVE, "live_since": now}
        kit.database.write(lambda conn: accounts.update_account(conn, account_id, now, **changes))
    key, _ = kit.database.write(
        lambda conn: keys.create(conn, account_id, name="bench", scopes=("events", "read"), now=now)
    )
    return app, key


def peak(_: FastAPI) -> dict[str, float]:
    """The most memory that the process ever held, in MiB.

    Linux tells it of the program itself; `ru_maxrss` may be what its parent held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return {"peak_mib": int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024}
    return {"peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def cpu(_: FastAPI) -> dict[str, float]:
    """The processor seconds that the process has used."""
    return {"cpu_seconds": time.process_time()}


def handed(app: FastAPI) -> dict[str, float]:
    """How many messages a notifier has taken, and the seconds from the first call received to the last taken."""
    message, call = table(Message), table(InboundCall)
    with app.state.kit.database.read() as conn:
        count, last = conn.execute(select(func.count(message.c.handed_at), func.max(message.c.handed_at))).one()
        first = conn.execute(select(func.min(call.c.received_at))).scalar()
    return {"handed": count, "seconds": (last - first).total_seconds() if count else 0.0}


def due(app: FastAPI) -> dict[str, float]:
    """How many shipments wait for a decision now."""
    shipment = table(Shipment)
    with app.state.kit.database.read() as conn:
        waiting = select(func.count()).select_from(shipment).where(shipment.c.look_at <= app.state.kit.clock())
        return {"due": conn.execute(waiting).scalar_one()}


QUESTIONS: dict[str, Callable[[FastAPI], dict[str, float]]] = {"peak": peak, "cpu": cpu, "handed": handed, "due": due}


def main() -> None:
    """Serve until standard input ends."""
    kind, options = sys.argv[1], json.loads(sys.argv[2])
    app, key = (bare(), "") if kind == "bare" else milepost(options)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="error", access_log=False, loop="uvloop", http="httptools", lifespan="on")
    )

    def control() -> None:
        for line in sys.stdin:
            print(json.dumps(QUESTIONS[line.strip()](app)), flush=True)
        server.should_exit = True

    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}/v1/events", "key": key}), flush=True)
    threading.Thread(target=control, daemon=True).start()
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
