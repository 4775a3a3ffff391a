"""The checks between a due message and its claim: still true, allowed, wanted, and with a way to leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from notifiers.base import PERSONAL, Channel
from service.flows.kit import Kit, Ready
from service.flows.render import Beside, beside
from service.policy import canary
from service.policy.budget import Stop, can_wait, month_of, stop
from service.policy.catalogue import loudness
from service.policy.claims import Answer, Claim, ClaimVerdict, claim_checks, said_again
from service.policy.digest import next_digest
from service.policy.rules import hours
from service.policy.timing import Reader, deadline_of
from service.records.countries import country_of
from service.records.decision import NewTask
from service.records.enums import Level, MessageKind, MessageState, NoticeCode, NoticeState, Stage
from service.records.outbox import Candidate, Carried, Postponed
from service.records.outbox import Claim as Claimed
from service.records.signs import TrialState
from service.records.situation import AccountView
from service.records.text import Override
from service.records.traffic import Flow
from service.store import accounts, channels, pulse, strays, switches, texts, traffic
from service.store.channels import ChannelRow
from service.store.engine import Connection
from service.store.switches import SwitchRow
from service.wording.catalogue import effective

NO_NOTIFIER_LOOK = timedelta(minutes=5)
"""How often a live message without a notifier looks whether one was configured."""

CAP_LOOK = timedelta(minutes=15)
"""How often urgent news above the cap, with no other way to go, looks whether there is room again."""

MOST_ANSWERS = 10
"""So many texts in an hour answer what one address wrote; they count apart from news, and "stopped" is always said."""

TALKED_ENOUGH = f"{MOST_ANSWERS} answers in an hour is the most to one address"

AWAY_LOOK = timedelta(seconds=15)
"""How often a message looks whether the provider's list has been read since we were away."""

