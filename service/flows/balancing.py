"""Where several providers carry a channel: each minute messages may move a step from one to another."""

from __future__ import annotations

import logging
from datetime import datetime

from notifiers.base import Channel, Lists, ReportsDelivery
from service.flows.kit import Kit, Ready
from service.flows.ways import share_of
from service.policy.balancing import ERRORS_WITHIN, SLOW_AFTER, SLOW_WITHIN, Move, Standing, balance
from service.store import accounts, audit, balancing, channels
from service.store.balancing import Counts
from service.store.channels import ChannelRow
from service.store.engine import Connection

log = logging.getLogger(__name__)


def balance_due(kit: Kit) -> int:
    """Look at each channel with several notifiers, and move what is to move; returns how many shares moved."""
    return sum(_balance(kit, channel, ways) for channel, ways in sorted(kit.live.items()) if len(ways) > 1)


def _balance(kit: Kit, channel: Channel, ways: tuple[Ready, ...]) -> int:
    now = kit.clock()
    with kit.database.read() as conn:
        states = channels.states(conn)
        ids = accounts.all_ids(conn)
        counted = balancing.counts(conn, ids, channel, now, ERRORS_WITHIN, SLOW_WITHIN, SLOW_AFTER)
    moves = balance([_standing(kit, one, states.get(one.name), counted.get(one.name)) for one in ways], now)
    if moves:
        rest = {one.name: one.share for one in ways}
        kit.database.write(lambda conn: _move(conn, channel, moves, rest, now))
        for one in moves:
            log.warning("%s takes %d points of %s, was %d: %s", one.name, one.share, channel.value, one.before, one.why)
    return len(moves)


def _standing(kit: Kit, ready: Ready, state: ChannelRow | None, counted: Counts | None) -> Standing:
    """One notifier as it was counted. Who says nothing of what became of texts is neither slow nor fast."""
    found = counted or Counts()
    told = isinstance(ready.notifier, Lists) or (isinstance(ready.notifier, ReportsDelivery) and bool(kit.public_url))
    return Standing(
        name=ready.name,
        share=share_of(ready, state),
        resting=ready.share,
        moved_at=state.share_at if state else None,
        errors=found.errors,
        texts=found.texts if told else 0,
        slow=found.slow if told else 0,
    )


def _move(conn: Connection, channel: Channel, moves: tuple[Move, ...], rest: dict[str, int], now: datetime) -> None:
    """Write the moves, and note them for every account: all of them send by these notifiers."""
    for one in sorted(moves, key=lambda one: one.name):
        channels.move(conn, one.name, None if one.share == rest[one.name] else one.share, one.why, now)
        detail = {"channel": channel.value, "before": one.before, "share": one.share, "at_rest": rest[one.name]}
        for account_id in accounts.all_ids(conn):
            audit.record(conn, account_id, "milepost", "notifier.share", one.name, one.why, detail, now)
