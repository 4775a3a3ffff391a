"""The numbers of the rules: defaults as data, overridden by account, lane, customer and shipment, the nearest last.

A name may end with a mode of transport ("N2.over_2d_hours.air"); then it holds for goods that move so, before the
plain name of the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from service.records.enums import Transport

DEFAULTS: Mapping[str, float] = {
    "N2.over_14d_hours": 48,
    "N2.over_7d_hours": 24,
    "N2.over_2d_hours": 12,
    "N2.under_2d_hours": 2,
    "N2.last_mile_hours": 0.5,
    "N2.over_7d_hours.air": 12,
    "N2.over_2d_hours.air": 6,
    "N2.over_2d_hours.road": 4,
    "N2.under_2d_hours.road": 1,
    "N3.far_minutes": 120,
    "N3.near_minutes": 30,
    "N4.early_hours": 24,
    "N6.bundle_minutes": 45,
    "N6.rest_hours": 24,
    "N7.join_minutes": 5,
    "N12.late_hours": 72,
    "N12.van_hours": 12,
    "N14.receipt_minutes": 15,
    "N14.down_minutes": 10,
    "N15.times": 5,
    "N15.least": 100,
    "N17.hours": 24,
    "breaker.times": 4,
    "breaker.least": 300,
    "breaker.unknown_share": 0.01,
    "breaker.unknown_least": 5,
    "breaker.filtered_share": 0.05,
    "breaker.filtered_least": 10,
    "breaker.undelivered_share": 0.2,
    "breaker.undelivered_least": 20,
    "canary.texts": 20,
    "canary.bad_share": 0.1,
    "canary.wait_minutes": 30,
    "canary.spare_minutes": 30,
    "ledger.date_hours": 24,
    "ledger.time_hours": 2,
    "D03.lag_hours": 24,
    "D03.lag_hours.air": 6,
    "D03.lag_hours.rail": 12,
    "D03.lag_hours.road": 2,
    "D03.grace_minutes": 60,
    "D03.next_word_hours": 24,
    "D03.most_texts": 2,
    "D03.feed_hours": 72,
    "D04.undated_days": 14,
    "D04.undated_days.air": 3,
    "D04.undated_days.rail": 5,
    "D04.undated_days.road": 2,
    "D10.before_hours": 48,
    "D10.last_hours": 24,
    "M11.before_days": 3,
    "S05.after_hours": 24,
    "S05.every_days": 14,
}
"""Every rule number that may be overridden, and what it is where nobody does."""

MODES = frozenset(mode.value for mode in Transport)


def known(name: str) -> bool:
    """Whether *name* is a rule number, or one with a mode of transport behind it."""
    base, _, mode = name.rpartition(".")
    return name in DEFAULTS or (base in DEFAULTS and mode in MODES)


def lane_rules(lanes: Iterable[Mapping[str, object]], places: Sequence[str]) -> Mapping[str, float]:
    """The numbers of the lanes that fit a way from the first to the last of *places* (UN/LOCODEs), the nearest last.

    A lane's `from` and `to` are a place, a country ("CN") or left out; of two that fit the one that says more counts.
    """
    if not places:
        return {}
    fitting: list[tuple[int, Mapping[str, float]]] = []
    for lane in lanes:
        begin, end, numbers = str(lane.get("from") or ""), str(lane.get("to") or ""), lane.get("rules")
        if isinstance(numbers, Mapping) and places[0].startswith(begin) and places[-1].startswith(end):
            fitting.append((len(begin) + len(end), numbers))
    merged: dict[str, float] = {}
    for _, numbers in sorted(fitting, key=lambda one: one[0]):
        merged |= numbers
    return merged


def layered(mode: Transport, *layers: Mapping[str, float]) -> Mapping[str, float]:
    """The numbers that hold for goods that move by *mode*, from the farthest of *layers* to the nearest."""
    merged: dict[str, float] = {}
    for layer in (DEFAULTS, *layers):
        own: dict[str, float] = {}
        for name, value in layer.items():
            base, _, suffix = name.rpartition(".")
            if suffix not in MODES:
                merged[name] = value
            elif suffix == mode.value:
                own[base] = value
        merged |= own
    return merged


def hours(rules: Mapping[str, float], name: str) -> timedelta:
    """The rule number *name*, which is in hours."""
    return timedelta(hours=float(rules.get(name, DEFAULTS[name])))


def days(rules: Mapping[str, float], name: str) -> timedelta:
    """The rule number *name*, which is in days."""
    return timedelta(days=float(rules.get(name, DEFAULTS[name])))


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
