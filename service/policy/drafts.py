"""What milestones are owed to one listener, and what is closed without being said."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from service.policy.bundles import REST, gathering, gathers_until, rest_due
from service.policy.catalogue import code_of, level_of, loudness, reaches
from service.policy.causes import cause_of
from service.policy.charges import running_charge
from service.policy.clocks import as_said, says_the_same, was_another
from service.policy.delays import judge
from service.policy.digest import hears, wants_digest
from service.policy.happenings import Happening
from service.policy.journey import DATE_OPEN, date_is_open
from service.policy.lines import DATED
from service.policy.look import FAILED, PATIENCE, WELCOME, Closing, Draft, Listener, Look, Wanted
from service.policy.occurrences import Occurrence
from service.policy.papers import PAPERS, Papers, asks_more, needed_by, papers_of
from service.policy.rules import about, hours, in_words, minutes
from service.policy.status import ends_delay, ends_hold, ends_problem, overtakes
from service.records.decision import Held, Verdict
from service.records.enums import Level, Line, Milestone, NoticeCode, NoticeState, PromiseState
from service.records.said import Said, SaidDate
from service.records.situation import Spoken, Word
from service.wording.dates import day
from service.wording.sentences import milestone_sentence

BEFORE_LEAVING = frozenset(
    {
        NoticeCode.WATCH_STARTED,
        NoticeCode.BOOKING_CONFIRMED,
        NoticeCode.CARGO_PICKED_UP,
        NoticeCode.GATE_IN_ORIGIN,
        NoticeCode.EXPORT_CLEARED,
        NoticeCode.LOADED,
    }
)
"""Texts that also say when the goods leave."""

DATELESS = frozenset(
    {
        NoticeCode.DELIVERED,
        NoticeCode.EMPTY_RETURNED,
        NoticeCode.DELAY_NO_DATE,
        NoticeCode.BOOKING_CANCELLED,
        NoticeCode.RETURNED,
        NoticeCode.PROBLEM,
    }
)
"""Texts that say no date: the thing has happened, no date is known, or nobody knows whether the known one holds."""

TWINS = {
    Milestone.DEPARTED: Milestone.TRANSSHIPMENT_DEPARTED,
    Milestone.TRANSSHIPMENT_DEPARTED: Milestone.DEPARTED,
    Milestone.ARRIVED_DESTINATION: Milestone.TRANSSHIPMENT_ARRIVED,
    Milestone.TRANSSHIPMENT_ARRIVED: Milestone.ARRIVED_DESTINATION,
}
"""One and the same move, seen before and after the role of its place was known."""

UNSURE = frozenset({NoticeCode.DELAY_NO_DATE, NoticeCode.BOOKING_CANCELLED})
"""After these no date that was told before is told to hold, until one is said again."""

ENDS = (ends_delay, ends_hold, ends_problem)
"""What makes trouble history that people hear of late."""

HANDLED = frozenset({NoticeState.SAID, NoticeState.BASELINE, NoticeState.UNKNOWN})


def milestones(look: Look, listener: Listener) -> Wanted:
    """For each open occurrence with a text: a draft, or why it is held or closed unsaid, or nothing any more."""
    drafts: list[Draft] = []
    closings: list[Closing] = []
    held: list[Held] = []
    loud = [one for one in look.occurrences if _reaches(one, listener)]
    for one in look.occurrences:
        code = code_of(one.happening)
        if code is None or _has_date_now(look, listener, one.happening):
            continue
        if level_of(code) is Level.PAGE and not wants_digest(listener.follower):
            continue
        past, key = listener.past(code, one.key), one.key
        rest = rest_due(look, one.happening, past)
        if rest is not None and rest > look.now:
            held.append(_gathering(look, listener, one, code, rest))
        elif rest is not None:
            key = f"{one.key}:{REST}"
            past = listener.past(code, key)
        elif asks_more(look, code, past):
            key = f"{one.key}:{PAPERS}"
            past = listener.past(code, key)
        handled = past is not None and (past.state in HANDLED or past in listener.flying)
        if past is not None and handled and not _true_again(listener, past, one.happening):
            continue
        draft = replace(_draft(look, listener, one, code), subject=key)
        why = _unsaid(look, listener, one, draft, loud)
        until = gathers_until(look, one.happening)
        if why is None and until is not None:
            held.append(_gathering(look, listener, one, code, until))
        elif why is None and listener.reachable and not given_up(listener, past, draft):
            drafts.append(draft)
        elif past is None or why is None:
            unreachable = why is None
            closings.append(Closing(draft, why or nobody(listener), dates=unreachable))
    return Wanted(_dated_once(drafts, listener), tuple(closings), held=tuple(held))


def _dated_once(drafts: Iterable[Draft], listener: Listener) -> tuple[Draft, ...]:
    """A first date that comes with a delay is said with the delay only: two texts would read like two dates."""
    every = tuple(drafts)
    late = [one for one in every if one.code is NoticeCode.DELAY_NO_DATE and hears(listener.follower, one.level)]
    said = {date.line for one in late for date in one.said.dates}
    return tuple(one if one in late else _without(one, said) for one in every)


def _without(draft: Draft, lines: Collection[Line]) -> Draft:
    kept = tuple(date for date in draft.said.dates if date.line not in lines)
    return replace(draft, said=replace(draft.said, dates=kept))


def _true_again(listener: Listener, past: Spoken, what: Happening) -> bool:
    """Whether *past* was corrected since, and as many have done it now as it said."""
    correction = listener.past(NoticeCode.CORRECTION, f"{past.code.value}:{past.subject}:{past.ordinal}"[:120])
    said = correction is not None and correction.state is NoticeState.SAID
    return said and what.units_done >= Said.from_json(past.params).units_done


def _gathering(look: Look, listener: Listener, one: Occurrence, code: NoticeCode, until: datetime) -> Held:
    verdicts = (gathering(look, one.happening),)
    return Held(listener.follower.contact_id, look.stage, code, Line.ARRIVAL, verdicts, until)


def welcome(look: Look, listener: Listener, others: Iterable[Draft]) -> Draft | None:
    """M01, once, for somebody who joined a shipment that was running already and has heard nothing of it yet.

    Whoever joins many shipments at a time has one cause for all of them: one text.
    """
    since, loaded = listener.follower.since, look.shipment.first_load_at
    running = any(fact.received_at < since for fact in look.journey.facts)
    if not running or look.journey.status.closed or (loaded is not None and since <= loaded):
        return None
    heard = [one for one in listener.spoken if one.state in {NoticeState.SAID, NoticeState.UNKNOWN}]
    past = listener.past(NoticeCode.WATCH_STARTED, WELCOME)
    closed = past is not None and (past.state in HANDLED or past.message in FAILED)
    code = NoticeCode.WATCH_STARTED
    if heard or listener.flying or closed or any(others) or not reaches(level_of(code), listener.follower.level):
        return None
    said = Said(code=code, ref=look.ref, dates=dates(look, listener, code), units=len(look.journey.units))
    why = (Verdict("M01", True, "this person joined a shipment that was under way and is told once how it stands"),)
    wanted = look.now + minutes(look.rules, "N7.join_minutes")
    return Draft(code, WELCOME, level_of(code), said, why, wanted, f"{code.value}:{WELCOME}", joins=True)


def dates(look: Look, listener: Listener, code: NoticeCode, after: date | None = None) -> tuple[SaidDate, ...]:
    """The dates that a text of *code* says, the headline first; none that has passed, and none up to *after*."""
    headline = look.journey.headline
    lines = [headline.line] if headline else []
    if code is NoticeCode.AVAILABLE_PICKUP:
        lines = [Line.FREE_TIME]
    elif code in DATELESS and not _new_date(look, code):
        return ()
    elif code in BEFORE_LEAVING:
        lines.append(Line.DEPARTURE)
    said = (said_date(look, listener, line) for line in lines)
    return tuple(one for one in said if one and one.when.end > look.now and not (after and one.when.on <= after))


def said_date(look: Look, listener: Listener, line: Line) -> SaidDate | None:
    """The line's date as a text prints it, with the one told before where it differs."""
    truth = look.journey.lines.get(line)
    if truth is None or truth.when is None or truth.current is None:
        return None
    place, told = truth.current, listener.lines[line]
    when, last = as_said(place, line, listener.reader(look.situation).zone, told.compare), told.last
    known = last.when if last is not None and last.state is PromiseState.TOLD else None
    same = known is not None and says_the_same(known, when) and not _was_unsure(listener, last)
    was = told.was if told.was and was_another(told.was, when) else None
    return SaidDate(line, when, was, place.place, place.place_name, unchanged=same)


