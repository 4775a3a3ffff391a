"""A tick of the clock: what it costs to look at the few shipments that are due among the many that are not."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import Connection, update

from benchmarks.accepting import NAMES
from benchmarks.figures import Figure, table
from benchmarks.growth import fill
from benchmarks.stores import Stores
from service.app import make_kit
from service.clock import utc_now
from service.flows import decide
from service.flows.intake import Journal, prepare
from service.flows.kit import Kit
from service.records.results import SourceView
from service.records.tables import Shipment
from service.settings import Settings
from service.store import accounts
from service.store.among import among
from service.store.candidates import candidates
from service.store.engine import open_database
from service.store.tables import table as table_of

DUE = 100
LATER = timedelta(days=30)


def measure(stores: Stores, runs: int, few: int, many: int) -> None:
    """(g): a tick with 100 shipments due, and one with none, beside few and beside many that are quiet."""
    rows: list[list[str]] = []
    for kind in stores.kinds:
        small, large = _ticks(stores, kind, few, runs), _ticks(stores, kind, many, runs)
        for name in small:
            rows += [
                [f"{NAMES[kind]}, {name}: {few:,} quiet shipments", str(small[name]), ""],
                [f"  {many:,} quiet shipments", str(large[name]), ""],
                ["  growth", large[name].times(small[name]), "<= 1.50 x"],
            ]
    table(
        f"(g) One tick of the clock, deciding and looking for due messages, {DUE} shipments due",
        ["", "seen", "aim"],
        rows,
    )


def _ticks(stores: Stores, kind: str, quiet: int, runs: int) -> dict[str, Figure]:
    names = (f"{DUE} due, processor", f"{DUE} due, wall", "none due, wall")
    found = {name: Figure(digits=2, unit=" ms") for name in names}
    with stores.fresh(kind) as url:
        fill(url, quiet, utc_now() + LATER)
        database = open_database(url)
        try:
            settings = Settings(database_url=url, pause_file=str(stores.folder / "pause"), log_level="error")
            kit = make_kit(settings, database, notifiers={}, clock=utc_now)
            account_id, ids = _open(kit)
            for run in range(runs + 1):
                _make_due(kit, account_id, ids)
                cpu, wall = time.process_time(), time.perf_counter()
                looked = _tick(kit)
                cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
                assert looked == DUE, f"{looked} shipments were looked at"
                idle = time.perf_counter()
                assert _tick(kit) == 0, "nothing is due any more"
                idle = time.perf_counter() - idle
                if run:  # the first warms the caches
                    for name, seconds in zip(names, (cpu, wall, idle), strict=True):
                        found[name].values.append(1e3 * seconds)
        finally:
            database.close()
    return found


def _tick(kit: Kit) -> int:
    """What the two loops do when the clock wakes them; nothing is due to be sent. Returns how many were looked at."""
    looked = 0
    while some := decide.run_due(kit):
        looked += some
    with kit.database.read() as conn:
        assert not candidates(conn, kit.clock(), kit.senders), "nothing waits to be sent"
    return looked


def _open(kit: Kit) -> tuple[str, list[str]]:
    """A hundred shipments that left and have a date, each with a person who hears only of what needs action."""
    with kit.database.read() as conn:
        account_id = accounts.default_id(conn) or ""
    source = SourceView(account_id=account_id, id="api", name="api", format="native")
    now = utc_now()
    eta = (now + LATER).date().isoformat()
    left = (now - timedelta(days=5)).isoformat()
    journal = Journal(kit)
    ids: list[str] = []
    try:
        for number in range(DUE):
            event = (
                f'{{"ref": "DUE {number}", "milestone": "departed", "at": "{left}", "place": "CNNGB", '
                f'"eta": "{eta}", "tell": ["+4477009{number:05}"]}}'
            )
            result = journal.submit(prepare(kit, source, event.encode(), {}, "application/json")).result(30)
            ids += result.items[0].shipment_ids
    finally:
        journal.close()
    while decide.run_due(kit):
        pass
    return account_id, ids


def _make_due(kit: Kit, account_id: str, ids: list[str]) -> None:
    shipment = table_of(Shipment)
    due = (
        update(shipment)
        .where(shipment.c.account_id == account_id, among(shipment.c.id, "ids"))
        .values(look_at=kit.clock())
    )

    def unit(conn: Connection) -> None:
        conn.execute(due, {"ids": ids})

    kit.database.write(unit)
