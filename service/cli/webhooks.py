"""`milepost webhooks`: where systems of ours are told of events, how that goes, and sending again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from service.cli.opened import Desk, kitted
from service.cli.speech import counted, fail, local, say, table, title

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.flows.kit import Kit
    from service.records.webhooks import Endpoint, WebhookEvent

app = typer.Typer(
    help="Webhooks: add, list, show, test, rotate, enable, disable, replay, remove.", no_args_is_help=True
)

Which = Annotated[str, typer.Argument(metavar="WEBHOOK_ID", help="The id, as `milepost webhooks list` shows it.")]

TEST_SECONDS = 40
"""How long the end of a test is waited for."""


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="An https address on the public internet.")],
    events: Annotated[str, typer.Option("--events", help="Kinds of events, with commas; all unless given.")] = "",
    customer: Annotated[str, typer.Option("--customer", help="Only shipments of this customer: a code or id.")] = "",
    full: Annotated[bool, typer.Option("--full", help="Send all that the API shows, texts and names too.")] = False,
    description: Annotated[str, typer.Option("--description", help="What it is for, such as ERP.")] = "",
) -> None:
    """Tell an address of events from now on, and show its secret, once."""
    from notifiers.callers import Refused
    from service.records.webhooks import Payload
    from service.store import customers, webhooks

    chosen = _events(events)
    if len(description) > 120 or not description.isprintable():
        fail("--description has at most 120 characters on one line.")
    with _opened() as (kit, one):
        try:
            kit.caller.check(url)
        except Refused as refusal:
            fail(f"{refusal} Use an address such as https://hooks.example.com/milepost.")

        def unit(conn: Connection, now: datetime) -> tuple[Endpoint | None, str]:
            owner = customers.find_customer(conn, one.account_id, customer) if customer else None
            if customer and owner is None:
                return None, ""
            row = webhooks.create(
                conn,
                one.account_id,
                url=url,
                now=now,
                description=description,
                events=chosen,
                customer_id=owner,
                payload=Payload.FULL if full else Payload.THIN,
            )
            return row, row.id

        try:
            row = one.change("webhook.add", unit, detail={"events": list(chosen)})
        except webhooks.TooMany:
            fail(f"This account has {webhooks.MOST} webhooks: remove one that is not needed any more.")
        if row is None:
            fail(f"There is no customer {customer}: look at `milepost customers list`.")
        say(f"This is {row.id}. `milepost webhooks test {row.id}` tries it.")
        _say_secret(kit, row)


@app.command("list")
def list_() -> None:
    """List the webhooks and whether they work."""
    from service.store import webhooks

    with _opened() as (_, one):
        zone = one.account().zone
        with one.database.read() as conn:
            rows = webhooks.listed(conn, one.account_id)
    if not rows:
        say("There is no webhook. `milepost webhooks add https://hooks.example.com/milepost` adds one.")
        return
    table(
        ("id", "what", "host", "events", "state", "last taken"),
        [
            (r.id, r.description, _host(r), ", ".join(r.events) or "all", _state(r), local(r.taken_at, zone))
            for r in rows
        ],
    )


@app.command()
def show(which: Which) -> None:
    """Show one webhook and the latest that it was told."""
    from service.store import views_deliveries

    with _opened() as (_, one):
        zone = one.account().zone
        row = _find(one, which)
        with one.database.read() as conn:
            counts = views_deliveries.open_ones(conn, one.account_id, row.id)
            told = views_deliveries.page(conn, one.account_id, row.id, limit=20)
    say(f"{row.id} {row.description} at {_host(row)} is {_state(row)}.")
    say(f"Events: {', '.join(row.events) or 'all'}; {row.payload}; {min(row.generation, 2)} of 2 secrets in force.")
    if row.failing_since:
        say(f"Nothing but failures since {local(row.failing_since, zone)}.")
    say(f"Deliveries: {', '.join(f'{number} {state.value}' for state, number in counts.items())}.")
    if told:
        title("The latest")
        columns = ("born", "event", "about", "state", "calls", "what came of it", "id")
        table(columns, [_line(each, zone) for each in told[:20]])


@app.command()
def test(which: Which) -> None:
    """Send a test and wait for its end; needs a running service."""
    from service.api.webhook_log import trial
    from service.store import deliveries, views_deliveries

    with _opened() as (kit, one):
        row = _find(one, which)
        sent = one.change(
            "webhook.test", lambda conn, now: (deliveries.keep_test(conn, row, trial(row, now), now), row.id)
        )
        kit.database.wake("webhooks")
        until = time.monotonic() + TEST_SECONDS
        while time.monotonic() < until:
            with one.database.read() as conn:
                found = views_deliveries.one(conn, one.account_id, row.id, sent)
                calls = views_deliveries.attempts(conn, one.account_id, sent)
            if found and found["ended_at"]:
                last = calls[-1]
                say(f"{found['state'].value} in {last['ms']} ms: {last['detail']} {last['said']}".rstrip())
                raise typer.Exit(0 if found["state"] == "delivered" else 1)
            time.sleep(0.2)
    fail("Nobody has sent it yet. Is `milepost serve` running?")


@app.command()
def rotate(which: Which) -> None:
    """Put a new secret in force beside the one before, which ends at the next rotation."""
    from service.store import webhooks

    with _opened() as (kit, one):
        row = _change(one, "webhook.rotate", which, lambda conn, now: webhooks.rotate(conn, one.account_id, which, now))
        _say_secret(kit, row)
    say("Calls are signed with the secret before this one too, until the next rotation.")


@app.command()
def enable(
    which: Which,
    skip_missed: Annotated[
        bool, typer.Option("--skip-missed", help="Do not send what happened while it was off.")
    ] = False,
) -> None:
    """Switch a webhook on again; it is first told of what it missed."""
    from service.store import webhooks

    with _opened() as (kit, one):
        _change(
            one,
            "webhook.enable",
            which,
            lambda conn, now: webhooks.enable(conn, one.account_id, which, now, skip=skip_missed),
        )
        _wake(kit)
    say(f"{which} is on; {'what it missed is not sent' if skip_missed else 'what it missed is sent first'}.")


@app.command()
def disable(which: Which) -> None:
    """Tell a webhook nothing more, until it is switched on again."""
    from service.records.webhooks import Disabled
    from service.store import webhooks

    def unit(conn: Connection, now: datetime) -> Endpoint | None:
        row = webhooks.lock(conn, one.account_id, which)
        if row is not None and row.disabled_at is None:
            webhooks.disable(conn, row, Disabled.PERSON, now)
        return row

    with _opened() as (_, one):
        _change(one, "webhook.disable", which, unit)
    say(f"{which} is off. `milepost webhooks enable {which}` switches it on again, with what it missed.")


@app.command()
def replay(
    which: Which,
    since: Annotated[
        str, typer.Option("--since", help="Failed at or after this instant, such as 2026-10-07T00:00:00Z.")
    ],
) -> None:
    """Send again what failed, each event under its own id."""
    from service.store import webhooks

    try:
        begin = datetime.fromisoformat(since)
    except ValueError:
        begin = datetime.min  # noqa: DTZ901 - refused below
    if begin.tzinfo is None:
        fail("--since is an instant with a zone, such as 2026-10-07T00:00:00Z.")

    def unit(conn: Connection, now: datetime) -> tuple[int, str]:
        return webhooks.replay_failed(conn, one.account_id, row.id, begin, now), row.id

    with _opened() as (kit, one):
        row = _find(one, which)
        number = one.change("webhook.replay", unit, detail={"since": begin.isoformat()})
        _wake(kit)
    say(f"{counted(number, 'delivery', 'deliveries')} due at once.")


@app.command()
def remove(which: Which) -> None:
    """Tell a webhook nothing more, and forget its log."""
    from service.store import webhooks

    with _opened() as (_, one):
        row = _find(one, which)
        one.change("webhook.remove", lambda conn, now: (webhooks.remove(conn, one.account_id, row.id, now), row.id))
    say(f"{which} is removed.")


@contextmanager
def _opened() -> Iterator[tuple[Kit, Desk]]:
    with kitted() as (kit, account_id):
        yield kit, Desk(kit.database, account_id)


def _change(one: Desk, action: str, which: str, unit: Callable[[Connection, datetime], Endpoint | None]) -> Endpoint:
    def whole(conn: Connection, now: datetime) -> tuple[Endpoint | None, str]:
        row = unit(conn, now)
        return row, which if row else ""

    row = one.change(action, whole)
    if row is None:
        _unknown(which)
    return row


def _find(one: Desk, which: str) -> Endpoint:
    from service.store import webhooks

    with one.database.read() as conn:
        row = webhooks.get(conn, one.account_id, which)
    if row is None:
        _unknown(which)
    return row


def _unknown(which: str) -> NoReturn:
    fail(f"There is no webhook {which}: look at `milepost webhooks list`.")


def _events(given: str) -> tuple[WebhookEvent, ...]:
    from service.records.webhooks import CHOOSABLE, WebhookEvent

    words = [word.strip() for word in given.split(",") if word.strip()]
    strange = [word for word in words if word not in CHOOSABLE]
    if strange:
        fail(f"{strange[0]} is no kind of event: use some of {', '.join(CHOOSABLE)}.")
    return tuple(dict.fromkeys(WebhookEvent(word) for word in words))


def _say_secret(kit: Kit, row: Endpoint) -> None:
    from service.records.webhooks import secret_name

    say(f"Its secret is {kit.caller.secrets_for(secret_name(row.account_id, row.id), row.generation)[0]}")
    say("It is not shown again: keep it now. How to check a call: docs/integrations/webhook.md.")


def _wake(kit: Kit) -> None:
    for topic in ("changes", "webhooks"):
        kit.database.wake(topic)


def _host(row: Endpoint) -> str:
    from urllib.parse import urlsplit

    return urlsplit(row.url).hostname or ""


def _state(row: Endpoint) -> str:
    if row.disabled_at is not None:
        return f"off ({row.disabled_why})"
    return "failing" if row.failing_since else "on"


def _line(row: dict[str, Any], zone: str) -> tuple[object, ...]:
    came = row["detail"] or None
    return local(row["at"], zone), row["event"], row["subject_id"], row["state"], row["calls"], came, row["id"]
