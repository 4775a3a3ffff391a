"""The day of an account in plain lines, for the desk e-mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from service.records.status import StatusReport, WayState
from service.wording.dates import instant
from service.wording.names import clean

MOST = 10
"""How many of a kind a mail names."""


def report_lines(report: StatusReport, now: datetime, zone: str) -> list[str]:
    """One line per thing to know, what waits for us first."""

    def at(moment: datetime) -> str:
        return instant(moment, now, zone=zone)

    lines = [f"Conversations waiting for an answer: {_named([one.ref for one in report.unanswered])}"]
    lines.append(f"Dates promised for today: {report.due_today}. Shipments late: {report.late} of {report.shipments}.")
    lines.append(
        f"Last 24 hours: {report.sent} sent, {report.delivered} delivered, {report.failed} failed, "
        f"{report.uncertain} uncertain, {report.waiting} waiting."
    )
    lines += [
        f"Held until {at(one.until)}: {clean(one.ref)} by {one.channel} ({one.why})" for one in report.held[:MOST]
    ]
    lines.append(f"Followed by nobody: {_named([one.ref for one in report.unfollowed], report.unfollowed_count)}")
    for feed in report.feeds:
        last = at(feed.last_call_at) if feed.last_call_at else "nothing yet"
        lines.append(f"Last call from {clean(feed.name)}: {last}")
    lines += [f"{one.name} ({one.channel}): {way_line(one, at)}" for one in report.ways if one.down or not one.alone]
    if report.segments:
        counted = ", ".join(f"{country} {number}" for country, number in report.segments)
        lines.append(f"Text segments this month: {counted}")
    if report.paused:
        lines.append(f"Paused: {', '.join(report.paused)}")
    return lines


def way_line(one: WayState, at: Callable[[datetime], str]) -> str:
    """How a notifier stands: what it takes of its channel's messages, and what is wrong with it."""
    said = []
    if one.paused_until:
        said.append(f"paused until {at(one.paused_until)}: {one.why}")
    elif one.trying:
        said.append(f"tried with one message before others follow: {one.why}")
    if not one.alone:
        said.append(f"{one.share} points of the messages, {one.resting} at rest")
    if one.moved_at:
        said.append(f"moved {at(one.moved_at)}: {one.moved_why}")
    return "; ".join(said) or "in use"


def _named(names: list[str], count: int | None = None) -> str:
    total = len(names) if count is None else count
    if not total:
        return "none"
    shown = ", ".join(clean(name) or "without a name" for name in names[:MOST])
    return f"{total} ({shown}{', …' if total > MOST else ''})"
