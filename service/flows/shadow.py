"""Shadow: what the last days would have said, to whom, and what was held back and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from notifiers.base import Channel
from service.flows.kit import Kit
from service.records.enums import NoticeState, Stage
from service.store import accounts, simulations, views_shadow

HELD_NOW = 50
"""So much of what a rule holds back at present is listed."""

Found = dict[str, Any]


@dataclass(slots=True)
class Counts:
    """Messages handed to the loopback, segments of the texts among them, and notices held back or still waiting."""

    texts: int = 0
    emails: int = 0
    segments: int = 0
    held: int = 0
    waiting: int = 0


@dataclass(slots=True)
class Reason:
    """How often a rule held news back, and its latest words."""

    count: int = 0
    latest: str = ""


@dataclass(slots=True)
class Rehearsal:
    """The days since `since`. `days` are the account's own; `entries` are notices, newest first, with `messages`.

    `more` says that there are further entries behind the last.
    """

    account_id: str
    mode: str
    zone: str
    since: datetime
    until: datetime
    total: Counts = field(default_factory=Counts)
    days: dict[date, Counts] = field(default_factory=dict)
    people: dict[str, Counts] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    entries: list[Found] = field(default_factory=list)
    held_now: list[Found] = field(default_factory=list)
    more: bool = False


def rehearsal(
    kit: Kit, account_id: str, days: int, *, contact: str | None = None, after: str | None = None, limit: int = 50
) -> Rehearsal:
    """What was rehearsed in the last *days*: all of it counted, and one page of it in full."""
    now = kit.clock()
    since = now - timedelta(days=days)
    with kit.database.read() as conn:
        account = accounts.view(conn, account_id)
        found = Rehearsal(account_id, account.mode.value, account.zone, since, now)
        for sent in views_shadow.handed(conn, account_id, since):
            _add_message(found, sent)
        first = ""
        for row in views_shadow.decided(conn, account_id, since):
            first = row.id
            if row.stage is Stage.REHEARSAL:
                _add_notice(found, row)
        rows = (
            views_shadow.page(conn, account_id, first, contact=contact, after=after, limit=limit)
            if found.people
            else []
        )
        found.more = len(rows) > limit
        texts = views_shadow.texts(conn, account_id, [row["id"] for row in rows[:limit]])
        found.entries = [row | {"messages": texts.get(row["id"], [])} for row in rows[:limit]]
        found.held_now = views_shadow.held_now(conn, account_id, since, HELD_NOW)
        people = {*found.people, *(one["contact_id"] for one in found.held_now)}
        found.names = simulations.names(conn, account_id, people)
    return found


def _places(found: Rehearsal, at: datetime, contact_id: str) -> tuple[Counts, Counts, Counts]:
    """Where something counts: in total, on its day, for its person."""
    day = at.astimezone(ZoneInfo(found.zone)).date()
    return found.total, found.days.setdefault(day, Counts()), found.people.setdefault(contact_id, Counts())


def _add_message(found: Rehearsal, row: Any) -> None:
    for counts in _places(found, row.created_at, row.contact_id or ""):
        if row.channel is Channel.SMS:
            counts.texts += 1
            counts.segments += row.segments or 1
        else:
            counts.emails += 1


def _add_notice(found: Rehearsal, row: Any) -> None:
    said, waits = row.state is NoticeState.SAID, row.state is NoticeState.WAITING
    for counts in _places(found, row.created_at, row.contact_id):
        counts.held += not said and not waits
        counts.waiting += waits
    stopped = [one for one in row.why or () if not one["passed"]]
    if stopped and not said:
        reason = found.reasons.setdefault(stopped[-1]["rule"], Reason(latest=stopped[-1]["text"]))
        reason.count += 1
