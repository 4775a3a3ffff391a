"""Proving what became of calls whose end is not known: by the provider's list, or by asking under the same key."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from notifiers.base import Lists, Message, Receipt, ReceiptStatus, TakesKey
from notifiers.errors import NotifierError, PermanentFailure
from service.flows.kit import Kit, Ready
from service.flows.links import callback_url
from service.policy.proving import BEFORE, Absent, Found, judge, look_at, mail_again
from service.records.doubt import Doubt
from service.records.enums import AttemptOutcome
from service.store import proving
from service.store.engine import Connection

log = logging.getLogger(__name__)

PER_LOOK = 200
"""So many are looked for at one time; the others come with the next look, a moment later."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the provider says of one call, to be believed as a receipt is."""

    account_id: str
    attempt_id: str
    receipt: Receipt


def prove(kit: Kit) -> list[Proof]:
    """Look for every call in doubt whose quarantine is over.

    What was taken is answered, as receipts; what certainly was not waits to be handed over again.
    """
    now = kit.clock()
    with kit.database.read() as conn:
        due = [one for one in proving.doubts(conn) if look_at(one, kit.quarantine) <= now][:PER_LOOK]
    if not due:
        return []
    # After an hour of answers that were lost there are thousands, and each waits for the provider's own time.
    with ThreadPoolExecutor(min(kit.senders, len(due)), thread_name_prefix="milepost-prove") as pool:
        proofs = [proof for proof in pool.map(partial(_prove, kit), due) if proof is not None]
    kit.database.wake("shipments")
    kit.database.wake("messages")
    return proofs


def _prove(kit: Kit, one: Doubt) -> Proof | None:
    for ready in kit.named(one.notifier):
        if ready.notifier.channel is one.channel:
            if isinstance(ready.notifier, Lists):
                return _by_list(kit, ready, one)
            if isinstance(ready.notifier, TakesKey):
                return _by_key(kit, ready, one)
    if mail_again(one, kit.clock()):
        why = "its end is not known; once more, under the same Message-ID"
        _again(kit, one, AttemptOutcome.UNCERTAIN, why)
    return None


def _by_list(kit: Kit, ready: Ready, one: Doubt) -> Proof | None:
    assert isinstance(ready.notifier, Lists)
    try:
        listed = ready.notifier.since(one.started_at - BEFORE, one.to)
    except NotifierError as error:
        _looked(kit, one, f"the list of {ready.name} could not be read: {error.detail}", absent=False)
        return None
    kit.reach("r1")
    now = kit.clock()
    with kit.database.read() as conn:
        known = proving.ours(conn, one.account_id, {row.provider_id for row in listed})
    match judge(one, listed, known, now):
        case Found(seen):
            status = seen.status or ReceiptStatus.SENT
            receipt = Receipt(seen.provider_id, status, seen.code, seen.detail, seen.suppress)
            return Proof(one.account_id, one.attempt_id, receipt)
        case Absent(again=True):
            _again(kit, one, AttemptOutcome.ABSENT, f"not in the list of {ready.name}, looked {one.absent + 1} times")
        case Absent(proven=True):
            why = f"not in the list of {ready.name} after the last call that it may have"
            kit.database.write(lambda conn: proving.never_taken(conn, one, why, now))
            kit.reach("r3")
        case Absent():
            _looked(kit, one, f"not in the list of {ready.name} at {_clock(now)} UTC", absent=True)
    return None


def _by_key(kit: Kit, ready: Ready, one: Doubt) -> Proof | None:
    """Hand the very same call over again while its key is good: nobody gets it twice."""
    assert isinstance(ready.notifier, TakesKey)
    now = kit.clock()
    if now >= min(one.send_before, one.started_at + ready.notifier.key_good_for):
        return None
    callback = callback_url(kit, ready.name, one.account_id, one.attempt_id)
    message = Message(one.message_id, one.channel, one.to, one.body, sender=one.sender, callback_url=callback)
    try:
        taken = ready.notifier.send(message)
    except PermanentFailure as error:
        refused = Receipt("", ReceiptStatus.UNDELIVERED, error.code, error.detail, error.suppress)
        return Proof(one.account_id, one.attempt_id, refused)
    except NotifierError as error:
        _looked(kit, one, f"asked again under the same key: {error.detail}", absent=False)
        return None
    return Proof(one.account_id, one.attempt_id, Receipt(taken.provider_id, ReceiptStatus.SENT, None, taken.detail))


def _looked(kit: Kit, one: Doubt, evidence: str, *, absent: bool) -> None:
    now = kit.clock()
    kit.database.write(lambda conn: proving.looked(conn, one, now, absent=absent, evidence=evidence))
    kit.reach("r3")


def _again(kit: Kit, one: Doubt, outcome: AttemptOutcome, why: str) -> None:
    now = kit.clock()

    def unit(conn: Connection) -> bool:
        moved = proving.try_again(conn, one, outcome, why, now)
        kit.reach("r2")
        return moved

    moved = kit.database.write(unit)
    kit.reach("r3")
    if moved:
        log.info("message %s is handed over again: %s", one.message_id, why)


def _clock(now: datetime) -> str:
    return f"{now:%d %b %H:%M:%S}"