def _was_unsure(listener: Listener, last: Word | None) -> bool:
    """Whether this person was told after the *last* word that no date is known, or sure."""
    return last is not None and any(
        one.code in UNSURE and one.state is NoticeState.SAID and one.created_at > last.made_at
        for one in listener.spoken
    )


def _new_date(look: Look, code: NoticeCode) -> bool:
    """Whether a delay came with a date: then its text says it."""
    return code is NoticeCode.DELAY_NO_DATE and DATE_OPEN not in look.journey.flags


def _reaches(one: Occurrence, listener: Listener) -> bool:
    code = code_of(one.happening)
    return code is not None and reaches(level_of(code), listener.follower.level)


def _has_date_now(look: Look, listener: Listener, one: Happening) -> bool:
    """Whether a delay is over, or has a new date that moves the one this person knows: then the date is the news."""
    if one.milestone is not Milestone.DELAYED:
        return False
    headline = look.journey.headline
    if headline is None or look.journey.status.closed:
        return look.journey.status.closed
    return listener.lines[headline.line].last is not None and not date_is_open(one, headline)


def _draft(look: Look, listener: Listener, one: Occurrence, code: NoticeCode) -> Draft:
    what = one.happening
    after = what.when.on if code is NoticeCode.DELIVERY_MISSED else None
    said_dates = dates(look, listener, code, after)
    moved = any(said.was for said in said_dates)
    trouble = loudness(level_of(code)) >= loudness(Level.ACTION)
    papers = papers_of(look.journey.facts) if code is NoticeCode.CUSTOMS_HOLD else Papers()
    said_dates += needed_by(look, listener, papers)
    said = Said(
        code=code,
        ref=look.ref,
        dates=said_dates,
        place=what.place,
        place_name=what.place_name,
        at=what.when,
        vessel=what.vessel,
        voyage=what.voyage,
        transport=what.transport,
        reason=what.reason if trouble else look.journey.reason if moved else None,
        units_done=what.units_done,
        units=what.units,
        needs=papers.kinds,
        charge=running_charge(look) if code is NoticeCode.AVAILABLE_PICKUP else None,
        ended=code is NoticeCode.PROBLEM and look.journey.status.closed,
    )
    cause = cause_of(
        code, look.shipment.id, vessel=what.vessel, imo=what.imo, voyage=what.voyage, place=what.place or what.stop
    )
    level, why = _level(look, listener, code, said_dates)
    joins = cause.joins and level is not Level.CRITICAL
    wanted = look.now + minutes(look.rules, "N7.join_minutes") if joins else look.now
    return Draft(code, one.key, level, said, why, wanted, cause.key, joins)


