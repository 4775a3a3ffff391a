"""The books, on demand: every provider's list is read now and held against ours, and ours against themselves."""

from __future__ import annotations

from collections.abc import Sequence

from service.flows.auditing import audit_all, audit_own
from service.flows.believing import believe
from service.flows.kit import Kit, Ready
from service.policy.audit import Audit
from service.records.books import Balance, Books, ListBooks
from service.store import audit as trail
from service.store import balance, proving


def balance_of(kit: Kit, account_id: str) -> Balance:
    """Our own books of one account. Changes nothing."""
    with kit.database.read() as conn:
        return balance.balance(conn, account_id)


def audit(kit: Kit, account_id: str, *, by: str, why: str) -> Books:
    """Read every list, believe what it says of our texts and of people's, and compare. Who asked is noted."""
    lists = [_compared(kit, account_id, ready, found) for ready, found in audit_all(kit)]
    return _kept(kit, account_id, lists, by, why)


def own_audit(kit: Kit, account_id: str, *, by: str, why: str) -> Books:
    """The same for one account that shares this service: lists of senders that it writes from, and what is its own.

    What such a list says is believed for all who share the sender: a STOP counts for each of them.
    """
    lists = [_compared(kit, account_id, ready, found, own=True) for ready, found in audit_own(kit, account_id)]
    return _kept(kit, account_id, lists, by, why)


def _kept(kit: Kit, account_id: str, found: Sequence[ListBooks], by: str, why: str) -> Books:
    lists = tuple(found)
    books = Books(lists, balance_of(kit, account_id))
    detail = {"balanced": books.balanced, "lists": [one.notifier for one in lists]}
    now = kit.clock()
    kit.database.write(lambda conn: trail.record(conn, account_id, by, "audit", account_id, why, detail, now))
    return books


def _compared(kit: Kit, account_id: str, ready: Ready, found: Audit | None, *, own: bool = False) -> ListBooks:
    channel = ready.notifier.channel.value
    if found is None:
        return ListBooks(ready.name, channel, read=False)
    receipts, replies = believe(kit, ready, found, count_for=account_id if own else None)
    with kit.database.read() as conn:
        # A number may serve several accounts: what is missing is named to the one that sent it.
        mine = proving.ours(conn, account_id, found.missing) if found.missing else set()
    return ListBooks(
        notifier=ready.name,
        channel=channel,
        read=True,
        receipts=receipts,
        replies=replies,
        orphans=tuple(sorted(set(found.strangers) - set(found.repeated))),
        duplicates=found.repeated,
        missing=tuple(sorted(mine)),
    )
