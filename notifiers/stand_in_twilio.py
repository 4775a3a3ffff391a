"""A small stand-in for Twilio's REST API on this machine, for tests, benchmarks and the demo.

It keeps what it is given, answers as Twilio does (also badly, when told to), lists in both directions, and posts
signed callbacks and inbound texts on demand. Paths and fields: https://www.twilio.com/docs/messaging/api.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import threading
from collections.abc import Callable, Mapping
from email.utils import formatdate
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from notifiers.stand_in_ledger import Answer, Ledger
from notifiers.twilio_callbacks import sign

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "0123456789abcdef" * 2
NUMBER = "+447700900000"


class StandInTwilio:
    """Twilio's API on a free port of this machine; a context manager.

    *numbers* are the account's own, each with the address that inbound texts are posted to; *date* dates the
    messages (RFC 5322), by the machine's clock unless told otherwise. Safe to use from several threads.
    """

    def __init__(
        self,
        *,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        numbers: Mapping[str, str] | None = None,
        trial: bool = False,
        date: Callable[[], str] = formatdate,
        port: int = 0,
    ) -> None:
        self.auth_token = auth_token
        self.trial = trial
        self.ledger = Ledger(account_sid, {NUMBER: ""} if numbers is None else numbers, date)
        self._server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"stand_in": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and give the port back; answers that are held are let go."""
        for answer in list(self.ledger.answers.values()):
            if answer.wait is not None:
                answer.wait.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        """What to set as `api_base`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def account_sid(self) -> str:
        """What to set as `account_sid`."""
        return self.ledger.account_sid

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Every message so far, both directions, oldest first, with Twilio's field names."""
        return self.ledger.rows()

    def wait_for(self, count: int, seconds: float = 10.0) -> list[dict[str, Any]]:
        """Wait until *count* messages are here, and return them. Raises `TimeoutError`."""
        return self.ledger.wait_for(count, seconds)

    def answer(self, to: str | None, answer: Answer | None) -> None:
        """Answer texts to *to* (None: to everybody) with *answer* from now on; None returns to normal."""
        if answer is None:
            self.ledger.answers.pop(to, None)
        else:
            self.ledger.answers[to] = answer

    def deliver(self, sid: str, status: str, code: int | None = None) -> int:
        """Move a message to *status* and post Twilio's signed callback; returns the HTTP status that came back.

        A message without a callback address is only moved, and 0 is returned.
        """
        row = self.ledger.moved(sid, status, code)
        fields = self._common(row) | {"MessageStatus": status, "SmsStatus": status}
        if code is not None:
            fields["ErrorCode"] = str(code)
        url = str(row["status_callback"] or "").partition("#")[0]
        return self.post(url, fields) if url else 0

    def text(self, sender: str, to: str, body: str, url: str | None = None) -> int:
        """A person sends us a text: it is listed and posted, signed, to *url* or to the number's own address.

        Returns the HTTP status that came back, or 0 where there is no address.
        """
        self.ledger.obey(sender, to, body)
        row = self.ledger.keep({"To": to, "From": sender, "Body": body}, direction="inbound", status="received")
        target = url or self.ledger.numbers.get(to)
        fields = self._common(row) | {"Body": body, "NumMedia": "0", "NumSegments": "1"}
        return self.post(target, fields) if target else 0

    def post(self, url: str, fields: Mapping[str, str]) -> int:
        """Post a form to *url*, signed with our auth token; returns the HTTP status."""
        parts = urlsplit(url)
        connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=10)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, urlencode(fields), sign(self.auth_token, url, fields))
            return connection.getresponse().status
        finally:
            connection.close()

    def _common(self, row: Mapping[str, Any]) -> dict[str, str]:
        return {
            "MessageSid": str(row["sid"]),
            "SmsSid": str(row["sid"]),
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": str(row["from"] or row["messaging_service_sid"]),
            "To": str(row["to"]),
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    stand_in: ClassVar[StandInTwilio]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        if not self._known():
            return
        account = f"/2010-04-01/Accounts/{self.stand_in.account_sid}"
        if parts.path == f"{account}.json":
            kind = "Trial" if self.stand_in.trial else "Full"
            self._json(200, {"sid": self.stand_in.account_sid, "status": "active", "type": kind})
        elif parts.path == f"{account}/Messages.json":
            self._page(parts.path, query)
        elif parts.path == f"{account}/IncomingPhoneNumbers.json":
            self._json(200, {"incoming_phone_numbers": self._numbers(query), "next_page_uri": None})
        elif re.fullmatch(r"/v1/Services/MG[0-9a-f]{32}", parts.path):
            address = next(iter(self.stand_in.ledger.numbers.values()), "")
            self._json(200, {"inbound_request_url": address, "use_inbound_webhook_on_number": False})
        else:
            self._error(404, 20404, "The requested resource was not found")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode("utf-8")
        if not self._known():
            return
        if not urlsplit(self.path).path.endswith(f"/{self.stand_in.account_sid}/Messages.json"):
            self._error(404, 20404, "The requested resource was not found")
            return
        answer, row = self.stand_in.ledger.create(dict(parse_qsl(body, keep_blank_values=True)))
        if answer.wait is not None:
            answer.wait.wait()
        if answer.drop:
            self._hang_up()
        elif answer.body is not None:
            self._send(answer.status, answer.body, answer.headers)
        elif answer.status >= 300 or row is None:
            self._error(answer.status, answer.code, answer.message, answer.headers)
        else:
            self._json(answer.status, row)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the path holds the account's name."""

    def _known(self) -> bool:
        wanted = base64.b64encode(f"{self.stand_in.account_sid}:{self.stand_in.auth_token}".encode()).decode()
        if self.headers.get("Authorization") == f"Basic {wanted}":
            return True
        self._error(401, 20003, "Authenticate")
        return False

    def _page(self, path: str, query: Mapping[str, str]) -> None:
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        rows = self.stand_in.ledger.find(query)
        more = len(rows) > (page + 1) * size
        following = f"{path}?{urlencode({**query, 'Page': str(page + 1)})}" if more else None
        shown = rows[page * size : (page + 1) * size]
        self._json(200, {"messages": shown, "next_page_uri": following, "page": page, "page_size": size})

    def _numbers(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        return [
            {"phone_number": number, "sms_url": url, "capabilities": {"sms": True, "mms": False, "voice": False}}
            for number, url in self.stand_in.ledger.numbers.items()
            if query.get("PhoneNumber", number) == number
        ]

    def _error(
        self, status: int, code: int | None, message: str, headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        about = {"code": code, "message": message, "status": status}
        body = json.dumps(about).encode() if code is not None else f"<h1>{HTTPStatus(status).phrase}</h1>".encode()
        self._send(status, body, headers)

    def _json(self, status: int, value: object) -> None:
        self._send(status, json.dumps(value).encode(), {})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
