"""`milepost shipments`: two that are one, one that is two, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.opened import kitted, operator
from service.cli.references import find
from service.cli.speech import fail, say

if TYPE_CHECKING:
    from service.flows.kit import Kit

app = typer.Typer(help="Shipments: make one of two or two of one, and say what they are called.", no_args_is_help=True)

Why = Annotated[str, typer.Option("--why", help="The reason; it is kept in the audit trail.")]

Kind = Annotated[str, typer.Argument(metavar="TYPE", help="Its type: ref, house_bill, booking, container, …")]


@app.command()
def merge(
    one: Annotated[str, typer.Argument(metavar="SHIPMENT", help="By its id or a reference.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other one, likewise.")],
    why: Why = "",
) -> None:
    """Make one shipment of two: the older stays, and all of the younger goes to it. Nothing is said twice."""
    from service.flows import merging

    _reason(why)
    with kitted() as (kit, account_id):
        pair = _one(kit, account_id, one), _one(kit, account_id, other)
        try:
            older = merging.merge(kit, account_id, *pair, why=why, by=operator())
        except (LookupError, ValueError) as error:
            fail(f"They cannot be merged: {error.args[0]}.")
    younger = next(each for each in pair if each != older)
    say(f"{younger} is part of {older} now. `milepost shipments split {younger}` takes it out again.")


@app.command()
def split(
    shipment_id: Annotated[str, typer.Argument(metavar="SHIPMENT", help="The id of the one that was merged.")],
    why: Why = "",
) -> None:
    """Take a merged shipment out again, with what it brought. What was said meanwhile is not said again."""
    from service.flows import merging

    _reason(why)
    with kitted() as (kit, account_id):
        try:
            older = merging.split(kit, account_id, shipment_id, why=why, by=operator())
        except LookupError:
            fail(f"{shipment_id} is part of no other shipment: name the younger one, by its id.")
        except merging.Flying:
            fail("A text about the shipment is on its way, so nobody can say whose it is: try again in a minute.")
    say(f"{shipment_id} is a shipment of its own again, apart from {older}.")


@app.command()
def unname(
    one: Annotated[str, typer.Argument(metavar="SHIPMENT", help="By its id or a reference.")],
    kind: Kind,
    value: Annotated[str, typer.Argument(metavar="NAME", help="The name that is wrong.")],
    why: Why = "",
) -> None:
    """End a wrong name from now on: what it brought stays, and no event gives it to this shipment again."""
    shipment_id, ref = _renamed(one, kind, value, why, give=False)
    say(f"{shipment_id} is not called {ref} any more. `milepost shipments name` gives the name back.")


@app.command()
def name(
    one: Annotated[str, typer.Argument(metavar="SHIPMENT", help="By its id or a reference.")],
    kind: Kind,
    value: Annotated[str, typer.Argument(metavar="NAME", help="The further name.")],
    why: Why = "",
) -> None:
    """Give a further name, also one that was ended; what waited for it comes home."""
    shipment_id, ref = _renamed(one, kind, value, why, give=True)
    say(f"{shipment_id} is called {ref}, too.")


def _renamed(one: str, kind: str, value: str, why: str, *, give: bool) -> tuple[str, str]:
    from service.flows import renaming
    from service.formats.fields import says_something
    from service.records.enums import ReferenceType
    from service.records.inbound import RefValue

    _reason(why)
    if kind not in set(ReferenceType):
        fail(f"{kind} is no type of reference: use one of {', '.join(ReferenceType)}.")
    if len(value) > 80 or not says_something(value):
        fail("A name has 1 to 80 characters, with a letter or digit among them.")
    ref = RefValue(ReferenceType(kind), " ".join(value.split()))
    change = renaming.name if give else renaming.unname
    with kitted() as (kit, account_id):
        try:
            return change(kit, account_id, _one(kit, account_id, one), ref, why=why, by=operator()), ref.shown
        except renaming.Nameless:
            fail(f"{one} is not called {ref.shown}: `milepost shipments` takes its names as it has them now.")
        except ValueError as error:
            fail(f"That cannot be: {error}.")


def _reason(why: str) -> None:
    if not why.strip():
        fail("Say why with --why: whoever looks later sees it.")


def _one(kit: Kit, account_id: str, ref: str) -> str:
    with kit.database.read() as conn:
        found = find(conn, account_id, ref)
    if len(found) > 1:
        fail(f"{ref} names {len(found)} shipments: name one of them by its own number.")
    return found[0]