PAUSED_LOOK = timedelta(minutes=1)
"""How often a message behind a switch looks whether it was lifted."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the checks need beside the messages themselves, read in the same snapshot."""

    accounts: Mapping[str, AccountView]
    switches: Mapping[str, Sequence[SwitchRow]]
    channels: Mapping[str, ChannelRow]
    flows: Mapping[str, Flow] = field(default_factory=dict)
    away: frozenset[str] = frozenset()
    unlisted: frozenset[str] = frozenset()
    strays: bool = False
    own: Mapping[str, Mapping[texts.Use, Override]] = field(default_factory=dict)
    owners: Mapping[str, Mapping[str, texts.Owner]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Going:
    """A message that may leave, the notifier that takes it, and what it says beside its news.

    `trial` is the own text that it tries, one of `places` messages; `note` why it says ours while that is tried.
    """

    candidate: Candidate
    ready: Ready
    beside: Beside
    trial: str | None = None
    places: int = 0
    note: str = ""


@dataclass(slots=True)
class Checked:
    """The messages that may leave, those that may not (yet) with the reason, and what a person must look at."""

    going: list[Going] = field(default_factory=list)
    postponed: list[Postponed] = field(default_factory=list)
    tasks: list[tuple[str, NewTask]] = field(default_factory=list)


def context(
    conn: Connection,
    found: Sequence[Candidate],
    now: datetime,
    listing: Collection[str] = (),
    silent: Collection[str] = (),
) -> Around:
    """Read what surrounds these messages; how much an account sends only where some of them can wait.

    *listing* are the notifiers whose list is read after we were away, before anything leaves by them; by the *silent*
    ones, which keep none, nothing leaves after a backup was put back until a person has looked.
    """
    views = {i: accounts.view(conn, i) for i in sorted({one.account_id for one in found})}
    patient = sorted({one.account_id for one in found if can_wait(one)})
    news: dict[str, list[Carried]] = {}
    for one in found:
        if one.notices:
            news.setdefault(one.account_id, []).extend(one.notices)
    return Around(
        accounts=views,
        switches={i: switches.active_switches(conn, i, now) for i in views},
        channels=channels.states(conn),
        away=pulse.away_since_audit(conn, listing) if listing else frozenset(),
        unlisted=frozenset(silent) if silent and pulse.restored(conn) else frozenset(),
        strays=strays.any_open(conn),
        flows={i: traffic.flow(conn, i, now, month_of(now, views[i].zone)) for i in patient},
        own={i: texts.active(conn, i, {effective(one.said) for one in told}) for i, told in news.items()},
        owners={i: texts.owners(conn, i, {one.shipment_id for one in told}) for i, told in news.items()},
    )


def check(kit: Kit, around: Around, found: Sequence[Candidate], now: datetime) -> Checked:
    """Judge each candidate; a person's earlier messages of the same batch count for the caps of the later ones."""
    checked = Checked()
    planned: dict[str, list[tuple[datetime, Level]]] = {}
    trials: Counter[str] = Counter()
    for one in found:
        if one.kind is MessageKind.NOTICE and not one.notices and not one.params.get("always"):
            checked.postponed.append(Postponed(one, MessageState.SUPERSEDED, "no longer true"))
            continue
        if not all(carried.fresh for carried in one.notices):
            continue
        ready = kit.ready(one.stage, one.channel)
        hold = _no_way(kit, one, ready, around, now)
        if hold is not None:
            checked.postponed.append(hold)
            continue
        assert ready is not None, "without a notifier the message was held"
        held = _too_much(one, around, now)
        if held is not None:
            waits = _wait(one, f"N15: {held.why.text}", held.until, now)
            checked.postponed.append(_or_digest(kit, one, around, waits, now))
            checked.tasks.append((one.account_id, held.task))
            continue
        earlier = planned.setdefault(one.address_id or one.to, [])
        history = (*earlier, *one.history)
        if _answered_enough(one, history, now):
            checked.postponed.append(Postponed(one, MessageState.EXPIRED, TALKED_ENOUGH))
            continue
        verdict = claim_checks(_claim(one, around, [said for said in history if said[1] is not Level.SYS], now))
        if verdict.answer is Answer.GO:
            going = _tried(one, ready, around, trials, now)
            if isinstance(going, Postponed):
                checked.postponed.append(going)
                continue
            checked.going.append(going)
            earlier.append((now, one.level))
        else:
            waits = _postponed(one, verdict, now)
            if verdict.why.rule == "N8":
                waits = _or_digest(kit, one, around, waits, now)
            checked.postponed.append(waits)
    return checked


def _tried(one: Candidate, ready: Ready, around: Around, planned: Counter[str], now: datetime) -> Going | Postponed:
    """A message in words that are on trial: it tries them, waits for those that do, or says ours."""
    beside, rules = beside_of(one, around), around.accounts[one.account_id].rules
    own = beside.own
    if own is None or own.trial is TrialState.RELEASED or one.stage is not Stage.LIVE:
        return Going(one, ready, beside)
    if canary.has_place(own, planned[own.id], rules):
        planned[own.id] += 1
        return Going(one, ready, beside, trial=own.id, places=canary.places(rules))
    why = f"version {own.version} of your own words is {'held' if own.trial is TrialState.HELD else 'on trial'}"
    until = canary.waits_until(one, own, _reader(one, around), rules, now)
    if until is not None:
        return _wait(one, f"{why}: others read it first", until, now)
    return Going(one, ready, replace(beside, own=None), note=why)


def repeated(kit: Kit, words: Claimed, around: Around, now: datetime) -> Postponed | None:
    """What becomes of news in words that the address was just sent: the next channel, else the digest, else later.

    It is judged on the history that the claim proves under the lock of the address.
    """
    one = words.candidate
    span = hours(around.accounts[one.account_id].rules, "N17.hours")
    found = said_again(one, words.words, span, now) if words.words else None
    if found is None:
        return None
    why = f"{found.why.rule}: {found.why.text}"
    if found.told:
        return Postponed(one, MessageState.SUPERSEDED, why, notice_state=NoticeState.BASELINE)
    waits = _wait(one, why, found.until, now)
    if one.channel is Channel.EMAIL or loudness(one.level) <= loudness(Level.INFO):
        # An e-mail's next way is the digest: else a text that goes by e-mail instead could end with nobody.
        return _or_digest(kit, one, around, waits, now)
    if waits.state is not MessageState.WAITING:
        return waits
    return replace(waits, why=found.why.text, reroute=True, rule=found.why.rule)


def beside_of(one: Candidate, around: Around) -> Beside:
    """What a message says beside its news."""
    return beside(one, around.own[one.account_id], around.owners[one.account_id]) if one.notices else Beside()


def _or_digest(kit: Kit, one: Candidate, around: Around, waits: Postponed, now: datetime) -> Postponed:
    """N16: what would be one text too many goes into the digest of the next morning, where e-mail is sent."""
    if one.kind is not MessageKind.NOTICE or kit.ready(one.stage, Channel.EMAIL) is None:
        return waits
    return replace(waits, digest_at=next_digest(now, _reader(one, around)))


def _reader(one: Candidate, around: Around) -> Reader:
    zone = one.zone or around.accounts[one.account_id].zone
    return Reader(zone, one.quiet_from, one.quiet_to, weekends=not one.business)


def _too_much(one: Candidate, around: Around, now: datetime) -> Stop | None:
    """What holds a message that can wait, because too much has left."""
    if not can_wait(one):
        return None
    account = around.accounts[one.account_id]
    return stop(one, around.flows[one.account_id], account.rules, account.budget, account.zone, now)


def _answered_enough(one: Candidate, history: Sequence[tuple[datetime, Level]], now: datetime) -> bool:
    """Whether this is one answer by machine too many: two machines could go on answering each other."""
    if one.kind is not MessageKind.ANSWER or one.code is NoticeCode.STOP:
        return False
    return sum(1 for at, level in history if level is Level.SYS and at > now - timedelta(hours=1)) >= MOST_ANSWERS


def _claim(one: Candidate, around: Around, history: Sequence[tuple[datetime, Level]], now: datetime) -> Claim:
    return Claim(
        now=now,
        level=one.level,
        send_before=one.send_before,
        reader=_reader(one, around),
        # Our own "stopped" is the last word that somebody who has stopped texts still gets.
        suppressed=one.suppressed and one.code is not NoticeCode.STOP,
        history=history,
        deadline=deadline_of(date for carried in one.notices for date in carried.said.dates),
        exempt=one.kind is not MessageKind.NOTICE or one.in_digest,
    )


def _no_way(kit: Kit, one: Candidate, ready: Ready | None, around: Around, now: datetime) -> Postponed | None:
    """Why the message has no way to leave at present, if it has none."""
    if ready is None:
        why = f"no notifier for {one.channel.value} is configured"
        others = any(kit.ready(one.stage, channel) for channel in PERSONAL)
        return replace(_wait(one, why, now + NO_NOTIFIER_LOOK, now), reroute=others)
    state = around.channels.get(ready.name)
    if state and state.paused_until and state.paused_until > now:
        return _wait(one, f"{ready.name} is paused: {state.reason}", state.paused_until, now)
    if one.stage is Stage.LIVE and ready.name in around.away:
        return _wait(one, f"we were away; what {ready.name} lists is read first", now + AWAY_LOOK, now)
    if one.stage is Stage.LIVE and ready.name in around.unlisted and one.kind is not MessageKind.DESK:
        why = f"a backup was put back, and {ready.name} lists nothing of what left since: milepost restore --plan"
        return _wait(one, why, now + PAUSED_LOOK, now)
    for switch in around.switches[one.account_id]:
        if _concerns(switch, one):
            return _wait(one, f"paused: {switch.why}", now + PAUSED_LOOK, now)
    return None


def _concerns(switch: SwitchRow, one: Candidate) -> bool:
    if one.kind is MessageKind.DESK:
        return False
    if switch.scope in switches.EVERYTHING and switch.by == switches.MILEPOST and one.code is NoticeCode.STOP:
        return False  # the breaker holds what we say; that somebody is out is no news, and the law asks for it
    named = {
        "customer": one.customer_id,
        "shipment": one.shipment_id,
        "contact": one.contact_id,
        "channel": one.channel.value,
        "code": one.code.value if one.code else None,
        "country": country_of(one.to),
    }
    return switch.scope in switches.EVERYTHING or (switch.scope in named and named[switch.scope] == switch.value)


def _wait(one: Candidate, why: str, until: datetime, now: datetime) -> Postponed:
    if one.send_before <= now:
        return Postponed(one, MessageState.EXPIRED, why, notice_state=NoticeState.EXPIRED)
    return Postponed(one, MessageState.WAITING, why, due_at=min(until, one.send_before))


def _postponed(one: Candidate, verdict: ClaimVerdict, now: datetime) -> Postponed:
    why = f"{verdict.why.rule}: {verdict.why.text}"
    if verdict.answer is Answer.HOLD:
        waits = _wait(one, why, verdict.until or now + PAUSED_LOOK, now)
        return replace(waits, gathers=verdict.why.rule == "N9" and waits.state is MessageState.WAITING)
    if verdict.answer is Answer.REROUTE:
        until = min(now + CAP_LOOK, one.send_before)
        return Postponed(one, MessageState.WAITING, verdict.why.text, due_at=until, reroute=True, rule=verdict.why.rule)
    if verdict.answer is Answer.EXPIRE:
        # What is held until its time is over waits for that moment: ended now, it would be intended again now.
        return _wait(one, why, one.send_before, now)
    return Postponed(one, MessageState.FAILED, why, reroute=True)
