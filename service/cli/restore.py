"""`milepost restore`: put a backup back, and let leave what waits since then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.opened import desk, kitted, operator, settings
from service.cli.speech import fail, local, say, table, warn
from service.clock import utc_now

if TYPE_CHECKING:
    from service.store.pulse import PulseRow

File = Annotated[Path | None, typer.Argument(metavar="FILE", help="A backup of a SQLite database.")]
Mark = Annotated[bool, typer.Option("--mark", help="The database is a backup that pg_restore has put back.")]
Show = Annotated[bool, typer.Option("--plan", help="Show what waits, and keep it as a plan.")]
Apply = Annotated[str, typer.Option("--apply", metavar="PLAN", help="Let what waits leave.")]
Said = Annotated[bool, typer.Option("--said", help="With --apply: close it instead; people were told already.")]
Refs = Annotated[
    list[str] | None,
    typer.Option("--ref", metavar="REF", help="With --said: close what speaks of these shipments alone; repeat it."),
]
Why = Annotated[str, typer.Option("--why", help="The reason; the audit trail keeps it.")]


def restore(
    file: File = None,
    mark: Mark = False,
    plan: Show = False,
    apply: Apply = "",
    said: Said = False,
    refs: Refs = None,
    why: Why = "",
) -> None:
    """Put a backup back. Nothing is sent again that has left since: lists are read, the rest waits for you."""
    if sum(bool(one) for one in (file, mark, plan, apply)) != 1:
        fail("Name one of FILE, --mark, --plan and --apply PLAN.")
    if said and not apply:
        fail("--said goes with --apply PLAN.")
    if refs and not said:
        fail("--ref goes with --apply PLAN --said.")
    if file is not None:
        _put_back(file)
    elif mark:
        _mark()
    elif plan:
        _plan()
    else:
        _apply(apply, said, refs or [], why)


def _put_back(file: Path) -> None:
    from service.store import restore as store
    from service.store.engine import parse

    address = parse(settings().database_url)
    if address.get_backend_name() != "sqlite":
        fail("PostgreSQL is put back by its own tool: `pg_restore`, and then `milepost restore --mark`.")
    to = Path(str(address.database)).absolute()
    found, before = store.restore(file, to, utc_now())
    say(f"{to} is the backup {file} now.")
    if before is not None:
        say(f"What it was until now lies in {before}.")
    _next(found)


def _mark() -> None:
    from service.store import restore as store

    with desk() as one:
        found = store.mark_beside(one.database, utc_now())
    say("The database is marked as a backup that was put back.")
    _next(found)


def _next(found: PulseRow) -> None:
    if found.gap_from is not None:
        say(f"It knows nothing of what happened after {found.gap_from:%Y-%m-%d %H:%M} UTC.")
    say("Start the service: texts wait until the provider's list has been read, and what it shows is not sent again.")
    say("E-mail and calls to webhooks wait for you: `milepost restore --plan`.")
    say("Let your sources send again what they sent since.")


def _plan() -> None:
    from service.flows import restoring
    from service.store import accounts

    with kitted() as (kit, account_id):
        found = restoring.plan(kit, account_id)
        with kit.database.read() as conn:
            zone = accounts.view(conn, account_id).zone
    if found is None:
        say("No backup waits for your word.")
        return
    say(f"A backup of {local(found.made_at, zone)} was put back at {local(found.put_back_at, zone)}.")
    say(
        f"Lists have shown {found.adopted} texts that were taken as sent, and {found.unknown} that fit nothing of ours."
    )
    if found.unknown:
        warn("Let your sources send again what they sent since the backup: what was said is recognised then.")
    rows = [
        (one.channel.value, str(one.messages), str(one.people), local(one.oldest, zone), _who(one.listed))
        for one in found.waiting
    ]
    table(("channel", "waiting", "people", "oldest", "leaves"), rows)
    for row in found.first:
        code, about = row["code"].value if row["code"] else "-", row["shipment_id"] or row["id"]
        say(f"  {row['channel'].value} {code} {about}, of use until {local(row['send_before'], zone)}")
    say(f"`milepost restore --apply {found.id}` lets it leave; with --said it is closed as said already.")
    say("With --said --ref REF only what speaks of that shipment is closed, and the rest leaves.")


def _who(listed: bool) -> str:
    return "once its list is read, unless it is paused (milepost status)" if listed else "when you apply the plan"


def _apply(plan_id: str, said: bool, refs: list[str], why: str) -> None:
    from service.cli.references import find
    from service.flows import restoring

    with kitted() as (kit, account_id):
        with kit.database.read() as conn:
            only = {one for ref in refs for one in find(conn, account_id, ref)} if refs else None
        try:
            number = restoring.apply(kit, account_id, plan_id, said=said, by=operator(), why=why, only=only)
        except (LookupError, ValueError) as error:
            fail(f"{str(error)[:1].upper()}{str(error)[1:]}.")
    rest = "; the rest may leave now" if refs else ""
    say(f"{number} messages are closed as said already{rest}." if said else f"{number} messages may leave now.")
