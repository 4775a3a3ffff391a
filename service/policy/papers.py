"""Which papers a shipment waits for, and until when, as the last statement about papers has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.policy.clocks import says_the_same, was_another
from service.policy.look import Listener, Look
from service.policy.standing import content
from service.policy.timing import zone_of
from service.records.enums import Line, NoticeCode, NoticeState
from service.records.said import Said, SaidDate
from service.records.situation import FactView, Spoken
from service.records.when import When, at_minute

PART = "needs"
"""The part of a fact that is the day by which its papers are needed."""


PAPERS = "papers"
"""Behind the key of a customs hold: the text about papers that were asked for after the hold was said."""


@dataclass(frozen=True, slots=True)
class Papers:
    """The kinds of papers that are missing, and until when they are needed, where that is known."""

    kinds: tuple[str, ...] = ()
    by: When | None = None


def papers_of(facts: Iterable[FactView]) -> Papers:
    """The papers that the standing *facts* ask for; none where nothing was said, or that nothing is missing."""
    said = max((fact for fact in facts if fact.needs is not None), key=content, default=None)
    if said is None or not said.needs:
        return Papers()
    return Papers(said.needs, said.when if said.part == PART else None)


def asks_more(look: Look, code: NoticeCode, past: Spoken | None) -> bool:
    """Whether customs was found to need papers that the text about its hold (*past*) did not name."""
    if code is not NoticeCode.CUSTOMS_HOLD or past is None or past.state is not NoticeState.SAID:
        return False
    return bool(set(papers_of(look.journey.facts).kinds) - set(Said.from_json(past.params).needs))


def needed_by(look: Look, listener: Listener, papers: Papers) -> tuple[SaidDate, ...]:
    """The date of the decision line, while it is still to come."""
    by = papers.by
    if by is None or by.end <= look.now:
        return ()
    if by.at is not None and not (by.zone and by.zone_known):
        by = at_minute(by.at, zone_of(listener.reader(look.situation).zone).key)
    told = listener.lines[Line.DECISION]
    was = told.was if told.was and was_another(told.was, by) else None
    same = told.was is not None and told.last is told.said and says_the_same(told.was, by)
    return (SaidDate(Line.DECISION, by, was, unchanged=same),)
