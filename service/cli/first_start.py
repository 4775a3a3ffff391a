"""What `milepost serve` says when it is ready; on the first start a key and one call that works as it is printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.flows.kit import Kit

PHONE = "+447700900123"
"""A number that Ofcom keeps free for drama, so that a copied example never reaches anybody."""

PLACE, PLACE_ZONE = "CNNGB", "Asia/Shanghai"
SAILING = timedelta(days=22)


def greeting(kit: Kit) -> Iterator[str]:
    """The lines to print once the service answers."""
    base = kit.local_url
    yield f"Milepost answers at {base}"
    key = first_key(kit)
    if key is None:
        yield f"Phone: {base}/phone  Inbox: {base}/inbox  API: {base}/docs"
        yield "A key for a system that calls: milepost keys create --name NAME"
    else:
        yield ""
        yield f"Your API key, shown only now: {key}"
        yield ""
        yield "Post a first event; this works as it stands:"
        yield ""
        yield curl(base, key, kit.clock())
        yield ""
        yield f"Then look at the phone {base}/phone and the inbox {base}/inbox. Nothing leaves this machine yet."
        yield from night(kit.clock(), kit)
        yield "To see what can go wrong, and nothing real touched: `milepost keys create --name try --test`."
        yield "`milepost setup` asks for your name and care phone, `milepost doctor` says what is missing."
    if kit.public_url is None and kit.live:
        yield "MILEPOST_PUBLIC_URL is not set: texts that leave carry no link,"
        yield "and replies are fetched from the provider."
    yield "Ctrl+C stops it."


def night(now: datetime, kit: Kit) -> Iterator[str]:
    """Why the phone stays empty, where the first call is made in somebody's night."""
    from service.policy.timing import allowed
    from service.store import accounts

    with kit.database.read() as conn:
        account_id = accounts.default_id(conn)
        zone = accounts.view(conn, account_id).zone if account_id else "UTC"
    if allowed(now, zone) > now:
        yield f"It is night in {zone}: the text waits until 08:00. `milepost setup` sets your zone."


def first_key(kit: Kit) -> str | None:
    """A key with every right where the account has none yet; None on every later start."""
    from service.store import accounts, audit, keys

    now = kit.clock()
    with kit.database.read() as conn:
        account_id = accounts.default_id(conn)
        if account_id is None or keys.list_keys(conn, account_id):
            return None

    def make(conn: Connection) -> str:
        presented, view = keys.create(conn, account_id, name="first", scopes=["admin"], now=now)
        audit.record(conn, account_id, "command", "key.add", view.id, "first start", {"scopes": ["admin"]}, now)
        return presented

    return kit.database.write(make)


def example(now: datetime) -> dict[str, object]:
    """An event of an hour ago: a ship left Ningbo and is due in three weeks."""
    left = (now - timedelta(hours=1)).astimezone(ZoneInfo(PLACE_ZONE))
    return {
        "ref": "PO 4711",
        "milestone": "departed",
        "at": left.isoformat(timespec="minutes"),
        "place": PLACE,
        "eta": (left + SAILING).date().isoformat(),
        "tell": [PHONE],
    }


def curl(base: str, key: str, now: datetime) -> str:
    """The call that posts the example, ready to paste into a shell."""
    return (
        f"curl -sS {base}/v1/events \\\n"
        f'  -H "Authorization: Bearer {key}" -H "Content-Type: application/json" \\\n'
        f"  -d '{json.dumps(example(now))}'"
    )
