"""`milepost setup`: what belongs to the forwarder, asked once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli import hours as opening
from service.cli.contacts import mailbox, telephone
from service.cli.opened import desk
from service.cli.speech import fail, say, warn

if TYPE_CHECKING:
    from service.store.accounts import AccountRow

LONGEST_BRAND = 11
USUAL_HOURS = "Mon-Fri 08:00-18:00"


def setup(
    brand: Annotated[
        str | None, typer.Option("--brand", help="Your name in every text, at most 11 characters.")
    ] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="Your care phone, such as +441632960123.")] = None,
    email: Annotated[str | None, typer.Option("--email", help="Your care e-mail: replies come here.")] = None,
    hours: Annotated[
        str | None, typer.Option("--hours", help='Such as "Mon-Fri 08:00-18:00, Sat 09:00-12:00".')
    ] = None,
    zone: Annotated[str | None, typer.Option("--zone", help="Your time zone, such as Europe/London.")] = None,
    holiday: Annotated[
        list[str] | None, typer.Option("--holiday", help="A day on which you are closed, as 2026-12-25; repeat it.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; what is not given stays as it is.")] = False,
) -> None:
    """Set your name, care phone, care e-mail, hours and zone. Works beside a running service."""
    given = {"brand": brand, "care_phone": phone, "care_email": email, "zone": zone, "hours": hours}
    asking = not yes and all(value is None for value in given.values()) and holiday is None
    if asking and not sys.stdin.isatty():
        fail("Nobody can be asked here: give --brand, --phone, --email, --hours or --zone.")
    with desk(make=True) as one:
        account = one.account()
        if asking:
            given = _ask(account)
        changes = _checked(given, account)
        if holiday is not None:
            changes["holidays"] = sorted({_day(day) for day in holiday})
        from service.store import accounts

        changed = one.change(
            "account.change",
            lambda conn, now: (
                found := accounts.update_account(conn, one.account_id, now, **changes),
                one.account_id if found else "",
            ),
            detail={"fields": sorted(changes)},
        )
        _show(one.account(), changed)


def _ask(account: AccountRow) -> dict[str, str | None]:
    """Each value, asked until it is usable; Enter keeps what stands in brackets."""
    say("Enter keeps what stands in brackets.")
    stands = opening.written(account.hours) or USUAL_HOURS
    return {
        "brand": _asked("Your name in texts (at most 11 characters)", account.brand, brand_of),
        "care_phone": _asked("Care phone", account.care_phone, lambda said: telephone(said, account.region)),
        "care_email": _asked("Care e-mail, where replies come", account.care_email, mailbox),
        "zone": _asked("Time zone", _zone_to_offer(account), zone_of),
        "hours": _asked("Hours", stands, opening.read),
    }


def _asked(question: str, stands: str | None, check: Callable[[str], object]) -> str | None:
    while True:
        said = str(typer.prompt(question, default=stands or "", show_default=bool(stands))).strip()
        if not said:
            return None
        try:
            check(said)
        except typer.Exit:
            continue
        return said


def _checked(given: dict[str, str | None], account: AccountRow) -> dict[str, Any]:
    """The columns to change; ends the command at the first value that cannot be used."""
    changes: dict[str, Any] = {}
    if given["brand"] is not None:
        changes["brand"] = brand_of(given["brand"])
    if given["care_phone"] is not None:
        changes["care_phone"] = telephone(given["care_phone"], account.region) if given["care_phone"] else None
    if given["care_email"] is not None:
        changes["care_email"] = mailbox(given["care_email"]) if given["care_email"] else None
    if given["zone"] is not None:
        changes["zone"] = zone_of(given["zone"])
    elif account.zone == "UTC":
        changes["zone"] = system_zone()
    if given["hours"] is not None:
        changes["hours"] = opening.read(given["hours"])
    elif not account.hours:
        changes["hours"] = opening.read(USUAL_HOURS)
    return changes


def brand_of(said: str) -> str:
    """A brand that every text can begin with; ends the command where it cannot be one."""
    from service.wording.gsm7 import septets

    brand = " ".join(said.split())
    if not brand or len(brand) > LONGEST_BRAND:
        fail(f"The brand has 1 to {LONGEST_BRAND} characters, because every text begins with it.")
    if septets(brand) is None:
        warn(f"{brand} holds letters that make every text cost more than one: plain letters are cheaper.")
    return brand


def zone_of(said: str) -> str:
    """An IANA zone; ends the command where there is none of that name."""
    from service.formats.times import is_zone

    if not is_zone(said):
        fail(f"{said} is not a time zone: use an IANA name such as Europe/London.")
    return said


def system_zone() -> str:
    """The zone of this machine, as far as it says: from TZ, /etc/timezone or /etc/localtime; else UTC."""
    import os

    from service.formats.times import is_zone

    named = [os.environ.get("TZ", "").lstrip(":")]
    file = Path("/etc/timezone")
    if file.is_file():
        named.append(file.read_text(encoding="utf-8", errors="replace").strip())
    link = Path("/etc/localtime")
    if link.is_symlink():
        named.append(str(link.resolve()).partition("zoneinfo/")[2])
    return next((name for name in named if name and is_zone(name)), "UTC")


def _zone_to_offer(account: AccountRow) -> str:
    return system_zone() if account.zone == "UTC" else account.zone


def _day(said: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        fail(f"{said} is not a date: write it as 2026-12-25.")


def _show(account: AccountRow, changed: bool) -> None:
    rows = (
        ("Name in texts", account.brand),
        ("Care phone", account.care_phone),
        ("Care e-mail", account.care_email),
        ("Zone", account.zone),
        ("Hours", opening.written(account.hours)),
        ("Closed on", ", ".join(account.holidays) or None),
        ("Mode", account.mode.value),
    )
    for name, value in rows:
        say(f"{name:<14} {value or 'not set'}")
    say("Kept." if changed else "Nothing was different.")
    if account.care_email is None:
        warn("Without a care e-mail nobody is promised an answer, and replies are only in `milepost threads`.")
