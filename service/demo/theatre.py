"""The demo's stage: a real service on a database of its own, with a clock that somebody else moves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from notifiers.twilio_callbacks import sign
from service.app import create_app
from service.clock import ManualClock
from service.demo.tape import (
    BRAND,
    BRIGHT_TOYS,
    CARE_EMAIL,
    CARE_PHONE,
    DIGESTS,
    HOURS,
    SERVICES,
    START,
    ZONE,
)
from service.flows.kit import Kit
from service.records.inbound import Person
from service.settings import Settings
from service.store import accounts, contacts, keys
from service.store.engine import Connection
from service.web.loopback_pages import Sign


@dataclass(frozen=True, slots=True)
class Theatre:
    """A service with the demo's account, and a key to post with."""

    app: FastAPI
    kit: Kit
    clock: ManualClock
    account_id: str
    key: str

    @property
    def sign(self) -> Sign:
        """Signs what the phone page sends back, as the service itself does."""
        return partial(sign, self.app.state.loopback_token)


def build(place: Path, host: str = "127.0.0.1", port: int = 8000) -> Theatre:
    """A service whose files are in *place*, with nothing posted yet. Nothing it writes can leave the machine.

    *host* and *port* are where it will be served: the links of its texts lead there.
    """
    clock = ManualClock(START)
    settings = Settings(
        database_url=f"sqlite:///{place / 'demo.db'}",
        public_url=None,
        notifiers={},
        host=host,
        port=port,
        pause_file=str(place / "milepost.pause"),
        log_level="error",
    )
    app = create_app(settings, clock=clock)
    kit: Kit = app.state.kit
    account_id = accounts.ensure_default(kit.database, START)
    key, _ = kit.database.write(lambda conn: keys.create(conn, account_id, name="demo", scopes=("events",), now=START))
    changes = {
        "brand": BRAND,
        "care_phone": CARE_PHONE,
        "care_email": CARE_EMAIL,
        "zone": ZONE,
        "hours": dict(HOURS),
        "services": list(SERVICES),
    }
    kit.database.write(lambda conn: accounts.update_account(conn, account_id, START, **changes))
    kit.database.write(lambda conn: _choose_digests(conn, account_id))
    return Theatre(app, kit, clock, account_id, key)


def _choose_digests(conn: Connection, account_id: str) -> None:
    """Some people want a daily list beside their texts; they are found again when an event names them."""
    for person in BRIGHT_TOYS:
        if person["phone"] in DIGESTS:
            known = Person(name=person["name"], phone=person["phone"], email=person["email"])
            contact_id = contacts.upsert_person(conn, account_id, known, START)
            contacts.update_contact(conn, account_id, contact_id, START, digest="daily")
