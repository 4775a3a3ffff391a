"""D16: what we said proved false. Exactly the people who were told hear so, once, before any other news.

False is what its own source takes back or states otherwise: a happening whose last fact is gone, the day of a delivery,
or a date that was retracted; and what was said of two shipments that were taken apart, where only the other did it. A
source that states a new date has not lied; that is a delay. A move that turns out to have been at a hub, or to have
begun elsewhere, did happen.
"""

from __future__ import annotations

from dataclasses import replace

from service.policy.bundles import REST
from service.policy.catalogue import level_of, loudness
from service.policy.clocks import says_the_same
from service.policy.drafts import HANDLED, TWINS, UNSURE, nobody, said_date
from service.policy.happenings import Happening
from service.policy.lines import DATED, line_of
from service.policy.look import Closing, Draft, Listener, Look, Wanted
from service.policy.route import PASSING
from service.policy.standing import RETRACTION, EventKey, content, expected_only, is_retracted, retractions
from service.records.decision import Verdict
from service.records.enums import Classifier, Level, Line, Milestone, NoticeCode, NoticeState
from service.records.said import Said, SaidDate, Untrue
from service.records.situation import FactView, Spoken
from service.records.when import When
from service.wording.dates import day
from service.wording.sentences import milestone_sentence

MILESTONES = frozenset(milestone.value for milestone in Milestone)

SAID_WITH_IT = Verdict("D16", False, "the correction of what did not happen says so too")


def corrections(look: Look, listener: Listener) -> Wanted:
    """The corrections that are owed to this person now."""
    happened = [draft for one in listener.spoken if (draft := _happening(look, listener, one)) is not None]
    happened += [draft for one in listener.spoken if (draft := _day(look, listener, one)) is not None]
    dated = [draft for line in DATED if (draft := _date(look, listener, line)) is not None]
    owed = [one for one in happened if not _handled(listener, one)]
    dates = [one for one in dated if not _handled(listener, one)]
    if not listener.reachable:
        return Wanted(closings=tuple(Closing(one, nobody(listener)) for one in (*owed, *dates)))
    if owed:
        # What did not happen had no date either: one word of it is enough.
        return Wanted(drafts=tuple(owed), closings=tuple(Closing(one, SAID_WITH_IT) for one in dates))
    return Wanted(drafts=tuple(dates))


def _happening(look: Look, listener: Listener, one: Spoken) -> Draft | None:
    """A correction of a milestone that was said, and did not happen after all."""
    milestone, stop = _about(one)
    if milestone is None or loudness(one.level) < loudness(Level.DIGEST):
        return None
    key = one.subject.removesuffix(f":{REST}")
    seen = next((seen.happening for seen in look.occurrences if seen.key == key), None)
    if milestone is Milestone.DELAYED or (seen is not None and not _cleared_less(seen, one)):
        return None
    standing = {(seen.happening.milestone, seen.happening.stop) for seen in look.occurrences}
    twin = TWINS.get(milestone)
    if (seen is None and (milestone, stop) in standing) or (twin is not None and (twin, stop) in standing):
        return None
    events = _denied(look, one, milestone)
    elsewhere = one.parted and not _stated(look, one, milestone)
    later = _said_later(listener, one, milestone)
    if not (events or elsewhere) or any(events & _denied(look, other, milestone) for other in later):
        return None
    told = Said.from_json(one.params)
    said = Said(
        code=NoticeCode.CORRECTION,
        ref=look.ref,
        dates=_now_due(look, listener, still=one.code in UNSURE),
        place=told.place,
        place_name=told.place_name,
        at=told.at,
        vessel=told.vessel,
        transport=told.transport,
        untrue=Untrue.DID_NOT_HAPPEN,
        told=one.code,
    )
    what = "it was said of another shipment that this one was one with" if elsewhere else "its source has taken it back"
    why = Verdict("D16", True, f'"{milestone_sentence(milestone)}" was told and {what}')
    return _draft(look, f"{one.code.value}:{one.subject}:{one.ordinal}", said, why)


def _cleared_less(seen: Happening, one: Spoken) -> bool:
    """Whether customs cleared fewer than *one* said: somebody may come for what is held."""
    told = Said.from_json(one.params)
    return seen.milestone is Milestone.CUSTOMS_CLEARED and told.units > 1 and seen.units_done < told.units_done


def _about(one: Spoken) -> tuple[Milestone | None, str]:
    """The milestone that *one* said, and its stop; None where it said none."""
    word, colon, rest = one.subject.partition(":")
    if one.state is not NoticeState.SAID or not colon or word not in MILESTONES:
        return None, ""
    return Milestone(word), rest.split(":")[0]


def _said_later(listener: Listener, one: Spoken, milestone: Milestone) -> list[Spoken]:
    """What was said of the same milestone after *one*: of one event told twice the last word is corrected."""
    return [other for other in listener.spoken if other.created_at > one.created_at and _about(other)[0] is milestone]


def _stated(look: Look, one: Spoken, milestone: Milestone) -> bool:
    """Whether any fact here may be what *one* said: of its kind, or of a move at its place, whatever that is called."""
    place = one.params.get("place")
    return any(
        fact.milestone is milestone
        or (milestone in PASSING and fact.milestone in PASSING and fact.place in {None, place})
        for fact in look.situation.facts
    )


