"""`milepost sources`: logistics systems that post in their own format, with their own signature."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.mappings import Named, checked_mapping, find_source, map_, mapping_file, unmapped
from service.cli.opened import desk, settings
from service.cli.option_values import options_of
from service.cli.samples import read_sample
from service.cli.speech import ago, counted, fail, local, say, table, title
from service.clock import utc_now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.store.sources import SourceRow

app = typer.Typer(help="Sources: add, list, show, rotate a secret, remove.", no_args_is_help=True)
app.command("map")(map_)
app.command("unmapped")(unmapped)
app.command("test")(read_sample)

HIDDEN = "…"
"""What stands in an address in place of its secret part."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A short name, such as carrier-feed.")],
    format: Annotated[str, typer.Option("--format", help="What it posts: see `milepost formats`.")],  # noqa: A002
    scheme: Annotated[str, typer.Option("--scheme", help="How it signs; the format's own way unless given.")] = "",
    secret: Annotated[str, typer.Option("--secret", help="The secret it signs with; drawn here unless given.")] = "",
    url: Annotated[
        bool, typer.Option("--url", help="It can only post to an address: draw one that nobody can guess.")
    ] = False,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="An option of format or scheme, as name=value.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="What its own codes mean: a JSON object of codes and meanings.")
    ] = None,
    lag: Annotated[int | None, typer.Option("--lag", min=0, help="Minutes by which it is usually late.")] = None,
) -> None:
    """Add a system that posts, and show its address and secret, once."""
    from service.formats import registry, signatures
    from service.store import sources

    if not 1 <= len(name) <= 80 or any(not (c.isalnum() or c in "-_.") for c in name):
        fail("The name has 1 to 80 letters, digits, dots and dashes, such as carrier-feed.")
    found = registry.get(format)
    if url and scheme not in {"", signatures.SOURCE_URL}:
        fail(f"--url is a scheme of its own, and --scheme names {scheme}: leave one of them out.")
    chosen = signatures.SOURCE_URL if url else scheme or found.default_scheme
    if chosen not in signatures.SCHEMES:
        fail(f"There is no signature scheme {chosen}: use one of {', '.join(signatures.SCHEMES)}.")
    options = options_of(option or [], {*found.options, *signatures.SCHEMES[chosen].options})
    meanings = checked_mapping(found, mapping_file(mapping)) if mapping else {}
    kept = _secret(chosen, secret)

    def unit(conn: Connection, now: datetime) -> tuple[SourceRow | None, str]:
        if sources.find_source(conn, one.account_id, name) is not None:
            return None, ""
        row = sources.create_source(
            conn,
            one.account_id,
            name=name,
            format=format,
            scheme=chosen,
            secrets=[_stored(chosen, kept)] if kept else [],
            options=options,
            mapping=meanings,
            usual_lag_minutes=lag,
            now=now,
        )
        return row, row.id

    with desk(make=True) as one:
        row = one.change("source.add", unit, detail={"format": format, "scheme": chosen})
    if row is None:
        fail(f"A source named {name} exists already: choose another name, or `milepost sources rotate {name}`.")
    _say_address(row, kept)
    _say_user(row)
    _say_secret(chosen, "" if secret else kept)


@app.command("list")
def list_() -> None:
    """List the sources and when each last called."""
    from service.store import sources

    with desk() as one, one.database.read() as conn:
        rows = sources.list_sources(conn, one.account_id)
    if not rows:
        say("No source is set up; events posted to /v1/events with an API key need none.")
        return
    now = utc_now()
    table(
        ("name", "format", "signature", "last call", "id"),
        [
            (r.name, r.format, r.scheme, f"{ago(r.last_call_at, now)} ago" if r.last_call_at else "never", r.id)
            for r in rows
        ],
    )


@app.command()
def show(name: Named) -> None:
    """Show one source, and its latest calls that could not be read."""
    from service.store import views_calls

    with desk() as one:
        zone = one.account().zone
        row = find_source(one, name)
        with one.database.read() as conn:
            calls = views_calls.page(conn, one.account_id, source=row.id, outcome="refused", limit=10)
    say(f"{row.name} ({row.id}) posts {row.format} to {_address(row)[0]}")
    if _by_key(row.scheme):
        say("Signature: none; it is called with an API key.")
    else:
        say(f"Signature: {row.scheme}, {len(row.secrets)} of 2 secrets in force.")
    _say_user(row)
    say(f"Last call: {local(row.last_call_at, zone) or 'never'}.")
    if row.options:
        say(f"Options: {json.dumps(row.options)}.")
    if row.mapping:
        say(f"{counted(len(row.mapping), 'code')} of its own: milepost sources map {row.name} lists them.")
    if calls:
        title("Calls that could not be read; POST /v1/calls/ID/replay reads one again")
        table(
            ("received", "call", "bytes", "why"),
            [(local(c["received_at"], zone), c["id"], c["size"], _why(c["problem"])) for c in calls[:10]],
        )


