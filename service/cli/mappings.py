"""`milepost sources map` and `unmapped`: what a source's own codes mean to the account."""

from __future__ import annotations

import json
import shlex
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.opened import Desk, desk, kitted, operator
from service.cli.speech import counted, fail, local, progress, say, table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.formats.base import Format
    from service.store.sources import SourceRow
    from service.store.unmapped import Mapped

MOST = 200
"""Codes that are listed."""

NOTHING = "-"
"""In the place of a meaning: there is none any more."""

Named = Annotated[str, typer.Argument(metavar="NAME", help="The source's name or id.")]


def map_(
    name: Named,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code with its list, such as 'x12-157:ZZ'.")] = "",
    meaning: Annotated[
        str, typer.Argument(metavar="MEANING", help="A milestone, a reason, or ignore; - takes a meaning away.")
    ] = "",
    file: Annotated[
        Path | None, typer.Option("--file", help="All meanings at once: a JSON object of codes and meanings.")
    ] = None,
) -> None:
    """Say what a source's own code means, and read the calls again that wait for it. Without CODE: what is mapped."""
    from service.flows import mapping as flow
    from service.formats.base import Refused

    if bool(code) != bool(meaning) or (file is not None and code):
        fail("Give a code and its meaning, or --file FILE: milepost sources map carrier 'x12-157:ZZ' departed")
    given = mapping_file(file) if file is not None else None
    with kitted() as (kit, account_id):
        one = Desk(kit.database, account_id)
        row = find_source(one, name)
        if not code and given is None:
            _say_mapping(row)
            return
        wanted = given if given is not None else {**row.mapping, code: meaning}
        detail: dict[str, Any] = {}

        def unit(conn: Connection, now: datetime) -> tuple[Mapped, str]:
            kept = {known: said for known, said in wanted.items() if said != NOTHING}
            done = flow.map_codes(conn, row, kept, operator(), now)
            detail["codes"] = dict(done.changed)
            return done, row.id if done.changed else ""

        try:
            done = one.change("source.map", unit, detail=detail)
        except Refused as error:
            fail(f"{error.message} {error.fix}")
        with progress("Reading kept calls again") as tell:
            read = flow.read_due(kit, tell=tell)
    for known, said in done.changed.items():
        say(f"{known} means {said} now." if said else f"{known} has no meaning of its own any more.")
    say(f"{counted(read, 'call')} read again." if done.changed else "Nothing changed.")


def unmapped(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Of this source only.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Those that were mapped or ignored too.")] = False,
) -> None:
    """List the codes that sources sent and no table has, with how to say what they mean."""
    from service.store import views_unmapped

    with desk() as one:
        source_id = find_source(one, name).id if name else None
        zone = one.account().zone
        decided = None if every else False
        with one.database.read() as conn:
            rows = views_unmapped.page(conn, one.account_id, decided=decided, source_id=source_id, limit=MOST)
    if not rows:
        say("Every code that came stands in a table or is mapped.")
        return
    table(
        ("source", "code", "says", "means", "times", "calls kept", "last"),
        [
            (
                r["source_name"] or r["source_id"],
                r["code"],
                r["says"] or None,
                (r["mapping"] or {}).get(r["code"]),
                r["count"],
                r["calls"],
                local(r["last_seen"], zone),
            )
            for r in rows[:MOST]
        ],
    )
    first = next((r for r in rows if r["decided_at"] is None), None)
    if first is not None:
        named = first["source_name"] or first["source_id"]
        say(f"To say what one means: milepost sources map {shlex.quote(named)} {shlex.quote(first['code'])} MILESTONE")
        say("MILESTONE is a milestone or a reason of docs/glossary.md, or ignore.")


def mapping_file(path: Path) -> dict[str, str]:
    """The meanings of a JSON file. Ends the command where it holds anything else."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(said, str) for said in given.values()):
        fail(f"""{path} must be a JSON object of codes and meanings, such as {{"x12-157:ZZ": "departed"}}.""")
    return given


def checked_mapping(format_: Format | type[Format], given: dict[str, str]) -> dict[str, str]:
    """*given*, if the format can meet its codes. Ends the command where it cannot."""
    from service.formats.base import Refused
    from service.formats.mapping import check_mapping

    try:
        check_mapping(format_, given)
    except Refused as error:
        fail(f"{error.message} {error.fix}")
    return given


def _say_mapping(row: SourceRow) -> None:
    if not row.mapping:
        say(f"{row.name} has no meanings of its own: its codes mean what the tables of {row.format} say.")
        return
    table(("code", "means"), sorted(row.mapping.items()))


def find_source(one: Desk, name: str) -> SourceRow:
    """The account's source of that name or id. Ends the command where there is none."""
    from service.store import sources

    with one.database.read() as conn:
        row = sources.find_source(conn, one.account_id, name)
    if row is None:
        fail(f"There is no source {name}: look at `milepost sources list`.")
    return row
