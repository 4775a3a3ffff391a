"""Deciding: the truth against what each person was told, and everything that one look changes.

Level-triggered: asked again with its own result written, it decides nothing new; facts in any order of arrival come to
the same end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.policy import free_time, nearing
from service.policy.baselines import close_all, first_load
from service.policy.booking import booking
from service.policy.catalogue import reaches
from service.policy.corrections import corrections
from service.policy.digest import listed
from service.policy.drafts import milestones, nobody, welcome
from service.policy.journey import Journey, fold
from service.policy.look import Closing, Listener, Look, Wanted, listener
from service.policy.moves import moves
from service.policy.notices import Numbers, closed, notice
from service.policy.occurrences import number
from service.policy.outcomes import ends_known, outcomes
from service.policy.preferences import rest
from service.policy.reconcile import orphans, reconcile
from service.policy.rules import lane_rules, layered
from service.policy.second_ways import second_ways
from service.policy.silence import Silence, close, ended_silences, next_words, owner_task, silence_of, silences
from service.policy.stage import stage_of
from service.policy.summary import summarise
from service.records.decision import Decision, Ended, Held, NewNotice, NewPromise, NewTask
from service.records.enums import Line
from service.records.keys import DIGEST
from service.records.situation import Situation


@dataclass(frozen=True, slots=True)
class _Share:
    """One listener's share of a decision."""

    notices: tuple[NewNotice, ...]
    baselines: tuple[NewPromise, ...]
    ended: tuple[Ended, ...]
    still: tuple[str, ...]
    outdated: tuple[str, ...]
    held: tuple[Held, ...]
    notes: dict[str, str]


def decide(situation: Situation, now: datetime) -> Decision:
    """Fold the facts, number what happened, and close the difference for each follower."""
    journey = fold(situation.facts, now, situation.shipment.refs)
    numbered = number(journey.done, situation.occurrences, situation.spoken)
    stage = stage_of(situation)
    rules = rules_of(situation, journey)
    shares: list[_Share] = []
    task: NewTask | None = None
    quiet: Silence | None = None
    if stage is not None:
        look = Look(situation, journey, numbered.open, stage, now, rules)
        people = sorted(situation.followers, key=lambda follower: follower.contact_id)
        quiet = silence_of(situation, journey, look.rules)
        task = owner_task(look, quiet)
        shares = [_share(look, quiet, listener(situation, follower, stage, now)) for follower in people]
    return Decision(
        summary=summarise(journey),
        tasks=(task,) if task else (),
        closes=ended_silences(situation, journey, rules, quiet, now) if stage is not None else (),
        look_at=_look_at(situation, journey, rules, shares, quiet, now),
        opened=numbered.opened,
        closed=numbered.closed,
        notices=tuple(new for share in shares for new in share.notices),
        baselines=tuple(word for share in shares for word in share.baselines),
        ended=(*orphans(situation, stage), *(ended for share in shares for ended in share.ended)),
        still=tuple(kept for share in shares for kept in share.still),
        outdated=tuple(old for share in shares for old in share.outdated),
        held=tuple(held for share in shares for held in share.held),
        settled=outcomes(situation, journey, rules, now),
        notes={key: text for share in shares for key, text in share.notes.items()},
    )


def _share(look: Look, quiet: Silence | None, who: Listener) -> _Share:
    look = replace(look, names=who.follower.names)
    loaded = first_load(look, who)
    who = who.knowing(loaded, look.now)
    wanted = rest(look, who, _wanted(look, quiet, who))
    settled = reconcile(look, who, wanted.drafts)
    numbers = Numbers(who)
    silent, words = closed(look, who, wanted.closings, numbers)
    new = tuple(notice(look, who, draft, numbers, replaced) for draft, replaced in settled.fresh)
    unheard = [one for one in wanted.closings if one.dates]
    notes = {f"unreachable:{who.follower.contact_id}": unheard[0].why.text} if unheard else {}
    held = (*wanted.held, *settled.held)
    baselines = (*loaded, *wanted.baselines, *words)
    true, outdated = second_ways(look, who)
    return _Share((*silent, *new), baselines, settled.ended, (*settled.still, *true), outdated, held, notes)


