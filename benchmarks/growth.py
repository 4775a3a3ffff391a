"""Growth: what an event costs with few shipments kept, and with a million."""

from __future__ import annotations

import time
from datetime import datetime

from benchmarks.accepting import NAMES, options
from benchmarks.figures import Figure, table
from benchmarks.processes import Child, Died, once
from benchmarks.stores import Stores
from service.clock import utc_now
from service.records.ids import new_id
from service.records.tables import FactKey, Reference, Shipment
from service.store import accounts
from service.store.bulk import bulk_insert
from service.store.engine import Connection, Database, open_database
from service.store.migrations import upgrade
from service.store.placing import new_shipment

FEW = 1_000
CHUNK = 20_000
PATIENCE = 120.0


def measure(stores: Stores, runs: int, many: int) -> None:
    """(e): processor time of the service per event, accepted and decided, each on a shipment that is there."""
    rows = []
    for kind in stores.kinds:
        few, lots = _cost(stores, kind, FEW, runs), _cost(stores, kind, many, runs)
        rows += [
            [f"{NAMES[kind]}: {FEW:,} shipments", str(few), ""],
            [f"  {many:,} shipments", str(lots), ""],
            ["  growth", lots.times(few), "<= 1.50 x"],
        ]
    table("(e) Processor time of the service per event, accepted and decided", ["", "seen", "aim"], rows)


def _cost(stores: Stores, kind: str, shipments: int, runs: int) -> Figure:
    figure = Figure(unit=" us")
    with stores.fresh(kind) as url:
        fill(url, shipments)
        with Child("server", "milepost", options(url, stores.folder, at_once=False)) as server:
            job = {"url": server.ready["url"], "key": server.ready["key"], "kind": "event", "shipments": FEW}
            job |= {"stride": shipments // FEW, "connections": 16, "seconds": PATIENCE, "count": FEW}
            for run in range(runs + 1):
                before = server.ask("cpu")["cpu_seconds"]
                load = once("load", job | {"run": f"run-{run}"}, PATIENCE + 60)
                _decided(server)
                used = server.ask("cpu")["cpu_seconds"] - before
                if run:  # the first warms the caches
                    figure.values.append(1e6 * used / load["answers"])
    return figure


def _decided(server: Child) -> None:
    until = time.monotonic() + PATIENCE
    while server.ask("due")["due"]:
        if time.monotonic() > until:
            raise Died(f"not all was decided within {PATIENCE:.0f} s")
        time.sleep(0.1)


def fill(url: str, shipments: int, look_at: datetime | None = None) -> None:
    """Shipments with a reference each and one event that is known, written directly; next looked at at *look_at*."""
    database = open_database(url)
    try:
        upgrade(database)
        account_id = accounts.ensure_default(database, utc_now())
        for first in range(0, shipments, CHUNK):
            _chunk(database, account_id, range(first, min(first + CHUNK, shipments)), look_at)
    finally:
        database.close()


def _chunk(database: Database, account_id: str, numbers: range, look_at: datetime | None) -> None:
    now = utc_now()
    ids = {n: new_id("shp") for n in numbers}
    references = [
        {
            "account_id": account_id,
            "id": new_id("ref"),
            "shipment_id": ids[n],
            "type": "ref",
            "value": f"PO{n}",
            "shown": f"PO {n}",
            "identity": True,
            "valid_from": now,
        }
        for n in numbers
    ]
    known = [
        {"account_id": account_id, "source_id": "api", "key": f"earlier-{n}", "digest": "", "fact_id": new_id("fct")}
        for n in numbers
    ]

    def unit(conn: Connection) -> None:
        bulk_insert(conn, Shipment, [new_shipment(account_id, ids[n], now, look_at=look_at) for n in numbers])
        bulk_insert(conn, Reference, references)
        bulk_insert(conn, FactKey, known)

    database.write(unit)
