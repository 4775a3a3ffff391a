"""`milepost keys`: who may call."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.opened import desk
from service.cli.speech import fail, local, say, table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.store.keys import KeyView

TRY = "+447700900001"
"""The first of the numbers to which a test key's texts do something known."""

app = typer.Typer(help="API keys: make, list, revoke.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Option("--name", help="Who or what will use it, such as tms.")],
    scopes: Annotated[
        str, typer.Option("--scopes", help="What it may do: events, read, people, send, admin; several with commas.")
    ] = "events,read",
    test: Annotated[bool, typer.Option("--test", help="A key whose events are only ever rehearsed.")] = False,
) -> None:
    """Make a key and show it, once."""
    from service.store import keys

    wanted = {scope.strip() for scope in scopes.split(",") if scope.strip()}
    if not wanted or wanted - keys.SCOPES.keys():
        fail(f"--scopes must name some of: {', '.join(keys.SCOPES)}.")
    if not 1 <= len(name.strip()) <= 80:
        fail("--name must have 1 to 80 characters, such as tms.")
    with desk(make=True) as one:

        def make(conn: Connection, now: datetime) -> tuple[tuple[str, KeyView], str]:
            made = keys.create(conn, one.account_id, name=name.strip(), scopes=wanted, now=now, test=test)
            return made, made[1].id

        presented, view = one.change("key.add", make, detail={"scopes": sorted(wanted), "test": test})
    say(presented)
    if test:
        say("Nothing that it writes leaves or touches a real shipment. Who to tell, to see what:")
        say(f"  {TRY} (delivered), …002 busy, …003 dead, …004 opted out, …005 no receipt.")
        say("All of them: docs/testing-your-integration.md")
    say(f"This is {view.id} ({name.strip()}: {', '.join(sorted(view.scopes))}). It is not shown again: keep it now.")


@app.command("list")
def list_() -> None:
    """List the keys, also those that were revoked."""
    from service.store import keys

    with desk() as one, one.database.read() as conn:
        rows = keys.list_keys(conn, one.account_id)
    if not rows:
        say("There is no key. `milepost keys create --name tms` makes one.")
        return
    table(
        ("id", "name", "ends in", "kind", "scopes", "last used", "state"),
        [
            (
                row.id,
                row.name,
                f"…{row.tail}",
                "test" if row.test else "live",
                ", ".join(sorted(row.scopes)),
                local(row.last_used_at),
                "revoked" if row.revoked_at else "in force",
            )
            for row in rows
        ],
    )


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY_ID", help="The id, as `milepost keys list` shows it.")],
) -> None:
    """Refuse a key from now on."""
    from service.store import keys

    with desk() as one:

        def end(conn: Connection, now: datetime) -> tuple[bool, str]:
            done = keys.revoke(conn, one.account_id, key, now)
            return done, key if done else ""

        ended = one.change("key.revoke", end)
    if not ended:
        fail(f"No key in force has the id {key}: look at `milepost keys list`.")
    say(f"{key} is refused from now on; running processes notice within 15 seconds.")
