"""What names a row of an export: what is understood of it, however it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service.formats.csv import dates as csv_dates
from service.formats.csv.cells import Way, stop_of
from service.formats.csv.columns import dated
from service.formats.csv.words import plain
from service.formats.fields import digest_of
from service.records.enums import Classifier
from service.records.inbound import RefValue
from service.records.when import When


def digest_of_row(
    row: Mapping[str, str],
    refs: Iterable[RefValue],
    facts: Sequence[Mapping[str, Any]],
    common: Mapping[str, Any],
    revision: str,
    way: Way,
) -> str:
    """The digest of what *row* says, the same in any notation.

    A row with an id of its own keeps it when the meaning of its status changes: there the status itself counts.
    """
    # The unit stands among the references already, and there in one notation.
    fields = [*(["at"] if "milestone" in row else []), *(field for field in row if ":" in field and dated(field))]
    said = [_stated(row, field, fact, way) for field, fact in zip(fields, facts, strict=True)]
    return digest_of(
        [
            sorted({f"{ref.type}:{ref.value}" for ref in refs}),
            sorted(said),
            {name: _folded(str(value)) for name, value in common.items() if value is not None and name != "unit"},
            [_place(row.get(end)) for end in ("origin", "destination")],
            _folded(row.get("customer", "")),
            revision,
        ]
    )


def moment_as_named(said: str, clock: str | None, field: str, when: When | None, way: Way) -> str:
    """A moment in one notation; the clock time of an unknown zone, which is no moment, tells two of them apart too."""
    if when is not None and when.at is not None:
        return when.at.isoformat()
    day, at = csv_dates.read_day_and_time(said, way.declared, field)
    if clock is not None:
        at = csv_dates.read_time(clock, "time")
    return f"{day}T{at}" if at is not None else f"{day}"


def _stated(row: Mapping[str, str], field: str, fact: Mapping[str, Any], way: Way) -> list[str]:
    status = field == "at"
    # A status that has no date of its own happens when it is stated: no day names it.
    written = row.get(field)
    when = moment_as_named(written, row.get("time") if status else None, field, fact["when"], way) if written else ""
    if not status:
        return [field, when]
    meaning = plain(row["milestone"]) if "id" in row else f"{fact['milestone']}:{fact.get('reason') or ''}"
    # That it lies in the future is seen today, and no longer tomorrow.
    return [f"{Classifier.ACTUAL}:{meaning}", when, _place(row.get("place"))]


def _place(said: str | None) -> str:
    stop = stop_of(said)
    return stop.code or _folded(stop.name or "")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
