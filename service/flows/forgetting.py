"""Forgetting raw calls once nobody can need them to be read again."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from service.flows.kit import Kit
from service.store import accounts, calls

KEPT = timedelta(days=30)
"""How long a call is kept as it came."""


def forget_calls(kit: Kit) -> int:
    """Forget what came long ago, apart from what holds a code without a meaning; returns how many calls."""
    before = kit.clock() - KEPT
    with kit.database.read() as conn:
        ids = accounts.all_ids(conn)
    forgotten = 0
    for account_id in ids:
        while some := kit.database.write(partial(calls.prune, account_id=account_id, before=before)):
            forgotten += some
    return forgotten
