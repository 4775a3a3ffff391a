"""A month's segments: somebody hears in time that they run out."""

from __future__ import annotations

from service.flows.kit import Kit
from service.policy.budget import month_of, warning
from service.store import accounts, tasks, traffic


def warn_due(kit: Kit) -> int:
    """Open a task for each account that has used four fifths of its month; returns how many are new."""
    now = kit.clock()
    found = []
    with kit.database.read() as conn:
        for account_id in accounts.all_ids(conn):
            account = accounts.view(conn, account_id)
            if account.budget.get("segments") is None:
                continue
            flow = traffic.flow(conn, account_id, now, month_of(now, account.zone))
            task = warning(flow, account.budget, account.zone, now)
            if task is not None:
                found.append((account_id, task))
    if not found:
        return 0
    return kit.database.write(lambda conn: sum(tasks.open_tasks(conn, one, [task], now) for one, task in found))
