"""What the stand-in for Twilio knows: messages, numbers, opt-outs, and how it was told to answer."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
OPT_OUT = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
OPT_IN = frozenset({"START", "YES", "UNSTOP"})


@dataclass(frozen=True, slots=True)
class Answer:
    """How to answer a request to send, instead of taking the text and saying 201.

    *status* and *code* refuse it. *taken* keeps the text all the same. *drop* closes the connection without an
    answer. *body* replaces the answer's body. *wait* holds the answer back until the event is set.
    """

    status: int = 201
    code: int | None = None
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    taken: bool = False
    drop: bool = False
    body: bytes | None = None
    wait: threading.Event | None = None


def advancing(start: datetime = EPOCH, step: timedelta = timedelta(seconds=1)) -> Callable[[], str]:
    """Dates for a stand-in that does not follow the machine's clock: each is one *step* after the last."""
    state = [start - step]

    def date() -> str:
        state[0] += step
        return format_datetime(state[0])

    return date


class Ledger:
    """One account at the stand-in. Safe to use from several threads."""

    def __init__(self, account_sid: str, numbers: Mapping[str, str], date: Callable[[], str]) -> None:
        self.account_sid = account_sid
        self.numbers = dict(numbers)
        self.opted_out: set[tuple[str, str]] = set()
        self.answers: dict[str | None, Answer] = {}
        self._date = date
        self._rows: list[dict[str, Any]] = []
        self._changed = threading.Condition()

    def rows(self) -> list[dict[str, Any]]:
        """Every message so far, oldest first."""
        with self._changed:
            return [dict(row) for row in self._rows]

    def wait_for(self, count: int, seconds: float) -> list[dict[str, Any]]:
        """Wait until *count* messages are here. Raises `TimeoutError`."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._rows) >= count, seconds):
                raise TimeoutError(f"{len(self._rows)} of {count} messages came within {seconds} s")
            return [dict(row) for row in self._rows]

    def moved(self, sid: str, status: str, code: int | None) -> dict[str, Any]:
        """The message *sid* after it was moved to *status*. Raises `KeyError`."""
        with self._changed:
            for row in self._rows:
                if row["sid"] == sid:
                    row.update(status=status, error_code=code)
                    return dict(row)
        raise KeyError(sid)

    def create(self, form: Mapping[str, str]) -> tuple[Answer, dict[str, Any] | None]:
        """What a request to send comes to: the answer, and the message if it was taken."""
        to = form.get("To", "")
        answer = self.answers.get(to) or self.answers.get(None) or self._refusal(form)
        if answer.status >= 300 and not answer.taken:
            return answer, None
        if answer.drop and not answer.taken:
            return answer, None
        status = "accepted" if form.get("MessagingServiceSid") else "queued"
        return answer, self.keep(form, direction="outbound-api", status=status)

    def find(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """The list as Twilio shows it: newest first, filtered by To and From."""
        return [
            row
            for row in reversed(self.rows())
            if query.get("To", row["to"]) == row["to"] and query.get("From", row["from"]) == row["from"]
        ]

    def obey(self, sender: str, to: str, body: str) -> None:
        """Act on STOP and START as Twilio does by default."""
        if body.strip().upper() in OPT_OUT:
            self.opted_out.add((sender, to))
        elif body.strip().upper() in OPT_IN:
            self.opted_out.discard((sender, to))

    def keep(self, form: Mapping[str, str], *, direction: str, status: str) -> dict[str, Any]:
        """Add a message to the account and return it as Twilio would show it."""
        with self._changed:
            sid = f"SM{uuid4().hex}"
            stamp = self._date()
            row: dict[str, Any] = {
                "sid": sid,
                "account_sid": self.account_sid,
                "to": form.get("To"),
                "from": form.get("From"),
                "messaging_service_sid": form.get("MessagingServiceSid"),
                "body": form.get("Body"),
                "content_sid": form.get("ContentSid"),
                "content_variables": form.get("ContentVariables"),
                "status": status,
                "direction": direction,
                "date_created": stamp,
                "date_updated": stamp,
                "date_sent": None,
                "error_code": None,
                "error_message": None,
                "num_segments": "1",
                "num_media": "0",
                "price": None,
                "price_unit": "USD",
                "api_version": "2010-04-01",
                "uri": f"/2010-04-01/Accounts/{self.account_sid}/Messages/{sid}.json",
                "subresource_uris": {},
                "validity_period": form.get("ValidityPeriod"),
                "status_callback": form.get("StatusCallback"),
            }
            self._rows.append(row)
            self._changed.notify_all()
            return dict(row)

    def _refusal(self, form: Mapping[str, str]) -> Answer:
        to, sender = (form.get(name, "").removeprefix("whatsapp:") for name in ("To", "From"))
        service = form.get("MessagingServiceSid")
        if not to:
            return Answer(400, 21604, "A 'To' phone number is required.")
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", to):
            return Answer(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if not service and not sender:
            return Answer(400, 21603, "A 'From' phone number is required.")
        if not service and sender.startswith("+") and sender not in self.numbers:
            return Answer(400, 21606, f"The 'From' phone number {sender} is not valid.")
        body = form.get("Body") or form.get("ContentVariables")
        if not body:
            return Answer(400, 21602, "Message body is required.")
        if len(body) > 1600:
            return Answer(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if (to, sender or str(service)) in self.opted_out:
            return Answer(400, 21610, f"Attempt to send to unsubscribed recipient {to}")
        return Answer()
