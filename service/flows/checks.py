"""The checks between a due message and its claim: still true, allowed, wanted, and with a way to leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from notifiers.base import Channel
from service.flows.holding import HOLD_LOOK, Around, about_of, no_way, wait, way_by
from service.flows.kit import Kit, Ready
from service.flows.render import Beside, beside
from service.flows.ways import choose_way
from service.policy import canary
from service.policy.budget import Stop, can_wait, month_of, stop
from service.policy.catalogue import loudness
from service.policy.claims import Answer, Claim, ClaimVerdict, claim_checks, said_again
from service.policy.digest import next_digest
from service.policy.rules import hours
from service.policy.sending import is_urgent
from service.policy.timing import Reader, deadline_of
from service.records.decision import NewTask
from service.records.enums import Level, MessageKind, MessageState, NoticeCode, NoticeState, Stage
from service.records.outbox import Candidate, Carried, Postponed
from service.records.outbox import Claim as Claimed
from service.records.signs import TrialState
from service.store import accounts, channels, fallback, pulse, strays, switches, texts, traffic
from service.store.engine import Connection
from service.wording.catalogue import effective

CAP_LOOK = timedelta(minutes=15)
"""How often urgent news above the cap, with no other way to go, looks whether there is room again."""

MOST_ANSWERS = 10
"""So many texts in an hour answer what one address wrote; they count apart from news, and "stopped" is always said."""

TALKED_ENOUGH = f"{MOST_ANSWERS} answers in an hour is the most to one address"


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
    states = channels.states(conn)
    back = pulse.restored(conn) is not None
    paused = {i: switches.active_switches(conn, i, now) for i in views}
    return Around(
        accounts=views,
        switches=paused,
        about={i: about_of(conn, i, paused[i], [one for one in found if one.account_id == i]) for i in views},
        channels=states,
        away=pulse.away_since_audit(conn, listing) if listing else frozenset(),
        unlisted=frozenset(silent) if back else frozenset(),
        put_back=back,
        strays=strays.any_open(conn),
        flows={i: traffic.flow(conn, i, now, month_of(now, views[i].zone)) for i in patient},
        own={i: texts.active(conn, i, {effective(one.said) for one in told}) for i, told in news.items()},
        owners={i: texts.owners(conn, i, {one.shipment_id for one in told}) for i, told in news.items()},
        onward=_onward(conn, found, any(row.failures for row in states.values())),
    )


def _onward(conn: Connection, found: Sequence[Candidate], down: bool) -> frozenset[str]:
    met = [one for one in found if is_urgent(one) and (down or one.tried_since is not None)]
    return frozenset(one.message_id for one in met if fallback.can_hand_on(conn, one.account_id, one.message_id))


@dataclass(slots=True)
class _Batch:
    """What earlier messages of the same look have used up: caps, probes, and places in a trial."""

    sent: dict[str, list[tuple[datetime, Level]]] = field(default_factory=dict)
    probed: set[str] = field(default_factory=set)
    trials: Counter[str] = field(default_factory=Counter)

    def note(self, going: Going, around: Around, now: datetime) -> None:
        """One more leaves."""
        one, name = going.candidate, going.ready.name
        self.sent.setdefault(one.address_id or one.to, []).append((now, one.level))
        if name in around.channels and around.channels[name].failures:
            self.probed.add(name)


def check(kit: Kit, around: Around, found: Sequence[Candidate], now: datetime) -> Checked:
    """Judge each candidate; a person's earlier messages of the same batch count for the caps of the later ones."""
    checked, batch = Checked(), _Batch()
    # A closed channel is tried with a message that has not failed yet, if there is one.
    for one in sorted(found, key=lambda one: one.tries + one.refusals > 0):
        answer = _judge(kit, around, one, batch, checked.tasks, now)
        if isinstance(answer, Going):
            checked.going.append(answer)
            batch.note(answer, around, now)
        elif answer is not None:
            checked.postponed.append(answer)
    return checked


def _judge(
    kit: Kit, around: Around, one: Candidate, batch: _Batch, tasks: list[tuple[str, NewTask]], now: datetime
) -> Going | Postponed | None:
    """What becomes of one message; None where its shipment is looked at first."""
    if one.kind is MessageKind.NOTICE and not one.notices and not one.params.get("always"):
        return Postponed(one, MessageState.SUPERSEDED, "no longer true")
    if not all(carried.fresh for carried in one.notices):
        return None
    way = choose_way(
        kit,
        one,
        around.channels,
        around.away,
        batch.probed,
        now,
        test=around.accounts[one.account_id].test,
    )
    hold = no_way(kit, one, way, around, now)
    if hold is not None:
        return hold
    assert isinstance(way, Ready), "without a notifier the message was held"
    held = _too_much(one, around, now)
    if held is not None:
        tasks.append((one.account_id, held.task))
        return _or_digest(kit, one, around, wait(one, f"N15: {held.why.text}", held.until, now), now)
    history = (*batch.sent.get(one.address_id or one.to, ()), *one.history)
    if _answered_enough(one, history, now):
        return Postponed(one, MessageState.EXPIRED, TALKED_ENOUGH)
    verdict = claim_checks(_claim(one, around, [said for said in history if said[1] is not Level.SYS], now))
    if verdict.answer is Answer.GO:
        return _tried(one, way, around, batch.trials, now)
    waits = _postponed(one, verdict, now)
    return _or_digest(kit, one, around, waits, now) if verdict.why.rule == "N8" else waits


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
        return wait(one, f"{why}: others read it first", until, now)
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
    waits = wait(one, why, found.until, now)
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
    if one.kind is not MessageKind.NOTICE or way_by(kit, one, around, Channel.EMAIL) is None:
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


def _postponed(one: Candidate, verdict: ClaimVerdict, now: datetime) -> Postponed:
    why = f"{verdict.why.rule}: {verdict.why.text}"
    if verdict.answer is Answer.HOLD:
        waits = wait(one, why, verdict.until or now + HOLD_LOOK, now)
        return replace(waits, gathers=verdict.why.rule == "N9" and waits.state is MessageState.WAITING)
    if verdict.answer is Answer.REROUTE:
        until = min(now + CAP_LOOK, one.send_before)
        return Postponed(one, MessageState.WAITING, verdict.why.text, due_at=until, reroute=True, rule=verdict.why.rule)
    if verdict.answer is Answer.EXPIRE:
        # What is held until its time is over waits for that moment: ended now, it would be intended again now.
        return wait(one, why, one.send_before, now)
    return Postponed(one, MessageState.FAILED, why, reroute=True)
