"""Believing what a provider's list says: receipts and replies, each once, as if the provider had called us."""

from __future__ import annotations

from service.flows import receipts, replies
from service.flows.kit import Kit, Ready
from service.policy.audit import Audit
from service.store import proving, pulse, threads


def believe(kit: Kit, ready: Ready, found: Audit, *, count_for: str | None = None) -> tuple[int, int]:
    """Keep the receipts and take the replies of a list; returns how many of each were new.

    All are believed, whosever they are; those of the account *count_for* are counted where one is named. Then the list
    counts as read, and what waited for that may leave: a STOP in it is kept by the first text already.
    """
    new = [one.provider_id for one in found.receipts if receipts.keep_by_provider(kit, ready.name, one)]
    heard = [result for reply in found.replies for result in replies.take(kit, ready, reply) if not result.repeated]
    read_at = found.read_at
    if read_at is not None:
        kit.database.write(lambda conn: pulse.beat(conn, pulse.audit_of(ready.name), read_at))
        kit.database.wake("messages")
    if count_for is None:
        return len(new), len(heard)
    with kit.database.read() as conn:
        mine = proving.ours(conn, count_for, new) if new else set()
        replied = threads.replies_of(conn, count_for, [one.reply_id for one in heard]) if heard else set()
    return len(mine), len(replied)
