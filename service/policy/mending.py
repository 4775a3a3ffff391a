"""Which facts a notice rests on: taken back, whoever was told of them hears a correction."""

from __future__ import annotations

from service.policy.drafts import TWINS
from service.policy.journey import Journey
from service.records.enums import Classifier, Line, Milestone
from service.records.said import Said
from service.records.situation import FactView


def facts_behind(journey: Journey, subject: str, said: Said) -> tuple[str, ...]:
    """The ids of the facts that a notice about *subject* rests on and that still stand, first what happened.

    Of a date it is the latest fact that states it, or where none does any more the one that holds now.
    """
    found = [fact.id for fact in _happened(journey, subject)]
    found += [fact.id for date in said.dates if (fact := _dated(journey, date.line, said)) is not None]
    return tuple(dict.fromkeys(found))


def _happened(journey: Journey, subject: str) -> list[FactView]:
    name, _, rest = subject.partition(":")
    if name not in set(Milestone):
        return []
    milestone, stop = Milestone(name), rest.partition(":")[0]
    same = {milestone, TWINS.get(milestone, milestone)}
    facts = [fact for fact in journey.facts if fact.classifier is Classifier.ACTUAL and fact.milestone in same]
    there = [fact for fact in facts if stop in (fact.place, fact.place_name)]
    return sorted(there or facts, key=lambda fact: (fact.stated_at, fact.id), reverse=True)


def _dated(journey: Journey, line: Line, said: Said) -> FactView | None:
    truth = journey.lines.get(line)
    if truth is None:
        return None
    days = {date.when.on for date in said.dates if date.line is line}
    standing = {fact.id for fact in journey.facts}
    stated = [fact for _, fact in truth.history if fact is not None and fact.id in standing and fact.when.on in days]
    return stated[-1] if stated else truth.current
