"""`milepost sources columns`: which columns of a sample export are understood; and the small file that says more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.speech import fail, say, table, title

if TYPE_CHECKING:
    from service.formats.csv.columns import ColumnsReport

LARGEST = 100_000_000
"""Bytes of a file that is read as a whole."""


def columns(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sample export, as CSV.")],
    columns: Annotated[Path | None, typer.Option("--columns", help="A small TOML file: what the columns mean.")] = None,
) -> None:
    """Say which columns of an export are understood, and what is missing. Nothing is kept."""
    from service.formats.base import Unreadable
    from service.formats.csv import columns as csv_columns

    body, options = bytes_of(file), options_of(columns)
    try:
        report = csv_columns.report(body, options)
    except Unreadable as error:
        fail(f"{file}: {error}")
    _tell(file, report, options)
    if report.missing:
        raise typer.Exit(1)


def options_of(path: Path | None) -> dict[str, object]:
    """The options that a file of columns holds; ends the command where it cannot be read."""
    from service.formats.base import Refused
    from service.formats.csv.options import read_options

    if path is None:
        return {}
    try:
        return read_options(bytes_of(path).decode("utf-8-sig"))
    except Refused as error:
        fail(f"{path}: {error}")
    except UnicodeDecodeError:
        fail(f"{path} is not UTF-8: save it as such.")


def bytes_of(path: Path) -> bytes:
    """What a file holds; ends the command where it is not there or too large."""
    try:
        if path.stat().st_size > LARGEST:
            fail(f"{path} is larger than 100 MB: split it.")
        return path.read_bytes()
    except FileNotFoundError:
        fail(f"There is no file {path}.")


def _tell(file: Path, report: ColumnsReport, options: dict[str, object]) -> None:
    from service.formats.csv.row import known_status

    say(
        f"{file}: {report.rows} rows, {report.encoding}, separated by {report.delimiter}; "
        f"the headings stand in line {report.header_line}."
    )
    table(
        ("column", "is", "for example", "note"),
        [
            (column.heading, column.field or "not read", example or None, column.note or None)
            for column, example in report.columns
        ],
    )
    if report.statuses:
        title("Statuses")
        table(
            ("status", "means", "rows"),
            [(said, known_status(said, options) or "not known: map it", n) for said, n in report.statuses[:50]],
        )
    if report.warnings:
        title("Mind")
        for one in report.warnings:
            say(one)
    if report.missing:
        title("Missing")
        for one in report.missing:
            say(one)
