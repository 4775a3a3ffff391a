"""Decide: look at the shipments that are due, and write what closes the difference between truth and told."""

from __future__ import annotations

from service.flows.kit import Kit
from service.flows.looking import decide_and_write
from service.store import situations

BATCH = 50
"""How many shipments are read and written together."""


def run_due(kit: Kit, limit: int = BATCH) -> int:
    """Look at up to *limit* shipments that are due; returns how many were looked at.

    Reads and decides holding no lock. A shipment that changed meanwhile is simply due again.
    """
    now = kit.clock()
    with kit.database.read() as conn:
        keys = situations.due(conn, now, limit)
        found = situations.situations(conn, keys)
    if not found:
        return 0
    decide_and_write(kit, found, now)
    return len(found)


def look(kit: Kit, account_id: str, shipment_id: str) -> bool:
    """Look at one shipment now; False where it changed while it was looked at, or is not there."""
    now = kit.clock()
    with kit.database.read() as conn:
        found = situations.situation(conn, account_id, shipment_id)
    return found is not None and decide_and_write(kit, [found], now)[0]
