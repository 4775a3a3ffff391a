"""Digests that leave though nothing happened, for those who asked for that."""

from __future__ import annotations

from datetime import timedelta

from service.flows.kit import Kit
from service.policy.digest import next_digest
from service.policy.timing import Reader
from service.records.enums import Mode, Stage
from service.store import accounts, digests

AHEAD = timedelta(minutes=15)
"""How long before it leaves a digest is made."""


def open_due(kit: Kit) -> int:
    """Make the digests of the next quarter of an hour; returns how many are new."""
    now = kit.clock()
    due = []
    with kit.database.read() as conn:
        for account_id in accounts.all_ids(conn):
            account = accounts.view(conn, account_id)
            if account.mode is Mode.OFF:
                continue
            stage = Stage.LIVE if account.mode is Mode.LIVE else Stage.REHEARSAL
            for row in digests.always(conn, account_id):
                at = next_digest(now, Reader(row.zone or account.zone, weekends=not row.business), row.digest)
                if at <= now + AHEAD:
                    due.append((account_id, row.id, stage, at))
    if not due:
        return 0
    return kit.database.write(
        lambda conn: sum(digests.open_empty(conn, account, who, stage, at, now) for account, who, stage, at in due)
    )
