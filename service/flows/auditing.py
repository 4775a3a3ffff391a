"""The audit: a provider's list is held against ours, each hour, and before anything leaves after we were away."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from notifiers.base import Lists
from notifiers.errors import NotifierError
from service.flows.kit import Kit, Ready
from service.policy.audit import LAG, Audit, compare, tasks
from service.policy.proving import explained
from service.store import auditing, pulse, senders, switches
from service.store import tasks as work
from service.store.engine import Connection
from service.store.proving import doubts

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
"""How often a list is read."""

FIRST = timedelta(hours=24)
"""How far back it is read the first time."""

OLDEST = timedelta(days=7)
"""A message handed over now was planned no longer ago than this."""


def due(kit: Kit) -> list[Ready]:
    """The notifiers whose list is to be read: it was not for an hour, or not since we were away."""
    now = kit.clock()
    with kit.database.read() as conn:
        return [ready for ready in _listing(kit) if _wants(conn, ready.name, now)]


def audit(kit: Kit, ready: Ready) -> Audit | None:
    """Read a list, open tasks for what does not fit, and answer what it says; None where it cannot be read.

    A list that shows texts of ours which we do not know, after we were away, pauses the channel: a backup was put
    back, and a person must see what was said meanwhile.
    """
    assert isinstance(ready.notifier, Lists)
    now = kit.clock()
    with kit.database.read() as conn:
        last, engine = pulse.last_beat(conn, pulse.audit_of(ready.name)), pulse.last_beat(conn, pulse.ENGINE)
        away = bool(pulse.away_since_audit(conn, [ready.name]))
    begin = min(last.beat_at if last else now - FIRST, engine.gap_from if away and engine and engine.gap_from else now)
    try:
        listed = ready.notifier.since(begin - LAG)
    except NotifierError as error:
        log.warning("the list of %s could not be read: %s", ready.name, error.detail)
        return None
    with kit.database.read() as conn:
        concerned = senders.accounts_of(conn, ready.notifier.channel, ready.sender)
        ours = auditing.known(conn, {row.provider_id for row in listed}) | explained(doubts(conn), listed)
        handed: set[str] = set()
        for account_id in concerned:
            # What left within the lag before the last audit was left out by it.
            handed |= auditing.handed(conn, account_id, ready.name, begin - LAG, now - LAG, begin - OLDEST)
    found = compare(listed, ours, handed, ready.sender)
    if last is None:
        # What left this number before we first looked may have been sent by another system.
        found = replace(found, strangers=(), missing=())
    kit.database.write(lambda conn: _note(conn, ready, concerned, found, away=away, now=now))
    return found


def _listing(kit: Kit) -> list[Ready]:
    return [ready for ready in kit.live.values() if isinstance(ready.notifier, Lists)]


def _wants(conn: Connection, notifier: str, now: datetime) -> bool:
    last = pulse.last_beat(conn, pulse.audit_of(notifier))
    return last is None or last.beat_at <= now - EVERY or bool(pulse.away_since_audit(conn, [notifier]))


def _note(conn: Connection, ready: Ready, concerned: list[str], found: Audit, *, away: bool, now: datetime) -> None:
    for account_id in concerned:
        work.open_tasks(conn, account_id, tasks(found, ready.name, now), now)
        if away and found.strangers:
            why = f"after we were away {ready.name} lists texts that we know nothing of: look at the tasks, then resume"
            channel = ready.notifier.channel.value
            switches.set_switch(conn, account_id, "channel", channel, by="milepost", why=why, now=now)
    pulse.beat(conn, pulse.audit_of(ready.name), now)
