"""`milepost customers`: who the forwarder's systems mean by a code, and how far each is switched on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.opened import Desk, desk, kitted, operator
from service.cli.speech import fail, say, table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.store.customers import CustomerRow

app = typer.Typer(help="Customers: list, add, switch on or off.", no_args_is_help=True)

PAGE = 500
MODES = ("off", "shadow", "account")


@app.command("list")
def list_() -> None:
    """List the customers with their codes and modes."""
    with desk() as one:
        account = one.account()
        rows = _all(one)
    if not rows:
        say("There is no customer. `milepost import customers.csv` takes them from a file.")
        return
    table(
        ("codes", "name", "mode", "id"),
        [(", ".join(r.codes), r.name, r.mode or f"{account.mode} (the account's)", r.id) for r in rows],
    )


@app.command()
def add(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code by which your system names the customer.")],
    name: Annotated[str, typer.Option("--name", help="The customer's name.")] = "",
    also: Annotated[list[str] | None, typer.Option("--also", help="Another code of the same customer.")] = None,
) -> None:
    """Add a customer, rename it, or give it another code."""
    from service.formats.fields import UNWANTED, invisible
    from service.store import customers

    codes = (code, *(also or ()))
    if any(invisible(one) or not 1 <= len(customers.clean_code(one)) <= 80 for one in codes):
        fail("A code has 1 to 80 characters that can be seen, such as ACME-01.")
    if any(UNWANTED.search(one) for one in (*codes, name)):
        fail("Code and name stand on one line, without control characters or marks of direction: type them anew.")
    with desk(make=True) as one:
        refused = one.change(
            "customer.put", lambda conn, now: _put(conn, one.account_id, code, name[:120], also or [], now)
        )
    if refused:
        fail(f"{', '.join(refused)} names another customer already: choose another code.")
    say(f"{customers.clean_code(code)} is a customer. `milepost contacts add --customer '{code}'` says whom to tell.")


@app.command()
def mode(
    code: Annotated[str, typer.Argument(metavar="CODE", help="One of the customer's codes.")],
    mode: Annotated[str, typer.Argument(metavar="MODE", help="off, shadow, or account (as the account is).")],
    why: Annotated[str, typer.Option("--why", help="The reason, kept in the audit trail.")] = "",
) -> None:
    """Switch a customer off, into shadow, or back to the account's mode. Live is reached by `milepost golive`."""
    from service.flows import people
    from service.records.enums import Mode
    from service.store import accounts

    chosen = mode.lower()
    if chosen == "live":
        fail(f"Going live is looked at first: milepost golive --plan --customer '{code}'")
    if chosen not in MODES:
        fail(f"The mode is one of {', '.join(MODES)}.")
    with kitted() as (kit, account_id):
        with kit.database.read() as conn:
            account = accounts.view(conn, account_id)
            customer_id = find(conn, account_id, code)
        if chosen == "account" and account.mode is Mode.LIVE:
            fail(f"The account is live, so this is looked at first: milepost golive --plan --customer '{code}'")
        wanted = None if chosen == "account" else Mode(chosen)
        people.set_mode(kit, account_id, customer_id, wanted, by=operator(), why=why)
    say(f"{code} is now {chosen}." if wanted else f"{code} is as the account is: {account.mode}.")


def find(conn: Connection, account_id: str, code: str) -> str:
    """The id of the customer with *code*; ends the command where there is none."""
    from service.store import customers

    found = customers.by_codes(conn, account_id, [customers.clean_code(code)])
    if not found:
        fail(f"No customer has the code {code}: look at `milepost customers list`.")
    return next(iter(found.values()))


def _all(one: Desk) -> list[CustomerRow]:
    from service.store import customers

    rows: list[CustomerRow] = []
    while True:
        with one.database.read() as conn:
            page = customers.list_customers(conn, one.account_id, after=rows[-1].id if rows else "", limit=PAGE)
        rows += page
        if len(page) < PAGE:
            return rows


def _put(
    conn: Connection, account_id: str, code: str, name: str, also: list[str], now: datetime
) -> tuple[list[str], str]:
    """Make or rename, and add further codes; where some name somebody else, nothing is kept and these are returned."""
    from service.store import customers

    known = customers.by_codes(conn, account_id, {customers.clean_code(one) for one in (code, *also)})
    mine = known.get(customers.clean_code(code))
    refused = [one for one in also if known.get(customers.clean_code(one), mine) != mine]
    if refused:
        return refused, ""
    customer_id = customers.upsert_customer(conn, account_id, code, name, now)
    for other in also:
        customers.add_code(conn, account_id, customer_id, other)
    return [], customer_id
