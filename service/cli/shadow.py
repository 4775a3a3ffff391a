"""`milepost shadow`: what would have been said, before anything is said for real."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.opened import kitted
from service.cli.speech import counted, fail, local, say, table, title

if TYPE_CHECKING:
    from service.flows.shadow import Rehearsal

MOST_DAYS = 90
LISTED = 20
"""How many texts are shown in full unless --limit says otherwise."""

MOST = 200


def shadow(
    days: Annotated[int, typer.Option("--days", help="How many of the last days.")] = 7,
    contact: Annotated[str, typer.Option("--contact", help="In full for this person only, by id.")] = "",
    limit: Annotated[int, typer.Option("--limit", help="How many are shown in full.")] = LISTED,
    test: Annotated[bool, typer.Option("--test", help="What keys made with --test rehearsed.")] = False,
) -> None:
    """Show what would have been said: by day and person, the texts themselves, and what was held back and why."""
    from service.flows.shadow import rehearsal
    from service.store import twins

    if not 1 <= days <= MOST_DAYS:
        fail(f"--days is from 1 to {MOST_DAYS}.")
    if not 0 <= limit <= MOST:
        fail(f"--limit is from 0 to {MOST}.")
    with kitted() as (kit, default):
        asked: str | None = default
        if test:
            with kit.database.read() as conn:
                asked = twins.twin_of(conn, default)
        if asked is None:
            fail("There is no test account yet: milepost keys create --test makes it.")
        found = rehearsal(kit, asked, days, contact=contact or None, limit=limit)
    total = found.total
    say(
        f"{counted(total.texts, 'text')} in {counted(total.segments, 'segment')} and {counted(total.emails, 'e-mail')} "
        f"would have been sent to {counted(len(found.people), 'person', 'people')} in {counted(days, 'day')}; "
        f"{total.held} held back, {total.waiting} waiting."
    )
    if found.mode == "live":
        say("The account is live: only what is still in shadow is rehearsed, so little may be shown here.")
    _show_counts(found)
    _show_reasons(found)
    _show_entries(found)


def _show_counts(found: Rehearsal) -> None:
    if not found.people:
        return
    columns = ("texts", "segments", "e-mails", "held", "waiting")
    title("By day")
    table(
        ("day", *columns),
        [(day, one.texts, one.segments, one.emails, one.held, one.waiting) for day, one in sorted(found.days.items())],
    )
    title("By person")
    people = sorted(found.people.items(), key=lambda item: (-item[1].texts, item[0]))
    table(
        ("person", "name", *columns),
        [
            (who, found.names.get(who) or None, one.texts, one.segments, one.emails, one.held, one.waiting)
            for who, one in people[:LISTED]
        ],
    )
    if len(people) > LISTED:
        say(f"… and {len(people) - LISTED} more: GET /v1/shadow has them all.")


def _show_reasons(found: Rehearsal) -> None:
    if found.reasons:
        title("Why it was not said, or waits")
        reasons = sorted(found.reasons.items(), key=lambda item: (-item[1].count, item[0]))
        table(("rule", "times", "such as"), [(rule, one.count, one.latest) for rule, one in reasons])
    if found.held_now:
        title("Held back now")
        table(
            ("shipment", "code", "person", "until", "why"),
            [
                (
                    one["shipment_id"],
                    one["code"],
                    found.names.get(one["contact_id"]) or one["contact_id"],
                    one["until"],
                    one["why"][-1]["text"],
                )
                for one in found.held_now[:LISTED]
            ],
        )


def _show_entries(found: Rehearsal) -> None:
    said = [(one, message) for one in found.entries for message in one["messages"] if message["handed_at"]]
    if said:
        title("Said in rehearsal, latest first")
    shown: set[str] = set()
    for one, message in said:
        if message["id"] in shown:
            continue
        shown.add(message["id"])
        who = found.names.get(one["contact_id"]) or one["contact_id"]
        say(f"{local(message['handed_at'], found.zone)}  {one['code'].value}  {message['channel'].value}  {who}")
        say(f"  {message['body'].strip()}")
