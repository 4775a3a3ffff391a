"""Files: what a source would post, taken from a file, through the same reading and the same journal as a call."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from service.flows.intake_results import result_of
from service.flows.kit import Kit
from service.flows.reading import Prepared, prepare, view_of
from service.formats.base import Unreadable
from service.formats.csv import columns as csv_columns
from service.formats.csv import sheet as csv_sheet
from service.formats.csv import troubles
from service.formats.gathering import same_call
from service.records.inbound import Problem
from service.records.intake import Kept
from service.records.results import IntakeResult, SourceView
from service.store import accounts, journal, sources

CSV = "csv"
"""The format whose files are taken piece by piece."""

Progress = Callable[[int, int], None]
"""Called with (done, in all)."""

SAME_CALL = re.compile(re.escape(same_call(0)).replace("0", r"(\d+)"))
"""How a format says that an event has the id of another one in the same call."""


@dataclass(slots=True)
class Taken:
    """What became of a file. `refused` holds (line of a CSV, else number of the item; problem; fix).

    With `unreadable` nothing of it could be read. `unmapped` counts the codes that stand in no table. Of a CSV with
    quotes that do not fit, `unread` lines from line `unread_from` on were not read.
    """

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    unreadable: Problem | None = None
    unread: int = 0
    unread_from: int | None = None

    @property
    def kept(self) -> int:
        """How many items are kept: taken now or before, waiting for a shipment or for a meaning, or ignored."""
        return sum(number for outcome, number in self.counts.items() if outcome != "rejected")


def source_of(kit: Kit, account_id: str, name: str, more: dict[str, object]) -> SourceView:
    """The source of that name or id, with *more* options. Raises LookupError where the account has none."""
    with kit.database.read() as conn:
        row = sources.find_source(conn, account_id, name)
        account = accounts.get(conn, account_id)
    if row is None:
        raise LookupError(name)
    return _with(view_of(row, account.region if account is not None else None), more)


def _with(source: SourceView, more: dict[str, object]) -> SourceView:
    """*source* with more options; of meanings both count, those of *more* first."""
    mapped: dict[str, object] = {}
    for options in (source.options, more):
        said = options.get("mapping")
        mapped |= said if isinstance(said, dict) else {}
    return replace(source, options={**source.options, **more, **({"mapping": mapped} if mapped else {})})


def take(
    kit: Kit, source: SourceView, body: bytes, content_type: str, *, dry_run: bool = False, tell: Progress | None = None
) -> Taken:
    """Keep what the file says, durably, before this returns; what is known already changes nothing.

    With *dry_run* nothing is kept, and what would be refused is told.
    """
    taken = Taken()
    if source.format != CSV:
        _add(taken, _one(kit, source, body, content_type, dry_run), None)
        return taken
    try:
        sheet, _ = csv_columns.opened(body, source.options)
    except Unreadable as error:
        taken.unreadable = error.problem
        return taken
    total = sum(1 for _ in _rows(sheet))
    done = 0
    line = sheet.line
    try:
        for lines, piece in csv_sheet.chunks(sheet, source.options):
            _add(taken, _one(kit, source, piece, content_type, dry_run), lines)
            done, line = done + len(lines), lines[-1]
            if tell is not None:
                tell(done, total)
    except csv.Error as error:
        taken.counts["rejected"] += 1
        taken.unread_from = line + 1
        taken.unread = sum(1 for _ in sheet.unread(line + 1))
        many = f"{taken.unread:,} {'line' if taken.unread == 1 else 'lines'}"
        wrong, fix = troubles.told(error, sheet.text)
        why = f"The rows from about line {line + 1} on cannot be read ({many}): {wrong}."
        taken.refused.append((line + 1, why, fix))
    return taken


def _rows(sheet: csv_sheet.Sheet) -> Iterator[object]:
    try:
        yield from sheet.rows()
    except csv.Error:
        return


def _one(kit: Kit, source: SourceView, body: bytes, content_type: str, dry_run: bool) -> tuple[Prepared, IntakeResult]:
    """Keep one body as a call would be kept."""
    prepared = prepare(kit, source, body, {"content-type": content_type}, content_type)
    if dry_run:
        would = [Kept(entry.index, "accepted") for entry in prepared.call.items]
        return prepared, result_of(prepared, would)
    now = kit.clock()
    kept = kit.database.write(lambda conn: journal.keep(conn, [prepared.call], now))
    kit.database.wake("shipments")
    return prepared, result_of(prepared, kept[0])


def _add(taken: Taken, found: tuple[Prepared, IntakeResult], lines: list[int] | None) -> None:
    prepared, result = found
    if result.unreadable is not None:
        taken.unreadable = result.unreadable
    for one in prepared.reading.unmapped:
        taken.counts["unmapped"] += 1
        taken.unmapped[one.code] += 1
    for item in result.items:
        if item.outcome != "unmapped":
            taken.counts[item.outcome] += 1
        if item.problem is not None:
            at = lines[item.index] if lines is not None and item.index < len(lines) else item.index + 1
            taken.refused.append((at, _by_line(item.problem.message, lines), item.problem.fix))


def _by_line(message: str, lines: list[int] | None) -> str:
    """*message*, where whoever has the file knows a line in place of the item that it names."""
    if lines is None or not (named := SAME_CALL.fullmatch(message)):
        return message
    return f"Line {lines[int(named[1])]} of the same file has this id and another content."
