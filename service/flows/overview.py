"""What an operator looks at first; changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from notifiers.base import PERSONAL
from service.flows.kit import Kit
from service.flows.pausing import standing
from service.records.enums import MessageState, Stage
from service.records.overview import ChannelView, Overview
from service.store import channels, doubtful, held, views_parked, views_unmapped
from service.store.engine import Connection

NAMED = 10
"""So many doubts are named; the rest is counted."""

LOOK_BACK = timedelta(days=7)
"""What ended unknown is named for so long."""


def overview(kit: Kit, account_id: str) -> Overview:
    """The controls and doubts of one account as they are now."""
    now = kit.clock()
    with kit.database.read() as conn:
        counts = doubtful.open_counts(conn, account_id)
        in_turn, last_turn = held.drained_by(conn, account_id)
        parked, since = views_parked.count(conn, account_id)
        return Overview(
            pauses=tuple(standing(conn, account_id, now)),
            channels=_channels(kit, conn, now),
            waiting=counts[MessageState.WAITING],
            in_turn=in_turn,
            last_turn=last_turn,
            uncertain=counts[MessageState.UNCERTAIN],
            unknown=counts[MessageState.UNKNOWN],
            doubtful=tuple(doubtful.doubtful(conn, account_id, now - LOOK_BACK, NAMED)),
            to_do=doubtful.to_do(conn, account_id),
            parked=parked,
            parked_since=since,
            unmapped=views_unmapped.open_count(conn, account_id),
        )


def _channels(kit: Kit, conn: Connection, now: datetime) -> tuple[ChannelView, ...]:
    states = channels.states(conn)
    found = []
    for channel in PERSONAL:
        for ready in kit.ways(Stage.LIVE, channel):
            state = states.get(ready.name)
            rests = state.paused_until if state and state.paused(now) else None
            found.append(ChannelView(channel.value, ready.name, rests, state.reason if state and rests else ""))
    return tuple(found)
