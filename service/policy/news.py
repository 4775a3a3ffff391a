"""Which news a moved date is: a delay or one more, left behind, missed, early, recovered (N5) or booked anew."""

from __future__ import annotations

from datetime import timedelta

from service.policy.delays import Slip
from service.policy.drafts import HANDLED, UNSURE
from service.policy.journey import DATE_OPEN
from service.policy.lines import DATED
from service.policy.look import Listener, Look
from service.records.decision import Verdict
from service.records.enums import Line, NoticeCode, NoticeState, Reason
from service.records.inbound import BOOKED
from service.records.said import dates_of
from service.records.situation import Spoken
from service.records.when import When
from service.wording.dates import day

BY_REASON = {
    Reason.OVERBOOKED: NoticeCode.ROLLED_BOOKING,
    Reason.MISSED_CONNECTION: NoticeCode.MISSED_TRANSSHIP,
}
"""Delays whose reason has a text of its own."""

SLIPS = frozenset({NoticeCode.ETA_SLIP, NoticeCode.ETA_SLIP_AGAIN, *BY_REASON.values()})

MOVES = SLIPS | {
    NoticeCode.ETA_EARLIER,
    NoticeCode.RECOVERED,
    NoticeCode.NOW_HAS_DATE,
    NoticeCode.PORT_CHANGED,
    NoticeCode.DELIVERY_BOOKED,
}
"""News of a date; its subject is the promise that it makes (`line:ordinal`)."""


def news_of(look: Look, listener: Listener, line: Line, moved: Slip) -> tuple[NoticeCode, tuple[Verdict, ...]]:
    """The text for a date of *line* that moved, and what it adds to the reasons."""
    truth = look.journey.lines[line]
    before = before_delay(listener, line)
    if not moved.by:
        # The date told last holds. Where that one was a delay itself, or none was told, nothing is back on plan.
        delayed = _last_unsure(listener) is not NoticeCode.BOOKING_CANCELLED
        return (NoticeCode.RECOVERED if before is None and delayed else NoticeCode.NOW_HAS_DATE), ()
    another_time = moved.by > timedelta() and not moved.late
    if another_time and truth.current is not None and BOOKED in truth.current.flags:
        return NoticeCode.DELIVERY_BOOKED, ()
    if not moved.late and not another_time:
        if before is None or truth.when is None or truth.when.on > before.on:
            return NoticeCode.ETA_EARLIER, ()
        return NoticeCode.RECOVERED, (
            Verdict("N5", True, f"the delay that was told is over: {day(before.on, look.now)} holds again"),
        )
    reason = truth.current.reason if truth.current else None
    own = BY_REASON.get(reason) if reason else None
    said = {one.code for one in listener.spoken if one.state is NoticeState.SAID}
    if own is not None and own not in said:
        return own, ()
    again = bool(said & SLIPS) and listener.lines[line].was is not None
    return (NoticeCode.ETA_SLIP_AGAIN if again else NoticeCode.ETA_SLIP), ()


def awaits_date(look: Look, listener: Listener) -> bool:
    """Whether this person was told that no date is known (D17) or sure (D18), was told none since, and one is now."""
    headline = look.journey.headline
    if headline is None or headline.when is None or headline.when.end <= look.now or DATE_OPEN in look.journey.flags:
        return False
    open_since = [
        one.created_at
        for one in listener.spoken
        if one.code in UNSURE and one.state is NoticeState.SAID and not _says_a_date(one)
    ]
    dated = [one.created_at for one in listener.spoken if one.state in HANDLED and _says_a_date(one)]
    dated += [word.made_at for line in DATED if (word := listener.lines[line].last) is not None]
    return bool(open_since) and all(at < max(open_since) for at in dated)


def _last_unsure(listener: Listener) -> NoticeCode | None:
    """Which text said last that no date is known, or sure."""
    said = [one for one in listener.spoken if one.code in UNSURE and one.state is NoticeState.SAID]
    return max(said, key=lambda one: one.created_at).code if said else None


def _says_a_date(one: Spoken) -> bool:
    return any(date.line in DATED for date in dates_of(one.params))


def before_delay(listener: Listener, line: Line) -> When | None:
    """The date of *line* that was told before the delay which this person knows of; None where they know of none."""
    before: When | None = None
    for one in sorted(listener.spoken, key=lambda one: (one.created_at, one.ordinal, one.id)):
        if one.state is not NoticeState.SAID:
            continue
        for date in dates_of(one.params, line):
            if before is not None and date.when.on <= before.on:
                before = None
            elif before is None and date.was is not None and date.when.on > date.was.on:
                before = date.was
    return before
