"""Twilio's SDK and Vonage's API side by side, as an operator configures them, against providers on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import format_datetime
from typing import Any

import pytest

from notifiers.base import Callback, Channel
from notifiers.stand_in_ledger import Answer
from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, StandInTwilio
from notifiers.stand_in_twilio import NUMBER as TWILIO_NUMBER
from notifiers.stand_in_vonage import (
    API_KEY,
    API_SECRET,
    APPLICATION,
    SIGNATURE_SECRET,
    StandInVonage,
    private_key,
)
from notifiers.stand_in_vonage import NUMBER as VONAGE_NUMBER
from service.app import make_kit
from service.clock import ManualClock
from service.clockwork import settle_doubt
from service.flows import replies
from service.records.tables import Attempt, ChannelState
from service.settings import Settings
from service.store.engine import Database
from tests.kits import DAY, JO, MINUTE, SAM, Works, departed, running


@pytest.fixture
def twilio(clock: ManualClock) -> Iterator[StandInTwilio]:
    with StandInTwilio(date=lambda: format_datetime(clock())) as found:
        yield found


@pytest.fixture
def vonage() -> Iterator[StandInVonage]:
    with StandInVonage() as found:
        yield found


@pytest.fixture
def works(database: Database, clock: ManualClock, twilio: StandInTwilio, vonage: StandInVonage) -> Iterator[Works]:
    """Twilio takes 80 points, Vonage what is left; it is Twilio's turn."""
    notifiers: dict[str, dict[str, Any]] = {
        "twilio": {
            "account_sid": ACCOUNT_SID,
            "auth_token": AUTH_TOKEN,
            "from_number": TWILIO_NUMBER,
            "api_base": twilio.base_url,
            "share": "80",
        },
        "vonage": {
            "api_key": API_KEY,
            "api_secret": API_SECRET,
            "application_id": APPLICATION,
            "private_key": private_key(),
            "signature_secret": SIGNATURE_SECRET,
            "from_number": f"+{VONAGE_NUMBER}",
            "api_base": vonage.base_url,
        },
    }
    configured = make_kit(Settings(database_url=database.url, notifiers=notifiers), database, clock=clock)
    with running(database, clock) as found:
        found.go()
        found.with_kit(live=configured.live, chance=lambda: 0.79)
        yield found


def calls(works: Works) -> list[tuple[str, str]]:
    return [(row.notifier, row.outcome.value) for row in sorted(works.rows(Attempt), key=lambda row: row.number)]


def test_shares_as_configured(works: Works, twilio: StandInTwilio, vonage: StandInVonage) -> None:
    assert [(ready.name, ready.share) for ready in works.kit.live[Channel.SMS]] == [("twilio", 80), ("vonage", 20)]
    works.post(**departed("PO 1"))
    works.settle()
    works.with_kit(chance=lambda: 0.81)
    works.post(**departed("PO 2", tell=[SAM]))
    works.settle()
    assert [row["to"] for row in twilio.messages] == [JO]
    assert [row["to"] for row in vonage.messages] == [SAM.lstrip("+")]


def test_too_many_for_one_is_taken_by_the_other(works: Works, twilio: StandInTwilio, vonage: StandInVonage) -> None:
    twilio.answer(None, Answer(429, 20429, "Too Many Requests", {"Retry-After": "300"}))
    works.post(**departed())
    works.settle()
    assert calls(works) == [("twilio", "temporary"), ("vonage", "accepted")]
    assert len(vonage.messages) == 1


def test_wrong_credentials_pause_one_until_they_are_mended(
    works: Works, twilio: StandInTwilio, vonage: StandInVonage
) -> None:
    twilio.answer(None, Answer(401, 20003, "Authenticate"))
    for number, who in enumerate((JO, SAM)):
        works.post(**departed(f"PO {number}", tell=[who]))
        works.settle()
    assert works.states() == ["accepted", "accepted"]
    assert len(vonage.messages) == 2
    assert [(row.notifier, row.failures) for row in works.rows(ChannelState)] == [("twilio", 1)]
    twilio.answer(None, None)
    works.forward(2 * MINUTE)
    works.post(**departed("PO 3"))
    works.settle()
    assert len(twilio.messages) == 1
    assert works.rows(ChannelState)[0].failures == 0


@pytest.mark.parametrize("taken", [True, False])
def test_a_lost_answer_is_looked_up_at_whom_was_asked(
    works: Works, twilio: StandInTwilio, vonage: StandInVonage, taken: bool
) -> None:
    twilio.answer(None, Answer(taken=taken, drop=True))
    works.post(**departed())
    works.settle()
    assert calls(works) == [("twilio", "uncertain")]
    for _ in range(10):
        works.forward(MINUTE / 2)
        settle_doubt(works.kit)
        works.settle()
    assert len(twilio.messages) + len(vonage.messages) == 1, "once, and by one of them"
    assert len(vonage.messages) == (0 if taken else 1)
    assert works.states() == ["accepted"]


def test_a_stop_to_one_number_ends_the_texts_of_both(
    works: Works, twilio: StandInTwilio, vonage: StandInVonage
) -> None:
    works.with_kit(chance=lambda: 0.9)
    works.post(**departed())
    works.settle()
    (sent,) = vonage.messages
    said = {"message_uuid": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab", "channel": "sms", "message_type": "text"}
    body, headers = vonage.signed(said | {"from": sent["to"], "to": sent["from"], "text": "STOP"})
    url = "https://t.example.com/v1/callbacks/vonage/inbound"
    (result,) = replies.receive(works.kit, "vonage", Callback(url, headers, body))
    assert result.meaning == "stop"
    works.with_kit(chance=lambda: 0.0)
    works.settle()
    works.post(**departed("PO 2"))
    works.forward(DAY)
    assert twilio.messages == []
