"""`milepost audit`: whether our books balance, in themselves and against what the providers list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.opened import kitted, operator
from service.cli.speech import fail, mark, say

if TYPE_CHECKING:
    from service.records.books import Balance, ListBooks

NAMED = 5


def audit(
    why: Annotated[str, typer.Option("--why", help="The reason, kept in the audit trail.")] = "looked by hand",
) -> None:
    """Hold the providers' lists against ours now, both ways. Ends with 1 where the books do not balance."""
    from service.flows import books

    with kitted() as (kit, account_id):
        found = books.audit(kit, account_id, by=operator(), why=why)
    for one in found.lists:
        _list(one)
    if not found.lists:
        mark("warn", "No provider in use keeps a list: what was handed over is known by receipts alone.")
    _balance(found.balance)
    if not found.balanced:
        fail("The books do not balance: docs/operations.md, under Books, says what to do about each line.")
    say("The books balance.")


def _list(one: ListBooks) -> None:
    if not one.read:
        mark("bad", f"{one.notifier}: its list cannot be read now. `milepost doctor --live` says why; try again.")
        return
    mark(
        "good" if one.fits else "bad",
        f"{one.notifier} ({one.channel}): {len(one.orphans)} orphans, {len(one.missing)} missing, "
        f"{len(one.duplicates)} duplicates; fetched {one.receipts} receipts and {one.replies} replies.",
    )
    for what, ids in (("orphan", one.orphans), ("missing", one.missing), ("duplicate", one.duplicates)):
        if ids:
            more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
            say(f"  {what}: {', '.join(ids[:NAMED])}{more}")


def _balance(found: Balance) -> None:
    for name, total, states in (
        ("Notices", found.notices_total, found.notices),
        ("Messages", found.messages_total, found.messages),
    ):
        counted = " + ".join(f"{number} {state}" for state, number in states.items()) or "none"
        mark("good" if total == sum(states.values()) else "bad", f"{name}: {total} = {counted}.")
    for fault in found.faults:
        mark("bad", f"{fault.number} times {fault.what}: {', '.join(fault.ids)}{', …' * (fault.number > NAMED)}")
