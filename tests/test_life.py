"""One event from its call to its receipts: real HTTP and SMTP, Twilio's own SDK, and a running engine."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from httpx2 import Client

from notifiers.base import Channel
from notifiers.stand_in_mail import MailCatcher
from notifiers.stand_in_twilio import NUMBER, StandInTwilio
from service.app import create_app
from service.clock import ManualClock
from service.flows.kit import Kit
from service.records.enums import Mode
from service.records.tables import Address, Fact, InboundCall, Message, ReceiptRow, Shipment
from service.settings import Settings
from service.store import accounts, keys
from service.store.engine import Database
from service.store.tables import table
from tests.kits import JO, JO_MAIL

EVENT = {
    "ref": "PO 4711",
    "milestone": "departed",
    "at": "2026-09-17T18:00:00+08:00",
    "place": "CNNGB",
    "eta": "2026-10-09",
    "tell": [JO, JO_MAIL],
}


class Served:
    """An app behind a real port, its engine running."""

    def __init__(self, app: FastAPI, listening: socket.socket) -> None:
        config = uvicorn.Config(app, lifespan="on", log_config=None, access_log=False, ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]}, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()


@dataclass
class World:
    """The service, what stands in for the outside, and a caller with a key."""

    client: Client
    kit: Kit
    account_id: str
    twilio: StandInTwilio
    mail: MailCatcher

    def rows(self, of: Any) -> list[Any]:
        with self.kit.database.read() as conn:
            return list(conn.execute(table(of).select()).all())

    def states(self) -> dict[str, str]:
        return {row.channel.value: row.state.value for row in self.rows(Message)}


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


@pytest.fixture
def world(migrated_url: str, clock: ManualClock, tmp_path: Path, listening: socket.socket) -> Iterator[World]:
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with StandInTwilio(numbers={NUMBER: f"{url}/v1/callbacks/twilio/inbound"}) as twilio, MailCatcher() as mail:
        settings = Settings(
            database_url=migrated_url,
            public_url=url,
            pause_file=str(tmp_path / "milepost.pause"),
            notifiers={
                "twilio": {
                    "account_sid": twilio.account_sid,
                    "auth_token": twilio.auth_token,
                    "from_number": NUMBER,
                    "api_base": twilio.base_url,
                },
                "smtp": {
                    "host": mail.host,
                    "port": mail.port,
                    "security": "none",
                    "from_address": "desk@example.com",
                },
            },
        )
        app = create_app(settings, clock=clock)
        kit: Kit = app.state.kit
        account_id, key = opened(kit.database, clock)
        with Served(app, listening), Client(base_url=url, headers={"Authorization": f"Bearer {key}"}) as client:
            yield World(client, kit, account_id, twilio, mail)


def opened(database: Database, clock: ManualClock) -> tuple[str, str]:
    """The default account, live, and a key of it."""
    with database.read() as conn:
        account_id = accounts.default_id(conn) or ""
    known = {"mode": Mode.LIVE, "brand": "Harbour", "care_phone": "+441632960000", "care_email": "care@example.com"}
    database.write(lambda conn: accounts.update_account(conn, account_id, clock(), **known))
    key, _ = database.write(lambda conn: keys.create(conn, account_id, name="tms", scopes=["admin"], now=clock()))
    return account_id, key


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_one_event_from_call_to_receipt(world: World) -> None:
    answer = world.client.post("/v1/events", json=EVENT)
    assert answer.status_code == 202
    assert world.client.get("/v1/shipments").json()["data"][0]["refs"]

    (text,) = world.twilio.wait_for(1)
    (mail,) = world.mail.wait_for(1)
    assert (text["to"], text["from"]) == (JO, NUMBER)
    assert "9 Oct" in text["body"]
    assert mail.recipients == (JO_MAIL,)
    assert "9 Oct" in text_of(mail.parsed)
    assert mail.parsed["Reply-To"] == "care@example.com"

    assert world.twilio.deliver(text["sid"], "sent") == 204
    assert world.twilio.deliver(text["sid"], "delivered") == 204
    assert world.twilio.deliver(text["sid"], "sent") == 204
    assert world.states()["sms"] == "delivered"
    assert {row.status.value for row in world.rows(ReceiptRow)} == {"sent", "delivered"}

    link = re.search(r"https?://\S+/t/\S+", text["body"])
    assert link is not None
    page = world.client.get(link.group().rstrip("."), headers={"Authorization": ""})
    assert page.status_code == 200
    assert "9 Oct" in page.text
    assert JO not in page.text

    seen = world.rows(Shipment)[0].seq
    for _ in range(10):
        again = world.client.post("/v1/events", json=EVENT)
        assert again.json()["results"][0]["outcome"] == "duplicate"
    assert (len(world.rows(Shipment)), len(world.rows(Fact)), len(world.rows(InboundCall))) == (1, 2, 11)
    assert world.rows(Shipment)[0].seq == seen, "nothing is due"
    assert (len(world.twilio.messages), len(world.mail.mails)) == (1, 1)


def test_a_forged_receipt_is_refused(world: World) -> None:
    world.client.post("/v1/events", json=EVENT | {"tell": [JO]})
    (text,) = world.twilio.wait_for(1)
    callback = str(text["status_callback"]).partition("#")[0]
    fields = {"MessageSid": text["sid"], "MessageStatus": "undelivered", "AccountSid": world.twilio.account_sid}
    unsigned = world.client.post(callback, data=fields, headers={"Authorization": ""})
    forged = world.client.post(callback, data=fields, headers={"X-Twilio-Signature": "bm9ib2R5", "Authorization": ""})
    assert (unsigned.status_code, forged.status_code) == (403, 403)
    assert world.states()["sms"] in {"sending", "accepted"}
    assert world.rows(ReceiptRow) == []


def test_a_stop_by_text_is_obeyed_and_a_question_reaches_the_desk(world: World) -> None:
    world.client.post("/v1/events", json=EVENT | {"tell": [JO]})
    world.twilio.wait_for(1)
    assert world.twilio.text(JO, NUMBER, "When will it be here?") == 200
    (mail,) = world.mail.wait_for(1)
    assert mail.recipients == ("care@example.com",)
    assert "When will it be here?" in text_of(mail.parsed)
    assert world.twilio.text(JO, NUMBER, "STOP") == 200
    (address,) = [row for row in world.rows(Address) if row.channel is Channel.SMS]
    assert address.suppressed_by == "person"


def test_undelivered_goes_out_by_email(world: World) -> None:
    world.client.post("/v1/events", json=EVENT | {"tell": [{"phone": JO, "email": JO_MAIL}]})
    (text,) = world.twilio.wait_for(1)
    assert world.twilio.deliver(text["sid"], "undelivered", 30003) == 204
    mails = world.mail.wait_for(1)
    assert JO_MAIL in {mail.recipients[0] for mail in mails}
    assert world.states()["sms"] == "undelivered"
