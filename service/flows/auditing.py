"""The audit: a provider's list is held against ours, each hour, and before anything leaves after we were away."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from notifiers.base import Lists, Receipt, Seen
from notifiers.errors import NotifierError
from service.flows.adopting import adopt_waiting
from service.flows.kit import Kit, Ready
from service.policy.audit import LAG, Audit, compare, repeats, tasks
from service.records.signs import MishapKind
from service.store import accounts, auditing, pulse, senders, signs, strays, switches
from service.store import tasks as work
from service.store.engine import Connection

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
"""How often a list is read."""

FIRST = timedelta(hours=24)
"""How far back it is read the first time."""

DAY = timedelta(hours=24)
"""How far back it is read when somebody asks."""

OLDEST = timedelta(days=7)
"""A message handed over now was planned no longer ago than this."""


def due(kit: Kit) -> list[Ready]:
    """The notifiers whose list is to be read: it was not for an hour, or not since we were away."""
    now = kit.clock()
    with kit.database.read() as conn:
        return [ready for ready in _listing(kit) if _wants(conn, ready.name, now)]


def audit_all(kit: Kit) -> list[tuple[Ready, Audit | None]]:
    """Read a day of every list now, due or not; None for one that cannot be read."""
    return [(ready, audit(kit, ready, back=DAY)) for ready in _listing(kit)]


def audit_own(kit: Kit, account_id: str) -> list[tuple[Ready, Audit | None]]:
    """The same of those lists only whose sender this account writes from. A test account has none: nobody is asked."""
    with kit.database.read() as conn:
        if accounts.view(conn, account_id).test:
            return []
        mine = [ready for ready in _listing(kit) if account_id in _concerned(conn, ready)]
    return [(ready, audit(kit, ready, back=DAY)) for ready in mine]


def audit(kit: Kit, ready: Ready, *, back: timedelta = timedelta()) -> Audit | None:
    """Read a list, open tasks for what does not fit, and answer what it says; None where it cannot be read.

    Whoever asks lets it be believed (`believing`), which is when it counts as read.

    After we were away, texts in it that we do not know are held against what waits: a message that would say them is
    adopted as sent. Where some are left the channel is paused: a backup was put back, and a person must see what was
    said meanwhile. A text that is there twice counts for the breaker. What was read before is read again as far *back*
    as asked, but not from before our first call: that may have been another system's.
    """
    assert isinstance(ready.notifier, Lists)
    now = kit.clock()
    with kit.database.read() as conn:
        last, engine = pulse.last_beat(conn, pulse.audit_of(ready.name)), pulse.last_beat(conn, pulse.ENGINE)
        away = bool(pulse.away_since_audit(conn, [ready.name]))
        first = auditing.first_call(conn, ready.name) if back else None
        restored = pulse.restored(conn)
    read = last.beat_at if last and last.beat_at <= now else now - FIRST
    begin = min(read, engine.gap_from if away and engine and engine.gap_from else now)
    if first is not None:
        begin = min(begin, max(first, now - back))
    try:
        listed = ready.notifier.since(begin - LAG)
    except NotifierError as error:
        log.warning("the list of %s could not be read: %s", ready.name, error.detail)
        return None
    with kit.database.read() as conn:
        concerned = _concerned(conn, ready)
        ours = auditing.known(conn, {row.provider_id for row in listed})
        # What left within the lag before the last audit was left out by it.
        handed = {
            one: auditing.handed(conn, one, ready.name, begin - LAG, now - LAG, begin - OLDEST) for one in concerned
        }
        doubted = auditing.doubted(conn, concerned, ready.name)
    found = compare(listed, ours, set().union(*handed.values()), ready.sender, doubted)
    if last is None and restored is None:
        # What left this number before we first looked may have been sent by another system.
        found = replace(found, strangers=(), missing=(), repeated=())
    if away and found.strangers:
        found = _adopted(kit, ready, listed, found, now)
    kit.database.write(lambda conn: _note(conn, ready, handed, found, away=away, now=now))
    return replace(found, read_at=now)


def _adopted(kit: Kit, ready: Ready, listed: Sequence[Seen], found: Audit, now: datetime) -> Audit:
    """*found* without the strangers that a waiting message would say: it is adopted, with the receipt listed for it."""
    unknown = {row.provider_id: row for row in listed if row.provider_id in found.strangers}
    kit.database.write(lambda conn: strays.keep(conn, ready.name, unknown.values(), now))
    adopt_waiting(kit)
    with kit.database.read() as conn:
        left = {one.provider_id for one in strays.open_ones(conn) if one.notifier == ready.name}
    receipts = tuple(
        Receipt(row.provider_id, row.status, row.code, row.detail, row.suppress)
        for key, row in unknown.items()
        if key not in left and row.status is not None
    )
    strangers = tuple(one for one in found.strangers if one in left)
    return replace(found, strangers=strangers, receipts=(*found.receipts, *receipts))


def _concerned(conn: Connection, ready: Ready) -> list[str]:
    return senders.accounts_of(conn, ready.notifier.channel, ready.sender)


def _listing(kit: Kit) -> list[Ready]:
    return [ready for ready in kit.real if isinstance(ready.notifier, Lists)]


def _wants(conn: Connection, notifier: str, now: datetime) -> bool:
    last = pulse.last_beat(conn, pulse.audit_of(notifier))
    if last is None or not now - EVERY < last.beat_at <= now + pulse.GAP:
        return True  # never, not for long, or "read" at a time that a clock has been set back from
    return bool(pulse.away_since_audit(conn, [notifier]))


def _note(
    conn: Connection, ready: Ready, handed: Mapping[str, set[str]], found: Audit, *, away: bool, now: datetime
) -> None:
    """Note what was found for each account that writes from the sender; *handed* is what is held for sent by each."""
    for account_id, sent in handed.items():
        urgent = now if away and found.strangers else None
        own = replace(found, missing=tuple(one for one in found.missing if one in sent))
        work.open_tasks(conn, account_id, [replace(one, due_at=urgent) for one in tasks(own, ready.name, now)], now)
        twice = repeats(found, ready.name)
        if twice is not None and work.open_tasks(conn, account_id, [twice], now):
            signs.went_wrong(conn, account_id, MishapKind.REPEATED, now, len(found.repeated))
        if away and found.strangers:
            why = f"after we were away {ready.name} lists texts that we know nothing of: look at the tasks, then resume"
            channel = ready.notifier.channel.value
            switches.set_switch(conn, account_id, "channel", channel, by="milepost", why=why, now=now)