def _denied(look: Look, one: Spoken, milestone: Milestone) -> frozenset[EventKey]:
    """The events that stated what *one* said, and were taken back or state otherwise now.

    Where there is none, it only reads otherwise now, beside newer facts.
    """
    facts, place = look.situation.facts, one.params.get("place")
    taken = retractions(facts)
    found = set()
    for fact in facts:
        if fact.milestone is not milestone or fact.place not in {None, place}:
            continue
        last = _revised(look, fact)
        undone = last is not None and (last.milestone is not milestone or expected_only(last, look.now))
        if is_retracted(fact, taken) or (undone and fact.classifier is Classifier.ACTUAL):
            found.add((fact.source_id, fact.event_key))
    return frozenset(found)


def _revised(look: Look, fact: FactView) -> FactView | None:
    """What the source of *fact* states in its place now; None where *fact* is its last word."""
    event = (fact.source_id, fact.event_key, fact.part)
    same = [one for one in look.situation.facts if (one.source_id, one.event_key, one.part) == event]
    last = max(same, key=content)
    return last if last is not fact else None


def _day(look: Look, listener: Listener, one: Spoken) -> Draft | None:
    """A correction of the day of a delivery, which its text prints."""
    now = next((seen.happening for seen in look.occurrences if seen.key == one.subject), None)
    if one.state is not NoticeState.SAID or one.code is not NoticeCode.DELIVERED or now is None:
        return None
    subject = f"day:{one.subject}:{one.ordinal}"
    said = [other for other in listener.spoken if other.state is NoticeState.SAID and other.subject.startswith(subject)]
    last = max((one, *said), key=lambda other: other.created_at)
    told = Said.from_json(last.params).at
    if told is None or told.on == now.when.on or not _day_taken_back(look, told):
        return None
    corrected = Said(
        code=NoticeCode.CORRECTION,
        ref=look.ref,
        at=now.when,
        untrue=Untrue.ANOTHER_DATE,
        told=one.code,
        told_date=SaidDate(Line.DELIVERY, told),
    )
    days = f"{day(told.on, look.now)} was told, and its source now states {day(now.when.on, look.now)}"
    return _draft(look, f"{subject}:{len(said)}", corrected, Verdict("D16", True, days))


def _day_taken_back(look: Look, told: When) -> bool:
    """Whether every delivery stated for the day *told* was retracted or moved to another day, and there was one."""
    facts = look.situation.facts
    taken = retractions(facts)
    stated = [
        one
        for one in facts
        if one.milestone is Milestone.DELIVERED and one.classifier is Classifier.ACTUAL and one.when.on == told.on
    ]
    return bool(stated) and all(is_retracted(one, taken) or _revised(look, one) is not None for one in stated)


def _date(look: Look, listener: Listener, line: Line) -> Draft | None:
    """A correction of a date that was told and then taken back by whoever had stated it."""
    told = listener.lines[line]
    if told.said is None or told.was is None or told.last is not told.said or look.journey.status.closed:
        return None
    truth = look.journey.lines.get(line)
    if truth is not None and (truth.fulfilled or (truth.when is not None and truth.when.on == told.was.on)):
        return None
    if not _date_taken_back(look, line, told.was):
        return None
    where = SaidDate(line, told.was)
    if truth is not None and truth.when is not None:
        new = said_date(look, listener, line)
        dates = (new,) if new is not None else ()
        form, what = Untrue.ANOTHER_DATE, f"and {day(truth.when.on, look.now)} holds"
    else:
        dates, form, what = (), Untrue.NOT_KNOWN, "and no other is known yet"
    said = Said(
        code=NoticeCode.CORRECTION,
        ref=look.ref,
        dates=dates,
        transport=look.journey.transport,
        untrue=form,
        told_date=where,
    )
    why = Verdict("D16", True, f"{day(told.was.on, look.now)} was told; its source has taken that date back, {what}")
    return _draft(look, f"date:{line.value}:{told.said.ordinal}", said, why)


def _date_taken_back(look: Look, line: Line, told: When) -> bool:
    """Whether every fact that stated the date *told* on this line was retracted, and at least one did."""
    facts = look.situation.facts
    taken = retractions(facts)
    stated = [one for one in facts if one.part != RETRACTION and line_of(one) is line and one.when.on == told.on]
    return bool(stated) and all(is_retracted(fact, taken) for fact in stated)


def _now_due(look: Look, listener: Listener, *, still: bool) -> tuple[SaidDate, ...]:
    """The date that holds; *still* where it is only what cast doubt on it that did not happen."""
    headline = look.journey.headline
    date = said_date(look, listener, headline.line) if headline else None
    if date is None or date.when.end <= look.now:
        return ()
    told = listener.lines[date.line].was
    same = still and told is not None and says_the_same(told, date.when)
    return (replace(date, unchanged=date.unchanged or same),)


def _draft(look: Look, subject: str, said: Said, why: Verdict) -> Draft:
    code = NoticeCode.CORRECTION
    return Draft(code, subject[:120], level_of(code), said, (why,), look.now, f"{code.value}:{look.shipment.id}")


def _handled(listener: Listener, draft: Draft) -> bool:
    past = listener.past(draft.code, draft.subject)
    return past is not None and (past.state in HANDLED or past in listener.flying)
