"""Two providers of texts and one of e-mails, for tests of what happens between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from notifiers.base import Callback, Channel, Receipt
from notifiers.errors import NotifierError
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.store.engine import Database
from tests.kits import JO, JO_MAIL, Works

BOTH = [{"phone": JO, "email": JO_MAIL}]
READY = {"ref": "PO 1", "milestone": "available_pickup", "at": "2026-09-17T11:00:00Z", "place": "GBFXT"}
"""News that asks for something: of notice level or louder."""

NORTH, SOUTH = "+447700900001", "+447700900002"


class Reporting(Recorder):
    """A notifier whose provider calls back about texts."""

    def receipts(self, callback: Callback) -> Sequence[Receipt]:
        return []


class Two(Works):
    """A live account that sends texts by `north` and `south`; `turn` says whose it is: 0.0 north's, 0.9 south's."""

    north: Recorder
    south: Recorder
    email: Recorder

    def turn(self, chance: float | Callable[[], float]) -> None:
        draw = chance if callable(chance) else lambda: chance
        self.with_kit(chance=draw)


@contextmanager
def two(
    database: Database,
    clock: ManualClock,
    north: Iterable[NotifierError | None] = (),
    south: Iterable[NotifierError | None] = (),
    email: Iterable[NotifierError | None] = (),
) -> Iterator[Two]:
    """`Two`, from start to stop, each provider with its script; north has the turn."""
    texts = [
        Reporting(Channel.SMS, north, sender=NORTH, name="north"),
        Reporting(Channel.SMS, south, sender=SOUTH, name="south"),
    ]
    mails = Recorder(Channel.EMAIL, email, sender="desk@example.com", name="mail")
    works = Two(database, clock, {Channel.SMS: texts, Channel.EMAIL: mails})
    works.north, works.south, works.email = *texts, mails
    try:
        works.go()
        works.turn(0.0)
        yield works
    finally:
        works.close()
