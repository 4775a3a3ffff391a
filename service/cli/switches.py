"""`milepost pause` and `milepost resume`: hold what would leave, also with the database down."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.customers import find as find_customer
from service.cli.opened import Desk, desk, operator, settings
from service.cli.references import find as find_shipments
from service.cli.speech import fail, local, say, warn
from service.clock import utc_now

if TYPE_CHECKING:
    from sqlalchemy import Connection

Ref = Annotated[str, typer.Option("--ref", help="One shipment, by any of its references.")]
Customer = Annotated[str, typer.Option("--customer", help="One customer, by its code.")]
Contact = Annotated[str, typer.Option("--contact", help="One person, by id.")]
ChannelName = Annotated[str, typer.Option("--channel", help="sms or email.")]
Everything = Annotated[bool, typer.Option("--all", help="Everything; so it is where nothing else is named.")]


def pause(
    ref: Ref = "",
    customer: Customer = "",
    contact: Contact = "",
    channel: ChannelName = "",
    _everything: Everything = False,
    why: Annotated[str, typer.Option("--why", help="The reason; whoever looks sees it.")] = "paused by hand",
) -> None:
    """Hand nothing over until `milepost resume`. Events are taken in all the while."""
    _one_only(ref, customer, contact, channel)
    if not (ref or customer or contact or channel):
        _pause_everything(why)
        return
    with desk() as one:
        named = _named(one, ref, customer, contact, channel)
        one.change("pause", lambda conn, now: _set(conn, one, named, why, now), why=why)
    say(f"Nothing is handed over for {ref or customer or contact or channel}. `milepost resume` so named lifts it.")


def resume(
    ref: Ref = "",
    customer: Customer = "",
    contact: Contact = "",
    channel: ChannelName = "",
    _everything: Everything = False,
) -> None:
    """Lift a pause. What is no longer true is not sent; what is still owed is said afresh."""
    from service.store import switches

    _one_only(ref, customer, contact, channel)
    everything = not (ref or customer or contact or channel)
    removed = everything and _remove_file()
    with desk() as one:
        named = [("all", ""), ("global", "")] if everything else _named(one, ref, customer, contact, channel)

        def unit(conn: Connection, now: datetime) -> tuple[int, str]:
            lifted = sum(switches.lift_switches(conn, one.account_id, scope, value, now) for scope, value in named)
            return lifted, (named[0][1] or named[0][0]) if lifted else ""

        lifted = one.change("resume", unit)
        one.database.wake("messages")
        with one.database.read() as conn:
            left = switches.active_switches(conn, one.account_id, utc_now())
        zone = one.account().zone
    say("The pause is lifted." if lifted or removed else "Nothing was paused by these words.")
    for standing in left:
        what = f"{standing.scope} {standing.value}".strip()
        say(f"Still paused: {what}, since {local(standing.since, zone)} ({standing.why}).")


def _pause_everything(why: str) -> None:
    """By the file first, which works with the database down; then by a switch, which everybody sees."""
    from service.store.errors import StoreError

    path: Path | None = Path(settings().pause_file).absolute()
    try:
        Path(settings().pause_file).write_text(
            f"{utc_now():%Y-%m-%d %H:%M} UTC, {operator()}: {why}\n", encoding="utf-8"
        )
    except OSError as error:
        path, reason = None, error.strerror
        warn(f"The pause file cannot be written ({reason}): set MILEPOST_PAUSE_FILE to a place that can.")
    try:
        with desk() as one:
            one.change("pause", lambda conn, now: _set(conn, one, [("all", "")], why, now), why=why)
    except (StoreError, typer.Exit):
        if path is None:
            raise
        warn(f"The database was not reached, so the pause stands by the file {path} alone.")
        return
    say("Nothing is handed over any more. `milepost resume` lifts it.")
    if path is not None:
        say(f"The file {path} says so too; it counts for a service that runs in this folder.")


def _remove_file() -> bool:
    path = Path(settings().pause_file).absolute()
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        fail(f"{path} cannot be removed ({(error.strerror or '').lower()}): remove it by hand, it holds everything.")
    return True


def _one_only(*given: str) -> None:
    if sum(bool(one) for one in given) > 1:
        fail("Name one of --ref, --customer, --contact and --channel at a time.")


def _named(one: Desk, ref: str, customer: str, contact: str, channel: str) -> list[tuple[str, str]]:
    """(scope, value) of each thing that is meant."""
    from notifiers.base import PERSONAL
    from service.store import contacts

    if channel:
        if channel not in PERSONAL:
            fail(f"--channel is one of {', '.join(PERSONAL)}.")
        return [("channel", channel)]
    with one.database.read() as conn:
        if customer:
            return [("customer", find_customer(conn, one.account_id, customer))]
        if contact:
            if contacts.get_contact(conn, one.account_id, contact) is None:
                fail(f"There is no contact {contact}: look at `milepost contacts list`.")
            return [("contact", contact)]
        return [("shipment", found) for found in find_shipments(conn, one.account_id, ref)]


def _set(conn: Connection, one: Desk, named: list[tuple[str, str]], why: str, now: datetime) -> tuple[None, str]:
    from service.store import switches

    for scope, value in named:
        switches.set_switch(conn, one.account_id, scope, value, by=operator(), why=why, now=now)
    return None, named[0][1] or named[0][0]
