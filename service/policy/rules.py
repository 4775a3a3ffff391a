"""The numbers of the rules: defaults as data, overridden by name in an account's `rules`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

DEFAULTS: Mapping[str, float] = {
    "N2.over_14d_hours": 48,
    "N2.over_7d_hours": 24,
    "N2.over_2d_hours": 12,
    "N2.under_2d_hours": 2,
    "N2.last_mile_hours": 0.5,
    "N3.far_minutes": 120,
    "N3.near_minutes": 30,
    "N4.early_hours": 24,
    "N7.join_minutes": 5,
    "N12.late_hours": 72,
}
"""Every rule number that an account may override."""


def hours(rules: Mapping[str, float], name: str) -> timedelta:
    """The rule number *name*, which is in hours."""
    return timedelta(hours=float(rules.get(name, DEFAULTS[name])))


def minutes(rules: Mapping[str, float], name: str) -> timedelta:
    """The rule number *name*, which is in minutes."""
    return timedelta(minutes=float(rules.get(name, DEFAULTS[name])))


def in_words(span: timedelta) -> str:
    """A span as people compare it: "30 minutes", "20 hours", "4 days"; the sign is dropped."""
    total = round(abs(span.total_seconds()) / 60)
    if total < 120:
        return f"{total} minute{'' if total == 1 else 's'}"
    if total < 48 * 60:
        return f"{total / 60:g} hours" if total % 60 == 0 else f"{total / 60:.1f} hours"
    return f"{total / 1440:g} days" if total % 1440 == 0 else f"{total / 1440:.1f} days"


def about(span: timedelta) -> str:
    """A span that says only how far off something is: whole days, or whole hours below two days."""
    unit = timedelta(days=1) if abs(span) >= timedelta(days=2) else timedelta(hours=1)
    return in_words(max(round(abs(span) / unit), 1) * unit)
