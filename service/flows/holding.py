"""What stands in the way of a due message: a pause, a closed channel, a backup that was put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from notifiers.base import PERSONAL, Channel
from service.flows.kit import Kit, Ready
from service.flows.ways import Shut, passes
from service.policy.pauses import concerns, spoken_of
from service.policy.sending import hand_on_at
from service.records.enums import MessageKind, MessageState, NoticeState, Stage
from service.records.outbox import Candidate, Postponed
from service.records.pauses import About, SwitchRow
from service.records.situation import AccountView
from service.records.text import Override
from service.records.traffic import Flow
from service.store import switches, texts
from service.store.channels import ChannelRow
from service.store.engine import Connection

NO_NOTIFIER_LOOK = timedelta(minutes=5)
"""How often a live message without a notifier looks whether one was configured."""

HOLD_LOOK = timedelta(minutes=1)
"""How often a message that a rule holds without saying until when is looked at again."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the checks need beside the messages themselves, read in the same snapshot.

    `onward` are the urgent messages that have met a refusal or a pause and have another address to go to.
    """

    accounts: Mapping[str, AccountView]
    switches: Mapping[str, Sequence[SwitchRow]]
    channels: Mapping[str, ChannelRow]
    flows: Mapping[str, Flow] = field(default_factory=dict)
    away: frozenset[str] = frozenset()
    unlisted: frozenset[str] = frozenset()
    put_back: bool = False
    strays: bool = False
    own: Mapping[str, Mapping[texts.Use, Override]] = field(default_factory=dict)
    owners: Mapping[str, Mapping[str, texts.Owner]] = field(default_factory=dict)
    onward: frozenset[str] = frozenset()
    about: Mapping[str, Mapping[str, About]] = field(default_factory=dict)


def way_by(kit: Kit, one: Candidate, around: Around, channel: Channel) -> Ready | None:
    """A notifier by which the person of this message could be written to on *channel*."""
    return kit.ready(one.stage, channel, test=around.accounts[one.account_id].test)


def about_of(
    conn: Connection, account_id: str, paused: Sequence[SwitchRow], found: Sequence[Candidate]
) -> Mapping[str, About]:
    """Whose the shipments are that these messages speak of, and who spoke of them; read only where a pause asks."""
    scopes = {one.scope for one in paused}
    shipments = {shipment for one in found for shipment in spoken_of(one)} if scopes & {"customer", "source"} else ()
    sources = {one.value for one in paused if one.scope == "source"}
    return switches.about(conn, account_id, shipments, sources) if shipments else {}


def pause_on(conn: Connection, one: Candidate, now: datetime) -> SwitchRow | None:
    """The pause that holds a message now, if any."""
    paused = switches.active_switches(conn, one.account_id, now)
    about = about_of(conn, one.account_id, paused, [one]) if paused else {}
    return next((pause for pause in paused if concerns(pause, one, about)), None)


def no_way(kit: Kit, one: Candidate, way: Ready | Shut | None, around: Around, now: datetime) -> Postponed | None:
    """Why the message has no way to leave at present, if it has none."""
    if way is None:
        why = f"no notifier for {one.channel.value} is configured"
        others = any(way_by(kit, one, around, channel) for channel in PERSONAL)
        return replace(wait(one, why, now + NO_NOTIFIER_LOOK, now), reroute=others)
    about = around.about.get(one.account_id, {})
    for pause in around.switches[one.account_id]:
        if concerns(pause, one, about):
            # It is looked at when the pause is lifted, or when it is worth nothing any more.
            return replace(wait(one, f"paused: {pause.why}", one.send_before, now), held_by=pause.id)
    why = _behind_a_backup(kit, one, around)
    if why:
        return wait(one, why, now + HOLD_LOOK, now)
    onward = _handed_on(kit, one, way, around, now)
    return onward or (wait(one, way.why, way.until, now) if isinstance(way, Shut) else None)


def _behind_a_backup(kit: Kit, one: Candidate, around: Around) -> str:
    """Why nothing leaves by the message's channel after a backup was put back; empty where it may.

    What one provider of the channel has sent since, another must not send again: all of them are heard first.
    """
    if not around.put_back or one.stage is not Stage.LIVE or one.kind is MessageKind.DESK:
        return ""
    for ready in kit.ways(one.stage, one.channel):
        if ready.name in around.unlisted:
            return f"a backup was put back, and {ready.name} lists nothing of what left since: milepost restore --plan"
        if ready.name in around.away:
            return f"a backup was put back, and what {ready.name} lists since is read first"
    return ""


def _handed_on(kit: Kit, one: Candidate, way: Ready | Shut, around: Around, now: datetime) -> Postponed | None:
    """N14: urgent news that has met a closed or refusing channel for too long goes by the next one."""
    if one.message_id not in around.onward or not passes(kit, one.channel, around.channels):
        return None
    met = [at for at in (one.tried_since, way.since if isinstance(way, Shut) else None) if at is not None]
    at = hand_on_at(one, around.accounts[one.account_id].rules, min(met, default=None))
    if at is None:
        return None
    why = way.why if isinstance(way, Shut) else f"{one.channel.value} was refused again and again"
    if now >= at:
        return replace(wait(one, why, now + NO_NOTIFIER_LOOK, now), reroute=True)
    return wait(one, why, min(way.until, at), now) if isinstance(way, Shut) else None


def wait(one: Candidate, why: str, until: datetime, now: datetime) -> Postponed:
    """*one* waits until then, or until it is worth nothing any more."""
    if one.send_before <= now:
        return Postponed(one, MessageState.EXPIRED, why, notice_state=NoticeState.EXPIRED)
    return Postponed(one, MessageState.WAITING, why, due_at=min(until, one.send_before))
