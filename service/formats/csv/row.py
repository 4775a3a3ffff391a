"""One row of an export: the milestones that it states and the shipment that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from service.formats.base import Refused
from service.formats.csv.cells import Stop, Way, common_of, moment_of, stop_of
from service.formats.csv.columns import dated
from service.formats.csv.naming import digest_of_row, moment_as_named
from service.formats.csv.statuses import STATUSES
from service.formats.csv.words import REFERENCES, plain
from service.formats.fields import digest_of, shown, text
from service.formats.gathering import Nothing, Said, Strange, Warnings, own
from service.formats.legs import placed
from service.formats.refs import MAX_LENGTH, container_note, unique
from service.formats.roles import DESTINATION, ORIGIN, ROLE, UNDATED
from service.formats.times import settled
from service.formats.vocabulary import IGNORE, index
from service.records.enums import Classifier, Milestone, ReferenceType
from service.records.inbound import FactDraft, Item, RefValue
from service.records.when import at_minute

MAX_ID = 150
STATED_AHEAD = timedelta(days=1)
"""How far in the future a row may claim to have been written, before its clock is plainly wrong."""

_STATUSES = index(STATUSES.rows)
_ANYWHERE = frozenset(
    {Milestone.LOADED, Milestone.DEPARTED, Milestone.ARRIVED_DESTINATION, Milestone.DISCHARGED},
)
"""Status words that an export may use for a transfer port too."""

_PARTS = {"estimated:arrived_destination": "eta", "estimated:delivered": "due"}
"""Parts of an event that have names everywhere."""


class Undated(Refused):
    """A status that has no date."""


Trouble = Strange | Undated
"""Why a status cannot be taken."""


def read_row(cells: Sequence[tuple[str, str]], way: Way, left: list[Trouble]) -> tuple[Item, Warnings]:
    """The item that a row states; *cells* are its understood (field, value), none empty.

    A status that cannot be taken is put into *left* where the row has dates of its own: those are taken without it,
    as an item that leaves the name of the whole row free. Raises `Refused`, with the field as pointer, `Nothing` or
    `Strange`.
    """
    row = {field: value for field, value in cells if field not in REFERENCES}
    refs, warnings = _refs(cells)
    stated_at, revision = _statement(row, way)
    dates = _dates(row, way)
    status: list[dict[str, Any]] = []
    trouble: Trouble | None = None
    try:
        status = _stated(row, way, stated_at or way.now)
    except (Nothing, Strange, Undated) as error:
        if not dates:
            raise
        trouble = None if isinstance(error, Nothing) else error
    facts = (*status, *dates)
    if not facts:
        raise Nothing("It has no status and no date yet.")
    unit = next((ref.shown[:40] for ref in refs if ref.type is ReferenceType.CONTAINER), None)
    common = common_of(row) | {"unit": unit}
    drafts = tuple(FactDraft(**fact, **common) for fact in facts)
    told = row if status else {field: value for field, value in row.items() if field != "milestone"}
    digest = digest_of_row(told, refs, facts, common, revision, way)
    named = text(row.get("id"), "id", MAX_ID)
    event_key = (f"{named}#dates" if trouble is not None else named) if named else f"sha256:{digest}"
    item = Item(
        event_key=event_key,
        key=event_key + revision,
        digest=digest,
        facts=drafts,
        refs=refs,
        stated_at=stated_at,
        customer=text(row.get("customer"), "customer", 80),
    )
    if trouble is not None:
        left.append(trouble)
    return item, warnings


def _statement(row: Mapping[str, str], way: Way) -> tuple[datetime | None, str]:
    """When the row was written, where that is an instant, and what it adds to the key of the row.

    A time of unknown zone tells revisions apart too; which is the later one is then seen from when they came.
    """
    said = text(row.get("stated_at"), "stated_at", 40)
    if said is None:
        return None, ""
    when, _ = moment_of(said, None, "stated_at", None, way)
    if when.start > way.now + STATED_AHEAD:
        raise Refused(
            "future_statement",
            f"`stated_at` {shown(said)} lies in the future.",
            "Send when the row was written; of two statements the later counts.",
            "/stated_at",
        )
    return when.at, f"@{moment_as_named(said, None, 'stated_at', when, way)}"


def _refs(cells: Sequence[tuple[str, str]]) -> tuple[tuple[RefValue, ...], Warnings]:
    found: list[RefValue] = []
    warnings: Warnings = []
    for field, value in cells:
        kind = REFERENCES.get(field)
        said = text(value, field, MAX_LENGTH) if kind is not None else None
        if kind is None or said is None:
            continue
        ref = RefValue(kind, said)
        if kind is ReferenceType.CONTAINER and (note := container_note(ref.value)):
            warnings.append((f"/{field}", note))
        found.append(ref)
    if not found:
        raise Refused("ref_missing", "The row does not say which shipment it is about.", "Fill in its `ref`.", "/ref")
    return unique(found), warnings


def _stated(row: Mapping[str, str], way: Way, stated_at: datetime) -> list[dict[str, Any]]:
    """The fact of the columns `milestone` and `at`; none where a column of dates says the same."""
    said = row.get("milestone")
    if said is None:
        return []
    milestone, reason = _meaning(said, way.options)
    stop = stop_of(row.get("place"))
    origin, destination = stop_of(row.get("origin")), stop_of(row.get("destination"))
    if "at" in row:
        when, flags = moment_of(row["at"], row.get("time"), "at", stop.zone, way)
    elif milestone is Milestone.DELAYED or (milestone in UNDATED and not _PARTS.keys().isdisjoint(row)):
        when, flags = at_minute(stated_at, stop.zone), ()
    elif f"{Classifier.ACTUAL}:{milestone}" in row:
        return []
    else:
        raise _undated(row, said)
    classifier, more = settled(Classifier.ACTUAL, when, way.now)
    milestone, role = placed(milestone, stop.code, origin.code, destination.code)
    return [
        {
            "milestone": milestone,
            "classifier": classifier,
            "when": when,
            "place": stop.code,
            "place_name": stop.name,
            "place_role": role or (ROLE.get(milestone) if stop.code and milestone not in _ANYWHERE else None),
            "reason": reason,
            "flags": flags + more,
        }
    ]


def _undated(row: Mapping[str, str], said: str) -> Undated:
    if not any(":" in field for field in row):
        return Undated("at_missing", "The row has a status and no date.", "Fill in its `at`.", "/at")
    return Undated(
        "at_missing",
        f"The status {shown(said)} has no date. The dates of its row are kept.",
        "Fill in its `at`, or ignore the column where the dates say everything.",
        "/at",
    )


def _dates(row: Mapping[str, str], way: Way) -> list[dict[str, Any]]:
    """The facts of columns that hold dates of one milestone each."""
    facts = []
    ends = {ORIGIN: stop_of(row.get("origin")), DESTINATION: stop_of(row.get("destination"))}
    for field, value in row.items():
        stated = dated(field) if ":" in field else None
        if stated is None:
            continue
        role = ROLE.get(stated.milestone)
        stop = ends.get(role or "", Stop())
        when, flags = moment_of(value, None, field, stop.zone, way)
        classifier, more = settled(stated.classifier, when, way.now)
        facts.append(
            {
                "milestone": stated.milestone,
                "classifier": classifier,
                "when": when,
                "part": _PARTS.get(field) or digest_of(field)[:16],
                "place": stop.code,
                "place_name": stop.name,
                "place_role": role,
                "flags": flags + more,
            }
        )
    return facts


def _meaning(said: str, options: Mapping[str, object]) -> Said:
    """What a status means to this account. Raises `Nothing`, or `Strange` where nobody has said so yet."""
    status = plain(said)[:80]
    mine = own(options, STATUSES.name, status)
    if mine is not None:
        return mine
    for row in _STATUSES.get(status, ()):
        assert isinstance(row.becomes, Milestone)
        return Said(row.becomes)
    try:
        return Said(Milestone(status.replace(" ", "_")))
    except ValueError:
        raise Strange(STATUSES.name, status, shown(said), "/milestone") from None


def known_status(said: str, options: Mapping[str, object]) -> str | None:
    """What a status means to this account, in a word; None where nobody has said so yet."""
    try:
        milestone, reason = _meaning(said, options)
    except Nothing:
        return IGNORE
    except Strange:
        return None
    return f"{milestone}, {reason}" if reason else str(milestone)