@app.command()
def rotate(
    name: Named,
    secret: Annotated[str, typer.Option("--secret", help="The new secret; drawn here unless given.")] = "",
) -> None:
    """Put a new secret in force beside the one before, which ends at the next rotation."""
    from service.store import sources

    with desk() as one:
        row = find_source(one, name)
        kept = _secret(row.scheme, secret)
        if not kept:
            fail(f"{row.name} has no secret: it is called with an API key. `milepost keys create` makes another.")
        stored = _stored(row.scheme, kept)
        one.change(
            "source.rotate", lambda conn, _now: (sources.rotate_secret(conn, one.account_id, row.id, stored), row.id)
        )
    if _by_url(row.scheme):
        _say_address(row, kept)
    _say_secret(row.scheme, "" if secret else kept)
    say(f"The {'address' if _by_url(row.scheme) else 'secret'} before this one stays good until the next rotation.")


@app.command("set")
def set_(
    name: Named,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="An option as name=value; name= unsets it. Repeat it.")
    ] = None,
) -> None:
    """Change options of a source; those that are not named stay. What was received stays as it was read."""
    from service.formats import registry, signatures
    from service.store import sources

    if not option:
        fail("Name what changes: --option, as name=value.")
    with desk() as one:
        row = find_source(one, name)
        known = {*registry.get(row.format).options, *signatures.SCHEMES[row.scheme].options}
        unset = {said.removesuffix("=") for said in option if said.endswith("=") and said.removesuffix("=") in known}
        given = options_of([said for said in option if said.removesuffix("=") not in unset], known)
        options = {key: value for key, value in {**row.options, **given}.items() if key not in unset}
        one.change(
            "source.change",
            lambda conn, _now: (sources.update_source(conn, one.account_id, row.id, options=options), row.id),
            detail={"fields": ["options"]},
        )
    say(f"Options of {row.name}: {json.dumps(options) if options else 'none'}.")


@app.command()
def remove(name: Named) -> None:
    """Refuse a source's calls from now on, and forget its secrets; what it has said stays."""
    from service.store import sources

    with desk() as one:
        row = find_source(one, name)

        def unit(conn: Connection, _now: datetime) -> tuple[SourceRow | None, str]:
            return sources.delete_source(conn, one.account_id, row.id), row.id

        one.change("source.remove", unit, detail={"name": row.name})
    say(f"{row.name} is removed. What it said is kept, and shown under {row.id}.")


def _by_url(scheme: str) -> bool:
    from service.formats import signatures

    return scheme == signatures.SOURCE_URL


def _by_key(scheme: str) -> bool:
    from service.formats import signatures

    return scheme == signatures.API_KEY


def _secret(scheme: str, given: str) -> str:
    """The secret to put in force: the one that was given, else a fresh one; "" where the scheme has none."""
    from service.formats import signatures
    from service.store import sources

    if _by_key(scheme):
        if given:
            fail("A source that is called with an API key has no secret: leave --secret out.")
        return ""
    if signatures.SCHEMES[scheme].ask and not given:
        fail(f"The scheme {scheme} has a secret that cannot be drawn here. {signatures.SCHEMES[scheme].ask}")
    if _by_url(scheme):
        if given:
            fail("The address of this source is drawn here, so that nobody can guess it: leave --secret out.")
        return sources.drawn_token()
    return given or sources.drawn()


def _stored(scheme: str, secret: str) -> str:
    from service.formats import signatures

    return signatures.hashed(secret) if _by_url(scheme) else secret


def _address(row: SourceRow, secret_part: str = HIDDEN) -> tuple[str, bool]:
    """Where the source posts to, and whether the settings say so; else it is where `milepost serve` usually listens."""
    chosen = settings()
    base = chosen.public_url or chosen.local_url
    end = f"/{secret_part}" if _by_url(row.scheme) else ""
    return f"{base}/v1/in/{row.id}{end}", chosen.public_url is not None or "port" in chosen.model_fields_set


def _say_address(row: SourceRow, secret_part: str) -> None:
    address, told = _address(row, secret_part)
    say(f"It posts to   {address}")
    if not told:
        say("That is this machine's own address, with the usual port: set MILEPOST_PUBLIC_URL (or MILEPOST_PORT,")
        say("where `milepost serve --port` was given) and look again with `milepost sources show`.")


def _say_user(row: SourceRow) -> None:
    """The user name beside the password, for schemes that have one."""
    from service.formats import signatures

    named = row.options.get("user")
    if row.scheme == "basic":
        user = named or signatures.BASIC_USER
        say(f"The user name is {user} (the option user sets another); the secret is the password.")
    elif row.scheme == signatures.IN_ENVELOPE:
        other = "another" if named else "one"
        say(f"The user name is {named or 'any'} (the option user sets {other}); the secret is the password.")


def _say_secret(scheme: str, secret: str) -> None:
    if _by_key(scheme):
        say("It signs nothing: it sends an API key. `milepost keys create --name NAME --scopes events` makes one.")
    elif _by_url(scheme):
        say("Whoever has this address can post as the source. It is not shown again: keep it now, as a password.")
    elif secret:
        say(f"Its secret is {secret}")
        say("It is not shown again: keep it now.")


def _why(problem: Any) -> str:
    return (
        " ".join(str(problem.get(key, "")) for key in ("message", "fix")).strip() if isinstance(problem, dict) else ""
    )
