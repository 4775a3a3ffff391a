"""Twilio as far as sending goes, in a process of its own: takes every text, answers after a while, and costs little.

`python -m benchmarks.slow_twilio SECONDS` prints its settings; says on request when which call of ours came.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from email.utils import format_datetime
from typing import cast
from urllib.parse import parse_qs

import uvloop

from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER
from service.clock import utc_now

CREATED = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
LISTED = CREATED.replace(b"201 Created", b"200 OK")


class _Texts:
    """What came: each text as Twilio shows it, and when, by the address that its receipts go to."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.rows: list[dict[str, object]] = []
        self.came: dict[str, list[float]] = {}

    def take(self, form: dict[str, list[str]]) -> bytes:
        now = utc_now()
        report = form.get("StatusCallback", [""])[0].partition("#")[0]
        self.came.setdefault(report.rpartition("/")[2], []).append(now.timestamp())
        row: dict[str, object] = {
            "sid": f"SM{len(self.rows):032x}",
            "account_sid": ACCOUNT_SID,
            "to": form["To"][0],
            "from": form["From"][0],
            "messaging_service_sid": None,
            "body": form["Body"][0],
            "status": "queued",
            "direction": "outbound-api",
            "date_created": format_datetime(now),
            "date_updated": None,
            "date_sent": None,
            "error_code": None,
            "error_message": None,
            "num_segments": "1",
            "num_media": "0",
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": "",
            "subresource_uris": {},
        }
        self.rows.append(row)
        body = json.dumps(row).encode()
        return CREATED % (len(body), body)

    def listed(self) -> bytes:
        body = json.dumps({"messages": self.rows[::-1], "next_page_uri": None}).encode()
        return LISTED % (len(body), body)


class _Call(asyncio.Protocol):
    """One request on a connection of its own, as our client makes them."""

    def __init__(self, texts: _Texts) -> None:
        self.texts = texts
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, mark, body = self.buffer.partition(b"\r\n\r\n")
        if not mark:
            return
        if head.startswith(b"GET"):
            self._answer(self.texts.listed())
            return
        _, _, length = head.lower().partition(b"content-length:")
        if len(body) >= int(length.partition(b"\r\n")[0]):
            given = self.texts.take(parse_qs(body.decode()))
            asyncio.get_running_loop().call_later(self.texts.seconds, self._answer, given)

    def _answer(self, given: bytes) -> None:
        self.transport.write(given)
        self.transport.close()


async def _serve(seconds: float) -> None:
    texts = _Texts(seconds)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Call(texts), "127.0.0.1", 0, backlog=1024)
    settings = {
        "account_sid": ACCOUNT_SID,
        "auth_token": AUTH_TOKEN,
        "from_number": NUMBER,
        "api_base": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
    }
    print(json.dumps({"settings": settings}), flush=True)
    ended = asyncio.Event()

    def control() -> None:
        for _ in sys.stdin:
            print(json.dumps({"came": texts.came}), flush=True)
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=control, daemon=True).start()
    await ended.wait()
    server.close()


if __name__ == "__main__":
    uvloop.run(_serve(float(sys.argv[1])))
