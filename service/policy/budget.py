"""N15: how much leaves. Far more than usual within an hour, or all that was meant for a month, holds what can wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from notifiers.base import Channel
from service.policy.catalogue import loudness
from service.policy.rules import DEFAULTS
from service.policy.timing import zone_of
from service.records.decision import NewTask, Verdict
from service.records.enums import Level, MessageKind, Stage
from service.records.outbox import Candidate
from service.records.traffic import Flow

WARN_AT = 0.8
"""The share of a month's segments at which a person is told."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why what can wait is held, until when, and what a person must look at."""

    why: Verdict
    until: datetime
    task: NewTask


def month_of(now: datetime, zone: str) -> datetime:
    """When the month of *now* began, in *zone*."""
    place = zone_of(zone)
    return datetime.combine(now.astimezone(place).date().replace(day=1), time(), place)


def can_wait(one: Candidate) -> bool:
    """Whether a message is of the kind that a stop holds: live news of info level or below."""
    news = one.stage is Stage.LIVE and one.kind is MessageKind.NOTICE and not one.in_digest
    return news and loudness(one.level) <= loudness(Level.INFO)


def stop(
    one: Candidate, flow: Flow, rules: Mapping[str, float], budget: Mapping[str, object], zone: str, now: datetime
) -> Stop | None:
    """What holds *one*, a message that can wait; None where nothing does."""
    most = budget.get("segments")
    if one.channel is Channel.SMS and isinstance(most, int) and flow.segments >= most:
        return _spent(flow, most, zone, now)
    return _surge(flow, rules, now)


def warning(flow: Flow, budget: Mapping[str, object], zone: str, now: datetime) -> NewTask | None:
    """The task at four fifths of a month's segments, once a month."""
    most = budget.get("segments")
    if not isinstance(most, int) or flow.segments < most * WARN_AT:
        return None
    text = f"{flow.segments} of {most} SMS segments of this month are used. At {most} what can wait is held."
    return NewTask(key=f"budget:80:{month_of(now, zone):%Y-%m}", kind="budget", text=text)


def _spent(flow: Flow, most: int, zone: str, now: datetime) -> Stop:
    begun = month_of(now, zone)
    following = month_of(begun + timedelta(days=32), zone)
    text = f"{flow.segments} SMS segments were used this month, and {most} is the most that this account allows"
    key = f"budget:100:{begun:%Y-%m}"
    return Stop(Verdict("N15", False, text), following, NewTask(key=key, kind="budget", text=f"{text}."))


def _surge(flow: Flow, rules: Mapping[str, float], now: datetime) -> Stop | None:
    """The hour before counts as far as it lies within sixty minutes."""
    begun = now.replace(minute=0, second=0, microsecond=0)
    recent = flow.this_hour + round(flow.last_hour * (1 - (now - begun) / HOUR))
    times = rules.get("N15.times", DEFAULTS["N15.times"])
    most = max(round(times * flow.busiest), round(rules.get("N15.least", DEFAULTS["N15.least"])))
    if recent < most:
        return None
    text = f"{recent} messages left within an hour, and {most} is the most that is taken for usual"
    task = NewTask(key=f"surge:{begun:%Y-%m-%dT%H}", kind="surge", text=f"{text}. What can wait is held.")
    return Stop(Verdict("N15", False, text), begun + HOUR, task)
