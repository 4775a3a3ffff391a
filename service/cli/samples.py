"""`milepost sources test`: a payload read without a server and without a database, and what would be told of it."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.mappings import checked_mapping, mapping_file
from service.cli.speech import counted, fail, say, table, title
from service.clock import utc_now

if TYPE_CHECKING:
    from service.flows.kit import Kit
    from service.records.inbound import FactDraft, Item, Problem, Reading
    from service.records.results import WouldSend

ADDRESS = "https://track.example.com"
"""Where the links of sample texts lead: nowhere."""

SHOWN = 200
"""So many lines of a kind are printed; --json prints all."""


def read_sample(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the system posts, byte for byte; - for stdin.")],
    format: Annotated[str, typer.Option("--format", help="In which format: see `milepost formats`.")],  # noqa: A002
    option: Annotated[list[str] | None, typer.Option("--option", help="An option of it, as name=value.")] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="What its own codes mean: a JSON object of codes and meanings.")
    ] = None,
    at: Annotated[str, typer.Option("--at", help="When it came, as 2026-10-07T14:00Z; now unless given.")] = "",
    content_type: Annotated[
        str, typer.Option("--content-type", help="As what it came, such as application/cloudevents+json.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Read a payload and print its facts, what was ignored, unmapped or refused and why, and what would be told."""
    from service.cli.option_values import options_of
    from service.flows.reading import keepable
    from service.formats import cloudevents
    from service.formats.base import Unreadable
    from service.formats.registry import get

    found = get(format)
    options: dict[str, Any] = options_of(option or [], set(found.options))
    if mapping is not None:
        options["mapping"] = checked_mapping(found, mapping_file(mapping))
    now = _moment(at)
    body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        reading = keepable(cloudevents.read(body, {}, content_type, partial(found.read, now=now, options=options)))
    except Unreadable as error:
        if as_json:
            say(json.dumps({"format": format, "unreadable": _problem(error.problem)}, indent=2))
            raise typer.Exit(1) from None
        where = f" (at {error.problem.pointer})" if error.problem.pointer else ""
        fail(f"Nothing can be read{where}: {error.problem.message} {error.problem.fix}")
    told = _told(reading, now)
    if as_json:
        say(json.dumps(_as_json(format, reading, told), indent=2, default=str))
    else:
        _say(found.name, reading, told, now)
    if reading.problems:
        raise typer.Exit(1)


def _moment(given: str) -> datetime:
    if not given:
        return utc_now()
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        fail("--at is an instant with its zone, such as 2026-10-07T14:00Z.")
    if moment.tzinfo is None:
        fail("--at is an instant with its zone, such as 2026-10-07T14:00Z.")
    return moment


def _told(reading: Reading, now: datetime) -> list[WouldSend]:
    from service.flows.sampling import would_be_told

    if not reading.items:
        return []
    with _thrown_away() as (kit, account_id):
        return would_be_told(kit, account_id, [item for _, item in reading.items], now)


@contextmanager
def _thrown_away() -> Iterator[tuple[Kit, str]]:
    """A kit on a database of its own, which is gone afterwards; nothing is configured that sends."""
    from service.app import make_kit
    from service.settings import Settings
    from service.store import accounts, migrations
    from service.store.engine import open_database

    with tempfile.TemporaryDirectory(prefix="milepost-sample-") as place:
        url = f"sqlite:///{Path(place) / 'sample.db'}"
        migrations.upgrade(url)
        database = open_database(url)
        try:
            chosen = Settings(database_url=url, pause_file=str(Path(place) / "pause"), notifiers={}, public_url=ADDRESS)
            kit = make_kit(chosen, database, notifiers={})
            yield kit, accounts.ensure_default(database, kit.clock())
        finally:
            database.close()


def _say(name: str, reading: Reading, told: Sequence[WouldSend], now: datetime) -> None:
    facts = [(index, item, fact) for index, item in reading.items for fact in item.facts]
    taken_back = [(index, item.retracts) for index, item in reading.items if item.retracts]
    parts = (
        counted(len(facts), "fact"),
        *([f"{len(taken_back)} taken back"] if taken_back else []),
        f"{len(reading.ignored)} ignored",
        f"{len(reading.unmapped)} unmapped",
        counted(len(reading.problems), "problem"),
    )
    say(f"Read as {name}: {', '.join(parts)}.")
    if facts:
        title("Facts")
        table(
            ("item", "milestone", "how sure", "when", "place", "of", "more"),
            [
                (index, fact.milestone, fact.classifier, _when(fact), _place(fact), _of(item), _more(fact))
                for index, item, fact in facts[:SHOWN]
            ],
        )
    _list("Taken back", ("item", "event"), taken_back)
    _list("Ignored", ("item", "why"), [(one.index, one.reason) for one in reading.ignored])
    _list(
        "Unmapped: milepost sources map SOURCE CODE MILESTONE says what one means",
        ("item", "code", "the sender says"),
        [(one.index, one.code, one.says or None) for one in reading.unmapped],
    )
    _list(
        "Problems",
        ("item", "where", "what", "fix"),
        [(one.index, one.pointer or None, one.message, one.fix) for one in reading.problems],
    )
    _list("Taken, although it looks wrong", ("where", "what"), list(reading.notes.items()))
    _say_told(told, now)
    _say_waiting(reading)


