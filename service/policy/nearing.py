"""M11: the ship nears its port, or papers are needed soon. Without papers it is only for those who want every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from service.policy.catalogue import level_of, reaches
from service.policy.delays import slip
from service.policy.drafts import HANDLED, given_up, nobody, said_date
from service.policy.journey import Journey
from service.policy.lines import FULFILLED_BY, LineTruth
from service.policy.look import Closing, Draft, Listener, Look, Wanted
from service.policy.papers import Papers, needed_by, papers_of
from service.policy.rules import about, days
from service.records.decision import Held, Verdict
from service.records.enums import Level, Line, NoticeCode, Transport
from service.records.said import Said
from service.records.when import When

CODE = NoticeCode.NEARING_PORT
SUBJECT = "nearing"
WITH_PAPERS = "nearing:papers"
"""A shipment nears its last port once, and once more if papers turn out to be missing; others are asked for by name."""

LOOK_AGAIN = timedelta(hours=1)


def nearing(look: Look, listener: Listener) -> Wanted:
    """The text that is owed to this person because the ship is near, or papers are due; or what holds it back."""
    truth = _due(look)
    if truth is None:
        return Wanted()
    papers = papers_of(look.journey.facts)
    draft = _draft(look, listener, truth, papers)
    past = listener.past(CODE, draft.subject)
    known = past is not None and (past.state in HANDLED or past in listener.flying)
    if known or (listener.past(CODE, WITH_PAPERS) is not None and not papers.kinds):
        return Wanted()
    if not reaches(draft.level, listener.follower.level):
        return Wanted()
    told = listener.lines[Line.ARRIVAL].compare
    near = Line.ARRIVAL in draft.lines
    if near and told is not None and truth.when is not None and slip(told, truth.when):
        first = Verdict("M11", False, "its date has moved, and that is judged first")
        why = (*draft.why, first)
        held = Held(listener.follower.contact_id, look.stage, CODE, Line.ARRIVAL, why, look.now + LOOK_AGAIN)
        return Wanted(held=(held,))
    if not listener.reachable or given_up(listener, past, draft):
        return Wanted(closings=(Closing(draft, nobody(listener), dates=True),))
    return Wanted(drafts=(draft,))


def close(look: Look, listener: Listener, reason: str) -> tuple[Closing, ...]:
    """Take a ship that is near now as known: this person is not told of it afterwards."""
    truth = _due(look)
    if truth is None:
        return ()
    draft = _draft(look, listener, truth, papers_of(look.journey.facts))
    if listener.past(CODE, draft.subject) is not None:
        return ()
    return (Closing(draft, Verdict("baseline", False, reason)),)


def wakes(journey: Journey, rules: Mapping[str, float]) -> tuple[datetime, ...]:
    """When the clock alone brings the ship near, or the day of its papers."""
    truth = _at_sea(journey)
    if truth is None or truth.when is None:
        return ()
    by = papers_of(journey.facts).by
    return tuple(_begins(when, rules) for when in (truth.when, by) if when is not None)


def _due(look: Look) -> LineTruth | None:
    """The arrival that is near, or whose papers are needed soon or should be there by now."""
    truth = _at_sea(look.journey)
    if truth is None or truth.when is None or truth.when.end <= look.now:
        return None
    by = papers_of(look.journey.facts).by
    days_on = [when for when in (truth.when, by) if when is not None]
    return truth if any(look.now >= _begins(when, look.rules) for when in days_on) else None


def _at_sea(journey: Journey) -> LineTruth | None:
    """The arrival that a ship under way is expected for."""
    truth = journey.lines.get(Line.ARRIVAL)
    if truth is None or truth.when is None or journey.status.closed or journey.transport is not Transport.OCEAN:
        return None
    return truth if journey.reached(*FULFILLED_BY[Line.DEPARTURE]) else None


def _begins(when: When, rules: Mapping[str, float]) -> datetime:
    return when.start - days(rules, "M11.before_days")


def _draft(look: Look, listener: Listener, truth: LineTruth, papers: Papers) -> Draft:
    """The text; it says where the ship is going, and when it comes, only once it is near."""
    assert truth.when is not None, "only an arrival with a date is near"
    near = look.now >= _begins(truth.when, look.rules)
    date = said_date(look, listener, Line.ARRIVAL) if near else None
    current = truth.current if near else None
    said = Said(
        code=CODE,
        ref=look.ref,
        dates=((replace(date, was=None),) if date else ()) + needed_by(look, listener, papers),
        place=current.place if current else None,
        place_name=current.place_name if current else None,
        vessel=current.vessel if current else None,
        transport=Transport.OCEAN,
        needs=papers.kinds,
    )
    why = f"the ship is due in {about(truth.when.end - look.now)}"
    why += ", and papers are missing" if papers.kinds else "; no paper is known to be missing"
    level, subject = (level_of(CODE), _asks(listener, papers)) if papers.kinds else (Level.DIGEST, SUBJECT)
    return Draft(CODE, subject, level, said, (Verdict("M11", True, why),), look.now, f"{CODE.value}:{look.shipment.id}")


def _asks(listener: Listener, papers: Papers) -> str:
    """What the text is about: the papers, or those among them that no text asked this person for yet."""
    known = [one for one in listener.spoken if one.code is CODE and one.state in HANDLED]
    asked = {kind for one in known for kind in Said.from_json(one.params).needs}
    more = sorted(set(papers.kinds) - asked)
    return f"{WITH_PAPERS}:{'+'.join(more)}" if asked and more else WITH_PAPERS