def _wanted(look: Look, quiet: Silence | None, who: Listener) -> Wanted:
    """What *who* should have now: what was false first, then milestones; a date that they carry needs no own text."""
    if look.situation.close_as:
        known = close_all(look, who, look.situation.close_as)
        past = close(look, who, quiet, look.situation.close_as)
        past += free_time.close(look, who, look.situation.close_as) + nearing.close(look, who, look.situation.close_as)
        return replace(known, closings=(*known.closings, *past))
    false = corrections(look, who)
    happened = milestones(look, who)
    quietly = tuple(draft for draft in (listed(look, who, one) for one in happened.drafts) if draft.cause == DIGEST)
    drafts = tuple(draft for draft in happened.drafts if reaches(draft.level, who.follower.level))
    closings = happened.closings
    first = welcome(look, who, drafts)
    if first is not None and who.reachable:
        drafts = (first,)
    elif first is not None:
        closings = (*closings, Closing(first, nobody(who), dates=True))
    before = Wanted((*false.drafts, *drafts, *quietly), (*false.closings, *closings), held=happened.held)
    return _dated(look, quiet, who, before, news=bool(drafts))


def _dated(look: Look, quiet: Silence | None, who: Listener, before: Wanted, *, news: bool) -> Wanted:
    """What *who* should have beside *before*: dates that it does not say, and a silence where there is no *news*."""
    carried = _carries(before)
    booked = Wanted() if Line.DELIVERY in carried else booking(look, who)
    carried |= _carries(booked)
    free = Wanted() if Line.FREE_TIME in carried else free_time.free_time(look, who)
    moved = moves(look, who, carried)
    near = Wanted() if Line.ARRIVAL in carried | _carries(moved) else nearing.nearing(look, who)
    told = news or any(one.drafts for one in (booked, moved, near))
    still = Wanted() if told else silences(look, who, quiet)
    every = (before, booked, free, moved, near, still)
    return Wanted(
        tuple(listed(look, who, draft) for one in every for draft in one.drafts),
        tuple(closing for one in every for closing in one.closings),
        held=tuple(held for one in every for held in one.held),
    )


def rules_of(situation: Situation, journey: Journey) -> Mapping[str, float]:
    """The rule numbers for this shipment: of its account, its lane, its customer and its own."""
    places = [stop.place for stop in journey.stops if stop.place]
    account, shipment = situation.account, situation.shipment
    lane = lane_rules(account.lanes, places)
    return layered(journey.transport, account.rules, lane, shipment.customer_rules, shipment.rules)


def _carries(wanted: Wanted) -> frozenset[Line]:
    """The lines whose date a text of *wanted* says, or closes unsaid."""
    drafts = (*wanted.drafts, *(one.draft for one in wanted.closings if one.dates))
    return frozenset(line for draft in drafts for line in draft.lines)


def _look_at(
    situation: Situation,
    journey: Journey,
    rules: Mapping[str, float],
    shares: Sequence[_Share],
    quiet: Silence | None,
    now: datetime,
) -> datetime | None:
    """When the clock alone can change the decision."""
    times = [held.until for share in shares for held in share.held if held.until is not None]
    times += next_words(situation.spoken, (new for share in shares for new in share.notices))
    times += ends_known(situation.spoken, (new for share in shares for new in share.notices))
    times += [*free_time.wakes(journey, rules), *nearing.wakes(journey, rules)]
    if quiet is not None:
        times += [quiet.owner_at, quiet.tell_at]
    if journey.changes_at is not None:
        times.append(journey.changes_at)
    return min((at for at in times if at > now), default=None)
