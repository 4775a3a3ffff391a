"""Looking at shipments: read, decide, write. Shared by everything that decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.flows.kit import Kit
from service.policy.decide import decide
from service.records.situation import Situation
from service.store.decisions import Decided, write_decisions
from service.store.engine import Connection


def decide_and_write(kit: Kit, found: Sequence[Situation], now: datetime) -> list[bool]:
    """Decide each situation and write the decisions in one short step; False where a shipment changed meanwhile."""
    decided = [Decided(one, decide(one, now)) for one in found]

    def unit(conn: Connection) -> list[bool]:
        written = write_decisions(conn, decided, now)
        kit.reach("d2")
        return written

    kit.reach("d1")
    written = kit.database.write(unit)
    kit.reach("d3")
    if any(one.decision.notices for one in decided):
        kit.database.wake("messages")
    kit.database.wake("changes")
    return written
