"""Where no provider can call us its list is read: receipts and texts, each once, in the order of their writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from notifiers.base import Channel, ReceiptStatus, Seen
from notifiers.errors import NotifierError, TemporaryFailure
from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, StandInTwilio
from notifiers.testing import Recorder
from notifiers.twilio import TwilioConfig, TwilioSms
from service.clock import ManualClock, utc_now
from service.clockwork import poll
from service.flows import polling
from service.records.enums import Mode
from service.records.tables import Account, Address, Message, Operator, Thread
from service.records.tables import Reply as ReplyRow
from service.store import addresses, senders
from service.store.engine import Database
from service.store.tables import table
from tests.kits import DAY, HOUR, JO, MINUTE, Works, arrives, departed, running

OURS = "+447700900000"
OTHER = "acc_other"
DELIVERED, UNDELIVERED = ReceiptStatus.DELIVERED, ReceiptStatus.UNDELIVERED


class Listing(Recorder):
    """A provider with a list: `rows` as it was filled, read newest first."""

    def __init__(self) -> None:
        super().__init__(Channel.SMS)
        self.rows: list[Seen] = []
        self.away: NotifierError | None = None
        self.looked: list[datetime] = []

    def since(self, instant: datetime, to: str | None = None) -> Sequence[Seen]:
        self.looked.append(instant)
        if self.away is not None:
            raise self.away
        return sorted((row for row in self.rows if row.at >= instant), key=lambda row: row.at, reverse=True)

    def says(self, number: int, status: ReceiptStatus, at: datetime, code: str | None = None) -> None:
        """A text of ours, as the list has it."""
        text = Seen(f"rec_{number}", True, OURS, JO, "…", at, status, code)
        self.rows = [row for row in self.rows if row.provider_id != text.provider_id] + [text]

    def hears(self, name: str, text: str, at: datetime) -> None:
        """A text to us."""
        self.rows.append(Seen(name, False, JO, OURS, text, at))


@pytest.fixture
def provider() -> Listing:
    return Listing()


@pytest.fixture
def works(database: Database, clock: ManualClock, provider: Listing, tmp_path: Path) -> Iterator[Works]:
    """A live account without a public address, whose departure is told."""
    with running(database, clock, {Channel.SMS: provider}, place=tmp_path, public_url=None) as found:
        found.go(care_email="care@example.com")
        found.post(**departed())
        found.settle()
        yield found


def meanings(works: Works) -> list[str]:
    return [row.meaning.value for row in works.rows(ReplyRow)]


def test_nobody_is_asked_who_can_call(works: Works) -> None:
    assert [ready.name for ready in polling.listing(works.kit)] == ["recorder"]
    works.with_kit(public_url="https://t.example.com")
    assert polling.listing(works.kit) == []
    assert poll(works.kit) == 0


def test_nobody_is_asked_who_has_no_list(database: Database, clock: ManualClock, sms: Recorder) -> None:
    with running(database, clock, {Channel.SMS: sms}, public_url=None) as works:
        assert polling.listing(works.kit) == []


def test_the_last_day_is_asked_for(works: Works, provider: Listing) -> None:
    poll(works.kit)
    assert provider.looked == [works.clock() - DAY]


def test_a_receipt_is_believed_once(works: Works, provider: Listing) -> None:
    provider.says(1, DELIVERED, works.clock())
    assert [poll(works.kit) for _ in range(3)] == [1, 0, 0]
    assert works.states() == ["delivered"]


def test_a_list_that_moves_on_is_followed(works: Works, provider: Listing) -> None:
    provider.says(1, ReceiptStatus.SENT, works.clock())
    assert poll(works.kit) == 0
    provider.says(1, UNDELIVERED, works.clock(), code="30003")
    assert [poll(works.kit) for _ in range(2)] == [1, 0]
    assert works.states() == ["undelivered"]
    assert works.words() == [("arrival", 1, "baseline", "2026-10-09")]


def test_somebody_else_s_texts_are_passed_over(works: Works, provider: Listing) -> None:
    provider.says(7, DELIVERED, works.clock())
    assert poll(works.kit) == 0
    assert works.states() == ["accepted"]


def test_a_text_to_us_is_answered_once(works: Works, provider: Listing) -> None:
    provider.hears("in_1", "When?", works.clock())
    assert [poll(works.kit) for _ in range(3)] == [1, 0, 0]
    works.settle()
    assert len(works.rows(ReplyRow)) == len(works.rows(Thread)) == 1
    assert len(provider.messages) == 2


def test_of_stop_and_start_the_later_one_counts(works: Works, provider: Listing) -> None:
    """A provider's ids say nothing of time."""
    now = works.clock()
    provider.hears("in_a", "START", now + MINUTE)
    provider.hears("in_z", "STOP", now)
    works.clock.advance(HOUR)
    assert poll(works.kit) == 2
    assert meanings(works) == ["stop", "start"]
    assert [row.suppressed_by for row in works.rows(Address, value=JO)] == [None]
    provider.hears("in_b", "STOP", now + 2 * MINUTE)
    assert [poll(works.kit) for _ in range(2)] == [1, 0]
    assert [row.suppressed_by for row in works.rows(Address, value=JO)] == ["person"]


