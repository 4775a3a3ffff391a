"""When a moved date is news: compared with what was told (N1), by horizon (N2), after it settled (N3), early (N4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from service.policy.lines import LineTruth
from service.policy.rules import about, hours, in_words, minutes
from service.records.decision import Verdict
from service.records.enums import Level, Line, Precision
from service.records.when import When
from service.wording.dates import day


@dataclass(frozen=True, slots=True)
class Threshold:
    """From this horizon on a slip of `rule` hours is news; with `day_change` another printed day is enough."""

    beyond: timedelta
    rule: str
    day_change: bool = False


THRESHOLDS = (
    Threshold(timedelta(days=14), "N2.over_14d_hours"),
    Threshold(timedelta(days=7), "N2.over_7d_hours"),
    Threshold(timedelta(days=2), "N2.over_2d_hours", day_change=True),
    Threshold(timedelta.min, "N2.under_2d_hours"),
)
"""By how far off the told date is, farthest first."""

LAST_MILE = Threshold(timedelta.min, "N2.last_mile_hours")
"""Once goods are on the way to the door, or a time was told: then somebody waits there, and early counts as much."""

FAR = timedelta(days=7)
"""A told date farther off than this settles longer."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What a moved date comes to. `news` None means that nothing is owed; else it may be said from `ripe` on.

    `until` is when the clock alone could change this judgement.
    """

    by: timedelta
    verdicts: tuple[Verdict, ...]
    late: bool = False
    news: bool = False
    ripe: datetime | None = None
    until: datetime | None = None


def slip(told: When, new: When) -> timedelta:
    """How far *new* leaves the interval that was told: positive late, negative early, zero inside.

    A date means the whole day in its zone; two dates are compared as days. Where only one of the two names a zone,
    the other is read in it. A window leaves another by its end, or else by its beginning.
    """
    if told.precision is Precision.DAY and new.precision is Precision.DAY:
        return timedelta(days=(new.on - told.on).days)
    told, new = _in_one_zone(told, new)
    if told.until is not None and new.until is not None:
        return max(new.end - told.end, timedelta()) or min(new.start - told.start, timedelta())
    if new.start >= told.end:
        return new.start - told.end
    if new.end <= told.start:
        return new.end - told.start
    return timedelta()


def judge(
    truth: LineTruth,
    told: When,
    now: datetime,
    rules: Mapping[str, float],
    *,
    need_by: date | None = None,
    level: Level = Level.ACTION,
    last_mile: bool = False,
) -> Slip:
    """Whether the line's date, against the *told* one, is news now, later, or not at all."""
    new = truth.when
    if new is None:
        return Slip(timedelta(), ())
    by = slip(told, new)
    first = Verdict("N1", by != timedelta(), _moved(told, new, by, now))
    if by == timedelta():
        return Slip(by, (first,))
    passed, verdict = _exceeds(told, new, now, rules, need_by, last_mile)
    late = by > timedelta()
    if not passed:
        until = _grows_into_news(told, new, now, rules) if late else None
        return Slip(by, (first, verdict), late, until=until)
    since = _since(truth, told, now, rules, need_by, last_mile)
    wait = settle(told, now, rules, level)
    ripe = since + wait
    settled = Verdict("N3", now >= ripe, _settled(now - since, wait))
    return Slip(by, (first, verdict, settled), late, news=True, ripe=ripe)


def judge_time(truth: LineTruth, told: When, now: datetime, rules: Mapping[str, float]) -> Slip:
    """Whether another time of the day that was told is news before that day comes.

    It is late only where it begins so long after what was told has ended; else it is another booking. The time of day
    matters once people plan that day: from two days ahead as much as on the last mile.
    """
    assert truth.when is not None, "only a line with a date has a time"
    new, threshold, near = truth.when, _threshold(told, now), THRESHOLDS[-1]
    by = slip(told, new)
    shift, gap = max(abs(new.start - told.start), abs(new.end - told.end)), new.start - told.end
    late = gap >= hours(rules, threshold.rule)
    first = Verdict("N1", True, _moved(told, new, by, now))
    need = hours(rules, (LAST_MILE if threshold is near else threshold).rule)
    passed = late or shift >= need
    ahead = f"with the date told {about(told.end - now)} ahead"
    text = (
        f"the time moves by {in_words(shift)}, and {ahead} {'' if passed else 'only '}{in_words(need)} or more is news"
    )
    why = (first, Verdict("N2", passed, text))
    if not passed:
        grows = shift >= hours(rules, LAST_MILE.rule) and threshold is not near
        return Slip(by, why, until=told.end - THRESHOLDS[-2].beyond if grows else None)
    since = began(truth, lambda when: slip(told, when) > timedelta())
    wait = settle(told, now, rules, Level.NOTICE)
    settled = Verdict("N3", now >= since + wait, _settled(now - since, wait))
    return Slip(by, (*why, settled), late, news=True, ripe=since + wait)


