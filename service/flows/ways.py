"""By which of a channel's notifiers a message leaves: by their shares, among those that can be used now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifiers.base import PERSONAL, Channel
from service.flows.kit import Kit, Ready
from service.policy.balancing import choose
from service.records.enums import MessageKind, Stage
from service.records.outbox import Candidate
from service.records.status import WayState
from service.store.channels import ChannelRow

AWAY_LOOK = timedelta(seconds=15)
"""How often a message looks whether the provider's list has been read since we were away."""

PROBE_LOOK = timedelta(seconds=15)
"""How often a message looks whether the one call that tries a notifier has passed."""


@dataclass(frozen=True, slots=True)
class Shut:
    """No notifier can be used now: why, when to look again, and since when one of them failed (None: none has)."""

    why: str
    until: datetime
    since: datetime | None = None


def allowed(kit: Kit, one: Candidate, *, test: bool) -> tuple[Ready, ...]:
    """The notifiers that may take a message, which may be that of a *test* account.

    An answer comes from the number that was written to. An e-mail of which nobody knows whether it was taken goes once
    more by the same server, which may know it by its Message-ID.
    """
    ways = kit.ways(one.stage, one.channel, test=test)
    answers = one.kind in {MessageKind.ANSWER, MessageKind.HUMAN}
    if answers or (one.channel is Channel.EMAIL and one.tries):
        return tuple(ready for ready in ways if ready.name == one.notifier) or ways
    return ways


def choose_way(
    kit: Kit,
    one: Candidate,
    states: Mapping[str, ChannelRow],
    away: Collection[str],
    probed: Collection[str],
    now: datetime,
    *,
    test: bool = False,
) -> Ready | Shut | None:
    """The notifier that takes a message now; None where none is configured.

    *away* are those whose list is read first, *probed* those that another message of this batch tries. Who was asked
    in vain is asked again only where nobody else can be.
    """
    ways = allowed(kit, one, test=test)
    if not ways:
        return None
    live = one.stage is Stage.LIVE
    shut = [
        _shut(ready, states.get(ready.name), live and ready.name in away, ready.name in probed, now) for ready in ways
    ]
    usable = [ready for ready, closed in zip(ways, shut, strict=True) if closed is None]
    if not usable:
        closed = [one for one in shut if one is not None]
        first = min(closed, key=lambda one: one.until)
        down = [one.since for one in closed if one.since is not None]
        return Shut(first.why, first.until, max(down) if len(down) == len(ways) else None)
    others = [ready for ready in usable if ready.name != one.notifier]
    return _by_share(kit, others or usable, states)


def passes(kit: Kit, besides: Channel, states: Mapping[str, ChannelRow]) -> bool:
    """Whether live news can leave by another channel than *besides*: a notifier of it works."""
    others = [ready for channel in PERSONAL if channel is not besides for ready in kit.ways(Stage.LIVE, channel)]
    return any(ready.name not in states or not states[ready.name].failures for ready in others)


def _by_share(kit: Kit, usable: list[Ready], states: Mapping[str, ChannelRow]) -> Ready:
    if len(usable) == 1:
        return usable[0]
    chosen = choose({ready.name: share_of(ready, states.get(ready.name)) for ready in usable}, kit.chance())
    return next(ready for ready in usable if ready.name == chosen)


def share_of(ready: Ready, state: ChannelRow | None) -> int:
    """What a notifier takes of its channel's messages at present, in points."""
    return ready.share if state is None or state.share is None else state.share


def standing(kit: Kit, states: Mapping[str, ChannelRow], now: datetime) -> tuple[WayState, ...]:
    """How every real notifier stands."""
    return tuple(
        _stands(ready, states.get(ready.name), channel, now, alone=len(ways) == 1)
        for channel, ways in sorted(kit.live.items())
        for ready in ways
    )


def _stands(ready: Ready, state: ChannelRow | None, channel: Channel, now: datetime, *, alone: bool) -> WayState:
    found = WayState(channel.value, ready.name, share_of(ready, state), ready.share, alone)
    if state is None:
        return found
    paused = state.paused_until if state.failures and state.paused(now) else None
    found = replace(found, paused_until=paused, trying=bool(state.failures) and not paused, why=state.reason)
    return found if state.share is None else replace(found, moved_at=state.share_at, moved_why=state.share_why)


def _shut(ready: Ready, state: ChannelRow | None, away: bool, probed: bool, now: datetime) -> Shut | None:
    """Why this notifier cannot be used now, if it cannot."""
    if away:
        return Shut(f"we were away; what {ready.name} lists is read first", now + AWAY_LOOK)
    if state is None or not state.failures:
        return None
    if state.paused_until is not None and state.paused_until > now:
        return Shut(f"{ready.name} is paused: {state.reason}", state.paused_until, state.since)
    if state.probing or probed:
        return Shut(f"{ready.name} is being tried with one message: {state.reason}", now + PROBE_LOOK, state.since)
    return None
