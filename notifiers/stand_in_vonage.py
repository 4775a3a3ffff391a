"""A small stand-in for Vonage's Messages, Reports and Application APIs on this machine, for tests and the demo.

It keeps what it is given, checks our tokens, blocks who says STOP, answers badly when told to, reports in both
directions, and posts signed status calls and inbound texts on demand.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from notifiers import stamps
from notifiers.stand_in_ledger import OPT_IN, OPT_OUT, Answer
from notifiers.stand_in_server import Asked, Given, StandInServer, as_json, post

API_KEY = "abcd1234"
API_SECRET = "Abcdef01" * 2
SIGNATURE_SECRET = "0123456789abcdef" * 4
APPLICATION = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"
NUMBER = "447700900000"
ERRORS = "https://developer.vonage.com/api-errors"
WINDOW = timedelta(hours=24)


@cache
def _key() -> rsa.RSAPrivateKey:
    """The application's key: made once in a process, because that takes a while."""
    return rsa.generate_private_key(65537, 2048)


def private_key() -> str:
    """What to set as `private_key`."""
    return _key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class StandInVonage(StandInServer):
    """Vonage's APIs on a free port; a context manager.

    *inbound_url* is where inbound texts are posted to; a report shows *page_size* rows at once. Calls are signed as
    of *seconds*, and texts are dated by it.
    """

    def __init__(
        self,
        *,
        inbound_url: str = "",
        page_size: int = 1000,
        seconds: stamps.Seconds = stamps.machine,
        port: int = 0,
    ) -> None:
        super().__init__(port)
        self.inbound_url = inbound_url
        self.page_size = page_size
        self.seconds = seconds
        self.may_send = True
        self.opted_out: set[str] = set()
        self._rows: list[dict[str, Any]] = []

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Every message so far, both directions, oldest first, with the field names of Vonage's reports."""
        with self.changed:
            return [dict(row) for row in self._rows]

    def handle(self, asked: Asked) -> Given:
        """Answer as the APIs do."""
        if (asked.method, asked.path) == ("POST", "/v1/messages"):
            with self.changed:
                return self._create(asked) if self._known(asked) else _error(401, "unauthorized", "Unauthorized")
        pair = base64.b64encode(f"{API_KEY}:{API_SECRET}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return _error(401, "unauthorized", "Unauthorized")
        if asked.path == "/v2/reports/records":
            return self._report(asked.query)
        if asked.path == f"/v2/applications/{APPLICATION}":
            address = {"webhooks": {"inbound_url": {"address": self.inbound_url, "http_method": "POST"}}}
            return as_json({"id": APPLICATION, "capabilities": {"messages": address} if self.may_send else {}})
        return _error(404, "not-found", "Not Found")

    def deliver(self, message_id: str, status: str, code: int | None = None) -> int:
        """Move a message to *status* and post the signed call; returns the HTTP status that came back, or 0."""
        with self.changed:
            row = next(row for row in self._rows if row["message_id"] == message_id)
            row |= {"status": status, "error_code": str(code or 0)}
            shown = dict(row)
        error = {} if code is None else {"error": {"type": f"{ERRORS}/messages#{code}", "title": str(code)}}
        return self._post(shown["webhook_url"] or "", _call(shown) | {"status": status} | error)

    def text(self, sender: str, to: str, body: str, url: str | None = None) -> int:
        """A person sends us a text: it is kept and posted, signed, to *url* or to the application's own address."""
        word = body.strip().upper()
        with self.changed:
            if word in OPT_OUT:
                self.opted_out.add(sender)
            elif word in OPT_IN:
                self.opted_out.discard(sender)
        row = self._keep("inbound", {"from": sender, "to": to, "text": body})
        return self._post(self.inbound_url if url is None else url, _call(row) | {"message_type": "text", "text": body})

    def signed(self, said: Mapping[str, Any], **claims: object) -> tuple[bytes, dict[str, str]]:
        """The body and headers of a call that says *said*, as Vonage would post it now; *claims* replaces its own."""
        body = json.dumps(said).encode()
        own = {
            "iat": int(self.seconds()),
            "jti": str(uuid4()),
            "iss": "Vonage",
            "payload_hash": hashlib.sha256(body).hexdigest(),
            "api_key": API_KEY,
            "application_id": APPLICATION,
        }
        token = jwt.encode(own | claims, SIGNATURE_SECRET, "HS256")
        return body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def _post(self, url: str, said: Mapping[str, Any]) -> int:
        return post(url, *self.signed(said)) if url else 0

    def _known(self, asked: Asked) -> bool:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        unjudged = {"verify_exp": False, "verify_iat": False}
        try:
            claims = jwt.decode(token, _key().public_key(), algorithms=["RS256"], options=unjudged)  # type: ignore[arg-type]
        except jwt.PyJWTError:
            return False
        return claims.get("application_id") == APPLICATION and claims["iat"] <= self.seconds() < claims["exp"]

    def _create(self, asked: Asked) -> Given:
        form = asked.json()
        answer = self.told(str(form.get("to", ""))) or self._refusal(form) or Answer(202)
        row = None
        if answer.taken or (answer.status < 300 and not answer.drop):
            row = self._keep("outbound", form)
        if answer.body is not None:
            usual = Given(body=answer.body)
        elif answer.status < 300:
            usual = as_json({"message_uuid": row["message_id"] if row else ""})
        else:
            usual = _error(answer.status, f"messages#{answer.code}" if answer.code else None, answer.message)
        return Given(answer.status, usual.body, answer.headers, drop=answer.drop, wait=answer.wait)

    def _refusal(self, form: Mapping[str, Any]) -> Answer | None:
        to, text = str(form.get("to", "")), str(form.get("text", ""))
        if not re.fullmatch(r"[1-9][0-9]{6,14}", to):
            return Answer(422, 1430, "Invalid recipient")
        if not form.get("from"):
            return Answer(422, 1120, "Invalid sender")
        if not text or len(text) > 1000:
            return Answer(422, 1020, "Invalid params")
        return Answer(422, 1240, "Illegal Number") if to in self.opted_out else None

    def _keep(self, direction: str, form: Mapping[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {
            "account_id": API_KEY,
            "message_id": str(uuid4()),
            "direction": direction,
            "provider": "sms",
            "from": form.get("from"),
            "to": form.get("to"),
            "message_body": form.get("text"),
            "client_ref": form.get("client_ref"),
            "date_received": datetime.fromtimestamp(self.seconds(), UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "status": "submitted" if direction == "outbound" else None,
            "error_code": "0",
            "ttl": form.get("ttl"),
            "webhook_url": form.get("webhook_url"),
        }
        with self.changed:
            self._rows.append(row)
            self.changed.notify_all()
            return dict(row)

    def _report(self, query: Mapping[str, str]) -> Given:
        start, end = (datetime.fromisoformat(query[name]) for name in ("date_start", "date_end"))
        wanted = (query.get("account_id"), query.get("product"), query.get("include_message"))
        if wanted != (API_KEY, "MESSAGES", "true") or not start < end <= start + WINDOW:
            return _error(422, "invalid-request-parameters", "Invalid request")
        rows = [
            row
            for row in self.messages
            if row["direction"] == query["direction"]
            and start <= datetime.fromisoformat(row["date_received"]) < end
            and all(row[name] == query.get(name, row[name]) for name in ("from", "to"))
        ]
        begin = int(query.get("cursor", "0"))
        following = begin + self.page_size
        links = {}
        if following < len(rows):
            more = urlencode({**query, "cursor": following, "iv": "iv"})
            links = {"next": {"href": f"https://api.nexmo.com/v2/reports/records?{more}"}}
        status = "TRUNCATED" if links else "SUCCESS"
        return as_json({"_links": links, "request_status": status, "records": rows[begin:following]})


def _call(row: Mapping[str, Any]) -> dict[str, Any]:
    said = {"message_uuid": row["message_id"], "channel": "sms", "from": row["from"], "to": row["to"]}
    return said | {"timestamp": row["date_received"]} | ({"client_ref": row["client_ref"]} if row["client_ref"] else {})


def _error(status: int, code: str | None, title: str) -> Given:
    kind = {"type": f"{ERRORS}/{code if '#' in code else '#' + code}"} if code is not None else {}
    return as_json({**kind, "title": title, "detail": title, "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf"}, status)
