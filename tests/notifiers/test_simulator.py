"""The simulator does as its tables say, and knows nothing of earlier calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from notifiers.base import PERSONAL, Accepted, Callback, Channel, Foretells, ReceiptStatus, ReceivesReplies, TakesKey
from notifiers.contract import SAMPLES
from notifiers.errors import NotifierError, PermanentFailure, TemporaryFailure
from notifiers.simulator import MAILBOXES, PHONES, WELL, Simulator, behaviour
from notifiers.testing import NotifierContract
from notifiers.twilio_callbacks import sign

TOKEN = "made for this process"
URL = "http://127.0.0.1:8000/v1/callbacks/simulator/inbound"


def simulator(channel: Channel = Channel.SMS) -> Simulator:
    return Simulator(Simulator.Config.model_validate({"channel": channel, "token": TOKEN}))


class TestContract(NotifierContract):
    @pytest.fixture(params=PERSONAL)
    def notifier(self, request: pytest.FixtureRequest) -> Simulator:
        return simulator(request.param)


def test_it_has_these_abilities() -> None:
    for ability in (Foretells, ReceivesReplies, TakesKey):
        assert isinstance(simulator(), ability)


@pytest.mark.parametrize(
    ("to", "row"),
    [
        *((f"+447700900{digits}", row) for digits, row in PHONES.items()),
        *((f"{name}@simulator.example", row) for name, row in MAILBOXES.items()),
        *((f"{name.title()}+ann@Simulator.EXAMPLE", row) for name, row in MAILBOXES.items()),
        ("+447700900009", WELL),
        ("+447700901003", WELL),
        ("+4477009000030", WELL),
        ("+12025550003", WELL),
        ("bounce@example.com", WELL),
        ("bounce@simulator.example.com", WELL),
        ("nobody@simulator.example", WELL),
        ("", WELL),
    ],
)
def test_a_recipient_is_known_by_its_whole_address(to: str, row: object) -> None:
    assert behaviour(to) is row


@pytest.mark.parametrize(
    ("to", "attempt", "failure"),
    [
        ("+447700900001", 1, None),
        ("+447700900002", 1, TemporaryFailure),
        ("+447700900002", 2, None),
        ("+447700900004", 1, PermanentFailure),
        ("+447700900004", 2, PermanentFailure),
        ("temp-fail@simulator.example", 1, TemporaryFailure),
        ("temp-fail@simulator.example", 2, None),
        ("refused@simulator.example", 3, PermanentFailure),
    ],
)
def test_the_call_says_which_one_it_is(to: str, attempt: int, failure: type[NotifierError] | None) -> None:
    channel = Channel.EMAIL if "@" in to else Channel.SMS
    message = replace(SAMPLES[channel], to=to, attempt=attempt)
    if failure is None:
        assert simulator(channel).send(message) == Accepted(
            f"sim_{message.id}", "simulated; nothing leaves this machine"
        )
        return
    raised = []
    for _ in range(2):
        with pytest.raises(failure) as found:
            simulator(channel).send(message)
        raised.append(found.value)
    assert raised[0] is not raised[1]
    assert getattr(raised[0], "suppress", False) is (failure is PermanentFailure)


def test_receipts_name_the_message_and_come_in_order() -> None:
    for to in (*(f"+447700900{one}" for one in PHONES), *(f"{one}@simulator.example" for one in MAILBOXES)):
        later = simulator().later(to, "sim_7")
        assert {one.receipt.provider_id for one in later} <= {"sim_7"}
        assert [one.after for one in later] == sorted(one.after for one in later)
        statuses = [one.receipt.status for one in later]
        assert len(statuses) == len(set(statuses)), "a receipt is kept once per status"
        assert all(timedelta() < one.after <= timedelta(minutes=10) for one in later)


def test_only_the_dead_and_those_who_complain_are_suppressed() -> None:
    found = {
        (name, one.receipt.status)
        for table in (PHONES, MAILBOXES)
        for name, row in table.items()
        for one in row.receipts
        if one.receipt.suppress
    }
    assert found == {
        ("003", ReceiptStatus.UNDELIVERED),
        ("bounce", ReceiptStatus.UNDELIVERED),
        ("complaint", ReceiptStatus.COMPLAINED),
    }


def test_a_reply_on_the_phone_page_is_read() -> None:
    fields = {"MessageSid": "loop_1", "From": "+447700900001", "To": "+447700900998", "Body": "When?"}
    (reply,) = simulator().replies(Callback(URL, sign(TOKEN, URL, fields), urlencode(fields).encode()))
    assert (reply.sender, reply.to, reply.text) == ("+447700900001", "+447700900998", "When?")