def _say_waiting(reading: Reading) -> None:
    from service.records.enums import ReferenceType

    kinds = ((index, {ref.type for ref in item.refs}) for index, item in reading.items)
    waits = [index for index, types in kinds if types == {ReferenceType.SYSTEM_ID}]
    if waits:
        say(
            f"{_items(waits)} only ids of the sender's own, which are shown to nobody: until another event or an order "
            "names them it waits (`milepost parked`)."
        )


def _items(waits: Sequence[int]) -> str:
    more = f" and {len(waits) - SHOWN} more" if len(waits) > SHOWN else ""
    many = len(waits) > 1
    return f"Item{'s' if many else ''} {', '.join(map(str, waits[:SHOWN]))}{more} {'name' if many else 'names'}"


def _list(heading: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        title(heading)
        table(columns, rows[:SHOWN])
        if len(rows) > SHOWN:
            say(f"… and {len(rows) - SHOWN} more: --json has them all.")


def _say_told(told: Sequence[WouldSend], now: datetime) -> None:
    title("What somebody who follows these shipments would be told, had each event come when it happened")
    for one in told[:SHOWN]:
        say(f"{one.at:%Y-%m-%d %H:%M} UTC  {one.code}  {one.text}")
    if not told:
        say("Nothing: no news in it that a text is sent for.")
    if any(one.at > now for one in told):
        say("What lies ahead waits, for the reader's morning or to settle: it is told if nothing newer comes.")


def _when(fact: FactDraft) -> str:
    when = fact.when
    if when.at is None:
        return f"{when.on}" + ("" if when.zone_known else " (zone unknown)")
    until = f" to {when.until:%H:%M}" if when.until else ""
    return f"{when.at:%Y-%m-%d %H:%M} UTC{until}" + ("" if when.zone_known else " (zone unknown)")


def _place(fact: FactDraft) -> str | None:
    named = " ".join(part for part in (fact.place, fact.place_name) if part)
    role = f"({fact.place_role})" if fact.place_role else ""
    return f"{named} {role}".strip() or None


def _of(item: Item) -> str | None:
    return ", ".join(f"{ref.type} {ref.shown}" for ref in item.refs) or None


def _more(fact: FactDraft) -> str | None:
    said = {
        "unit": fact.unit,
        "by": None if fact.transport == "unknown" else fact.transport,
        "vessel": fact.vessel,
        "voyage": fact.voyage,
        "reason": fact.reason,
        "pieces": fact.pieces if fact.pieces_total is None else f"{fact.pieces} of {fact.pieces_total}",
        "flags": ", ".join(fact.flags),
    }
    return "; ".join(f"{name} {value}" for name, value in said.items() if value) or None


def _as_json(name: str, reading: Reading, told: Sequence[WouldSend]) -> dict[str, Any]:
    return {
        "format": name,
        "items": [
            {
                "index": index,
                "event_id": item.event_key,
                "stated_at": item.stated_at,
                "retracts": item.retracts,
                "refs": [{"type": ref.type, "value": ref.value} for ref in item.refs],
                "facts": [_fact(fact) for fact in item.facts],
            }
            for index, item in reading.items
        ],
        "ignored": [{"index": one.index, "reason": one.reason} for one in reading.ignored],
        "unmapped": [{"index": one.index, "code": one.code, "says": one.says} for one in reading.unmapped],
        "problems": [_problem(one) for one in reading.problems],
        "warnings": [{"pointer": where, "message": what} for where, what in reading.notes.items()],
        "told": [{"at": one.at, "code": one.code, "ref": one.shipment_ref, "text": one.text} for one in told],
    }


def _fact(fact: FactDraft) -> dict[str, Any]:
    when = fact.when
    return {
        "milestone": fact.milestone,
        "classifier": fact.classifier,
        "at": when.at,
        "date": when.on,
        "until": when.until,
        "time_zone": when.zone,
        "time_zone_known": bool(when.zone and when.zone_known),
        "place": fact.place,
        "place_name": fact.place_name,
        "place_role": fact.place_role,
        "unit": fact.unit,
        "transport": fact.transport,
        "vessel": fact.vessel,
        "voyage": fact.voyage,
        "reason": fact.reason,
        "pieces": fact.pieces,
        "pieces_total": fact.pieces_total,
        "flags": list(fact.flags),
    }


def _problem(one: Problem) -> dict[str, Any]:
    return {"index": one.index, "code": one.code, "message": one.message, "fix": one.fix, "pointer": one.pointer}
