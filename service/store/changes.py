"""The stream of changes: what happened to which row, in the order of its commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func

from service.records.tables import Change
from service.store.bulk import bulk_insert


def note_changes(
    conn: Connection, account_id: str, changed: Sequence[tuple[str, str, str | None]], now: datetime
) -> None:
    """Add (topic, subject id, shipment id) triples to the stream."""
    if not changed:
        return
    txid = conn.execute(func.txid_current().select()).scalar_one() if conn.dialect.name == "postgresql" else 0
    bulk_insert(
        conn,
        Change,
        [
            {
                "account_id": account_id,
                "topic": topic,
                "subject_id": subject_id,
                "shipment_id": shipment_id,
                "at": now,
                "txid": txid,
            }
            for topic, subject_id, shipment_id in changed
        ],
    )
