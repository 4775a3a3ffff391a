"""Taking a fact back by hand: whoever was told of it hears a correction."""

from __future__ import annotations

from service.flows.kit import Kit
from service.store import facts
from service.store.facts import Retraction


def retract(kit: Kit, account_id: str, fact_id: str, *, why: str, by: str) -> Retraction:
    """Take a fact back. Raises LookupError for an unknown one, ValueError for one that takes another back itself."""
    now = kit.clock()
    done = kit.database.write(lambda conn: facts.retract(conn, account_id, fact_id, why=why, by=by, now=now))
    if done is None:
        raise LookupError("this account has no fact of that id")
    kit.database.wake("shipments")
    return done
