"""Receipts: a provider says what became of a message. Believed once, and only forward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import structlog

from notifiers.base import Callback, Receipt, ReportsDelivery
from service.flows.kit import Kit
from service.policy.breaker import mishap_of
from service.policy.sending import after_receipt
from service.store import receipts, unproven
from service.store.engine import Connection

log = structlog.get_logger(__name__)

TRIES = 5
"""A message moves at most three times, so that a fifth look never meets another change."""


def apply(kit: Kit, notifier_name: str, account_id: str, attempt_id: str, callback: Callback) -> int:
    """Read a status callback and keep what it says; returns how many receipts it held.

    Raises PermissionError if the call is not the provider's, ValueError if it cannot be read, LookupError if the
    notifier or the attempt is not known here.
    """
    for ready in kit.named(notifier_name):
        if isinstance(ready.notifier, ReportsDelivery):
            found = ready.notifier.receipts(callback)
            break
    else:
        raise LookupError(f"no notifier named {notifier_name} that reports delivery is configured")
    for receipt in found:
        keep(kit, account_id, attempt_id, receipt)
    return len(found)


def keep(kit: Kit, account_id: str, attempt_id: str, receipt: Receipt) -> bool:
    """Believe one receipt about one attempt; returns whether it moved the message. Raises LookupError."""
    wrong = mishap_of(receipt.code)
    for _ in range(TRIES):
        with kit.database.read() as conn:
            seen = receipts.attempted(conn, account_id, attempt_id)
        if seen is None:
            raise LookupError("no message of ours has this id")
        becomes = after_receipt(seen.state, receipt.status)
        now = kit.clock()
        believe = partial(receipts.apply_receipt, seen=seen, receipt=receipt, becomes=becomes, mishap=wrong, now=now)
        kit.reach("c1")
        believed = kit.database.write(partial(_within, kit, believe))
        kit.reach("c3")
        if believed:
            log.info(
                "receipt",
                trace_id=seen.trace_id,
                message_id=seen.message_id,
                attempt_id=attempt_id,
                status=receipt.status.value,
            )
            kit.database.wake("shipments")
            kit.database.wake("messages")
            return becomes is not None
    return False


def _within(kit: Kit, believe: Callable[[Connection], bool], conn: Connection) -> bool:
    believed = believe(conn)
    kit.reach("c2")
    return believed


def keep_by_provider(kit: Kit, notifier_name: str, receipt: Receipt) -> bool:
    """Believe a receipt that names the provider's own id, as a provider's list does."""
    with kit.database.read() as conn:
        seen = receipts.by_provider(conn, notifier_name, receipt.provider_id)
    return keep(kit, seen.account_id, seen.attempt_id, receipt) if seen else False


def keep_mailed(kit: Kit, notifier_name: str, receipt: Receipt) -> bool:
    """Believe a bounce or a complaint, which names the Message-ID that we made from our own id of the message.

    So it is found even where the answer of the mail server was lost. What is said of another address than the one that
    was written to, to which its mail is forwarded, suppresses nobody.
    """
    message_id = receipt.provider_id.strip("<>").partition("@")[0]
    with kit.database.read() as conn:
        seen = receipts.by_provider(conn, notifier_name, receipt.provider_id) or receipts.by_message(
            conn, notifier_name, message_id
        )
    if seen is None:
        return False
    if receipt.about and receipt.about != {(seen.to or "").casefold()}:
        receipt = replace(receipt, suppress=False)
    return keep(kit, seen.account_id, seen.attempt_id, receipt)


def say_elsewhere_too(kit: Kit) -> int:
    """N14: what went out by text and has no receipt in time goes by the next channel too; returns how many texts."""
    now = kit.clock()
    found = kit.database.write(lambda conn: unproven.say_elsewhere_too(conn, now))
    if found:
        kit.database.wake("shipments")
        kit.database.wake("messages")
    return found
