"""`milepost import`: customers, running shipments and milestones from CSV files."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.columns import bytes_of, options_of
from service.cli.importing_rows import SHOWN, import_rows, is_rows, write_refused
from service.cli.opened import kitted
from service.cli.speech import counted, fail, progress, say, table

if TYPE_CHECKING:
    from service.flows.imports import ImportReport
    from service.flows.kit import Kit

WORKBOOK = b"PK\x03\x04"
"""How a spreadsheet's own file begins: it is a packed folder."""

HEAD = 4096


def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="customers.csv, shipments.csv, or exports with milestones.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Keep nothing; list the rows that would be refused.")
    ] = False,
    consent: Annotated[
        str, typer.Option("--consent", help="On what basis these people may be written to; needed for customers.")
    ] = "",
    source: Annotated[
        str, typer.Option("--source", help="The source whose options and meanings an export of milestones has.")
    ] = "",
    columns: Annotated[
        Path | None, typer.Option("--columns", help="A small TOML file: what the columns of such an export mean.")
    ] = None,
) -> None:
    """Take customers, running shipments and milestones from CSV files. Which is which is seen from the first line."""
    from service.flows import desk, imports
    from service.formats.csv.sheet import open_sheet

    own = options_of(columns)
    body_of = {path: bytes_of(path) for path in files}
    exports = [path for path, body in body_of.items() if source or columns or is_rows(body)]
    texts = [(path, _text(path, body)) for path, body in body_of.items() if path not in exports]
    refused = 0
    with kitted(make=True) as (kit, account_id):
        try:
            kinds = [(path, text, imports.kind_of(text)) for path, text in texts]
            if not consent.strip() and not dry_run and any(kind == "customers" for _, _, kind in kinds):
                fail('People may be written to for a reason: add --consent "…", such as "contract of carriage".')
            # Customers first: a shipment's customer code then finds a customer with a name.
            for path, text, kind in sorted(kinds, key=lambda one: one[2]):
                report = _import(kit, account_id, path, text, kind, consent or "dry run", dry_run)
                _tell(path, report, dry_run)
                if report.refused and not dry_run:
                    write_refused(path, open_sheet(body_of[path], {}, _ours), report.refused)
                refused += len(report.refused)
            for path in exports:
                refused += import_rows(kit, account_id, path, body_of[path], source, own, dry_run)
        except imports.Refused as error:
            fail(f"{error.problem} {error.fix}")
        nobody = desk.report(kit, account_id).unfollowed_count
    if nobody and not dry_run:
        words = counted(nobody, "open shipment is", "open shipments are")
        say(f"{words} followed by nobody. `milepost status` names them.")
    if refused:
        raise typer.Exit(1)


def _text(path: Path, body: bytes) -> str:
    if not body.removeprefix(BOM_UTF8).strip():
        fail(f"{path} is empty: export it again, with a line of headings.")
    if body.startswith(WORKBOOK) or (b"\0" in body[:HEAD] and not body.startswith((BOM_UTF16_LE, BOM_UTF16_BE))):
        fail(f'{path} is no CSV: export the table, or save the sheet, as "CSV UTF-8".')
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        fail(f'{path} is not UTF-8: save it as "CSV UTF-8".')


def _import(kit: Kit, account_id: str, path: Path, text: str, kind: str, consent: str, dry_run: bool) -> ImportReport:
    from service.flows import imports

    with progress(path.name) as tell:
        if kind == "customers":
            return imports.import_customers(kit, account_id, text, consent=consent, dry_run=dry_run, progress=tell)
        return imports.import_shipments(kit, account_id, text, dry_run=dry_run, progress=tell)


def _tell(path: Path, report: ImportReport, dry_run: bool) -> None:
    good = report.rows - len(report.refused)
    if dry_run:
        say(f"{path}: {counted(good, 'row')} of {report.rows} would be taken as {report.kind}; nothing was kept.")
    else:
        say(
            f"{path}: {_counted(report.added, report.kind)} added, "
            f"{report.updated} known before, {len(report.refused)} refused."
        )
    if report.ended:
        table(("line", "name that was ended by a person, and is not given again"), report.ended[:SHOWN])
        say("What comes under it alone waits. To give it back: milepost shipments name.")
    if report.refused:
        table(("line", "problem", "fix"), report.refused[:SHOWN])
        if len(report.refused) > SHOWN:
            say(f"… and {len(report.refused) - SHOWN} more.")


def _ours(values: list[str]) -> int:
    """Whether a line is the header of customers.csv or shipments.csv."""
    return bool({"ref", "code"} & {value.strip().lower() for value in values})


def _counted(number: int, kind: str) -> str:
    """`1 shipment`, `2 shipments`."""
    return f"{number} {kind.removesuffix('s') if number == 1 else kind}"
