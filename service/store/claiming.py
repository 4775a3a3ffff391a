"""Claiming: the intent is written before the call, and only on what the checks were made on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from service.records.enums import AttemptOutcome, Level, MessageState
from service.records.outbox import Candidate, Claim
from service.records.tables import Address, Attempt, Directory, Message, MessageNotice, Notice, Shipment
from service.store import channels, choices, traffic, trials
from service.store.among import among
from service.store.bulk import bulk_insert, bulk_update
from service.store.outgoing import REFUSED, SAYABLE, WINDOW
from service.store.tables import table

message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)
attempt = table(Attempt)
address = table(Address)
shipment = table(Shipment)

ACCOUNT: BindParameter[Any] = bindparam("account")

WAITING = (
    select(message.c.id, message.c.tries, message.c.updated_at)
    .where(message.c.account_id == ACCOUNT, among(message.c.id, "ids"), message.c.state == MessageState.WAITING)
    .order_by(message.c.id)
    .with_for_update()
)

SUPPRESSED = (
    select(address.c.id, address.c.suppressed_at)
    .where(address.c.account_id == ACCOUNT, among(address.c.id, "ids"))
    .order_by(address.c.id)
    .with_for_update()
)
"""Both lock what they read until the transaction ends, in id order: see `service.store.sql.lock_rows`."""

DOUBTED = select(message.c.address_id, message.c.body).where(
    message.c.account_id == ACCOUNT, among(message.c.address_id, "ids"), message.c.state == MessageState.UNCERTAIN
)

CALLED = (
    select(attempt.c.address_id, func.count().label("calls"))
    .where(
        attempt.c.account_id == ACCOUNT,
        among(attempt.c.address_id, "ids"),
        attempt.c.started_at > bindparam("since"),
        attempt.c.outcome.not_in(REFUSED),
    )
    .group_by(attempt.c.address_id)
)

NUMBERED = (
    select(attempt.c.message_id, func.max(attempt.c.number).label("last"))
    .where(attempt.c.account_id == ACCOUNT, among(attempt.c.message_id, "ids"))
    .group_by(attempt.c.message_id)
)
"""How many calls were begun: what was claimed and put back again counts as neither a try nor a refusal."""

CARRIED = (
    select(message_notice.c.message_id, notice.c.id, (notice.c.truth_version == shipment.c.seq).label("true"))
    .select_from(
        message_notice.join(
            notice, (notice.c.account_id == message_notice.c.account_id) & (notice.c.id == message_notice.c.notice_id)
        ).join(shipment, (shipment.c.account_id == notice.c.account_id) & (shipment.c.id == notice.c.shipment_id))
    )
    .where(
        message_notice.c.account_id == ACCOUNT,
        among(message_notice.c.message_id, "ids"),
        notice.c.state.in_(SAYABLE),
    )
)


class _Ground:
    """What holds of a batch's messages now, read under the locks of their addresses."""

    def __init__(
        self, conn: Connection, account_id: str, claims: Sequence[Claim], read_at: datetime, now: datetime
    ) -> None:
        self.conn, self.now = conn, now
        candidates = [one.candidate for one in claims]
        addresses = sorted({one.address_id for one in candidates if one.address_id})
        mine = {"account": account_id}
        ids = sorted(one.message_id for one in candidates)
        # The addresses first: they are what everybody who writes to a person waits for.
        self.suppressed = {
            row.id: row.suppressed_at is not None for row in conn.execute(SUPPRESSED, mine | {"ids": addresses})
        }
        self.waiting = {row.id: (row.tries, row.updated_at) for row in conn.execute(WAITING, mine | {"ids": ids})}
        called = conn.execute(CALLED, mine | {"ids": addresses, "since": read_at - WINDOW})
        self.called = Counter({row.address_id: row.calls for row in called})
        self.doubted = {tuple(row) for row in conn.execute(DOUBTED, mine | {"ids": addresses})}
        self.begun = {row.message_id: row.last for row in conn.execute(NUMBERED, mine | {"ids": ids})}
        self.carried: dict[str, dict[str, bool]] = {}
        for row in conn.execute(CARRIED, mine | {"ids": ids}):
            self.carried.setdefault(row.message_id, {})[row.id] = bool(row.true)

    def holds(self, claim: Claim) -> bool:
        """Whether the message, its news, the truth, the address and its history are what the checks were made on."""
        one = claim.candidate
        if self.waiting.get(one.message_id) != (one.tries, one.updated_at):
            return False
        if one.address_id:
            # Rendered before the lock was held, so the digits are proven here: what is free now stays free.
            digits = [digit for digit, _ in claim.choices]
            if digits and not choices.free(
                self.conn, one.account_id, digits, one.address_id, claim.sender, one.message_id, self.now
            ):
                return False
            # Of two calls with the same words to the same person nobody could tell which one the provider took.
            if (one.address_id, claim.body) in self.doubted:
                return False
            if self.suppressed.get(one.address_id) is not one.suppressed:
                return False
            if self.called[one.address_id] != len(one.history):
                return False
        carried = self.carried.get(one.message_id, {})
        return carried.keys() == {news.notice_id for news in one.notices} and all(carried.values())


