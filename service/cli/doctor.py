"""`milepost doctor`: what is set, what is missing, and the one line that fixes it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.failures import explained
from service.cli.speech import counted, mark, say, title

if TYPE_CHECKING:
    from notifiers.base import Finding
    from service.settings import Settings


def doctor(
    live: Annotated[bool, typer.Option("--live", help="Also ask the providers; sends nothing.")] = False,
) -> None:
    """Say what is set, what is missing, and the one line that fixes it."""
    from notifiers.base import Finding
    from service.cli import doctor_machine
    from service.cli.opened import settings

    found = _told("This machine", doctor_machine.machine())
    try:
        chosen = settings()
    except Exception as error:
        sentence = explained(error)
        if sentence is None:
            raise
        found += _told("Settings", [Finding("Settings", False, line) for line in sentence.splitlines()])
    else:
        found += _told("Settings", doctor_machine.weak(chosen))
        found += _examined(chosen, live=live)
    _end(found)


def _examined(chosen: Settings, *, live: bool) -> list[Finding]:
    """Everything that needs the database, as far as it can be reached."""
    from notifiers.base import Finding
    from service.cli import doctor_account, doctor_database, doctor_engine, doctor_sending
    from service.clock import utc_now
    from service.store.engine import open_database
    from service.store.errors import StoreError

    built, broken = doctor_sending.build(chosen)
    wrong = doctor_sending.wrong(broken)
    now = utc_now()
    found: list[Finding] = []
    try:
        missing = doctor_database.absent(chosen.database_url)
        if missing is not None:
            found += _told("Database", [missing])
            return found + _told("Sending", [*wrong, *doctor_sending.channels(built, broken)])
        with closing(open_database(chosen.database_url)) as database:
            stands = doctor_database.database(database)
            found += _told("Database", stands)
            if any(not one.ok for one in stands):
                return found + _told("Sending", [*wrong, *doctor_sending.channels(built, broken)])
            account = doctor_account.account_of(database, now)
            found += _told("Your account", doctor_account.account(account))
            sending = [
                *wrong,
                *doctor_sending.channels(built, broken, account),
                *doctor_sending.address(chosen, account, built),
            ]
            if live:
                sending += doctor_sending.asked(built, broken, chosen)
            found += _told("Sending", sending)
            found += _told("Systems that call", doctor_engine.callers(database, account, now))
            found += _told("Systems that are told", doctor_engine.webhooks(database, account))
            found += _told("The engine", doctor_engine.engine(database, account, chosen, now))
    except StoreError as error:
        found += _told("Database", [Finding("Database", False, str(error))])
    return found


def _told(heading: str, findings: Sequence[Finding]) -> list[Finding]:
    if findings:
        title(heading)
    for one in findings:
        kind = "bad" if not one.ok else "warn" if one.warning else "good"
        mark(kind, f"{one.what}: {one.detail}" if one.detail else one.what)
        if one.fix and kind != "good":
            say(f"    {one.fix}")
    return list(findings)


def _end(found: Sequence[Finding]) -> None:
    wrong = sum(not one.ok for one in found)
    warned = sum(one.ok and one.warning for one in found)
    say()
    if wrong:
        say(f"{counted(wrong, 'thing')} must be mended before the service can do its job.")
        raise typer.Exit(1)
    say(f"It can do its job; {counted(warned, 'thing')} could be better." if warned else "Everything is in order.")
