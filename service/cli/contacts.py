"""`milepost contacts`: people, where they are reached, and where nobody may write any more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.customers import find as find_customer
from service.cli.opened import desk, operator
from service.cli.preferring import prefer
from service.cli.references import find as find_shipments
from service.cli.speech import fail, say, table, warn

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from notifiers.base import Channel
    from service.store.contacts import ContactRow

app = typer.Typer(help="Contacts: list, add, prefer, suppress, lift.", no_args_is_help=True)

PAGE = 500

Where = Annotated[str, typer.Argument(metavar="ADDRESS", help="A phone such as +447700900123, or an e-mail address.")]


@app.command("list")
def list_() -> None:
    """List people with their addresses; a suppressed one is marked."""
    from service.store import contacts

    rows: list[ContactRow] = []
    with desk() as one:
        while True:
            with one.database.read() as conn:
                page = contacts.list_contacts(conn, one.account_id, after=rows[-1].id if rows else "", limit=PAGE)
            rows += page
            if len(page) < PAGE:
                break
    if not rows:
        say("There is nobody. `milepost contacts add` adds a person, `milepost import customers.csv` many.")
        return
    table(
        ("name", "addresses", "language", "level", "consent", "id"),
        [(r.name or None, _addresses(r), r.language, r.level, r.consent_basis or None, r.id) for r in rows],
    )


@app.command()
def add(
    phone: Annotated[str, typer.Option("--phone", help="Such as +447700900123.")] = "",
    email: Annotated[str, typer.Option("--email", help="Such as ann@example.com.")] = "",
    name: Annotated[str, typer.Option("--name", help="The person's name.")] = "",
    language: Annotated[str, typer.Option("--language", help="A language tag such as en.")] = "",
    customer: Annotated[str, typer.Option("--customer", help="Tell them of all shipments of this customer code.")] = "",
    ref: Annotated[str, typer.Option("--ref", help="Tell them of this shipment.")] = "",
    consent: Annotated[str, typer.Option("--consent", help="On what basis we may write, kept with the person.")] = "",
) -> None:
    """Add a person, and say what they hear of. Doing it twice changes nothing."""
    from service.formats.people import LANDLINE, landline
    from service.records.inbound import Person
    from service.store import contacts

    if not phone and not email:
        fail("Give --phone, --email, or both.")
    with desk(make=True) as one:
        region = one.account().region
        person = Person(
            phone=telephone(phone, region) if phone else None,
            email=mailbox(email) if email else None,
            name=name[:120],
            language=language or None,
        )
        with one.database.read() as conn:
            subjects = [find_customer(conn, one.account_id, customer)] if customer else []
            subjects += find_shipments(conn, one.account_id, ref) if ref else []

        def unit(conn: Connection, now: datetime) -> tuple[str, str]:
            made = contacts.upsert_person(
                conn, one.account_id, person, now, consent_basis=consent[:120], consent_how="typed in", by=operator()
            )
            for subject in subjects:
                contacts.follow(conn, one.account_id, subject, made, now)
            return made, made

        contact_id = one.change("contact.put", unit)
    if person.phone is not None and landline(person.phone):
        warn(LANDLINE)
    heard = ", ".join(what for what in (customer, ref) if what)
    say(
        f"{contact_id} hears of {heard}."
        if heard
        else f"{contact_id} is kept; --customer or --ref says what they hear of."
    )


@app.command()
def suppress(
    address: Where, why: Annotated[str, typer.Option("--why", help="Who asked for it, and how.")] = "asked for by hand"
) -> None:
    """Never write to an address again, until that is lifted."""
    changed = _switch(address, why, stop=True)
    say("Nothing is written there from now on." if changed else "Nothing was written there before either.")


@app.command()
def lift(
    address: Where, why: Annotated[str, typer.Option("--why", help="Whoever stopped must have asked for it: say how.")]
) -> None:
    """Allow writing to an address again."""
    if not why.strip():
        fail("--why must say how the person asked to be written to again.")
    changed = _switch(address, why, stop=False)
    say("Writing there is allowed again." if changed else "Writing there was allowed already.")


def telephone(said: str, region: str) -> str:
    """*said* in E.164; ends the command where it is no phone number."""
    from service.formats.people import e164

    found = e164(said, region)
    if found is None:
        fail("This is not a phone number: write it with its country, such as +447700900123.")
    return found


def mailbox(said: str) -> str:
    """*said* as an e-mail address; ends the command where it is none."""
    from service.formats.base import Refused
    from service.formats.people import read_email

    try:
        return read_email(said, "") or ""
    except Refused:
        fail("This is not an e-mail address: write one such as ann@example.com.")


def channel_of(address: str) -> Channel:
    """The channel on which *address* is reached."""
    from notifiers.base import Channel

    return Channel.EMAIL if "@" in address else Channel.SMS


app.command("prefer")(prefer)


def _switch(address: str, why: str, *, stop: bool) -> bool:
    from notifiers.base import Channel
    from service.store import addresses
    from service.store.preferences import note

    channel = channel_of(address)
    with desk() as one:
        value = mailbox(address) if channel is Channel.EMAIL else telephone(address, one.account().region)
        with one.database.read() as conn:
            known = addresses.find_address(conn, one.account_id, channel, value)
        if known is None and not stop:
            fail("Nobody has this address: look at `milepost contacts list`.")

        def unit(conn: Connection, now: datetime) -> tuple[bool, str]:
            place = (channel, addresses.clean_value(channel, value))
            found = addresses.ensure_addresses(conn, one.account_id, [place], now)[place]
            people = addresses.contacts_at(conn, one.account_id, [found])
            if stop:
                changed = addresses.suppress(conn, one.account_id, found, operator(), why, now)
            else:
                changed = addresses.lift(conn, one.account_id, found, now)
            if changed:
                detail = {"suppressed" if stop else "lifted": channel.value}
                note(conn, one.account_id, people, now, by=operator(), how="typed in", wording=why, detail=detail)
            return changed, found if changed else ""

        return one.change(
            "address.suppress" if stop else "address.lift", unit, why=why, detail={"channel": channel.value}
        )


def _addresses(row: ContactRow) -> str:
    return ", ".join(f"{a.value} (stopped: {a.suppressed_why})" if a.suppressed_at else a.value for a in row.addresses)