def test_a_question_is_one_account_s_for_good(works: Works, provider: Listing) -> None:
    """Who wrote last answers it; that another account has written since changes nothing."""
    share(works)
    provider.hears("in_1", "When?", works.clock())
    assert poll(works.kit) == 1
    they_write(works)
    works.clock.advance(2 * HOUR)
    assert poll(works.kit) == 0
    assert [row.account_id for row in works.rows(ReplyRow)] == [works.account_id]


def test_an_earlier_yes_does_not_undo_a_stop(works: Works, provider: Listing) -> None:
    """What was a question when it came is none the less one when the list is read again."""
    share(works)
    provider.hears("in_1", "Yes", works.clock())
    poll(works.kit)
    works.clock.advance(MINUTE)
    provider.hears("in_2", "STOP", works.clock())
    assert [poll(works.kit) for _ in range(3)] == [2, 0, 0]
    assert {row.suppressed_by for row in works.rows(Address, value=JO)} == {"person"}
    assert sorted(meanings(works)) == ["question", "stop", "stop"]


@pytest.mark.parametrize("why", [TemporaryFailure("busy", code="20429")])
def test_a_provider_that_is_away_is_asked_again(works: Works, provider: Listing, why: NotifierError) -> None:
    provider.says(1, DELIVERED, works.clock())
    provider.hears("in_1", "STOP", works.clock())
    provider.away = why
    assert poll(works.kit) == 0
    provider.away = None
    works.clock.advance(HOUR)
    assert poll(works.kit) == 2


def test_the_list_of_twilio(database: Database, tmp_path: Path) -> None:
    clock = ManualClock(utc_now().replace(hour=12, minute=0, second=0, microsecond=0))
    dated = [clock()]
    with StandInTwilio(date=lambda: dated[0].strftime("%a, %d %b %Y %H:%M:%S +0000")) as stand_in:
        config = TwilioConfig.model_validate(
            {
                "account_sid": ACCOUNT_SID,
                "auth_token": AUTH_TOKEN,
                "from_number": NUMBER,
                "api_base": stand_in.base_url,
                "timeout": 5,
            }
        )
        twilio = {Channel.SMS: TwilioSms(config)}
        with running(database, clock, twilio, place=tmp_path, public_url=None) as works:
            works.go()
            works.post(**departed(at=(clock() - HOUR).isoformat(), eta=str((clock() + 20 * DAY).date())))
            works.settle()
            (listed,) = stand_in.messages
            stand_in.deliver(str(listed["sid"]), "delivered")
            stand_in.text(JO, NUMBER, "When does it come?")
            assert [poll(works.kit) for _ in range(2)] == [2, 0]
            assert works.states(kind="notice") == ["delivered"]
            works.post(**arrives(str((clock() + 27 * DAY).date())))
            works.settle()
            assert meanings(works) == ["question"]
            assert [poll(works.kit) for _ in range(2)] == [0, 0]


def share(works: Works) -> None:
    """A second account that writes to Jo from the same number."""
    now = works.clock()

    def unit(conn: Connection) -> None:
        row = {"id": OTHER, "brand": "Other", "zone": "UTC", "region": "GB", "mode": Mode.LIVE, "created_at": now}
        conn.execute(insert(Account), row)
        conn.execute(insert(Operator), {"account_id": OTHER, "id": "desk", "name": "The desk"})
        senders.ensure(conn, OTHER, Channel.SMS, OURS, "recorder", True, now)
        addresses.ensure_addresses(conn, OTHER, [(Channel.SMS, JO)], now)

    works.database.write(unit)


def they_write(works: Works) -> None:
    """The second account's text to Jo, an hour after ours."""
    (ours,) = works.messages(account_id=works.account_id, kind="notice")
    (theirs,) = works.rows(Address, account_id=OTHER)
    changed = {
        "account_id": OTHER,
        "id": "msg_z",
        "contact_id": None,
        "shipment_id": None,
        "address_id": theirs.id,
        "updated_at": works.clock() + HOUR,
    }
    works.database.write(lambda conn: conn.execute(insert(table(Message)).values(ours._asdict() | changed)))
