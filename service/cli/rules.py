"""`milepost rules simulate`: what other rule numbers would have said, before they are set."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.opened import kitted
from service.cli.speech import counted, fail, local, progress, say, table, title

if TYPE_CHECKING:
    from service.flows.simulate import Share, Simulation, Tally

app = typer.Typer(help="The numbers of the rules: see what others would do.", no_args_is_help=True)

NAMED = 20
"""How many people are listed; --json has them all."""

MOST_DAYS = 366


@app.command()
def simulate(
    days: Annotated[int, typer.Option("--days", help="How many of the last days are played again.")] = 30,
    numbers: Annotated[
        list[str] | None, typer.Option("--set", metavar="RULE=NUMBER", help="Such as N2.over_2d_hours=24; repeat it.")
    ] = None,
    account: Annotated[str, typer.Option("--account", help="Another account, by its id.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON.")] = False,
) -> None:
    """Play the last days again under other numbers, and count the texts. Nothing is written and nothing is sent."""
    from service.flows import simulate as flow

    if not 1 <= days <= MOST_DAYS:
        fail(f"--days is from 1 to {MOST_DAYS}.")
    chosen = _numbers(numbers or [])
    with kitted() as (kit, default), progress("Playing again") as tell:
        try:
            found = flow.simulate(kit, account or default, days, chosen, tell)
        except LookupError:
            fail("There is no account of that id: GET /v1/account shows the id of a key's account.")
    if as_json:
        say(json.dumps(_json(found), ensure_ascii=False, indent=2))
    else:
        _show(found, days)


def _numbers(given: list[str]) -> dict[str, float]:
    from service.policy.rules import DEFAULTS, known

    found: dict[str, float] = {}
    for one in given:
        name, _, text = one.partition("=")
        if not known(name.strip()):
            fail(f"There is no rule {name.strip() or 'without a name'}: use some of {', '.join(DEFAULTS)}.")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 <= value <= 1_000_000:
            fail(f"--set {name.strip()} wants a number from 0 to 1,000,000, such as {name.strip()}=24.")
        found[name.strip()] = value
    return found


def _show(found: Simulation, days: int) -> None:
    new, old = found.changed or found.present, found.present
    beside = found.changed is not None
    say(
        f"{_many(new.total.texts, old.total.texts, 'text', beside)} to "
        f"{counted(len(new.people), 'person', 'people')} in {counted(days, 'day')}, "
        f"{_many(new.total.segments, old.total.segments, 'segment', beside)}, "
        f"{_many(new.total.emails, old.total.emails, 'e-mail', beside)}."
    )
    cost, before = found.cost(new), found.cost(old)
    if cost is not None and before is not None:
        without = f", without {', '.join(found.unpriced)}, which have no price" if found.unpriced else ""
        say(f"At the account's prices that is {cost:,.2f}{f' instead of {before:,.2f}' if beside else ''}{without}.")
    say(
        f"{counted(found.shipments, 'shipment')}, {local(found.begin)} to {local(found.end)}. "
        "Nothing was written and nothing was sent."
    )
    _show_people(found, new, old, beside=beside)
    _show_codes(new, old, beside=beside)


def _show_people(found: Simulation, new: Tally, old: Tally, *, beside: bool) -> None:
    ids = sorted({*new.people, *old.people}, key=lambda who: (-_share(new, who).texts, -_share(old, who).texts, who))
    if not ids:
        return
    title("By person")
    columns = ["person", "name", "texts", "segments", "e-mails"]
    rows: list[list[object]] = []
    for who in ids[:NAMED]:
        share, now = _share(new, who), _share(old, who)
        rows.append([who, found.names.get(who) or None, share.texts, share.segments, share.emails])
        if beside:
            rows[-1] += [now.texts, now.segments, now.emails]
    table([*columns, *(["texts now", "segments now", "e-mails now"] if beside else [])], rows)
    if len(ids) > NAMED:
        say(f"… and {len(ids) - NAMED} more: --json has them all.")


def _show_codes(new: Tally, old: Tally, *, beside: bool) -> None:
    codes = sorted({*new.codes, *old.codes})
    if not codes:
        return
    title("By what they say")
    rows = [[code, new.codes[code], *([old.codes[code]] if beside else [])] for code in codes]
    table(["code", "times", *(["times now"] if beside else [])], rows)


def _share(tally: Tally, contact_id: str) -> Share:
    from service.flows.simulate import Share

    return tally.people.get(contact_id) or Share()


def _many(new: int, old: int, what: str, beside: bool) -> str:
    """`412 texts instead of 1,038`."""
    return f"{new:,} {what if new == 1 else what + 's'}{f' instead of {old:,}' if beside else ''}"


def _json(found: Simulation) -> dict[str, Any]:
    return {
        "account_id": found.account_id,
        "from": found.begin.isoformat(),
        "to": found.end.isoformat(),
        "shipments": found.shipments,
        "set": dict(found.numbers),
        "present": _tally(found, found.present),
        "changed": _tally(found, found.changed) if found.changed is not None else None,
        "prices": dict(found.prices),
        "unpriced": list(found.unpriced) if found.prices else [],
    }


def _tally(found: Simulation, tally: Tally) -> dict[str, Any]:
    total = tally.total
    return {
        "texts": total.texts,
        "segments": total.segments,
        "emails": total.emails,
        "cost": found.cost(tally),
        "countries": dict(sorted(tally.countries.items())),
        "codes": dict(sorted(tally.codes.items())),
        "people": [
            {
                "contact_id": who,
                "name": found.names.get(who, ""),
                "texts": share.texts,
                "segments": share.segments,
                "emails": share.emails,
            }
            for who, share in sorted(tally.people.items())
        ],
    }
