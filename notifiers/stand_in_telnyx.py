"""A small stand-in for Telnyx's messaging API on this machine, for tests and the demo.

It keeps what it is given, honours idempotency keys, blocks who says STOP, limits a day's spending, answers badly when
told to, and posts signed reports and inbound texts on demand.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from notifiers import stamps
from notifiers.stand_in_ledger import Answer
from notifiers.stand_in_server import Asked, Given, StandInServer, as_json, post
from notifiers.telnyx_callbacks import SIGNATURE_HEADER, STAMP_HEADER

API_KEY = "KEY0123456789ABCDEF"
PROFILE = "40000000-0000-4000-8000-000000000001"
NUMBER = "+447700900000"
OPT_OUT = frozenset({"STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
OPT_IN = frozenset({"START", "UNSTOP"})
STOPPED = Answer(400, 40300, "Blocked due to STOP message")
SPENT = Answer(429, 40333, "Messaging profile spend limit reached")


class StandInTelnyx(StandInServer):
    """Telnyx's API on a free port; a context manager.

    *inbound_url* is where the profile's inbound texts are posted to; *daily_limit* is how many texts it takes before
    its money is spent. Calls are signed with a key of its own, as of *seconds*.
    """

    def __init__(
        self,
        *,
        inbound_url: str = "",
        daily_limit: int | None = None,
        seconds: stamps.Seconds = stamps.machine,
        port: int = 0,
    ) -> None:
        super().__init__(port)
        self.inbound_url = inbound_url
        self.daily_limit = daily_limit
        self.enabled = True
        self.seconds = seconds
        self.opted_out: set[str] = set()
        self._private = Ed25519PrivateKey.generate()
        self._rows: list[dict[str, Any]] = []
        self._keys: dict[str, tuple[bytes, dict[str, Any]]] = {}

    @property
    def public_key(self) -> str:
        """What to set as `public_key`."""
        return base64.b64encode(self._private.public_key().public_bytes_raw()).decode()

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Every message so far, both directions, oldest first, with Telnyx's field names."""
        with self.changed:
            return [dict(row) for row in self._rows]

    def handle(self, asked: Asked) -> Given:
        """Answer as the API does."""
        if asked.headers.get("authorization") != f"Bearer {API_KEY}":
            return _errors(401, 10009, "Authentication failed")
        if (asked.method, asked.path) == ("POST", "/v2/messages"):
            with self.changed:
                return self._create(asked)
        if (asked.method, asked.path) == ("GET", "/v2/messaging_profiles"):
            return as_json({"data": [self._profile()]})
        if (asked.method, asked.path) == ("GET", f"/v2/messaging_profiles/{PROFILE}"):
            return as_json({"data": self._profile()})
        return _errors(404, 10005, "Resource not found")

    def deliver(self, message_id: str, status: str, code: int | None = None, title: str = "") -> int:
        """Move a message to *status* and post the signed report; returns the HTTP status that came back, or 0."""
        with self.changed:
            row = next(row for row in self._rows if row["id"] == message_id)
            row["to"][0]["status"] = status
            row["errors"] = [] if code is None else [{"code": str(code), "title": title}]
            shown = json.loads(json.dumps(row))
        event = "message.sent" if status == "sent" else "message.finalized"
        return self._post(shown.get("webhook_url") or "", event, shown)

    def text(self, sender: str, to: str, body: str, url: str | None = None) -> int:
        """A person sends us a text: it is kept and posted, signed, to *url* or to the profile's own address."""
        word = body.strip().upper()
        with self.changed:
            if word in OPT_OUT:
                self.opted_out.add(sender)
            elif word in OPT_IN:
                self.opted_out.discard(sender)
        target = self.inbound_url if url is None else url
        row = self._keep(sender, to, body, direction="inbound", webhook_url=target)
        return self._post(target, "message.received", row)

    def signed(self, event: str, payload: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
        """The body and headers of a call about *payload*, as Telnyx would post it now."""
        data = {"event_type": event, "id": str(uuid4()), "occurred_at": _instant(self.seconds()), "payload": payload}
        body = json.dumps({"data": data | {"record_type": "event"}, "meta": {"attempt": 1}}).encode()
        stamp = str(int(self.seconds()))
        signature = base64.b64encode(self._private.sign(stamp.encode() + b"|" + body)).decode()
        return body, {SIGNATURE_HEADER: signature, STAMP_HEADER: stamp, "Content-Type": "application/json"}

    def _post(self, url: str, event: str, payload: Mapping[str, Any]) -> int:
        return post(url, *self.signed(event, payload)) if url else 0

    def _create(self, asked: Asked) -> Given:
        form, key = asked.json(), asked.headers.get("idempotency-key", "")
        if key and not re.fullmatch(r"[A-Za-z0-9_:-]{1,255}", key):
            return _errors(400, 10015, "Bad Request")
        held = self._keys.get(key)
        if held is not None:
            return as_json({"data": held[1]}) if held[0] == asked.body else _errors(422, 10015, "Key used before")
        told = self.told(str(form.get("to", "")))
        answer = told or self._refusal(form)
        row = None
        if answer is None or answer.taken or (answer.status < 300 and not answer.drop):
            row = self._keep(str(form.get("from", "")), str(form["to"]), str(form["text"]), webhook_url=_url(form))
            self._keys[key] = (asked.body, row)
        taken = as_json({"data": row})
        if answer is None:
            return taken
        usual = taken if answer.status < 300 else _errors(answer.status, answer.code, answer.message)
        body = usual.body if answer.body is None else answer.body
        return Given(answer.status, body, answer.headers, drop=answer.drop, wait=answer.wait)

    def _refusal(self, form: Mapping[str, Any]) -> Answer | None:
        to, text = str(form.get("to", "")), str(form.get("text", ""))
        sender = form.get("from")
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", to):
            return Answer(400, 40310, "Invalid 'to' address")
        if sender is not None and str(sender).startswith("+") and sender != NUMBER:
            return Answer(400, 40305, "Invalid 'from' address")
        if not text:
            return Answer(400, 40316, "No content provided for message")
        if len(text) > 1530:
            return Answer(400, 40302, "Message too large")
        if not self.enabled:
            return Answer(403, 40312, "Messaging profile is disabled")
        if to in self.opted_out:
            return STOPPED
        sent = sum(row["direction"] == "outbound" for row in self._rows)
        return SPENT if self.daily_limit is not None and sent >= self.daily_limit else None

    def _keep(
        self, sender: str, to: str, text: str, *, direction: str = "outbound", webhook_url: str | None = None
    ) -> dict[str, Any]:
        row: dict[str, Any] = {
            "record_type": "message",
            "direction": direction,
            "id": str(uuid4()),
            "type": "SMS",
            "messaging_profile_id": PROFILE,
            "from": {"phone_number": sender},
            "to": [{"phone_number": to, "status": "queued" if direction == "outbound" else "webhook_delivered"}],
            "text": text,
            "errors": [],
            "webhook_url": webhook_url,
            "received_at": _instant(self.seconds()),
        }
        with self.changed:
            self._rows.append(row)
            self.changed.notify_all()
            copy: dict[str, Any] = json.loads(json.dumps(row))
        return copy

    def _profile(self) -> dict[str, Any]:
        return {
            "id": PROFILE,
            "enabled": self.enabled,
            "webhook_url": self.inbound_url,
            "webhook_api_version": "2",
            "daily_spend_limit_enabled": self.daily_limit is not None,
        }


def _url(form: Mapping[str, Any]) -> str | None:
    return str(form["webhook_url"]) if form.get("webhook_url") else None


def _instant(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(seconds))


def _errors(status: int, code: int | None, title: str) -> Given:
    return as_json({"errors": [{"code": str(code), "title": title}] if code is not None else []}, status)
