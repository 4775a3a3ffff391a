"""The services that are measured, each in a process of its own: `python -m benchmarks.server KIND '{"…": …}'`.

Prints one JSON line with its address once it answers, and ends when its standard input is closed.
"""

from __future__ import annotations

import json
import resource
import socket
import sys
import threading
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from notifiers.base import Channel
from service.app import create_app
from service.records.enums import Mode
from service.settings import Settings
from service.store import accounts, keys


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
    async def post_event(event: BareEvent) -> dict[str, object]:
        return {"accepted": 1, "results": [{"index": 0, "event_id": event.id}]}

    return app


def milepost(options: dict[str, Any]) -> tuple[FastAPI, str]:
    """The real service. `live` switches the account on, with the notifiers that the options configure."""
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
        account_id = accounts.default_id(conn)
    changes: dict[str, Any] = {"rules": {"N3.near_minutes": 0, "N3.far_minutes": 0, "N7.join_minutes": 0}}
    if Channel.SMS in kit.live:
        changes |= {"mode": Mode.LIVE, "live_since": now}
    kit.database.write(lambda conn: accounts.update_account(conn, account_id, now, **changes))
    key, _ = kit.database.write(
        lambda conn: keys.create(conn, account_id, name="bench", scopes=("events", "read"), now=now)
    )
    return app, key


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
            if line.strip() == "memory":
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(json.dumps({"peak_mib": peak}), flush=True)
        server.should_exit = True

    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}/v1/events", "key": key}), flush=True)
    threading.Thread(target=control, daemon=True).start()
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
