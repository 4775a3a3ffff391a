"""Everything that stands around the service in a proof: a database, the provider, a client, and their files."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import Child, Died
from benchmarks.proof.checker import Books, check
from benchmarks.proof.evidence import gather, unsettled
from benchmarks.proof.fast_clock import PACE, FastClock
from benchmarks.proof.fates import CLIENT_SECONDS
from benchmarks.proof.lives import Lives
from benchmarks.proof.ports import answers, own_port
from service.clock import utc_now

SETTLING = 120.0
"""Seconds after the end of the load within which everything must have settled."""

CALM = 1.5
"""Seconds for which nothing may be left before a run is over: callbacks still come in."""


@dataclass
class Stage:
    """One run's surroundings. `workers` share the database; the client posts to all of them."""

    run: str
    url: str
    folder: Path
    clock: FastClock
    provider: Child
    workers: list[Lives]
    key: str = ""
    account_id: str = ""

    @property
    def journal(self) -> Path:
        """The client's own file."""
        return self.folder / "journal"

    @property
    def ledger(self) -> Path:
        """The provider's own file."""
        return self.folder / "ledger"

    @property
    def deaths(self) -> Path:
        """Where lives say at which point they end."""
        return self.folder / "deaths"

    def client(self, *, count: int, per_second: float, seed: int, connections: int = 16) -> Child:
        """A client that posts until *count* facts were begun."""
        options = {
            "run": self.run,
            "urls": [f"http://127.0.0.1:{one.port}" for one in self.workers],
            "count": count,
            "per_second": per_second,
            "clock": self.clock.as_json(),
            "key": self.key,
            "seed": seed,
            "journal": str(self.journal),
            "connections": connections,
        }
        return Child("proof.client", json.dumps(options))

    def settle(self, seconds: float = SETTLING) -> dict[str, int]:
        """Wait until nothing happens by itself any more; what is left after so many seconds."""
        until, calm_since = time.monotonic() + seconds, None
        while True:
            left = {name: count for name, count in unsettled(self.url, self.clock()).items() if count}
            now = time.monotonic()
            calm_since = None if left else calm_since or now
            if now > until or (calm_since is not None and now - calm_since > CALM):
                return left
            time.sleep(0.5)

    def books(self) -> Books:
        """What came of it."""
        return check(gather(self.url, self.run, self.journal, self.ledger, self.clock.pace))


@contextmanager
def stage(
    url: str,
    folder: Path,
    *,
    run: str,
    seed: int,
    workers: int = 1,
    pace: float = PACE,
    calm: bool = False,
    times: float = 1.0,
    options: Mapping[str, Any] | None = None,
) -> Iterator[Stage]:
    """The provider and as many workers as asked for, on the database at *url*; the account is live."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = FastClock(utc_now(), pace=pace)
    with ExitStack() as held:
        port = held.enter_context(own_port())
        heard = {"ledger": str(folder / "ledger"), "seed": seed, "port": port, "calm": calm, "times": times}
        provider = held.enter_context(Child("proof.provider", json.dumps(heard | {"clock": clock.as_json()})))
        twilio = provider.ready["settings"] | {"timeout": CLIENT_SECONDS}
        given = {
            "database_url": url,
            "clock": clock.as_json(),
            "pause_file": str(folder / "pause"),
            "deaths": str(folder / "deaths"),
            "twilio": twilio,
        } | dict(options or {})
        ports = [held.enter_context(own_port()) for _ in range(workers)]
        lives = [held.enter_context(Lives(given | {"port": port})) for port in ports]
        found = Stage(run, url, folder, clock, provider, lives)
        made = lives[0].set_up()
        found.key, found.account_id = made["key"], made["account_id"]
        yield found


def first_answer(life: Lives, seconds: float = 30.0) -> None:
    """Wait until a life answers. Raises `Died`."""
    until = time.monotonic() + seconds
    while not answers(life.port):
        if time.monotonic() > until:
            raise Died(f"no life answered within {seconds:.0f} s")
        time.sleep(0.02)
