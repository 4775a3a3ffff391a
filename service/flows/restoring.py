"""After a backup was put back: what waits, as a plan; and a person's word that it may leave, or was said already."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notifiers.base import Channel, Lists
from service.flows.kit import Kit
from service.records.ids import new_id
from service.store import audit, outbox, plans, pulse, strays, views_restored
from service.store.engine import Connection

KIND = "restore"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits on one channel. `listed`: the provider's list says what left, so it needs nobody's word."""

    channel: Channel
    listed: bool
    messages: int
    people: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What would leave: by channel, the first messages of those that need a person, and what lists have shown."""

    id: str
    made_at: datetime
    put_back_at: datetime
    waiting: tuple[Waiting, ...]
    first: tuple[Mapping[str, Any], ...]
    adopted: int
    unknown: int


def plan(kit: Kit, account_id: str) -> RestorePlan | None:
    """What waits since a backup was put back, kept as a plan that can be applied; None where none waits for anybody."""
    now = kit.clock()
    with kit.database.read() as conn:
        row = pulse.restored(conn)
        if row is None or row.gap_from is None or row.gap_to is None:
            return None
        rows = views_restored.waiting(conn)
        found = RestorePlan(
            id=new_id("pln"),
            made_at=row.gap_from,
            put_back_at=row.gap_to,
            waiting=tuple(
                Waiting(one.channel, _listed(kit, one.channel), one.messages, one.people, one.oldest) for one in rows
            ),
            first=tuple(one._asdict() for one in views_restored.first(conn, _silent(kit))),
            adopted=strays.counts(conn)[0],
            unknown=strays.counts(conn)[1],
        )
    shown = {one.channel.value: one.messages for one in found.waiting}
    kit.database.write(
        lambda conn: plans.keep(conn, account_id, found.id, {KIND: found.put_back_at.isoformat()}, shown, now)
    )
    return found


def apply(
    kit: Kit,
    account_id: str,
    plan_id: str,
    *,
    said: bool,
    by: str,
    why: str = "",
    only: Collection[str] | None = None,
) -> int:
    """Let what waits leave, or with *said* close it as said already; returns how many messages that concerns.

    With *only*, what speaks of nothing but these shipments of the account is closed, and the rest leaves.
    Raises LookupError for an unknown plan, ValueError for one that was applied or is about an earlier backup.
    """
    now = kit.clock()

    def unit(conn: Connection) -> int:
        kept, row = plans.get(conn, account_id, plan_id), pulse.restored(conn)
        if kept is None or KIND not in kept.scope:
            raise LookupError("this account has no such plan; make one with `milepost restore --plan`")
        if row is None or row.gap_to is None or kept.scope[KIND] != row.gap_to.isoformat():
            raise ValueError("what was put back has been dealt with already")
        concerned = views_restored.keys(conn, _silent(kit))
        if only is not None:
            spoken_of = views_restored.about(conn, account_id, concerned)
            concerned = [one for one in concerned if spoken_of.get(one) and spoken_of[one] <= set(only)]
        for one in concerned if said else ():
            outbox.close_as_said(conn, *one, by=by, now=now)
        pulse.looked_at(conn, now)
        result = {"messages": len(concerned), "said": said, "only": sorted(only) if only is not None else None}
        plans.applied(conn, account_id, plan_id, result, now)
        audit.record(conn, account_id, by, "restore.apply", plan_id, why, result, now)
        return len(concerned)

    number = kit.database.write(unit)
    for loop in ("messages", "shipments", "webhooks"):
        kit.database.wake(loop)
    return number


def _silent(kit: Kit) -> tuple[Channel, ...]:
    """The channels on which something leaves without a list of it."""
    return tuple(channel for channel in Channel if not _listed(kit, channel))


def _listed(kit: Kit, channel: Channel) -> bool:
    ways = kit.live.get(channel, ())
    return bool(ways) and all(isinstance(ready.notifier, Lists) for ready in ways)
