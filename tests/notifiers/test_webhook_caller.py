"""Calls of endpoints: secrets, signatures, answers, and addresses that are refused."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers.callers import Caller, Refused
from notifiers.stand_in_ledger import Answer
from notifiers.stand_in_receiver import StandInReceiver
from notifiers.webhook import WebhookConfig
from notifiers.webhook_caller import MOST_SAID, WebhookCaller, derived
from tests.notifiers.wires import closed_port, raw_server

CERTIFICATE = Path(__file__).with_name("localhost.pem")
SECRET, OTHER = derived(b"one service"), derived(b"another service")


def made(**changed: object) -> WebhookCaller:
    return WebhookCaller(
        WebhookConfig.model_validate({"secret": SECRET, "allow_loopback": True, "timeout": 1} | changed)
    )


@pytest.fixture
def receiver() -> Iterator[StandInReceiver]:
    with StandInReceiver() as running:
        yield running


def test_it_is_a_caller() -> None:
    caller: Caller = made()
    caller.check("https://hooks.example.com/milepost")


def test_secrets_differ_by_endpoint_by_generation_and_by_service() -> None:
    caller = made()
    found = {
        *caller.secrets_for("acc:one", 1),
        *caller.secrets_for("acc:two", 1),
        *caller.secrets_for("acc:one", 3),
        *made(secret=OTHER).secrets_for("acc:one", 1),
    }
    assert len(found) == 5
    assert all(len(base64.b64decode(one.removeprefix("whsec_"))) == 32 for one in found)
    assert caller.secrets_for("acc:one", 1) == made().secrets_for("acc:one", 1)


def test_the_secret_before_signs_too_until_the_next() -> None:
    caller = made()
    assert caller.secrets_for("one", 2)[1] == caller.secrets_for("one", 1)[0]
    assert caller.secrets_for("one", 1)[0] not in caller.secrets_for("one", 3)


@pytest.mark.parametrize("held", [0, 1])
def test_a_receiver_with_either_secret_takes_the_call(receiver: StandInReceiver, held: int) -> None:
    caller = made()
    secrets = caller.secrets_for("one", 2)
    receiver.secret = secrets[held]
    answer = caller.call(receiver.url, "whd_1", '{"type":"x","data":{}}', secrets)
    assert (answer.status, answer.said) == (204, "")
    assert receiver.calls[0].headers["webhook-id"] == "whd_1"


def test_while_the_operator_s_secret_changes_either_checks(receiver: StandInReceiver) -> None:
    both = made(secret=OTHER, previous_secret=SECRET)
    receiver.secret = made().secrets_for("one", 1)[0]
    assert both.call(receiver.url, "whd_1", '{"data":{}}', both.secrets_for("one", 1)).status == 204


def test_of_an_answer_no_more_is_kept_than_its_beginning(receiver: StandInReceiver) -> None:
    receiver.answer("", Answer(500, body=b"<h1>Oops</h1>\n" + "ü".encode() * 9000))
    answer = made().call(receiver.url, "whd_1", "{}", (SECRET,))
    assert answer.status == 500
    assert answer.said.startswith("<h1>Oops</h1> üüü")
    assert len(answer.said) <= MOST_SAID


def test_a_body_that_never_comes_is_not_waited_for() -> None:
    with raw_server(b"HTTP/1.1 500 No\r\nContent-Length: 5000\r\n\r\nbeg", hold=True) as url:
        answer = made(timeout=20).call(url, "whd_1", "{}", (SECRET,))
    assert (answer.status, answer.said) == (500, "beg")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver: StandInReceiver, status: int) -> None:
    receiver.answer("", Answer(status, headers={"Location": receiver.url}))
    answer = made().call(receiver.url, "whd_1", "{}", (SECRET,))
    assert (answer.status, answer.detail) == (status, "Redirects are not followed.")
    assert len(receiver.calls) == 1


def test_retry_after_is_read(receiver: StandInReceiver) -> None:
    receiver.answer("", Answer(503, headers={"Retry-After": "120"}))
    assert made().call(receiver.url, "whd_1", "{}", (SECRET,)).retry_after == 120


def test_a_lost_answer_and_a_closed_door_raise_nothing(receiver: StandInReceiver) -> None:
    receiver.answer("", Answer(204, drop=True))
    assert made().call(receiver.url, "whd_1", "{}", (SECRET,)).status is None
    gone = made().call(f"http://127.0.0.1:{closed_port()}/", "whd_1", "{}", (SECRET,))
    assert (gone.status, gone.detail) == (None, "The receiver could not be reached.")


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://10.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/"]
)
def test_a_call_checks_again_what_the_name_leads_to(url: str) -> None:
    answer = made(allow_loopback=False).call(url, "whd_1", "{}", (SECRET,))
    assert answer.status is None
    assert answer.detail in ("The address leads into a private network.", "The receiver could not be reached.")


@pytest.mark.parametrize(
    ("url", "loopback", "good"),
    [
        ("https://hooks.example.com/x?token=1", False, True),
        ("https://hooks.example.com:8443/x", False, True),
        ("https://93.184.215.14/x", False, True),
        ("https://127.0.0.1/x", False, False),
        ("https://127.0.0.1/x", True, True),
        ("http://localhost:9/x", True, True),
        ("http://hooks.example.com/x", True, False),
        ("http://10.0.0.1/x", True, False),
        ("https://10.0.0.1/x", True, False),
        ("https://host.local/x", True, False),
    ],
)
def test_an_address_is_checked_before_it_is_kept(url: str, loopback: bool, good: bool) -> None:
    caller = made(allow_loopback=loopback)
    if good:
        caller.check(url)
        return
    with pytest.raises(Refused) as refusal:
        caller.check(url)
    assert url not in str(refusal.value)
