"""`milepost cancel` and `milepost retract`: stop a message that waits; take back what one that left has said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.opened import kitted, operator
from service.cli.speech import counted, fail, say, table

if TYPE_CHECKING:
    from service.flows.kit import Kit


def cancel(
    message_id: Annotated[str, typer.Argument(metavar="MESSAGE", help="A message by its id, such as msg_01k5….")],
    why: Annotated[str, typer.Option("--why", help="The reason; it is kept with the message.")] = "cancelled by hand",
) -> None:
    """Stop a message that was not handed over yet. After that, the answer names the command that corrects it."""
    from service.flows import dispatch

    with kitted() as (kit, account_id):
        try:
            state = dispatch.cancel(kit, account_id, message_id, by=operator(), why=why)
        except LookupError:
            fail(f"There is no message {message_id}: `milepost status` names those that wait.")
        if state == "cancelled":
            say("It will not leave.")
            return
        _too_late(kit, account_id, message_id, state)


def _too_late(kit: Kit, account_id: str, message_id: str, state: str) -> None:
    """Ends the command with what mends it, for a message in *state*."""
    from service.flows import mending
    from service.policy.cancelling import ended

    if ended(state):
        fail(f"The message is {state}: it will not leave as it is, so there is nothing to cancel.")
    facts = mending.facts_said(kit, account_id, message_id)
    if not facts:
        fail(f"The message is {state}, too late to cancel it: write to the person with `milepost reply`, or by phone.")
    lines = " or ".join(f'`milepost retract {fact} --why "…"`' for fact in facts)
    fail(f"The message is {state}, too late to cancel it. If what it says is false, correct it: {lines}.")


def retract(
    fact_id: Annotated[str, typer.Argument(metavar="FACT", help="A fact by its id, such as fct_01k5….")],
    why: Annotated[str, typer.Option("--why", help="Why it is false; it is kept with the fact.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Show who would be told what; changes nothing.")] = False,
) -> None:
    """Take a fact back: it no longer counts, and whoever was told of it hears a correction, once."""
    from service.flows import facts
    from service.flows import preview as previewing

    if not preview and not why.strip():
        fail("Say why it is false with --why: whoever looks later sees it.")
    with kitted() as (kit, account_id):
        try:
            if preview:
                rows = previewing.preview_retraction(kit, account_id, fact_id)
                table(("channel", "text"), [(one.channel.value, one.text) for one in rows])
                say(f"{counted(len(rows), 'message')} would say so. Nothing has changed.")
                return
            done = facts.retract(kit, account_id, fact_id, why=why, by=operator())
        except LookupError:
            fail(f"There is no fact {fact_id}: the timeline of a shipment names its facts.")
        except ValueError as error:
            fail(f"The fact cannot be taken back: {error}.")
    say("It was taken back before." if done.repeated else f"It no longer counts; {done.id} says so.")
