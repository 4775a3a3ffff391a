"""A moment as far as it is known: an instant, or a date that never pretends to be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from service.records.enums import Precision


@dataclass(frozen=True, slots=True)
class When:
    """`on` is the date at the place. `at` (UTC) is present only with `Precision.MINUTE`.

    A window lasts from `at` to `until`; without `until` it is one instant, or the whole day. `zone` is the IANA zone
    of the place, or None where it is not known; `zone_known` is False when the zone was assumed, and True without one
    for an instant that came with the offset of its place.
    """

    on: date
    at: datetime | None = None
    precision: Precision = Precision.DAY
    zone: str | None = None
    zone_known: bool = True
    until: datetime | None = None

    @property
    def start(self) -> datetime:
        """The first instant that this can mean (a date begins at midnight in its zone, UTC where unknown)."""
        if self.at is not None:
            return self.at
        return _midnight(self.on, self.zone)

    @property
    def end(self) -> datetime:
        """The last instant that this can mean; a date ends at the next midnight in its zone."""
        if self.at is not None:
            return self.until or self.at
        return _midnight(self.on + timedelta(days=1), self.zone)

    @property
    def day_known(self) -> bool:
        """Whether `on` is the day at the place: of an instant in UTC, of no known zone, nobody knows it."""
        return self.at is None or self.zone is not None or self.zone_known

    @property
    def as_day(self) -> When:
        """The same moment as a text prints it: a date at the place, without a clock time or a window."""
        return When(on=self.on, zone=self.zone, zone_known=self.zone_known)


@lru_cache(maxsize=4096)
def _midnight(day: date, zone: str | None) -> datetime:
    """The instant at which *day* begins in *zone*; one look at a shipment asks the same few days hundreds of times."""
    return datetime.combine(day, time(), ZoneInfo(zone or "UTC")).astimezone(UTC)


def on_day(day: date, zone: str | None = None) -> When:
    """A date-only moment."""
    return When(on=day, zone=zone, zone_known=zone is not None)


def at_minute(at: datetime, zone: str | None = None) -> When:
    """An instant with a zone; its date is read in *zone*, or in the offset that it carries where none is named.

    An offset other than that of UTC is taken for that of the place. Raises ValueError for a naive instant.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    local = at.astimezone(ZoneInfo(zone)) if zone else at
    return When(local.date(), at.astimezone(UTC), Precision.MINUTE, zone, zone_known=bool(zone or at.utcoffset()))


def window(at: datetime, until: datetime, zone: str | None = None) -> When:
    """From one instant to another; its date is that of the first.

    Raises ValueError for a naive instant, or an end that is not after the beginning.
    """
    if until.tzinfo is None or until <= at:
        raise ValueError("a window ends after it begins")
    return replace(at_minute(at, zone), until=until.astimezone(UTC))


def when_to_json(when: When | None) -> dict[str, object] | None:
    """A JSON form that `when_from_json` reads back unchanged; `until` is in it only where there is a window."""
    if when is None:
        return None
    window = {"until": when.until.isoformat()} if when.until else {}
    return {
        "on": when.on.isoformat(),
        "at": when.at.isoformat() if when.at else None,
        "precision": when.precision.value,
        "zone": when.zone,
        "zone_known": when.zone_known,
        **window,
    }


def when_from_json(value: Mapping[str, object] | None) -> When | None:
    """Read what `when_to_json` wrote."""
    if value is None:
        return None
    at, until = value.get("at"), value.get("until")
    zone = value.get("zone")
    return When(
        on=date.fromisoformat(str(value["on"])),
        at=datetime.fromisoformat(str(at)) if at else None,
        precision=Precision(str(value["precision"])),
        zone=str(zone) if zone else None,
        zone_known=bool(value.get("zone_known", True)),
        until=datetime.fromisoformat(str(until)) if until else None,
    )
