"""Learning how long each source usually takes to report."""

from __future__ import annotations

from service.flows.kit import Kit
from service.policy.lag import usual_lag
from service.store import accounts, lags


def learn_due(kit: Kit) -> int:
    """Learn from the newest facts of every account; returns of how many sources something was learned."""
    learned = []
    with kit.database.read() as conn:
        for account_id in accounts.all_ids(conn):
            for source_id, reports in lags.reports(conn, account_id).items():
                lag = usual_lag(reports)
                if lag is not None:
                    learned.append((account_id, source_id, lag, len(reports)))
    if not learned:
        return 0
    return kit.database.write(lambda conn: sum(lags.learn(conn, *one) for one in learned))