def began(truth: LineTruth, is_news: Callable[[When], bool]) -> datetime:
    """When the run of estimates began that are news and have been ever since."""
    found = truth.history[-1][0]
    for since, fact in reversed(truth.history):
        if fact is None or not is_news(fact.when):
            break
        found = since
    return found


def settle(told: When, now: datetime, rules: Mapping[str, float], level: Level) -> timedelta:
    """N3: how long a new date must hold before it is said."""
    if level is Level.CRITICAL:
        return timedelta()
    return minutes(rules, "N3.far_minutes" if told.end - now > FAR else "N3.near_minutes")


def _exceeds(
    told: When, new: When, now: datetime, rules: Mapping[str, float], need_by: date | None, last_mile: bool
) -> tuple[bool, Verdict]:
    by = slip(told, new)
    if by <= timedelta():
        timed = last_mile and told.precision is Precision.MINUTE
        need = hours(rules, LAST_MILE.rule if timed else "N4.early_hours")
        only = "" if -by >= need else "only "
        text = f"it is {in_words(by)} early, and {only}{in_words(need)} or more is news"
        return -by >= need and by < timedelta(), Verdict("N4", -by >= need, text)
    if need_by is not None and told.on <= need_by < new.on:
        return True, Verdict("N2", True, f"it passes {day(need_by, now)}, the day by which it is needed")
    threshold = LAST_MILE if last_mile else _threshold(told, now)
    need = hours(rules, threshold.rule)
    crosses = threshold.day_change and new.on != told.on
    ahead = f"with the date told {about(told.end - now)} {'ahead' if told.end >= now else 'past'}"
    if last_mile:
        ahead = "once a time is booked" if told.at is not None else "once it is on the way to the door"
    enough = f"{'' if by >= need else 'only '}{in_words(need)} or more is news"
    text = f"it is {in_words(by)} late, and {ahead} {'another day is news' if crosses else enough}"
    return by >= need or crosses, Verdict("N2", by >= need or crosses, text)


def _threshold(told: When, now: datetime) -> Threshold:
    return next(one for one in THRESHOLDS if told.end - now > one.beyond)


def _since(
    truth: LineTruth,
    told: When,
    now: datetime,
    rules: Mapping[str, float],
    need_by: date | None,
    last_mile: bool,
) -> datetime:
    """When the run of estimates began that are news against *told* and have been ever since."""
    last = truth.history[-1][1]
    direction = slip(told, last.when) > timedelta() if last else None

    def is_news(when: When) -> bool:
        same = (slip(told, when) > timedelta()) is direction
        return same and _exceeds(told, when, now, rules, need_by, last_mile)[0]

    return began(truth, is_news)


def _grows_into_news(told: When, new: When, now: datetime, rules: Mapping[str, float]) -> datetime | None:
    """When a slip that is too small so far off will be large enough, because the told date has come nearer."""
    by = slip(told, new)
    for outer, inner in pairwise(THRESHOLDS):
        begins = told.end - outer.beyond
        if begins > now and (by >= hours(rules, inner.rule) or (inner.day_change and new.on != told.on)):
            return begins
    return None


def _in_one_zone(told: When, new: When) -> tuple[When, When]:
    if told.zone is None and told.precision is Precision.DAY:
        return replace(told, zone=new.zone), new
    if new.zone is None and new.precision is Precision.DAY:
        return told, replace(new, zone=told.zone)
    return told, new


def _moved(told: When, new: When, by: timedelta, now: datetime) -> str:
    """N1 in words: both dates, and how far they lie apart."""
    if by == timedelta():
        return f"the date is {day(new.on, now)}, which is within what was told last"
    apart = f"{in_words(by)} {'later' if by > timedelta() else 'earlier'}"
    if new.on == told.on:
        return f"the time on {day(new.on, now)} is {apart} than the one told last"
    return f"the date is now {day(new.on, now)}, {apart} than {day(told.on, now)}, which was told last"


def _settled(stood: timedelta, wait: timedelta) -> str:
    """N3 in words: how long the new date has stood, and how long it must."""
    if stood >= wait:
        return f"the new date has stood for {in_words(stood)}, and {in_words(wait)} is enough"
    return f"the new date has stood for {in_words(stood)}, and is said once it has stood for {in_words(wait)}"


def watched(lines: Mapping[Line, LineTruth], told: Mapping[Line, When]) -> tuple[Line, ...]:
    """The lines told and still open, furthest first: the first is the one watched for a move."""
    order = (Line.DELIVERY, Line.READY, Line.ARRIVAL, Line.DEPARTURE)
    return tuple(line for line in order if line in told and line in lines and lines[line].when is not None)
