"""`milepost contacts prefer`: how a person wishes to be told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from service.cli.opened import Desk, desk, operator
from service.cli.speech import fail, local, say, table
from service.clock import utc_now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.store.contacts import ContactRow

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
NEVER = "none"


def prefer(
    who: Annotated[str, typer.Argument(metavar="WHO", help="An id (con_…), a phone, or an e-mail address.")],
    *,
    channel: Annotated[str, typer.Option("--channel", help="What is tried first: text or email.")] = "",
    level: Annotated[str, typer.Option("--level", help="only_when_i_must_act, important, or every_step.")] = "",
    language: Annotated[str, typer.Option("--language", help="A language tag such as en.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="An IANA zone such as Europe/London, or none.")] = "",
    quiet: Annotated[str, typer.Option("--quiet", help="Local times such as 21:00-08:00, or none.")] = "",
    pause: Annotated[str, typer.Option("--pause-until", help="A date such as 2026-10-01, or none.")] = "",
    late_over: Annotated[str, typer.Option("--late-over-days", help="1 to 60, or none.")] = "",
    digest: Annotated[str, typer.Option("--digest", help="A list by e-mail: daily, weekly, or none.")] = "",
    name: Annotated[list[str] | None, typer.Option("--name", help='Their own name for an order: "4711=Toys".')] = None,
    how: Annotated[str, typer.Option("--how", help="How they said so, kept in the history.")] = "typed in",
    wording: Annotated[str, typer.Option("--wording", help="In which words, kept in the history.")] = "",
) -> None:
    """Show how a person wishes to be told, or change what is named. It counts from the very next message."""
    from service.store import contacts
    from service.store.contacts import Noting

    with desk() as one:
        row = find(one, who)
        now = utc_now()
        columns: dict[str, Any] = {}
        columns |= _level(row, level) if level else {}
        columns |= _language(language) if language else {}
        columns |= _zone(zone) if zone else {}
        columns |= _quiet(quiet) if quiet else {}
        columns |= _pause(pause, columns.get("zone", row.zone) or one.account().zone, now) if pause else {}
        columns |= _late(late_over) if late_over else {}
        columns |= _digest(row, digest) if digest else {}
        columns |= _names(row, name) if name else {}
        first = _channel(row, channel) if channel else None
        if not columns and first is None:
            _show(row, one.account().zone)
            return

        def unit(conn: Connection, moment: datetime) -> tuple[bool, str]:
            noting = Noting(operator(), how or "typed in", wording)
            changed = contacts.update_contact(
                conn, one.account_id, row.id, moment, noting=noting, first=first, **columns
            )
            return changed, row.id if changed else ""

        changed = one.change("contact.preferences", unit, detail={"fields": sorted(columns)})
    say("It counts from the very next message." if changed else "That is how it was before; nothing changed.")


def find(one: Desk, who: str) -> ContactRow:
    """The contact that *who* names; ends the command where there is none, or several."""
    from notifiers.base import Channel
    from service.cli.contacts import channel_of, mailbox, telephone
    from service.store import addresses, contacts

    with one.database.read() as conn:
        if who.startswith("con_"):
            ids = [who]
        else:
            channel = channel_of(who)
            value = mailbox(who) if channel is Channel.EMAIL else telephone(who, one.account().region)
            known = addresses.find_address(conn, one.account_id, channel, value)
            ids = addresses.contacts_at(conn, one.account_id, [known.id]) if known else []
        rows = [row for contact_id in ids if (row := contacts.get_contact(conn, one.account_id, contact_id))]
    if not rows:
        fail("There is nobody like that: look at `milepost contacts list`.")
    if len(rows) > 1:
        fail(f"Several people share this address; name one by id: {', '.join(row.id for row in rows)}.")
    return rows[0]


def _channel(row: ContactRow, said: str) -> Any:
    from notifiers.base import Channel

    words = {"text": Channel.SMS, "sms": Channel.SMS, "email": Channel.EMAIL}
    chosen = words.get(said.lower())
    if chosen is None:
        fail("--channel is text or email.")
    if chosen not in {one.channel for one in row.addresses}:
        fail("This person has no such address: `milepost contacts add` gives them one.")
    return chosen


def _level(row: ContactRow, said: str) -> dict[str, Any]:
    from service.policy.preferences import LEVELS, level_chosen
    from service.records.enums import Level

    if said not in LEVELS:
        fail(f"--level is one of: {', '.join(LEVELS)}.")
    return {"level": level_chosen(said, Level(row.level)).value}


def _language(said: str) -> dict[str, Any]:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", said):
        fail("--language is a tag such as en, de or zh-Hans.")
    return {"language": said}


def _zone(said: str) -> dict[str, Any]:
    from service.formats.times import is_zone

    if said == NEVER:
        return {"zone": None}
    if not is_zone(said):
        fail("--zone is an IANA name such as Europe/London, or none for the account's.")
    return {"zone": said}


def _quiet(said: str) -> dict[str, Any]:
    if said == NEVER:
        return {"quiet_from": "00:00", "quiet_to": "00:00"}
    if not re.fullmatch(f"{CLOCK}-{CLOCK}", said):
        fail("--quiet is two local times such as 21:00-08:00, or none.")
    begin, end = said.split("-")
    return {"quiet_from": begin, "quiet_to": end}


def _pause(said: str, zone: str, now: datetime) -> dict[str, Any]:
    from service.policy.preferences import LONGEST_PAUSE

    if said == NEVER:
        return {"paused_until": None}
    try:
        until = datetime.fromisoformat(said)
    except ValueError:
        fail("--pause-until is a date such as 2026-10-01, or none.")
    until = until if until.tzinfo else until.replace(tzinfo=ZoneInfo(zone))
    if not now < until <= now + LONGEST_PAUSE:
        fail(f"--pause-until must lie ahead, and within {LONGEST_PAUSE // timedelta(days=1)} days.")
    return {"paused_until": until.astimezone(UTC)}


def _late(said: str) -> dict[str, Any]:
    if said == NEVER:
        return {"late_over_days": None}
    if not said.isdecimal() or not 1 <= int(said) <= 60:
        fail("--late-over-days is a number of days from 1 to 60, or none.")
    return {"late_over_days": int(said)}


def _digest(row: ContactRow, said: str) -> dict[str, Any]:
    from notifiers.base import Channel

    if said not in {"daily", "weekly", NEVER}:
        fail("--digest is daily, weekly or none.")
    if said != NEVER and Channel.EMAIL not in {one.channel for one in row.addresses}:
        fail("A digest comes by e-mail, and this person has no address: `milepost contacts add` gives them one.")
    return {"digest": ""} | {"digest_always": False} if said == NEVER else {"digest": said}


def _names(row: ContactRow, given: list[str]) -> dict[str, Any]:
    names = dict(row.names)
    for one in given:
        ref, equals, own = (part.strip() for part in one.partition("="))
        if not ref or not equals or len(ref) > 80 or len(own) > 40:
            fail('--name is a reference and their name for it, such as "4711=Spring toys"; "4711=" takes it away.')
        names.pop(ref, None)
        names |= {ref: own} if own else {}
    return {"names": names or None}


def _show(row: ContactRow, zone: str) -> None:
    from service.policy.preferences import level_word
    from service.records.enums import Level

    channels = [one.channel.value for one in row.addresses]
    table(
        ("preference", "is"),
        [
            ("channel", channels[0] if channels else None),
            ("level", level_word(Level(row.level))),
            ("language", row.language),
            ("zone", row.zone or f"{zone} (the account's)"),
            ("quiet", None if row.quiet_from == row.quiet_to else f"{row.quiet_from}-{row.quiet_to}"),
            ("paused until", local(row.paused_until, row.zone or zone)),
            ("late over days", row.late_over_days),
            ("digest", row.digest or None),
            *((f"name for {ref}", own) for ref, own in row.names.items()),
        ],
    )
