"""`milepost pause` and `milepost resume`: hold what would leave, also with the database down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import durations
from service.cli.opened import desk, operator, settings
from service.cli.speech import counted, fail, local, named, say, table, title, warn
from service.clock import utc_now

if TYPE_CHECKING:
    from datetime import datetime

    from service.cli.opened import Desk
    from service.records.pauses import SwitchRow
    from service.records.resuming import ResumePlan

Named = tuple[str, str]
"""(scope, word)."""

Ref = Annotated[str | None, typer.Option("--ref", help="One shipment, by any of its references.")]
Customer = Annotated[str | None, typer.Option("--customer", help="One customer, by its code.")]
Contact = Annotated[str | None, typer.Option("--contact", help="One person, by id.")]
ChannelName = Annotated[str | None, typer.Option("--channel", help="sms or email.")]
Code = Annotated[str | None, typer.Option("--text", help="One text, by its code, such as D01.")]
Country = Annotated[str | None, typer.Option("--country", help="Phones of one country, such as GB.")]
Source = Annotated[
    str | None, typer.Option("--source", help="News of shipments of which this source has spoken, by name.")
]
Account = Annotated[bool, typer.Option("--account", help="Everything of this account.")]
Everything = Annotated[
    bool, typer.Option("--all", help="Everything of every account; so it is where nothing is named.")
]

ALL: Named = ("global", "")


def pause(
    *,
    ref: Ref = None,
    customer: Customer = None,
    contact: Contact = None,
    channel: ChannelName = None,
    code: Code = None,
    country: Country = None,
    source: Source = None,
    account: Account = False,
    everything: Everything = False,
    why: Annotated[str, typer.Option("--why", help="The reason; whoever looks sees it.")] = "paused by hand",
    length: Annotated[
        str, typer.Option("--for", help="How long, such as 30m, 2h or 3d; without it until resumed.")
    ] = "",
) -> None:
    """Hand nothing over until `milepost resume`. Events are taken in all the while."""
    meant = _one(ref, customer, contact, channel, code, country, source, account=account, everything=everything)
    during = durations.read(length)
    if meant == ALL and during is None:
        _pause_everything(why)
        return
    with desk() as one:
        now = utc_now()
        made = _set(one, meant, why, now, now + during if during else None)
        zone = one.account().zone
    until = f" until {local(made[0].until, zone)}" if made and made[0].until else ""
    say(f"Nothing is handed over for {_words(meant)}{until}. `milepost resume` so named lifts it.")


def resume(
    pause_id: Annotated[
        str | None, typer.Argument(metavar="[PAUSE]", help="A pause by its id, as `milepost status` shows it.")
    ] = None,
    *,
    ref: Ref = None,
    customer: Customer = None,
    contact: Contact = None,
    channel: ChannelName = None,
    code: Code = None,
    country: Country = None,
    source: Source = None,
    account: Account = False,
    everything: Everything = False,
    why: Annotated[str, typer.Option("--why", help="The reason, kept beside the resume.")] = "",
    rate: Annotated[
        int | None, typer.Option("--rate", min=1, max=100_000, help="How many messages leave in a minute.")
    ] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Show what would leave, and by when; changes nothing.")] = False,
) -> None:
    """Lift a pause: what waited leaves in turn, what is no longer true does not, what is still owed is said afresh."""
    meant = _one(ref, customer, contact, channel, code, country, source, account=account, everything=everything)
    pause_id = named(pause_id, "PAUSE")
    if pause_id and meant != ALL:
        fail("Name the pause by its id, or what it holds, not both.")
    whole = meant == ALL and not pause_id
    removed = whole and not plan and _remove_file()
    with _reached(removed=removed) as one:
        now = utc_now()
        pauses = _meant(one, pause_id, meant, now)
        per_minute = rate or settings().drain_per_minute
        zone = one.account().zone
        if plan:
            _show(_planned(one, pauses, now, per_minute), zone, _again(pause_id, meant, rate))
            return
        _resume(one, pauses, why, now, rate, zone, removed=removed)


@contextmanager
def _reached(*, removed: bool) -> Iterator[Desk]:
    """The database; where it is not reached and the file was removed, that is said too."""
    from service.store.errors import StoreError

    try:
        with desk() as one:
            yield one
    except (StoreError, typer.Exit):
        if removed:
            warn("The pause file is removed, but a pause in the database stands until `milepost resume` reaches it.")
        raise


def _resume(
    one: Desk, pauses: list[SwitchRow], why: str, now: datetime, rate: int | None, zone: str, *, removed: bool
) -> None:
    from service.flows import pausing
    from service.store import switches

    per_minute = settings().drain_per_minute
    done = pausing.resume(
        one.database, one.account_id, pauses, by=operator(), why=why, now=now, per_minute=per_minute, rate=rate
    )
    say("The pause is lifted." if done.lifted or removed else "Nothing was paused by these words.")
    if done.leaving:
        say(
            f"{counted(done.leaving, 'message that waited leaves', 'messages that waited leave')}, "
            f"{rate or per_minute} a minute, the last at "
            f"{local(done.last_at, zone)}. Each is checked once more when its turn comes."
        )
    with one.database.read() as conn:
        left = switches.active_switches(conn, one.account_id, now)
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
            _set(one, ALL, why, utc_now(), None)
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


def _one(
    ref: str | None,
    customer: str | None,
    contact: str | None,
    channel: str | None,
    code: str | None,
    country: str | None,
    source: str | None,
    *,
    account: bool,
    everything: bool,
) -> Named:
    """What is named, everything where nothing is; ends the command where it is more than one."""
    words = {
        "shipment": ref,
        "customer": customer,
        "contact": contact,
        "channel": channel,
        "code": code,
        "country": country,
        "source": source,
    }
    named_by = [(scope, named(word, OPTIONS.get(scope, f"--{scope}"))) for scope, word in words.items()]
    given = [(scope, word) for scope, word in named_by if word]
    given += [("account", "")] * account + [ALL] * everything
    if len(given) > 1:
        fail(
            "Name one of --ref, --customer, --contact, --channel, --text, --country, --source, --account and --all "
            "at a time."
        )
    return given[0] if given else ALL


OPTIONS = {"shipment": "--ref", "code": "--text", "global": "--all"}
"""Scopes whose option is called otherwise."""


def option(scope: str) -> str:
    """The option that names *scope*."""
    return OPTIONS.get(scope, f"--{scope}")


def _words(named: Named) -> str:
    return {"global": "any account", "account": "this account"}.get(named[0], named[1])


def _set(one: Desk, named: Named, why: str, now: datetime, until: datetime | None) -> list[SwitchRow]:
    from service.flows import pausing

    try:
        return pausing.pause(one.database, one.account_id, *named, by=operator(), why=why, now=now, until=until)
    except pausing.Unknown as error:
        fail(f"{error.message.rstrip('.')}: {error.fix[:1].lower()}{error.fix[1:]}")


def _meant(one: Desk, pause_id: str, named: Named, now: datetime) -> list[SwitchRow]:
    """The pauses in force that are named; where nothing is, those of every account and of this one."""
    from service.flows import pausing
    from service.store import switches

    with one.database.read() as conn:
        if pause_id:
            found = [row for row in switches.active_switches(conn, one.account_id, now) if row.id == pause_id]
            if not found:
                fail(f"No pause {pause_id} is in force: `milepost status` lists those that are.")
            return found
        try:
            asked = [named, ("account", "")] if named == ALL else [named]
            return [row for each in asked for row in pausing.meant(conn, one.account_id, *each, now)]
        except pausing.Unknown as error:
            fail(f"{error.message.rstrip('.')}: {error.fix[:1].lower()}{error.fix[1:]}")


def _planned(one: Desk, pauses: list[SwitchRow], now: datetime, per_minute: int) -> ResumePlan:
    from service.flows import pausing

    return pausing.plan(one.database, one.account_id, pauses, now=now, per_minute=per_minute)


def _again(pause_id: str, named: Named, rate: int | None) -> str:
    """The line that does what was planned."""
    what = pause_id or " ".join(part for part in (option(named[0]), f"'{named[1]}'" if named[1] else "") if part)
    return f"milepost resume {what}" + (f" --rate {rate}" if rate else "")


def _show(plan: ResumePlan, zone: str, line: str) -> None:
    """What a resume would mean, with the line that does it."""
    if not plan.pauses:
        say("Nothing is paused by these words.")
        return
    last = f", the last at {local(plan.last_at, zone)}" if plan.last_at else ""
    say(f"{counted(plan.leaving, 'message')} would leave, {plan.per_minute} a minute{last}.")
    if plan.late:
        say(f"{counted(plan.late, 'message')} would be too late by then; what is still owed is said afresh.")
    if plan.ended:
        ended = ", ".join(f"{number} {state}" for state, number in sorted(plan.ended.items()))
        say(f"Ended while waiting: {ended}.")
    if plan.untrue:
        say(f"{counted(len(plan.untrue), 'message')} would not leave, because the truth has changed:")
        table(("message", "shipment", "why"), [(row.message_id, row.shipment_id, row.why) for row in plan.untrue[:20]])
    if plan.looked < plan.shipments:
        say(f"Of {plan.shipments} shipments {plan.looked} were looked at; the others are when their turn comes.")
    for other in plan.others:
        say(f"Would stay paused: {f'{other.scope} {other.value}'.strip()} ({other.why}).")
    title(f"Nothing has changed yet. To resume: {line}")
