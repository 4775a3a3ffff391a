"""Reading a kept call again, after a fix or once its codes were mapped."""

from __future__ import annotations

from service.flows.intake_results import result_of
from service.flows.kit import Kit
from service.flows.reading import Again, prepare
from service.records.results import IntakeResult, SourceView
from service.store import calls, journal


def replay(kit: Kit, account_id: str, call_id: str, source: SourceView) -> IntakeResult:
    """Read a kept call again as it would have been read when it came; what is already known changes nothing.

    Raises LookupError where the account has no such call.
    """
    with kit.database.read() as conn:
        found = calls.call_body(conn, account_id, call_id)
    if found is None:
        raise LookupError("this account has no call of that id")
    again = Again(found.id, found.received_at)
    prepared = prepare(kit, source, found.body, found.headers, found.content_type, again=again)
    now = kit.clock()
    kept = kit.database.write(lambda conn: journal.keep(conn, [prepared.call], now))
    kit.database.wake("shipments")
    return result_of(prepared, kept[0])
