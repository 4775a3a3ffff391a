"""`milepost redrive`: what reached nobody is shown, and then owed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.opened import kitted, operator
from service.cli.speech import counted, fail, local, say, title, warn

if TYPE_CHECKING:
    from service.flows.redriving import RedrivePlan


def redrive(
    plan_id: Annotated[str, typer.Argument(metavar="[PLAN]", help="The plan to apply, as --plan showed it.")] = "",
    plan: Annotated[bool, typer.Option("--plan", help="Show what reached nobody; changes nothing.")] = False,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="With --plan: also what may have arrived, with the evidence.")
    ] = False,
    days: Annotated[int, typer.Option("--days", min=1, max=90, help="With --plan: of how many of the last days.")] = 7,
    why: Annotated[str, typer.Option("--why", help="What was mended; it is kept with the news.")] = "",
) -> None:
    """Let messages that failed, expired or stayed unknown be owed again: --plan first, then `milepost redrive PLAN`."""
    from service.flows import redriving
    from service.store import accounts

    if plan == bool(plan_id):
        fail("Look first: milepost redrive --plan. It ends with the line that applies it.")
    if plan_id and unknown:
        fail("A plan knows what it holds: leave out --unknown, or make another plan with it.")
    if plan_id and not why.strip():
        fail("Say with --why what was mended, such as --why 'the sender is registered now'.")
    with kitted() as (kit, account_id):
        if plan:
            with kit.database.read() as conn:
                zone = accounts.view(conn, account_id).zone
            _show(redriving.plan(kit, account_id, days=days, unknown=unknown), zone)
            return
        try:
            done = redriving.apply(kit, account_id, plan_id, by=operator(), why=why)
        except (LookupError, ValueError) as error:
            words = str(error.args[0])
            fail(f"{words[:1].upper()}{words[1:]}.")
    say(
        f"{counted(done['messages'], 'message')} about {counted(done['shipments'], 'shipment')} owed again. "
        "What is still true is said; nothing is sent again as it was."
    )
    if done["left"]:
        say(f"{counted(done['left'], 'message')} of the plan went another way since, and stayed as they are.")


def _show(found: RedrivePlan, zone: str) -> None:
    for one in found.verdicts:
        dead = one.dead
        say(f"{dead.message_id}  {dead.state.value} by {dead.channel} at {local(dead.ended_at, zone)}: {dead.why}")
        for line in dead.evidence:
            say(f"    {line}")
        say(f"    {'OWED' if one.owed else 'not owed'}: {one.text}")
    if found.more:
        warn(f"Only the newest {len(found.verdicts)} are shown: apply this plan, then make another.")
    if found.unknown_left:
        say(
            f"{counted(found.unknown_left, 'unknown message')} may have arrived and are left out: --unknown shows them."
        )
    if not found.verdicts:
        say("Nothing ended without reaching anybody.")
        return
    title(
        f"{found.owed} of {counted(len(found.verdicts), 'message')} still owed. Nothing has changed yet. "
        f"To apply: milepost redrive {found.id} --why '…'"
    )