def calls_begun(conn: Connection, one: Candidate) -> int:
    """How many calls were begun for a message."""
    row = conn.execute(NUMBERED, {"account": one.account_id, "ids": [one.message_id]}).one_or_none()
    return int(row.last) if row else 0


def claim(conn: Connection, claims: Sequence[Claim], read_at: datetime, now: datetime) -> list[str]:
    """Write the intents whose message and address are still as they were read; returns the attempts that hold.

    The lock on the address makes the caps exact: whoever else would write to that person waits here and then finds
    that the history is no longer what it read. Claims of one batch to the same address know of each other already.
    """
    by_account: dict[str, list[Claim]] = {}
    for one in claims:
        by_account.setdefault(one.candidate.account_id, []).append(one)
    held: list[Claim] = []
    begun: dict[str, int] = {}
    for account_id, mine in sorted(by_account.items()):
        ground = _Ground(conn, account_id, mine, read_at, now)
        begun |= ground.begun
        held += trials.take(conn, account_id, [one for one in mine if ground.holds(one)], now)
    held = channels.admit(conn, held, now)
    bulk_update(conn, Message, [_message_row(one, now) for one in held])
    bulk_insert(conn, Attempt, [_attempt_row(one, begun.get(one.candidate.message_id, 0) + 1, now) for one in held])
    bulk_insert(conn, Directory, [_link_row(one) for one in held if one.link_digest], once=True)
    traffic.count(conn, held, now)
    for one in held:
        _offer(conn, one, now)
    return [one.attempt_id for one in held]


def _offer(conn: Connection, one: Claim, now: datetime) -> None:
    """Open the digits that the text prints."""
    candidate = one.candidate
    if one.choices and candidate.address_id and one.choices_until:
        choices.offer(
            conn,
            candidate.account_id,
            one.choices,
            address_id=candidate.address_id,
            contact_id=candidate.contact_id or "",
            sender=one.sender,
            message_id=candidate.message_id,
            now=now,
            expires_at=one.choices_until,
            notice_id=candidate.notices[0].notice_id if candidate.notices else None,
            shipment_id=candidate.shipment_id,
        )


def _message_row(one: Claim, now: datetime) -> dict[str, object]:
    candidate = one.candidate
    return {
        "account_id": candidate.account_id,
        "id": candidate.message_id,
        "state": MessageState.SENDING,
        "tries": candidate.tries + 1,
        "notifier": one.notifier,
        "sender": one.sender,
        "to": candidate.to,
        "body": one.body,
        "subject": one.subject,
        "html": one.html,
        "calendar": one.calendar,
        "segments": one.segments,
        "text_version": one.text_version,
        "params": _params(one),
        "held_by": None,
        "updated_at": now,
    }


def _params(one: Claim) -> dict[str, object] | None:
    """What is kept beside the message, with why its text is ours where it should have been the account's own."""
    kept = {name: value for name, value in one.candidate.params.items() if name != "text_note"}
    return kept | ({"text_note": one.text_note} if one.text_note else {}) or None


def _attempt_row(one: Claim, number: int, now: datetime) -> dict[str, object]:
    candidate = one.candidate
    return {
        "account_id": candidate.account_id,
        "id": one.attempt_id,
        "message_id": candidate.message_id,
        "number": number,
        "address_id": candidate.address_id,
        # A digest is no text that somebody had: it counts for no limit.
        "level": Level.SYS if candidate.in_digest else candidate.level,
        "worker_id": one.worker_id,
        "notifier": one.notifier,
        "body": one.body,
        "words": one.words,
        "started_at": now,
        "outcome": AttemptOutcome.STARTED,
        "detail": "",
    }


def _link_row(one: Claim) -> dict[str, object]:
    return {
        "kind": "link",
        "key": one.link_digest,
        "account_id": one.candidate.account_id,
        "target_id": one.candidate.message_id,
    }
