"""Care hours: when a person is there, and by when an answer can be promised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from service.policy.timing import zone_of
from service.records.situation import AccountView

ANSWER_WITHIN = timedelta(hours=4)
"""Within how many open hours a question is answered."""

HORIZON = 60
"""How many days ahead an opening is looked for."""


def open_now(account: AccountView, now: datetime) -> bool:
    """Whether *now* lies in the care hours; False where none are set."""
    return any(begin <= now < end for begin, end in _spans(account, now))


def opens_at(account: AccountView, now: datetime) -> datetime | None:
    """When the desk is next open (*now* if it is); None where no hours are set."""
    return next((max(begin, now) for begin, end in _spans(account, now) if end > now), None)


def answer_by(account: AccountView, now: datetime) -> datetime | None:
    """By when a question asked *now* is answered: `ANSWER_WITHIN` of open hours later.

    None where nothing may be promised: no care e-mail at which anybody would see it, or no care hours.
    """
    return open_hours_after(account, now, ANSWER_WITHIN) if account.care_email else None


def open_hours_after(account: AccountView, now: datetime, span: timedelta) -> datetime | None:
    """The moment that lies *span* of open hours after *now*; None where no care hours are set."""
    left = span
    for begin, end in _spans(account, now):
        start = max(begin, now)
        if end <= start:
            continue
        if end - start >= left:
            return start + left
        left -= end - start
    return None


def mailed_now(account: AccountView, due_at: datetime | None, now: datetime) -> bool:
    """Whether the desk is mailed about a task now: while it is open, or where it is due before it opens next."""
    opens = opens_at(account, now)
    return opens is None or opens <= now or (due_at is not None and due_at < opens)


def _spans(account: AccountView, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The opening spans from yesterday on, as instants; holidays are dates "YYYY-MM-DD" in the account's zone."""
    place = zone_of(account.zone)
    today = now.astimezone(place).date()
    for ahead in range(-1, HORIZON):
        day = today + timedelta(days=ahead)
        if day.isoformat() in account.holidays:
            continue
        for begin, end in _opening(account, day):
            start = datetime.combine(day, begin, place).astimezone(UTC)
            stop_day = day if end > begin else day + timedelta(days=1)
            yield start, datetime.combine(stop_day, end, place).astimezone(UTC)


def _opening(account: AccountView, day: date) -> list[tuple[time, time]]:
    given = account.hours.get(str(day.weekday()))
    if not isinstance(given, (list, tuple)):
        return []
    spans = [span for span in given if isinstance(span, (list, tuple)) and len(span) == 2]
    return sorted((_clock(str(begin)), _clock(str(end))) for begin, end in spans)


def _clock(text: str) -> time:
    hours, _, minutes = text.partition(":")
    return time(int(hours) % 24, int(minutes or 0))
