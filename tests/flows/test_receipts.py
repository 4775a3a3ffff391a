"""A provider's word is believed once, and only forward; it outweighs our own bookkeeping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from notifiers.base import Accepted, Callback, Channel, Message, Receipt, ReceiptStatus
from notifiers.errors import TemporaryFailure, UncertainOutcome
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import receipts
from service.logs import set_up_logs
from service.records.tables import Address, Attempt, InboundCall, ReceiptRow
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, JO_MAIL, MINUTE, Doorman, Works, arrives, departed, running

SENT, DELIVERED, UNDELIVERED = ReceiptStatus.SENT, ReceiptStatus.DELIVERED, ReceiptStatus.UNDELIVERED
BOTH = [{"phone": JO, "email": JO_MAIL}]


class Reporting(Recorder):
    """Reads a callback whose body is a status; the header "sign" must say "ours"."""

    name = "reporting"

    def receipts(self, callback: Callback) -> Sequence[Receipt]:
        if callback.headers.get("sign") != "ours":
            raise PermissionError("not signed")
        return [Receipt("rec_1", ReceiptStatus(callback.body.decode()))]


def told(works: Works, *statuses: ReceiptStatus, **event: Any) -> str:
    """A text that was handed over, and what is said of it; returns its attempt."""
    works.post(**departed(**event))
    works.settle()
    attempt_id = str(works.rows(Attempt)[0].id)
    for status in statuses:
        say(works, attempt_id, status)
    return attempt_id


def say(works: Works, attempt_id: str, status: ReceiptStatus, **more: Any) -> bool:
    return receipts.keep(works.kit, works.account_id, attempt_id, Receipt("rec_1", status, **more))


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ([SENT], "accepted"),
        ([SENT, DELIVERED], "delivered"),
        ([DELIVERED, SENT], "delivered"),
        ([DELIVERED, DELIVERED, SENT, SENT], "delivered"),
        ([DELIVERED, UNDELIVERED], "delivered"),
        ([UNDELIVERED, SENT], "undelivered"),
        ([UNDELIVERED, UNDELIVERED], "undelivered"),
    ],
)
def test_only_forward(works: Works, statuses: list[ReceiptStatus], state: str) -> None:
    told(works, *statuses)
    assert works.message().state.value == state
    assert len(works.rows(ReceiptRow)) == len(set(statuses))


def test_a_repeat_moves_nothing(works: Works) -> None:
    attempt_id = told(works)
    assert say(works, attempt_id, DELIVERED) is True
    before = works.message()
    assert say(works, attempt_id, DELIVERED) is False
    assert works.message() == before


def test_an_unknown_attempt_is_said_so(works: Works) -> None:
    with pytest.raises(LookupError):
        say(works, "att_none", SENT)


def test_undelivered_goes_by_email_and_is_no_longer_told_by_text(works: Works, email: Recorder) -> None:
    attempt_id = told(works, SENT, tell=BOTH)
    assert works.words() == [("arrival", 1, "told", "2026-10-09")]
    say(works, attempt_id, UNDELIVERED, code="30003", detail="the phone is off")
    assert works.words() == [("arrival", 1, "intended", "2026-10-09")]
    works.settle()
    assert [(row.channel.value, row.state.value) for row in works.messages()] == [
        ("sms", "undelivered"),
        ("email", "accepted"),
    ]
    assert len(email.messages) == 1
    assert works.words() == [("arrival", 1, "told", "2026-10-09")]
    works.forward(DAY)
    assert len(email.messages) == 1


def test_undelivered_without_another_way_was_never_told(works: Works, sms: Recorder) -> None:
    told(works, UNDELIVERED)
    works.forward(DAY)
    assert works.words() == [("arrival", 1, "baseline", "2026-10-09")]
    assert works.notices() == [("M07", "baseline")]
    assert len(sms.asked) == 1


def test_undelivered_of_old_news_is_not_sent_by_email(works: Works, email: Recorder) -> None:
    attempt_id = told(works, SENT, tell=BOTH)
    works.forward(DAY)
    works.post(**arrives("2026-10-13"))
    works.forward(5 * HOUR)
    heard = len(email.messages)
    say(works, attempt_id, UNDELIVERED)
    works.forward(HOUR)
    assert len(email.messages) == heard
    assert ("arrival", 2, "told", "2026-10-13") in works.words()


def test_a_receipt_may_suppress(works: Works) -> None:
    attempt_id = told(works)
    say(works, attempt_id, UNDELIVERED, code="30006", detail="a landline", suppress=True)
    (address,) = works.rows(Address)
    assert (address.suppressed_by, address.suppressed_why) == ("provider", "30006 a landline")


def test_a_receipt_settles_what_was_uncertain(database: Database, clock: ManualClock) -> None:
    sms = Recorder(Channel.SMS, [UncertainOutcome("no answer")])
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        attempt_id = told(works)
        assert works.states() == ["uncertain"]
        assert say(works, attempt_id, DELIVERED)
        works.forward(DAY)
        assert works.states() == ["delivered"]
        assert works.message().handed_at is not None
        assert works.words() == [("arrival", 1, "told", "2026-10-09")]
        assert works.notices() == [("M07", "said")]
        assert len(sms.asked) == 1


def test_a_text_that_was_refused_and_arrived_is_not_sent_again(database: Database, clock: ManualClock) -> None:
    sms = Recorder(Channel.SMS, [TemporaryFailure("busy")])
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        attempt_id = told(works)
        assert works.states() == ["waiting"]
        assert say(works, attempt_id, DELIVERED)
        works.forward(HOUR)
        assert works.states() == ["delivered"]
        assert len(sms.asked) == 1


@pytest.mark.parametrize("then", [None, UncertainOutcome("no answer"), TemporaryFailure("busy")])
def test_a_receipt_that_comes_before_the_answer_wins(
    database: Database, clock: ManualClock, then: UncertainOutcome | TemporaryFailure | None
) -> None:
    met: list[Works] = []

    def meanwhile(message: Message) -> None:
        attempt_id = str(message.callback_url).rsplit("/", 1)[1]
        assert say(met[0], attempt_id, DELIVERED)

    door = Doorman(Channel.SMS, [then], meanwhile=meanwhile)
    with running(database, clock, {Channel.SMS: door}) as works:
        met.append(works)
        works.go()
        works.post(**departed())
        works.settle()
        row = works.message()
        assert (row.state.value, row.provider_id, row.handed_at) == ("delivered", "rec_1", clock())
        (attempt,) = works.rows(Attempt)
        assert attempt.outcome.value == "accepted"
        assert works.words() == [("arrival", 1, "told", "2026-10-09")]
        works.forward(HOUR)
        assert len(door.asked) == 1


def test_a_callback_is_read_by_the_notifier_that_it_names(database: Database, clock: ManualClock) -> None:
    sms = Reporting(Channel.SMS)
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        attempt_id = told(works)

        def call(name: str = "reporting", sign: str = "ours", attempt: str = attempt_id) -> int:
            callback = Callback("https://t.example.com", {"sign": sign}, b"delivered")
            return receipts.apply(works.kit, name, works.account_id, attempt, callback)

        with pytest.raises(PermissionError):
            call(sign="theirs")
        with pytest.raises(LookupError):
            call(name="nobody")
        with pytest.raises(LookupError):
            call(attempt="att_none")
        assert works.states() == ["accepted"]
        assert call() == 1
        assert works.states() == ["delivered"]


def test_a_providers_list_finds_the_message_by_its_own_id(works: Works) -> None:
    told(works)
    assert receipts.keep_by_provider(works.kit, "recorder", Receipt("rec_1", DELIVERED))
    assert not receipts.keep_by_provider(works.kit, "recorder", Receipt("rec_1", DELIVERED))
    assert not receipts.keep_by_provider(works.kit, "recorder", Receipt("rec_9", DELIVERED))
    assert not receipts.keep_by_provider(works.kit, "another", Receipt("rec_1", DELIVERED))
    assert works.states() == ["delivered"]


def test_accepted_twice_in_a_row_is_one_text(works: Works, sms: Recorder) -> None:
    told(works, SENT)
    works.forward(2 * MINUTE)
    assert isinstance(sms.send(sms.messages[0]), Accepted)
    assert works.states() == ["accepted"]


def test_one_trace_id_from_call_to_receipt(works: Works) -> None:
    set_up_logs("info", as_json=True)
    with capture_logs() as lines:
        told(works, DELIVERED)
    (call,) = works.rows(InboundCall)
    assert works.message().trace_id == call.id
    assert [(line["event"], line["trace_id"]) for line in lines] == [
        ("message handed over", call.id),
        ("receipt", call.id),
    ]
    assert not any(JO in str(line) for line in lines)
