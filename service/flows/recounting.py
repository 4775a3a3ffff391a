"""What became of each item of a kept call: it is read once more, and nothing is written."""

from __future__ import annotations

from service.flows.intake_results import result_of
from service.flows.kit import Kit
from service.flows.reading import Again, prepare
from service.records.results import IntakeResult, SourceView
from service.store import calls
from service.store.recounting import recount


def results_of(kit: Kit, account_id: str, call_id: str, source: SourceView) -> IntakeResult:
    """The outcome of each item as the records have it now. Raises LookupError where the account has no such call."""
    with kit.database.read() as conn:
        found = calls.call_body(conn, account_id, call_id)
    if found is None:
        raise LookupError("this account has no call of that id")
    again = Again(found.id, found.received_at)
    prepared = prepare(kit, source, found.body, found.headers, found.content_type, again=again)
    with kit.database.read() as conn:
        return result_of(prepared, recount(conn, account_id, source.id, call_id, prepared.call.items))
