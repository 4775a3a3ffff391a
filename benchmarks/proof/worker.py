"""The real service under a fast clock, in processes that die: `python -m benchmarks.proof.worker '{"…": …}'`.

This process reads code once and then stays out of it: each life is forked from it on request, so that a life begins in
a moment, as often as a harness kills one. A life is a whole process with locks, sockets and memory of its own. Each
line on standard input is one request and is answered by one line: `{"do": "live", "arm": ["s1", 3]}` begins a life,
`{"do": "set_up"}` makes the account live and gives a key. All lives end when standard input does.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn

from benchmarks.proof import shapes
from benchmarks.proof.fast_clock import from_json
from notifiers.base import Channel, Notifier
from notifiers.twilio import TwilioConfig, TwilioSms
from service.app import create_app
from service.faults import Reach, unarmed
from service.records.enums import Mode
from service.settings import Settings
from service.store import accounts, keys

RULES = {
    "N3.near_minutes": 0,
    "N3.far_minutes": 0,
    "N7.join_minutes": 0,
    "N15.least": 1_000_000,
    "breaker.least": 1_000_000,
}
"""No waiting, and no surge: a proof sends in a minute what an account sends in a week."""


class Armed:
    """Kills its own process with SIGKILL when *point* is reached for the *nth* time, having said so in *file*."""

    def __init__(self, point: str, nth: int, file: Path) -> None:
        self._point = point
        self._left = nth
        self._file = file
        self._gate = threading.Lock()

    def __call__(self, point: str) -> None:
        """Go on, or end here."""
        if point != self._point:
            return
        with self._gate:
            self._left -= 1
            if self._left > 0:
                return
            with self._file.open("a", encoding="utf-8") as deaths:
                deaths.write(json.dumps({"pid": os.getpid(), "point": point}) + "\n")
            os.kill(os.getpid(), signal.SIGKILL)


def settings_of(options: Mapping[str, Any]) -> Settings:
    """The service's settings; only what a proof needs differs from what ships."""
    return Settings(
        database_url=options["database_url"],
        public_url=options.get("public_url", f"http://127.0.0.1:{options['port']}"),
        rate_per_minute=100_000_000,
        pause_file=options["pause_file"],
        senders=options.get("senders", 16),
        quarantine_seconds=options.get("quarantine", 120.0),
        log_level="error",
    )


def notifier_of(options: Mapping[str, Any]) -> Notifier:
    """Twilio through its own SDK, in the shape that is asked for."""
    return shapes.NOTIFIERS[options.get("shape", "ours")](TwilioSms(TwilioConfig(**options["twilio"])))


def live(options: Mapping[str, Any], reach: Reach = unarmed) -> None:
    """Serve until killed."""
    clock = from_json(options["clock"])
    shapes.BEFORE[options.get("shape", "ours")](options["database_url"], clock)
    app = create_app(
        settings_of(options),
        notifiers={Channel.SMS: notifier_of(options)},
        clock=clock,
        reach=reach,
        pace=clock.pace,
    )
    listener = socket.create_server(("127.0.0.1", options["port"]), backlog=512)
    config = uvicorn.Config(app, log_level="critical", access_log=False, loop="uvloop", http="httptools", lifespan="on")
    uvicorn.Server(config).run(sockets=[listener])


def set_up(options: Mapping[str, Any]) -> dict[str, str]:
    """Make the account live without waits, and give it a key."""
    clock = from_json(options["clock"])
    app = create_app(settings_of(options), notifiers={Channel.SMS: notifier_of(options)}, clock=clock, engine=False)
    kit = app.state.kit
    now = kit.clock()
    with kit.database.read() as conn:
        account_id = accounts.default_id(conn) or ""
    changes: dict[str, Any] = {"rules": RULES, "mode": Mode.LIVE, "live_since": now, "brand": "Harbour"}
    kit.database.write(lambda conn: accounts.update_account(conn, account_id, now, **changes))
    key, _ = kit.database.write(
        lambda conn: keys.create(conn, account_id, name="proof", scopes=("events", "read"), now=now)
    )
    app.state.close()
    return {"key": key, "account_id": account_id}


def main() -> None:
    """Fork lives until standard input ends."""
    options = json.loads(sys.argv[1])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for: who asked for a life watches it
    ours, theirs = os.pipe()  # held open by this process alone, so that its end is every life's end
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        given = options | request.get("with", {})
        if request["do"] == "set_up":
            _forked(ours, theirs, partial(_say_set_up, given))
            continue
        arm = request.get("arm")
        reach = Armed(arm[0], arm[1], Path(options["deaths"])) if arm else unarmed
        print(json.dumps({"pid": _forked(ours, theirs, partial(live, given, reach))}), flush=True)


def _say_set_up(options: Mapping[str, Any]) -> None:
    print(json.dumps(set_up(options)), flush=True)


def _forked(ours: int, theirs: int, run: Callable[[], None]) -> int:
    """Run in a process of its own; returns its id."""
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.close(theirs)
    threading.Thread(target=_end_with, args=(ours,), daemon=True).start()
    try:
        run()
    except SystemExit:
        pass  # it could not begin, as where the database is away; whoever wants it begins another
    except BaseException as error:  # a life that breaks says why and ends; it must not go on as its parent
        print(f"a life ended by itself: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        sys.stdout.flush()
        os._exit(0)


def _end_with(ours: int) -> None:
    os.read(ours, 1)
    os._exit(0)


if __name__ == "__main__":
    main()
