"""D10: free time ends while the goods still stand there; and free time that ends at another time than was told.

Whoever can act is told two days ahead, and once more on the last day: these are the texts that save money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from service.policy.catalogue import reaches
from service.policy.delays import judge, slip
from service.policy.drafts import HANDLED, given_up, nobody, said_date, too_quiet
from service.policy.journey import Journey
from service.policy.lines import LineTruth
from service.policy.look import Closing, Draft, Listener, Look, Wanted
from service.policy.moves import in_flight
from service.policy.rules import about, hours, in_words
from service.records.decision import Held, Verdict
from service.records.enums import Level, Line, Milestone, NoticeCode, NoticeState
from service.records.said import Said
from service.records.when import When

LANDED = (Milestone.ARRIVED_DESTINATION, Milestone.DISCHARGED, Milestone.AVAILABLE_PICKUP)
"""Steps after which the goods stand where free time runs."""

CODE = NoticeCode.FREE_TIME_ENDING


def free_time(look: Look, listener: Listener) -> Wanted:
    """The text about free time that is owed to this person now, or what holds it back."""
    truth = look.journey.lines.get(Line.FREE_TIME)
    if truth is None or truth.when is None or look.journey.status.closed or truth.when.end <= look.now:
        return Wanted()
    ending = _ending(look, listener, truth.when) if _stands_there(look.journey) else None
    draft = ending or _moved(look, listener, truth)
    if draft is None or isinstance(draft, Held):
        return Wanted(held=(draft,)) if draft else Wanted()
    past = listener.past(CODE, draft.subject)
    if past is not None and (past.state in HANDLED or past in listener.flying):
        return Wanted()
    if not reaches(draft.level, listener.follower.level):
        quiet = too_quiet(draft.level, listener.follower.level)
        return Wanted(held=(_held(look, listener, (*draft.why, quiet)),))
    if not listener.reachable or given_up(listener, past, draft):
        return Wanted(closings=(Closing(draft, nobody(listener), dates=True),))
    return Wanted(drafts=(draft,))


def close(look: Look, listener: Listener, reason: str) -> tuple[Closing, ...]:
    """Take free time that is ending now as known: this person is not told of it afterwards."""
    truth = look.journey.lines.get(Line.FREE_TIME)
    if truth is None or truth.when is None or look.now < _moments(truth.when, look.rules)[0]:
        return ()
    subject = _subject(truth.when)
    if listener.past(CODE, subject) is not None:
        return ()
    return (Closing(_draft(look, listener, subject, Level.CRITICAL, ()), Verdict("baseline", False, reason)),)


def wakes(journey: Journey, rules: Mapping[str, float]) -> tuple[datetime, ...]:
    """When the clock alone makes free time news, and when it has ended as it was told."""
    truth = journey.lines.get(Line.FREE_TIME)
    if truth is None or truth.current is None:
        return ()
    return (*(_moments(truth.when, rules) if truth.when else ()), truth.current.when.end)


def _ending(look: Look, listener: Listener, when: When) -> Draft | None:
    """The first text once the end is near, and one more on the last day; None where neither is due or both are said."""
    first_at, last_at = _moments(when, look.rules)
    if look.now < first_at:
        return None
    left = f"free time ends in {about(when.end - look.now)}"
    subject = _subject(when)
    first = listener.past(CODE, subject)
    if first is None or first.state not in HANDLED:
        why = f"{left}, and the goods are still there; people are told {in_words(hours(look.rules, BEFORE))} ahead"
        return _draft(look, listener, subject, Level.CRITICAL, (Verdict("D10", True, why),))
    if look.now < last_at or first.state is not NoticeState.SAID or first.not_before >= last_at:
        return None
    why = f"{left}, and the goods are still there; this is the second and last text about it"
    return _draft(look, listener, f"{subject}:last", Level.CRITICAL, (Verdict("D10", True, why),))


BEFORE, LAST = "D10.before_hours", "D10.last_hours"


def _moments(when: When, rules: Mapping[str, float]) -> tuple[datetime, datetime]:
    first, last = when.end - hours(rules, BEFORE), when.end - hours(rules, LAST)
    return first, max(first, last)


def _moved(look: Look, listener: Listener, truth: LineTruth) -> Draft | Held | None:
    """Free time that ends earlier or later than this person was told: news by the rules for any date."""
    told = listener.lines[Line.FREE_TIME]
    if told.last is None or told.compare is None or truth.when is None:
        return None
    shorter = slip(told.compare, truth.when) < timedelta()
    moved = judge(truth, told.compare, look.now, look.rules, last_mile=shorter)
    if not moved.by:
        return None
    if not moved.news:
        return _held(look, listener, moved.verdicts, moved.until)
    if Line.FREE_TIME in listener.blocked:
        return in_flight(look, listener, CODE, Line.FREE_TIME, moved.verdicts)
    if moved.ripe is not None and look.now < moved.ripe:
        return _held(look, listener, moved.verdicts, moved.ripe)
    subject = f"{Line.FREE_TIME.value}:{told.last.ordinal}:moved"
    return _draft(look, listener, subject, Level.ACTION if shorter else Level.NOTICE, moved.verdicts)


def _held(look: Look, listener: Listener, why: tuple[Verdict, ...], until: datetime | None = None) -> Held:
    return Held(listener.follower.contact_id, look.stage, CODE, Line.FREE_TIME, why, until)


def _draft(look: Look, listener: Listener, subject: str, level: Level, why: tuple[Verdict, ...]) -> Draft:
    date = said_date(look, listener, Line.FREE_TIME)
    fact = look.journey.lines[Line.FREE_TIME].current
    said = Said(
        code=CODE,
        ref=look.ref,
        dates=(replace(date, place=None, place_name=None),) if date else (),
        transport=look.journey.transport,
        charge=fact.charge if fact else None,
    )
    return Draft(CODE, subject, level, said, why, look.now, f"{CODE.value}:{look.shipment.id}")


def _subject(when: When) -> str:
    return f"{Line.FREE_TIME.value}:{when.on}"


def _stands_there(journey: Journey) -> bool:
    """Whether the goods are off the ship and have not all left the terminal."""
    return journey.reached(*LANDED)
