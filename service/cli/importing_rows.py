"""`milepost import` of an export with milestones, and the file of refused rows that lies beside what was imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli.speech import counted, fail, progress, say, table, warn

if TYPE_CHECKING:
    from service.flows.kit import Kit
    from service.formats.csv.sheet import Sheet
    from service.records.results import SourceView

SHOWN = 200
"""How many refused rows are listed."""

OURS = frozenset({"due", "told_date", "need_by"})
"""Columns by which our own shipments.csv is known: its further columns are ignored, also if they are dates."""


def is_rows(body: bytes) -> bool:
    """Whether a file is an export with milestones, rather than our own customers.csv or shipments.csv."""
    from service.formats.base import Unreadable
    from service.formats.csv import columns as csv_columns

    try:
        sheet, columns = csv_columns.opened(body, {})
    except Unreadable:
        return False
    fields = {column.field for column in columns if column.field}
    if {"milestone", "at"} <= fields:
        return True
    ours = OURS & {name.lower() for name in sheet.header}
    return not ours and any(csv_columns.dated(field) for field in fields)


def import_rows(
    kit: Kit, account_id: str, path: Path, body: bytes, source: str, own: dict[str, object], dry_run: bool
) -> int:
    """Take the milestones of an export; returns how many rows were refused."""
    from service.flows import files
    from service.formats.csv import columns as csv_columns

    view = _source(kit, account_id, source, own)
    with progress(path.name) as tell:
        taken = files.take(kit, view, body, "text/csv", dry_run=dry_run, tell=tell)
    if taken.unreadable is not None:
        fail(f"{path}: {taken.unreadable.message} {taken.unreadable.fix}")
    counts = taken.counts
    if dry_run:
        rows = counted(counts["accepted"], "row")
        say(f"{path}: {rows} would be taken as milestones; nothing was kept.")
    else:
        say(
            f"{path}: {counted(counts['accepted'], 'row')} taken, {counts['duplicate']} known before, "
            f"{counts['parked']} waiting for a shipment, {counts['ignored']} without news, "
            f"{counts['unmapped']} with a status that is not known, {len(taken.refused)} refused."
        )
    for column in csv_columns.doubtful(csv_columns.opened(body, view.options)[1]):
        say(f"The column {column.heading} was not read. {column.note}")
    if taken.unread:
        words = counted(taken.unread, "line was", "lines were")
        say(f"{words} not read, from line {taken.unread_from} on.")
    if taken.unmapped:
        table(("status", "rows"), taken.unmapped.most_common(SHOWN))
        say("Say what they mean in the file of --columns, under [statuses], or in the mapping of the source.")
    if taken.refused:
        table(("line", "problem", "fix"), taken.refused[:SHOWN])
        if len(taken.refused) > SHOWN:
            say(f"… and {len(taken.refused) - SHOWN} more.")
        if not dry_run:
            write_refused(path, csv_columns.opened(body, view.options)[0], taken.refused, taken.unread_from)
    return len(taken.refused)


def _source(kit: Kit, account_id: str, name: str, own: dict[str, object]) -> SourceView:
    from service.flows import files
    from service.flows.imports import SOURCE
    from service.records.results import SourceView

    if not name:
        return SourceView(account_id, SOURCE, SOURCE, files.CSV, options=own)
    try:
        view = files.source_of(kit, account_id, name, own)
    except LookupError:
        fail(f"There is no source {name}: look at `milepost sources list`.")
    if view.format != files.CSV:
        fail(f"The source {name} posts {view.format}, not csv: `milepost watch` takes its files.")
    return view


def write_refused(
    path: Path, sheet: Sheet, refused: Sequence[tuple[int, str, str]], unread_from: int | None = None
) -> None:
    """Write the refused rows, with what is wrong and the fix, into a CSV file beside *path*.

    Every line from *unread_from* on is among them. What a spreadsheet would take for a formula gets an apostrophe,
    which an import takes away again.
    """
    from service.formats.csv.escaping import neutral

    text = io.StringIO(newline="")
    out = csv.writer(text, delimiter=sheet.delimiter, lineterminator="\n")
    for values in ([*sheet.header, "problem", "fix"], *_refused_rows(sheet, refused, unread_from)):
        out.writerow([neutral(value) for value in values])
    beside = path.with_name(f"{path.stem}.refused{path.suffix}")
    try:
        beside.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    except OSError as error:
        warn(f"The refused rows could not be written to {beside}: {error.strerror or error}.")
        return
    say(f"The refused rows are in {beside}: mend them there, and import that file.")


def _refused_rows(
    sheet: Sheet, refused: Sequence[tuple[int, str, str]], unread_from: int | None
) -> Iterator[list[str]]:
    why = {line: (problem, fix) for line, problem, fix in refused}
    stop = why.pop(unread_from, None) if unread_from is not None else None
    wide = len(sheet.header)
    try:
        for line, values in sheet.rows():
            if line in why:
                yield [*values, *[""] * (wide - len(values)), *why.pop(line)]
    except csv.Error:
        pass
    yield from ([*[""] * wide, *told] for told in why.values())
    if stop is not None and unread_from is not None:
        for line, values in sheet.unread(unread_from):
            yield [*values, *[""] * (wide - len(values)), *stop]
            stop = f"Line {line + 1} was not read: one before it cannot be read.", "Mend that line, not this one."
