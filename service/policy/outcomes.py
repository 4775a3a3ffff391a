"""How told words ended: kept, broken, replaced in time, or withdrawn.

The outcome is what the words and the facts say together, whatever the order in which they arrived. It is worked out
anew at each look; where it differs from the one that is written, the ledger learns of the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from service.policy.journey import Journey
from service.policy.lines import DATED, FULFILLED_BY
from service.policy.rules import hours
from service.records.decision import NewNotice
from service.records.enums import Line, Milestone, NoticeCode, NoticeState, Origin, Outcome, Precision, PromiseState
from service.records.situation import Situation, Spoken, Word
from service.records.when import When

REOPENED = ""
"""In place of an outcome: the word is open again, because what had settled it was taken back."""

OWN: Mapping[Line, Milestone] = {
    Line.DEPARTURE: Milestone.DEPARTED,
    Line.ARRIVAL: Milestone.ARRIVED_DESTINATION,
    Line.READY: Milestone.AVAILABLE_PICKUP,
    Line.DELIVERY: Milestone.DELIVERED,
}
"""What a word of each line promises. Any other step that fulfils the line only shows that it had happened by then."""

ENDS = frozenset({NoticeCode.BOOKING_CANCELLED, NoticeCode.RETURNED})
"""News after which no date of the shipment stands."""


ENDING = ENDS | {NoticeCode.CORRECTION}
"""News that ends words which no fact ends."""

SAID_BY = timedelta(minutes=15)
"""So long after its hour news has been handed over, unless something holds it."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a line has come: `exact` is when the thing itself happened, `by` when a step beyond it did."""

    exact: When | None = None
    by: When | None = None
    returned: When | None = None


def outcomes(
    situation: Situation, journey: Journey, rules: Mapping[str, float], now: datetime
) -> tuple[tuple[str, str], ...]:
    """The told words whose outcome is another than the one written, as (promise id, outcome or `REOPENED`)."""
    reached: dict[Line, Reached] = {}
    found: list[tuple[str, str]] = []
    for line, words in _lines_of_speech(situation.words):
        if line in OWN and line not in reached:
            reached[line] = _reached(journey, line)
        who, stage = words[0].contact_id, words[0].stage
        said = [one for one in situation.spoken if one.contact_id == who and one.stage is stage and _is_said(one)]
        talk = [one for one in situation.words if one.contact_id == who and one.stage is stage and _is_told(one)]
        for place, word in enumerate(words):
            ended = _outcome(word, words[place + 1 :], said, talk, reached.get(line, Reached()), rules, now)
            if ended is not None and ended is not word.outcome:
                found.append((word.id, ended.value))
            elif ended is None and word.outcome is not None and line in DATED:
                found.append((word.id, REOPENED))
    return tuple(found)


def ends_known(spoken: Iterable[Spoken], fresh: Iterable[NewNotice]) -> list[datetime]:
    """When news that ends words of its own will have been said, if nothing holds it: a moment after its hour."""
    waiting = [one.not_before for one in spoken if one.state is NoticeState.WAITING and one.code in ENDING]
    return [at + SAID_BY for at in (*waiting, *(one.not_before for one in fresh if one.code in ENDING))]


def in_time(word: Word, at: datetime, rules: Mapping[str, float]) -> bool:
    """Whether another word told at *at* came early enough for people to act on it instead of *word*."""
    assert word.when is not None, "only words with a date are replaced"
    name = "ledger.date_hours" if word.when.precision is Precision.DAY else "ledger.time_hours"
    return at <= word.when.end - hours(rules, name)


def _lines_of_speech(words: Iterable[Word]) -> Iterator[tuple[Line, list[Word]]]:
    """The told words of each (person, stage, line, units), in their order."""

    def key(word: Word) -> tuple[str, str, str, str]:
        return (word.contact_id, word.stage.value, word.line.value, word.unit_group)

    told = sorted((word for word in words if _is_told(word) and word.when), key=lambda one: (key(one), one.ordinal))
    for (_, _, line, _), group in groupby(told, key=key):
        yield Line(line), list(group)


def _outcome(
    word: Word,
    later: list[Word],
    said: list[Spoken],
    talk: list[Word],
    reached: Reached,
    rules: Mapping[str, float],
    now: datetime,
) -> Outcome | None:
    if word.line is Line.NEXT_WORD:
        return _spoke(word, said, talk, now)
    other = next((one for one in later if not _same(word, one)), None)
    if word.line is Line.FREE_TIME:
        return _free(word, other, rules, now)
    if _corrected(word, other, said):
        return Outcome.WITHDRAWN
    if other is not None and in_time(word, _told_at(other), rules):
        return Outcome.REPLACED_IN_TIME
    if word.line in OWN:
        return _dated(word, other, said, reached)
    if other is not None:
        # What we need from people is no promise of ours: another day for it breaks nothing.
        return Outcome.WITHDRAWN if word.line is Line.DECISION else Outcome.BROKEN
    return None


