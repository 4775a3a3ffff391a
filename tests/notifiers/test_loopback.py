from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from notifiers import Callback, Channel, ReceiptStatus
from notifiers.base import PERSONAL
from notifiers.contract import SAMPLES
from notifiers.loopback import Loopback
from notifiers.testing import NotifierContract
from notifiers.twilio_callbacks import sign

TOKEN = "made for this process"
URL = "http://127.0.0.1:8000/v1/callbacks/loopback/inbound"


def loopback(channel: Channel, token: str | None = TOKEN) -> Loopback:
    return Loopback(Loopback.Config.model_validate({"channel": channel, "token": token}))


def signed(token: str = TOKEN, **fields: str) -> Callback:
    return Callback(URL, sign(token, URL, fields), urlencode(fields).encode())


class TestContract(NotifierContract):
    @pytest.fixture(params=PERSONAL)
    def notifier(self, request: pytest.FixtureRequest) -> Loopback:
        return loopback(request.param)

    def receipt(self) -> Callback:
        return signed(MessageSid="loop_msg_1", MessageStatus="delivered")


@pytest.mark.parametrize("channel", PERSONAL)
def test_the_id_comes_from_the_message(channel: Channel) -> None:
    message = replace(SAMPLES[channel], id="msg_7")
    assert [loopback(channel).send(message).provider_id for _ in range(2)] == ["loop_msg_7"] * 2


@pytest.mark.parametrize(
    ("sender", "to"), [("+447700900123", "+447700900000"), ("ann@example.com", "updates@example.com")]
)
def test_a_reply_on_the_demo_phone_is_read_as_twilios_would_be(sender: str, to: str) -> None:
    call = signed(MessageSid="loop_reply-1", From=sender, To=to, Body="Where is it?")
    (reply,) = loopback(Channel.SMS).replies(call)
    assert (reply.provider_id, reply.sender, reply.to, reply.text) == ("loop_reply-1", sender, to, "Where is it?")


def test_a_receipt_is_read() -> None:
    call = signed(MessageSid="loop_msg_1", MessageStatus="undelivered", ErrorCode="30005")
    (receipt,) = loopback(Channel.SMS).receipts(call)
    assert (receipt.status, receipt.code, receipt.suppress) == (ReceiptStatus.UNDELIVERED, "30005", True)


@pytest.mark.parametrize("token", [None, ""])
def test_without_a_token_nothing_comes_back(token: str | None) -> None:
    with pytest.raises(PermissionError):
        loopback(Channel.SMS, token).replies(signed("", MessageSid="loop_1", From="+447700900123", To="+447700900000"))
