"""A service without loops of its own: tests say when facts are kept, when it decides, and when it sends."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlmodel import SQLModel

from notifiers.base import Accepted, Channel
from notifiers.base import Message as OutgoingMessage
from notifiers.errors import NotifierError
from notifiers.testing import Recorder
from service.app import Given, make_kit
from service.clock import ManualClock
from service.flows import decide, draining, merging
from service.flows.dispatch import Dispatcher
from service.flows.intake import Journal, prepare
from service.records.enums import MessageState, Mode
from service.records.results import IntakeResult, ItemResult, SourceView
from service.records.tables import Message, Notice, Promise, Shipment
from service.settings import Settings
from service.store import accounts
from service.store.engine import Database
from service.store.tables import table

JO = "+447700900123"
SAM = "+447700900124"
JO_MAIL = "jo@example.com"

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def at_once() -> float:
    """No call waits long for a seat, however busy the machine of the tests is."""
    return 0.0


class Works:
    """One process's share of a service. Close it, or use `running`."""

    def __init__(
        self,
        database: Database,
        clock: ManualClock,
        notifiers: Given | None = None,
        place: Path | None = None,
        **settings: Any,
    ) -> None:
        settings.setdefault("public_url", "https://t.example.com")
        if place is not None:
            settings["pause_file"] = str(place / "milepost.pause")
        self.database = database
        self.clock = clock
        self.kit = make_kit(
            Settings(database_url=database.url, **settings), database, notifiers=notifiers or {}, clock=clock
        )
        with database.read() as conn:
            self.account_id = accounts.default_id(conn) or ""
        self.source = SourceView(account_id=self.account_id, id="api", name="api", format="native")
        self.journal = Journal(self.kit)
        self.dispatcher = Dispatcher(self.kit, elapsed=at_once)

    def close(self) -> None:
        for ready in self.kit.real:
            if isinstance(ready.notifier, Doorman):
                ready.notifier.open.set()
        self.journal.close()
        self.dispatcher.stop()

    def go(self, mode: Mode = Mode.LIVE, **account: Any) -> None:
        """Put the account into *mode*, with a brand and a care phone, and change what else is given."""
        values = {"mode": mode, "brand": "Harbour", "care_phone": "+441632960000"} | account
        now = self.clock()
        self.database.write(lambda conn: accounts.update_account(conn, self.account_id, now, **values))

    def call(self, body: object, source: SourceView | None = None) -> IntakeResult:
        """Hand one call to the journal and wait for its answer."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        prepared = prepare(self.kit, source or self.source, raw, {}, "application/json")
        return self.journal.submit(prepared).result(30)

    def post(self, **event: Any) -> ItemResult:
        """Post one event and return what became of it."""
        (item,) = self.call(event).items
        return item

    def settle(self) -> None:
        """Decide and send until nothing more happens at this instant."""
        for _ in range(500):
            draining.release(self.database, self.clock(), self.kit.drain_per_minute)
            looked = merging.run_asked(self.kit) + decide.run_due(self.kit)
            sent = self.dispatcher.run_due()
            assert self.dispatcher.wait_idle(20)
            if not looked and not sent:
                return
        raise AssertionError("there is no end to it")

    def until(self, end: datetime) -> None:
        """Let time pass, stopping at whatever is due on the way."""
        self.settle()
        while (due := self._next()) is not None and due <= end:
            self.clock.set(due)
            self.settle()
        self.clock.set(max(end, self.clock()))
        self.settle()

    def forward(self, step: timedelta) -> None:
        """Let *step* pass."""
        self.until(self.clock() + step)

    def rows(self, of: type[SQLModel], **which: Any) -> list[Row[Any]]:
        """Rows of a table, in id order where they have one."""
        found = table(of)
        key = found.c.id if "id" in found.c else list(found.primary_key.columns)[-1]
        query = select(found).where(*(found.c[name] == value for name, value in which.items()))
        with self.database.read() as conn:
            return list(conn.execute(query.order_by(key)).all())

    def messages(self, **which: Any) -> list[Row[Any]]:
        return self.rows(Message, **which)

    def message(self, **which: Any) -> Row[Any]:
        (one,) = self.messages(**which)
        return one

    def states(self, **which: Any) -> list[str]:
        return [row.state.value for row in self.messages(**which)]

    def notices(self, **which: Any) -> list[tuple[str, str]]:
        return [(row.code.value, row.state.value) for row in self.rows(Notice, **which)]

    def words(self, **which: Any) -> list[tuple[str, int, str, str]]:
        """Promises as (line, ordinal, state, date)."""
        return [(row.line.value, row.ordinal, row.state.value, str(row.at_date)) for row in self.rows(Promise, **which)]

    def shipment(self, shipment_id: str) -> Row[Any]:
        (row,) = self.rows(Shipment, id=shipment_id)
        return row

    def change(self, of: type[SQLModel], key: str, **values: Any) -> None:
        """Change a row behind everybody's back."""
        target = table(of)

        def unit(conn: Connection) -> None:
            conn.execute(update(target).where(target.c.id == key).values(**values))

        self.database.write(unit)

    def with_kit(self, **changes: Any) -> None:
        """Go on with a changed kit, as after a restart with other settings."""
        self.dispatcher.stop()
        self.kit = replace(self.kit, **changes)
        self.dispatcher = Dispatcher(self.kit, elapsed=at_once)

    def _next(self) -> datetime | None:
        """When something is due that is not due already: what is due and does not move is held by something else."""
        looks = [row.look_at for row in self.rows(Shipment)]
        messages = [row.due_at for row in self.messages(state=MessageState.WAITING)]
        now = self.clock()
        return min((one for one in [*looks, *messages] if one is not None and one > now), default=None)


@contextmanager
def running(database: Database, clock: ManualClock, notifiers: Given | None = None, **settings: Any) -> Iterator[Works]:
    """`Works`, from start to stop."""
    works = Works(database, clock, notifiers, **settings)
    try:
        yield works
    finally:
        works.close()


def departed(
    ref: str = "PO 4711", at: str = "2026-09-17T10:00:00Z", eta: str | None = "2026-10-09", **more: Any
) -> dict[str, Any]:
    """A departure two hours before noon, told to Jo's phone, without a ship: it leaves at once."""
    event = {"ref": ref, "milestone": "departed", "at": at, "place": "CNNGB", "tell": [JO]}
    if eta is not None:
        event["eta"] = eta
    return event | more


def arrives(day: str, ref: str = "PO 4711", **more: Any) -> dict[str, Any]:
    """A new date for the arrival."""
    return {"ref": ref, "milestone": "eta_changed", "eta": day} | more


class Doorman(Recorder):
    """A notifier that holds every message at the door until `open` is set, and then does as *Recorder* does.

    `arrived` is set when a message stands at the door; *meanwhile* is called with it before the door opens.
    """

    def __init__(
        self,
        channel: Channel,
        script: Iterable[NotifierError | None] = (),
        *,
        meanwhile: Callable[[OutgoingMessage], object] | None = None,
    ) -> None:
        super().__init__(channel, script)
        self.arrived = threading.Event()
        self.open = threading.Event()
        self.meanwhile = meanwhile
        if meanwhile is not None:
            self.open.set()

    def send(self, message: OutgoingMessage) -> Accepted:
        self.arrived.set()
        assert self.open.wait(30), "nobody opened the door"
        if self.meanwhile is not None:
            self.meanwhile(message)
        return super().send(message)


class Broken(Recorder):
    """A notifier that breaks its contract."""

    def send(self, message: OutgoingMessage) -> Accepted:
        super().send(message)
        raise KeyError("a secret")
