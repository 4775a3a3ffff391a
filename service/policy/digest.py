"""N16: what is too quiet for a text of its own goes into a digest by e-mail, at half past seven where the reader is.

A digest is a message that is due later and that other news joins. What the daily limit of texts (N8) holds goes there
too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from notifiers.base import Channel
from service.policy.catalogue import reaches
from service.policy.look import Draft, Listener, Look
from service.policy.timing import SATURDAY, Reader, zone_of
from service.records.decision import Verdict
from service.records.enums import Level
from service.records.keys import DIGEST
from service.records.situation import Follower
from service.wording.dates import instant

AT = time(7, 30)
"""When a digest is read: before the day's work. It makes no sound, so quiet hours do not concern it."""

MONDAY = 0


def wants_digest(follower: Follower) -> bool:
    """Whether this person chose a digest, and can be sent one."""
    reached = any(one.channel is Channel.EMAIL and not one.suppressed for one in follower.addresses)
    return bool(follower.digest) and reached


def hears(follower: Follower, level: Level) -> bool:
    """Whether news of *level* reaches this person, by a text of its own or by a digest."""
    return reaches(level, follower.level) or wants_digest(follower)


def next_digest(now: datetime, reader: Reader, how: str = "daily") -> datetime:
    """When the next digest leaves after *now*, in UTC.

    `daily` ones never leave at a weekend for people at work, `weekly` ones on Mondays.
    """
    place = zone_of(reader.zone)
    day = now.astimezone(place).date()
    for _ in range(9):
        at = datetime.combine(day, AT, place).astimezone(UTC)
        fits = day.weekday() == MONDAY if how == "weekly" else reader.weekends or day.weekday() < SATURDAY
        if fits and at > now:
            return at
        day += timedelta(days=1)
    raise AssertionError("every nine days hold a Monday that lies ahead")


def listed(look: Look, listener: Listener, draft: Draft) -> Draft:
    """*draft*, for the digest where it is too quiet for a text of its own. A milestone stands there without its dates.

    Where the order stands the digest says anyway; and a date that waits until tomorrow must not stand in for a text of
    today.
    """
    follower = listener.follower
    if draft.cause == DIGEST or reaches(draft.level, follower.level):
        return draft
    reader = listener.reader(look.situation)
    at = next_digest(look.now, reader, follower.digest)
    text = (
        f"its level is {draft.level.value} and this person has texts from {follower.level.value} on, "
        f"so it goes into the {follower.digest} digest of {instant(at, look.now, zone=reader.zone)}"
    )
    said = draft.said if draft.line else replace(draft.said, dates=())
    return replace(draft, said=said, cause=DIGEST, joins=True, wanted=at, why=(*draft.why, Verdict("N16", True, text)))
