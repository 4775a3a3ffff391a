"""The columns of a fact, from what a format read or a person of ours takes back."""

from __future__ import annotations

from datetime import datetime

from service.records.enums import Milestone, Precision
from service.records.inbound import FactDraft, Item
from service.records.intake import CallRow


def fact_row(
    account_id: str, row: CallRow, item: Item, fact_id: str, draft: FactDraft | None, now: datetime
) -> dict[str, object]:
    """A fact's columns; *draft* is None for the row of a pure retraction, which states nothing itself.

    A fact is received when it is kept: whoever the same call names follows from that very instant on.
    """
    stated = item.stated_at or row.heard_at or row.received_at
    common: dict[str, object] = {
        "account_id": account_id,
        "id": fact_id,
        "source_id": row.source_id,
        "call_id": row.id,
        "event_key": item.event_key,
        "retracts": item.retracts,
        "stated_at": stated,
        "received_at": now,
    }
    if draft is None:
        return common | NOTHING_STATED | {"at": stated, "at_date": stated.date()}
    return common | _stated(draft)


NOTHING_STATED: dict[str, object] = {
    "part": "retraction",
    "milestone": Milestone.INFO_RECEIVED,
    "classifier": "planned",
    "at": None,
    "at_date": None,
    "precision": Precision.MINUTE,
    "zone": None,
    "zone_known": False,
    "unit": None,
    "place": None,
    "place_name": None,
    "place_role": None,
    "transport": "unknown",
    "vessel": None,
    "imo": None,
    "voyage": None,
    "reason": None,
    "remark": None,
    "pieces": None,
    "pieces_total": None,
    "flags": None,
    "until": None,
    "charge": None,
    "needs": None,
}
"""The columns of a pure retraction; it is dated by when it was stated."""


def _stated(draft: FactDraft) -> dict[str, object]:
    return {
        "part": draft.part,
        "milestone": draft.milestone,
        "classifier": draft.classifier,
        "at": draft.when.at,
        "at_date": draft.when.on,
        "precision": draft.when.precision,
        "zone": draft.when.zone,
        "zone_known": draft.when.zone_known,
        "unit": draft.unit,
        "place": draft.place,
        "place_name": draft.place_name,
        "place_role": draft.place_role,
        "transport": draft.transport,
        "vessel": draft.vessel,
        "imo": draft.imo,
        "voyage": draft.voyage,
        "reason": draft.reason,
        "remark": draft.remark,
        "pieces": draft.pieces,
        "pieces_total": draft.pieces_total,
        "flags": list(draft.flags) or None,
        "until": draft.when.until,
        "charge": draft.charge,
        "needs": None if draft.needs is None else list(draft.needs),
    }