def _level(
    look: Look, listener: Listener, code: NoticeCode, said: tuple[SaidDate, ...]
) -> tuple[Level, tuple[Verdict, ...]]:
    """How loudly: as the catalogue says, but a text that also tells of a delay is as loud as the delay."""
    level = level_of(code)
    for one in said:
        told = listener.lines[one.line].compare
        if one.line not in DATED or told is None or loudness(level) >= loudness(Level.ACTION):
            continue
        moved = judge(look.journey.lines[one.line], told, look.now, look.rules, need_by=look.shipment.need_by)
        if moved.news and moved.late:
            return Level.ACTION, moved.verdicts[:2]
    return level, ()


def _unsaid(
    look: Look, listener: Listener, one: Occurrence, draft: Draft, loud: Iterable[Occurrence]
) -> Verdict | None:
    """Why an occurrence is not said to this listener; None where it is owed."""
    what, follower, loaded = one.happening, listener.follower, look.shipment.first_load_at
    if loaded is not None and _is_history(what, loaded):
        return Verdict(
            "N13", False, f"it happened before this shipment was first loaded on {day(loaded.date(), look.now)}"
        )
    if what.known_at < follower.since:
        return Verdict(
            "M01", False, f"it was known before this person joined on {day(follower.since.date(), look.now)}"
        )
    if not hears(follower, draft.level):
        return too_quiet(draft.level, follower.level)
    twin = TWINS.get(what.milestone)
    if twin and _was_said(listener, f"{twin.value}:{what.stop}:"):
        return Verdict("N11", False, f'the same move was said already: "{milestone_sentence(twin)}"')
    later = [other for other in loud if other is not one and overtakes(other.happening, what)]
    later += [other for other in look.occurrences if any(ends(other.happening, what) for ends in ENDS)]
    if later:
        return Verdict("N12", False, f'it was overtaken by "{milestone_sentence(later[-1].happening.milestone)}"')
    return None if _is_waiting(listener, draft) else _late(look, what)


def _is_history(what: Happening, loaded: datetime) -> bool:
    """Whether it happened before the first load of its shipment: of a day that lasted longer, what came with it."""
    return what.when.end < loaded or (what.when.start < loaded and what.known_at <= loaded)


def _was_said(listener: Listener, subject: str) -> bool:
    return any(one.state is NoticeState.SAID and one.subject.startswith(subject) for one in listener.spoken)


def _late(look: Look, what: Happening) -> Verdict | None:
    age, limit = look.now - what.when.end, hours(look.rules, "N12.late_hours")
    if what.milestone is Milestone.OUT_FOR_DELIVERY:
        limit = min(limit, hours(look.rules, "N12.van_hours"))  # it says what is so, not what happened
    if age <= limit:
        return None
    return Verdict("N12", False, f"it happened {about(age)} ago and is news for {in_words(limit)} only")


def _is_waiting(listener: Listener, draft: Draft) -> bool:
    """Once a notice waits, the time for which it waits does not make it late: its `send_before` does."""
    return any(one.code is draft.code and one.subject == draft.subject for one in listener.waiting)


def given_up(listener: Listener, past: Spoken | None, draft: Draft) -> bool:
    """Whether *draft* was tried before and no channel took it, or a person stopped it."""
    if past is None or past.state is not NoticeState.UNSAID:
        return False
    return past.message in FAILED or listener.dropped(draft.code, draft.subject) >= PATIENCE


def too_quiet(level: Level, threshold: Level) -> Verdict:
    """Why *level* does not reach somebody who hears from *threshold* on."""
    return Verdict("level", False, f"its level is {level.value} and this person hears from {threshold.value} on")


def nobody(listener: Listener) -> Verdict:
    """Why nothing reaches this person."""
    if not listener.follower.addresses:
        return Verdict("N14", False, "this person has no address")
    if not listener.reachable:
        return Verdict("N14", False, "every address of this person is suppressed")
    return Verdict("N14", False, "it failed on every channel, or was cancelled")
