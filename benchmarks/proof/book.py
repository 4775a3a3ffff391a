"""What the stand-in for a provider has accepted and heard: kept in a file before anybody is answered, and listed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from uuid import uuid4

from benchmarks.proof.fast_clock import FastClock
from benchmarks.proof.fates import Chance
from notifiers.stand_in_twilio import ACCOUNT_SID


@dataclass(slots=True)
class Row:
    """One text at the provider; `listed` is the loop's time from which the list shows it."""

    sid: str
    outbound: bool
    sender: str
    to: str
    body: str
    at: datetime
    callback: str
    listed: float
    status: str = "queued"

    def as_json(self) -> dict[str, object]:
        """As Twilio shows it."""
        dated = format_datetime(self.at)
        return {
            "sid": self.sid,
            "account_sid": ACCOUNT_SID,
            "to": self.to,
            "from": self.sender,
            "messaging_service_sid": None,
            "body": self.body,
            "status": self.status,
            "direction": "outbound-api" if self.outbound else "inbound",
            "date_created": dated,
            "date_updated": dated,
            "date_sent": None,
            "error_code": None,
            "error_message": None,
            "num_segments": "1",
            "num_media": "0",
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{self.sid}.json",
            "subresource_uris": {},
        }


@dataclass(slots=True)
class Book:
    """Everything that was accepted, oldest first, and the file that keeps it."""

    file: Path
    clock: FastClock
    chance: Chance
    rows: list[Row] = field(default_factory=list)
    by_phone: dict[str, list[Row]] = field(default_factory=dict)
    losing: bool = False
    lost: str | None = None

    def keep(self, form: dict[str, str], fate: str, *, outbound: bool = True) -> Row:
        """Accept a text: written down first."""
        sid = f"SM{uuid4().hex}"
        row = Row(
            sid=sid,
            outbound=outbound,
            sender=form.get("From", ""),
            to=form.get("To", ""),
            body=form.get("Body", ""),
            at=self.clock(),
            callback=form.get("StatusCallback", "").partition("#")[0],
            listed=asyncio.get_running_loop().time() + self.chance.lag(),
        )
        line = {"sid": sid, "outbound": outbound, "to": row.to, "from": row.sender, "body": row.body}
        with self.file.open("a", encoding="utf-8") as ledger:
            ledger.write(json.dumps({**line, "callback": row.callback, "at": row.at.isoformat(), "fate": fate}) + "\n")
        self.rows.append(row)
        for phone in (row.to, row.sender):
            self.by_phone.setdefault(phone, []).append(row)
        return row

    def lose(self, row: Row) -> None:
        """Leave *row* out of the list if one is to be lost; the file keeps it."""
        if self.losing:
            self.losing, self.lost, row.listed = False, row.sid, float("inf")

    def find(self, query: dict[str, str], now: float) -> list[Row]:
        """The list as Twilio shows it: newest first, filtered, without what lags."""
        of = query.get("To") or query.get("From")
        rows = self.rows if of is None else self.by_phone.get(of, [])
        return [
            row
            for row in reversed(rows)
            if row.listed <= now and query.get("To", row.to) == row.to and query.get("From", row.sender) == row.sender
        ]
