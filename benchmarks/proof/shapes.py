"""Shapes of sending that are wrong, built around the same worker: a harness that does not catch them proves nothing.

They are put together here and nowhere else. Each is a notifier around the real one, and what is done to the database
before a life begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol
from uuid import uuid4

from sqlalchemy import Connection, select, update

from notifiers.base import Accepted, Channel, Message, Notifier
from notifiers.errors import NotifierError, TemporaryFailure, UncertainOutcome
from service.clock import Clock
from service.policy import proving
from service.records.enums import AttemptOutcome, MessageState
from service.records.tables import Attempt
from service.records.tables import Message as MessageRow
from service.store.engine import open_database
from service.store.settling import mark_told
from service.store.tables import table

attempt = table(Attempt)
message = table(MessageRow)

OURS = "ours"
SEND_THEN_MARK = "send, then mark"
MARK_THEN_SEND = "mark, then send"
NO_QUARANTINE = "no quarantine, one look"

SHORTEST_QUARANTINE = 1.0
"""Seconds of the clock: the least that the settings take, and as good as none."""


class Sms(Protocol):
    """What these shapes stand around."""

    name: str
    sender: str

    def send(self, message: Message) -> Accepted:
        """Hand over."""
        ...


class Retrying:
    """Tries whatever failed again: a lost answer counts as a refusal, and nothing is looked up."""

    name = "twilio"
    channel: Channel = Channel.SMS

    def __init__(self, real: Sms) -> None:
        self._real = real
        self.sender = real.sender

    def send(self, message: Message) -> Accepted:
        """Hand over; every failure may be tried again."""
        try:
            return self._real.send(message)
        except UncertainOutcome as error:
            raise TemporaryFailure(error.detail) from None


class Marking:
    """Holds a message for sent before it is: whatever the provider answers."""

    name = "twilio"
    channel: Channel = Channel.SMS

    def __init__(self, real: Sms) -> None:
        self._real = real
        self.sender = real.sender

    def send(self, message: Message) -> Accepted:
        """Hand over once, and take any end for the good one."""
        try:
            return self._real.send(message)
        except NotifierError:
            return Accepted(f"SM{uuid4().hex}")


def _as_it_is(real: Notifier) -> Notifier:
    return real


def _no_quarantine(real: Notifier) -> Notifier:
    """One look, at once, proves absence. The shipped number is changed in this process and for this run alone."""
    proving.LOOKS = 1
    return real


NOTIFIERS: Mapping[str, Callable[..., Notifier]] = MappingProxyType(
    {OURS: _as_it_is, SEND_THEN_MARK: Retrying, MARK_THEN_SEND: Marking, NO_QUARANTINE: _no_quarantine}
)


def _nothing(_url: str, _clock: Clock) -> None:
    """The recovery that ships is left to itself."""


def _send_again(url: str, clock: Clock) -> None:
    """What was being sent as the process died was never marked, so it is sent again."""
    _unfinished(url, clock, MessageState.WAITING, AttemptOutcome.TEMPORARY)


def _call_it_sent(url: str, clock: Clock) -> None:
    """What was being sent as the process died was marked before, so it is never looked at again."""
    _unfinished(url, clock, MessageState.ACCEPTED, AttemptOutcome.ACCEPTED)


BEFORE: Mapping[str, Callable[[str, Clock], None]] = MappingProxyType(
    {OURS: _nothing, SEND_THEN_MARK: _send_again, MARK_THEN_SEND: _call_it_sent, NO_QUARANTINE: _nothing}
)


def _unfinished(url: str, clock: Clock, becomes: MessageState, outcome: AttemptOutcome) -> None:
    now = clock()

    def unit(conn: Connection) -> None:
        found = _sending(conn)
        for account_id, message_id, attempt_id in found:
            conn.execute(
                update(message)
                .where(message.c.account_id == account_id, message.c.id == message_id)
                .values(state=becomes, due_at=now, updated_at=now)
            )
            conn.execute(
                update(attempt)
                .where(attempt.c.account_id == account_id, attempt.c.id == attempt_id)
                .values(outcome=outcome, completed_at=now)
            )
            if becomes is MessageState.ACCEPTED:
                mark_told(conn, account_id, [message_id], now)

    database = open_database(url)
    try:
        database.write(unit)
    finally:
        database.close()


def _sending(conn: Connection) -> Sequence[tuple[str, str, str]]:
    joined = attempt.join(
        message, (message.c.account_id == attempt.c.account_id) & (message.c.id == attempt.c.message_id)
    )
    found = select(attempt.c.account_id, message.c.id, attempt.c.id).select_from(joined)
    rows = conn.execute(
        found.where(message.c.state == MessageState.SENDING, attempt.c.outcome == AttemptOutcome.STARTED)
    )
    return [(row[0], row[1], row[2]) for row in rows]
