"""`milepost ledger`: proof that nothing in the record of promises was changed."""

from __future__ import annotations

import typer

from service.cli.opened import kitted
from service.cli.speech import counted, fail, progress, say

app = typer.Typer(help="The sealed record of what was promised: verify it.", no_args_is_help=True)


@app.command()
def verify() -> None:
    """Make the chain of seals again, and hold every promise against it. Ends with 1 at the first that does not fit."""
    from service.flows import ledger

    with kitted() as (kit, account_id), progress("Verifying") as tell:
        found = ledger.verify(kit, account_id, tell)
    if found.fault is not None:
        fail(f"{found.fault} Compare with a backup from before it was changed.")
    if not found.seals:
        say(f"Nothing is sealed yet; {counted(found.entries, 'entry waits', 'entries wait')}. `milepost serve` seals.")
        return
    waiting = f", {counted(found.unsealed, 'entry', 'entries')} not sealed yet" if found.unsealed else ""
    say(
        f"The ledger is whole: {counted(found.promises, 'promise')}, {counted(found.entries, 'entry', 'entries')}, "
        f"{counted(found.seals, 'seal')}{waiting}."
    )
    say(f"The latest digest is {found.digest}.")
