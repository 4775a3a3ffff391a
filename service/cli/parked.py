"""`milepost parked`: facts that no shipment could claim, and since when they wait."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer

from service.cli.mappings import find_source
from service.cli.opened import desk
from service.cli.speech import ago, counted, fail, local, say, table
from service.clock import utc_now

MOST = 200
"""Facts that are listed at most."""

OTHERWISE = "leave out --source, --ref or --days"


def parked(
    source: Annotated[str, typer.Option("--source", help="From this source only.")] = "",
    ref: Annotated[str, typer.Option("--ref", help="Under this reference only; blanks and case do not count.")] = "",
    days: Annotated[int, typer.Option("--days", min=0, help="Parked at least so many days ago.")] = 0,
    limit: Annotated[int, typer.Option("--limit", help="How many are listed.")] = 50,
) -> None:
    """List the facts that wait for a shipment to gain one of their references, the newest first."""
    from service.records.enums import ReferenceType
    from service.records.inbound import RefValue
    from service.store import views_parked

    if not 1 <= limit <= MOST:
        fail(f"--limit is from 1 to {MOST}.")
    now = utc_now()
    with desk() as one:
        source_id = find_source(one, source).id if source else None
        zone = one.account().zone
        with one.database.read() as conn:
            value = RefValue(ReferenceType.REF, ref).value if ref else None
            before = now - timedelta(days=days) if days else None
            rows = views_parked.page(conn, one.account_id, source_id=source_id, value=value, before=before, limit=limit)
            total, oldest = views_parked.count(conn, one.account_id, source_id=source_id, value=value, before=before)
            waits = bool(total) or views_parked.count(conn, one.account_id)[0] > 0
    if oldest is None:
        say(f"No fact that waits for a shipment matches: {OTHERWISE}." if waits else "No fact waits for a shipment.")
        return
    say(f"{counted(total, 'fact')} without a shipment, the oldest for {ago(oldest, now)}.")
    table(
        ("fact", "says", "of", "place", "waits under", "source", "since", "until"),
        [
            (
                row["id"],
                _says(row),
                row["at_date"] or local(row["at"], zone),
                row["place"],
                ", ".join(f"{one['type']} {one['value']}" for one in row["refs"]),
                row["source_name"] or row["source_id"],
                local(row["parked_at"], zone),
                local(row["waits_until"], zone),
            )
            for row in rows[:limit]
        ],
    )
    if len(rows) > limit:
        say("There are more: --limit, --source and --ref choose.")
    say(f"Give a shipment the reference and its facts come to it: `milepost import`, or {_example(rows[0]['refs'][0])}")


def _says(row: Mapping[str, Any]) -> str:
    """What waits, in words: a milestone, or the event that it takes back."""
    return f"takes back {row['retracts']}" if row["retracts"] else f"{row['milestone']} {row['classifier']}"


def _example(ref: Mapping[str, str]) -> str:
    """The request that gives the order of your number what waits under *ref*."""
    return f"PUT /v1/shipments/by-ref/ref/YOUR-ORDER {json.dumps({'refs': {ref['type']: [ref['value']]}})}"
