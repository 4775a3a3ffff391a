"""Whether the date that a listener was told has moved far enough, and long enough, to be news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from service.policy.catalogue import level_of
from service.policy.causes import Cause, cause_of
from service.policy.delays import Slip, began, judge, judge_time, settle, slip, watched
from service.policy.digest import hears
from service.policy.drafts import nobody, said_date, too_quiet
from service.policy.lines import DATED, LineTruth, in_the_way
from service.policy.look import FAILED, PATIENCE, Closing, Draft, Listener, Look, Wanted
from service.policy.news import MOVES, awaits_date, news_of
from service.policy.ports import Skipped, skipped
from service.policy.preferences import as_patient
from service.policy.rules import minutes
from service.records.decision import Held, Verdict
from service.records.enums import Level, Line, Milestone, NoticeCode, NoticeState, Transport
from service.records.said import Said
from service.records.situation import FactView
from service.records.when import When
from service.wording.dates import day

PROMISED = Verdict(
    "D17", True, "this person was told that no date was known, or sure, and is told the next one that is"
)


def moves(look: Look, listener: Listener, carried: frozenset[Line]) -> Wanted:
    """The delay, the earlier date, the end of a delay or the first date that is owed now, or what holds it back.

    Lines that another text of this look carries (*carried*) need none of their own.
    """
    old = skipped(look, listener)
    if old is not None and Line.ARRIVAL not in carried:
        return _port_changed(look, listener, old)
    owed = awaits_date(look, listener)
    found = _moved(look, listener)
    if found is not None and owed and not found[1].news:
        found = _awaited(look, listener)
    if found is None:
        return _first_date(look, listener, carried, owed=owed)
    line, moved = found
    if not moved.by and not moved.news:
        return Wanted()
    code, more = news_of(look, listener, line, moved)
    moved = replace(moved, verdicts=(*moved.verdicts, *more))
    if line in carried or not moved.news:
        held = Held(listener.follower.contact_id, look.stage, code, line, moved.verdicts, moved.until)
        return Wanted() if line in carried else Wanted(held=(held,))
    if line in listener.blocked:
        return Wanted(held=(in_flight(look, listener, code, line, moved.verdicts),))
    level = _level(listener, code, owed=owed)
    if not hears(listener.follower, level):
        quiet = too_quiet(level, listener.follower.level)
        return Wanted(held=(Held(listener.follower.contact_id, look.stage, code, line, (*moved.verdicts, quiet)),))
    return _settled(look, listener, line, code, moved, level)


def _awaited(look: Look, listener: Listener) -> tuple[Line, Slip] | None:
    """The date that is known again after a delay without one: news however little it moved; None for a first date."""
    headline = look.journey.headline
    assert headline is not None, "only a date that is known is owed"
    truth = in_the_way(look.journey.lines, headline.line) or headline
    told = listener.lines[truth.line].compare
    if told is None:
        return None
    moved = judged(look, listener, truth.line)
    ripe = truth.history[-1][0] + settle(told, look.now, look.rules, Level.ACTION)
    return truth.line, replace(moved, verdicts=(*moved.verdicts, PROMISED), news=True, ripe=ripe)


def _level(listener: Listener, code: NoticeCode, *, owed: bool) -> Level:
    """How loudly a date is said: whoever heard that none was known also hears the one that is *owed*."""
    level, asked = level_of(code), level_of(NoticeCode.DELAY_NO_DATE)
    return asked if owed and not hears(listener.follower, level) else level


def in_flight(look: Look, listener: Listener, code: NoticeCode, line: Line, why: tuple[Verdict, ...]) -> Held:
    """News that waits until a text on the same line, which may have been taken, has settled."""
    waits = Verdict("uncertain", False, "a text on this date is on its way, so this waits until that is settled")
    return Held(listener.follower.contact_id, look.stage, code, line, (*why, waits), listener.settles_at)


def _port_changed(look: Look, listener: Listener, old: Skipped) -> Wanted:
    """D14 in place of any move of the date, even if the date did not move."""
    line, code = Line.ARRIVAL, NoticeCode.PORT_CHANGED
    told, truth = listener.lines[line].compare, look.journey.lines[line]
    if line in listener.blocked:
        return Wanted(held=(in_flight(look, listener, code, line, (old.why,)),))
    if not hears(listener.follower, level_of(code)):
        quiet = too_quiet(level_of(code), listener.follower.level)
        return Wanted(held=(Held(listener.follower.contact_id, look.stage, code, line, (old.why, quiet)),))
    date = told or truth.when
    assert date is not None, "a port that was told has a date"
    ripe = old.since + settle(date, look.now, look.rules, level_of(code))
    return _settled(look, listener, line, code, Slip(timedelta(), (old.why,), news=True, ripe=ripe))


def _settled(
    look: Look, listener: Listener, line: Line, code: NoticeCode, moved: Slip, level: Level | None = None
) -> Wanted:
    """A move that is news: held until it settled, then intended, a join window earlier where others may join."""
    cause = _cause(look, line, code)
    join = minutes(look.rules, "N7.join_minutes") if cause.joins else timedelta()
    ripe = moved.ripe or look.now
    if look.now < ripe - join:
        held = Held(listener.follower.contact_id, look.stage, code, line, moved.verdicts, ripe - join)
        return Wanted(held=(held,))
    draft = _draft(look, listener, line, code, moved, cause, max(ripe, look.now + join))
    if draft is None:
        return Wanted()
    draft = replace(draft, level=level or draft.level)
    if not listener.reachable or given_up(listener, draft):
        return Wanted(closings=(Closing(draft, nobody(listener), dates=True),))
    return Wanted(drafts=(draft,))


def _moved(look: Look, listener: Listener) -> tuple[Line, Slip] | None:
    """The watched line and how it moved: the furthest one told, or a nearer one that now lies beyond it.

    A nearer one need not have been told: it is news because what was told cannot be any more.
    """
    told = {line: when for line in DATED if (when := listener.lines[line].compare) is not None}
    lines = watched(look.journey.lines, told)
    if not lines:
        return None
    nearer_one = in_the_way(look.journey.lines, lines[0])
    if nearer_one is not None:
        return nearer_one.line, _overtakes(look, listener, nearer_one, told, lines[0])
    slips = [(line, judged(look, listener, line)) for line in lines]
    first, moved = slips[0]
    if moved.news:
        return slips[0]
    for line, nearer in slips[1:]:
        when = look.journey.lines[line].when
        if nearer.news and nearer.late and when is not None and when.on > told[first].on:
            return line, nearer
    return first, moved


def _overtakes(look: Look, listener: Listener, nearer: LineTruth, told: Mapping[Line, When], further: Line) -> Slip:
    """How news a *nearer* step is that leaves no room for the date told for a *further* one.

    Once they know a date of it that lies beyond that one, its own moves are judged like any other.
    """
    impossible, known, when = told[further], told.get(nearer.line), nearer.when
    assert when is not None, "only a step with a date is in the way"
    if known is not None and known.on > impossible.on:
        return judged(look, listener, nearer.line)
    if when.on <= impossible.on:
        return Slip(timedelta(), ())
    since = began(nearer, lambda one: one.on > impossible.on)
    dates = f"is now {day(when.on, look.now)}, beyond {day(impossible.on, look.now)}"
    why = Verdict("N1", True, f"the date of {nearer.line.value} {dates}, which was told for {further.value}")
    ripe = since + settle(impossible, look.now, look.rules, level_of(NoticeCode.ETA_SLIP))
    moved = Slip(timedelta(days=(when.on - impossible.on).days), (why,), late=True, news=True, ripe=ripe)
    need_by = look.shipment.need_by
    return as_patient(listener.follower, moved, needed=need_by is not None and impossible.on <= need_by < when.on)


def judged(look: Look, listener: Listener, line: Line) -> Slip:
    """Whether the date of *line*, which this person was told, moved enough to be news to them."""
    truth = look.journey.lines[line]
    told = listener.lines[line].against(truth.when)
    assert told is not None, "only lines that were told are watched"
    timed = told.at is not None or look.journey.reached(Milestone.OUT_FOR_DELIVERY)
    at_door = line is Line.DELIVERY and timed
    need_by = look.shipment.need_by
    if _is_time(look, truth, told):
        return as_patient(listener.follower, judge_time(truth, told, look.now, look.rules))
    moved = judge(truth, told, look.now, look.rules, need_by=need_by, last_mile=at_door)
    needed = need_by is not None and truth.when is not None and told.on <= need_by < truth.when.on
    return as_patient(listener.follower, moved, needed=needed)


def _is_time(look: Look, truth: LineTruth, told: When) -> bool:
    """Whether only the time at the door was put off, within its day, and that day is still to come."""
    new = truth.when
    if truth.line is not Line.DELIVERY or new is None or new.at is None or told.at is None or new.on != told.on:
        return False
    on_the_way = look.journey.reached(Milestone.OUT_FOR_DELIVERY)
    return not on_the_way and look.now < told.as_day.start and slip(told, new) > timedelta()


def _first_date(look: Look, listener: Listener, carried: frozenset[Line], *, owed: bool) -> Wanted:
    """A first date for somebody who has heard of this shipment, and never of a date."""
    truth = look.journey.headline
    heard = any(one.state is NoticeState.SAID for one in listener.spoken)
    if truth is None or truth.when is None or not heard or truth.line in carried or truth.line in listener.blocked:
        return Wanted()
    if listener.lines[truth.line].last is not None or truth.when.end <= look.now:
        return Wanted()
    code = NoticeCode.NOW_HAS_DATE
    first = Verdict("N1", True, f"no date was told before; now it is {day(truth.when.on, look.now)}")
    level = _level(listener, code, owed=owed)
    if not hears(listener.follower, level):
        quiet = too_quiet(level, listener.follower.level)
        return Wanted(held=(Held(listener.follower.contact_id, look.stage, code, truth.line, (first, quiet)),))
    since = truth.history[-1][0] if truth.history else look.now
    ripe = since + settle(truth.when, look.now, look.rules, level_of(code))
    return _settled(look, listener, truth.line, code, Slip(timedelta(), (first,), news=True, ripe=ripe), level)


def _draft(
    look: Look, listener: Listener, line: Line, code: NoticeCode, moved: Slip, cause: Cause, wanted: datetime
) -> Draft | None:
    date = said_date(look, listener, line)
    if date is None:
        return None
    fact = look.journey.lines[line].current
    vessel, voyage = _ship(look, fact)[::2]
    old = skipped(look, listener) if code is NoticeCode.PORT_CHANGED else None
    said = Said(
        code=code,
        ref=look.ref,
        dates=(replace(date, unchanged=False),),
        place=old.place if old else date.place,
        place_name=old.place_name if old else date.place_name,
        vessel=vessel,
        voyage=voyage,
        transport=look.journey.transport if fact is None or fact.transport is Transport.UNKNOWN else fact.transport,
        reason=(fact.reason if fact else None) or look.journey.reason,
    )
    return Draft(code, line.value, level_of(code), said, moved.verdicts, wanted, cause.key, cause.joins, line)


def _cause(look: Look, line: Line, code: NoticeCode) -> Cause:
    if code is NoticeCode.DELIVERY_BOOKED:
        return Cause(f"{code.value}:{look.shipment.id}", joins=False)
    fact = look.journey.lines[line].current
    vessel, imo, voyage = _ship(look, fact)
    place = (fact.place or fact.place_name) if fact else None
    return cause_of(code, look.shipment.id, vessel=vessel, imo=imo, voyage=voyage, place=place)


def _ship(look: Look, fact: FactView | None) -> tuple[str | None, str | None, str | None]:
    """The ship that the estimate names, else the one that the goods were last said to be on."""
    if fact is not None and (fact.vessel or fact.imo) and fact.voyage:
        return fact.vessel, fact.imo, fact.voyage
    for one in reversed(look.journey.done):
        if (one.vessel or one.imo) and one.voyage:
            return one.vessel, one.imo, one.voyage
    return (fact.vessel, fact.imo, fact.voyage) if fact else (None, None, None)


def given_up(listener: Listener, draft: Draft) -> bool:
    """Whether the same date was tried before and no channel took it, or a person stopped it."""
    same = draft.said.to_json()
    unsaid = [one for one in listener.spoken if one.code in MOVES and one.state is NoticeState.UNSAID]
    tried = [one for one in unsaid if one.params == same]
    return any(one.message in FAILED for one in tried) or len(tried) >= PATIENCE
