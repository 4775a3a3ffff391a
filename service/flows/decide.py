"""Decide: look at the shipments that are due, and write what closes the difference between truth and told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from service.flows.kit import Kit
from service.flows.looking import decide_and_write
from service.records.situation import Situation
from service.store import merges, situations
from service.store.errors import StoreError

log = logging.getLogger(__name__)

BATCH = 50
"""How many shipments are read and written together."""

PUT_OFF = timedelta(minutes=5)
"""When a shipment that could not be decided is looked at again, if nothing new is heard of it before."""


def run_due(kit: Kit, limit: int = BATCH) -> int:
    """Look at up to *limit* shipments that are due; returns how many were looked at.

    Reads and decides holding no lock. A shipment that changed meanwhile is simply due again; one that is to become one
    with another is left until it is.
    """
    now = kit.clock()
    with kit.database.read() as conn:
        keys = situations.due(conn, now, limit)
        found = situations.situations(conn, keys)
        waits = merges.undecided(conn)
    found = [one for one in found if (one.account.id, one.shipment.id) not in waits]
    if not found:
        return 0
    _look_at(kit, found, now)
    return len(found)


def _look_at(kit: Kit, found: Sequence[Situation], now: datetime) -> None:
    """Look at shipments together; where that fails one by one, so that one which cannot be decided stops nobody."""
    try:
        decide_and_write(kit, found, now)
    except StoreError:
        raise
    except Exception:
        if len(found) > 1:
            for one in found:
                _look_at(kit, [one], now)
            return
        account_id, shipment_id = found[0].account.id, found[0].shipment.id
        log.exception("shipment %s cannot be decided; it is looked at again later", shipment_id)
        kit.database.write(lambda conn: situations.put_off(conn, account_id, shipment_id, now + PUT_OFF))


def look(kit: Kit, account_id: str, shipment_id: str) -> bool:
    """Look at one shipment now; False where it changed while it was looked at, or is not there."""
    now = kit.clock()
    with kit.database.read() as conn:
        found = situations.situation(conn, account_id, shipment_id)
    return found is not None and decide_and_write(kit, [found], now)[0]