def _free(word: Word, other: Word | None, rules: Mapping[str, float], now: datetime) -> Outcome | None:
    """Free time that was made longer holds as it was told; made shorter, it was replaced in time or broken."""
    assert word.when is not None, "only words with a date are judged"
    if other is not None and other.when is not None and other.when.end < word.when.end:
        return Outcome.REPLACED_IN_TIME if in_time(other, _told_at(other), rules) else Outcome.BROKEN
    return Outcome.KEPT if word.when.end <= now else None


def _dated(word: Word, other: Word | None, said: list[Spoken], reached: Reached) -> Outcome | None:
    """A date of the journey that nothing replaced in time, against what happened."""
    assert word.when is not None, "only words with a date are judged"
    end = _ended_at(word, said)
    if end is not None and end < word.when.end:
        return Outcome.WITHDRAWN
    if reached.exact is not None:
        kept = _within(reached.exact, word.when)
        return Outcome.KEPT if kept else Outcome.BROKEN
    if reached.by is not None and reached.by.on <= word.when.on:
        return Outcome.KEPT
    if reached.returned is not None and reached.returned.start < word.when.end:
        return Outcome.WITHDRAWN
    return Outcome.BROKEN if other is not None or end is not None or reached.returned is not None else None


def _spoke(word: Word, said: list[Spoken], talk: list[Word], now: datetime) -> Outcome | None:
    """A next word: kept by anything that this person was told after it and by then.

    A notice does not say when it was handed over; it was at its earliest hour or a little later.
    """
    assert word.when is not None, "a next word has a time"
    since = _told_at(word)
    times = [_told_at(one) for one in talk if one.notice_id != word.notice_id]
    times += [_said_at(one) for one in said if one.id != word.notice_id]
    if any(since < at <= word.when.end for at in times):
        return Outcome.KEPT
    return Outcome.BROKEN if word.when.end < now else None


def _corrected(word: Word, other: Word | None, said: list[Spoken]) -> bool:
    """Whether a correction told this person that *word* was wrong, before *other* took its place or by telling it."""
    for one in said:
        if one.code is not NoticeCode.CORRECTION or one.id == word.notice_id:
            continue
        wrong = one.params.get("told_date")
        if not isinstance(wrong, Mapping) or one.params.get("told"):
            continue  # the day of a delivery is no promise
        when = wrong.get("when")
        day = when.get("on") if isinstance(when, Mapping) else None
        if _told_at(word) > _said_at(one):
            continue
        if other is not None and other.notice_id != one.id and _told_at(other) < _said_at(one):
            continue
        if wrong.get("line") == word.line.value and word.when and day == word.when.on.isoformat():
            return True
    return False


def _ended_at(word: Word, said: list[Spoken]) -> datetime | None:
    """When this person was told that the shipment goes no further; None where they were not, after *word*."""
    return min((at for one in said if one.code in ENDS and (at := _said_at(one)) >= _told_at(word)), default=None)


def _reached(journey: Journey, line: Line) -> Reached:
    own = [one.when for one in journey.done if one.milestone is OWN[line] and one.complete]
    beyond = FULFILLED_BY[line] - {OWN[line], Milestone.RETURNED_SHIPPER}
    by = [
        one.when
        for one in journey.done
        if one.milestone in beyond and (one.complete or one.milestone is not Milestone.DELIVERED)
    ]
    back = [one.when for one in journey.done if one.milestone is Milestone.RETURNED_SHIPPER]
    first_or_last = min if line is Line.DEPARTURE else max
    return Reached(
        exact=first_or_last(own, key=_start, default=None),
        by=min(by, key=_start, default=None),
        returned=min(back, key=_start, default=None) if line is Line.DELIVERY else None,
    )


def _within(happened: When, promised: When) -> bool:
    """Whether it happened by the day that was promised, or by the end of the window."""
    if promised.until is not None and happened.at is not None:
        return happened.at <= promised.until
    return happened.on <= promised.on


def _start(when: When) -> datetime:
    return when.start


def _same(word: Word, other: Word) -> bool:
    """Whether *other* says the same again; a time that moves within its day replaces a time, and confirms a date."""
    assert word.when is not None, "only words with a date are compared"
    if other.when is None or other.when.on != word.when.on:
        return False
    if word.when.at is None or other.when.at is None:
        return True
    return abs(word.when.at - other.when.at) < timedelta(minutes=1) and word.when.until == other.when.until


def _is_told(word: Word) -> bool:
    declared = word.state is PromiseState.BASELINE and word.origin is Origin.DECLARED
    return word.state is PromiseState.TOLD or declared


def _told_at(word: Word) -> datetime:
    return word.told_at or word.made_at


def _is_said(notice: Spoken) -> bool:
    return notice.state is NoticeState.SAID


def _said_at(notice: Spoken) -> datetime:
    return max(notice.created_at, notice.not_before)
