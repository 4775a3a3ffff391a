from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Reference

from notifiers import (
    Channel,
    Message,
    NotifierError,
    PermanentFailure,
    TakesKey,
    TemporaryFailure,
)
from notifiers.check import check_class
from notifiers.contract import SAMPLES
from notifiers.public_only import NotAllowed, checked_url, is_public
from notifiers.registry import ConfigurationError, build
from notifiers.schedules import WEBHOOK_RETRIES
from notifiers.stand_in_ledger import Answer
from notifiers.stand_in_receiver import StandInReceiver
from notifiers.testing import NotifierContract
from notifiers.webhook import Webhook, WebhookConfig
from tests.notifiers.wires import closed_port, raw_server

SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four bytes and more").decode()
OLDER = base64.b64encode(b"the secret before it, which is live too").decode()
CERTIFICATE = Path(__file__).with_name("localhost.pem")
NEWS = Message(id="msg_1", channel=Channel.WEBHOOK, to="", text="PO 4711 has left Ningbo.", subject="Departed")


def made(**changed: object) -> Webhook:
    return Webhook(WebhookConfig.model_validate({"secret": SECRET, "allow_loopback": True, "timeout": 1} | changed))


@pytest.fixture
def notifier() -> Webhook:
    return made()


@pytest.fixture
def receiver(notifier: Webhook) -> Iterator[StandInReceiver]:
    with StandInReceiver() as running:
        running.secret = notifier.secrets_for(running.url)[0]
        yield running


@pytest.fixture
def news(receiver: StandInReceiver) -> Message:
    return replace(NEWS, to=receiver.url)


class TestContract(NotifierContract):
    @pytest.fixture(autouse=True)
    def running(self, receiver: StandInReceiver) -> None:
        self.receiver = receiver

    def message(self, notifier: Any) -> Message:
        return replace(SAMPLES[Channel.WEBHOOK], to=self.receiver.url)


def test_it_passes_the_check(receiver: StandInReceiver) -> None:
    settings = {"secret": SECRET, "allow_loopback": True}
    assert [one for one in check_class(Webhook, settings, to=receiver.url) if not one.ok] == []


# Sending


def test_a_message_arrives_signed(notifier: Webhook, receiver: StandInReceiver, news: Message) -> None:
    accepted = notifier.send(news)
    assert receiver.messages == [{"id": "msg_1", "subject": "Departed", "text": NEWS.text}]
    (call,) = receiver.calls
    assert (accepted.provider_id, call.headers["webhook-id"], call.path) == ("msg_1", "msg_1", "/hooks/milepost")
    assert json.loads(call.body)["type"] == "message"


def test_a_repeat_has_the_same_id_and_body_and_is_kept_once(
    notifier: Webhook, receiver: StandInReceiver, news: Message
) -> None:
    assert isinstance(notifier, TakesKey)
    receiver.answer(None, Answer(204, drop=True, taken=True))
    with pytest.raises(TemporaryFailure):
        notifier.send(news)
    receiver.answer(None, None)
    notifier.send(news)
    first, second = receiver.calls
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert len(receiver.messages) == 1


def test_while_two_secrets_are_live_either_checks_a_call(receiver: StandInReceiver, news: Message) -> None:
    before, both = made(secret=OLDER), made(previous_secret=OLDER)
    receiver.secret = before.secrets_for(receiver.url)[0]
    both.send(news)
    receiver.secret = both.secrets_for(receiver.url)[0]
    both.send(replace(news, id="msg_2"))
    assert len(receiver.messages) == 2
    assert [len(call.headers["webhook-signature"].split()) for call in receiver.calls] == [2, 2]
    with pytest.raises(PermanentFailure):
        before.send(replace(news, id="msg_3"))


def test_no_receiver_can_sign_for_another(notifier: Webhook) -> None:
    one, other = (notifier.secrets_for(f"https://{name}.example.com/")[0] for name in ("one", "other"))
    assert one != other
    assert SECRET not in (one, other)
    assert len(base64.b64decode(one.removeprefix("whsec_"))) == 32


def test_the_signature_of_a_published_example_is_ours() -> None:
    """The example of the specification's reference libraries."""
    signer = Reference("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made_then = signer.sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), '{"test": 2432232314}'
    )
    assert made_then == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("name", ["a b", "a\r\nX: y", "ü", "\ud800", ""])
def test_an_id_that_fits_no_header_is_digested(
    notifier: Webhook, receiver: StandInReceiver, news: Message, name: str
) -> None:
    try:
        notifier.send(replace(news, id=name))
    except PermanentFailure:
        assert name == "\ud800"
    else:
        assert len(receiver.calls[0].headers["webhook-id"]) == 64


# What an answer means: status, class, suppress

ANSWERS: list[tuple[int, type[NotifierError], bool]] = [
    (301, PermanentFailure, False),
    (307, PermanentFailure, False),
    (400, PermanentFailure, False),
    (401, PermanentFailure, False),
    (404, PermanentFailure, False),
    (408, TemporaryFailure, False),
    (410, PermanentFailure, True),
    (425, TemporaryFailure, False),
    (429, TemporaryFailure, False),
    (500, TemporaryFailure, False),
    (502, TemporaryFailure, False),
    (503, TemporaryFailure, False),
    (504, TemporaryFailure, False),
]


@pytest.mark.parametrize(("status", "expected", "suppress"), ANSWERS)
def test_each_status_has_its_class(
    notifier: Webhook,
    receiver: StandInReceiver,
    news: Message,
    status: int,
    expected: type[NotifierError],
    suppress: bool,
) -> None:
    receiver.answer(None, Answer(status, headers={"Location": receiver.url + "/other", "Retry-After": "7"}))
    with pytest.raises(NotifierError) as caught:
        notifier.send(news)
    assert type(caught.value) is expected
    assert (getattr(caught.value, "suppress", False), caught.value.code) == (suppress, str(status))
    assert getattr(caught.value, "retry_after", 7) == 7
    assert len(receiver.calls) == 1
    assert receiver.url not in caught.value.detail


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_taken(notifier: Webhook, receiver: StandInReceiver, news: Message, status: int) -> None:
    receiver.answer(None, Answer(status, taken=True))
    assert notifier.send(news).detail == f"HTTP {status}"


def test_a_late_answer_is_temporary(notifier: Webhook, receiver: StandInReceiver, news: Message) -> None:
    receiver.answer(None, Answer(204, taken=True, wait=threading.Event()))
    with pytest.raises(TemporaryFailure):
        notifier.send(news)


@pytest.mark.parametrize(
    ("reply", "good"),
    [
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nX: y", False),
        (b"HTTP/1.1 2000 OK\r\n\r\n", False),
        (b"SSH-2.0-OpenSSH\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", False),
        (b"", False),
    ],
    ids=["interim", "no body", "half a head", "no status", "another protocol", "too long", "nothing"],
)
def test_only_the_head_of_an_answer_is_read(notifier: Webhook, reply: bytes, good: bool) -> None:
    with raw_server(reply) as base:
        if good:
            notifier.send(replace(NEWS, to=base))
        else:
            with pytest.raises(TemporaryFailure):
                notifier.send(replace(NEWS, to=base))


def test_an_answer_that_drips_ends_with_the_time_out(notifier: Webhook) -> None:
    done = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not done.wait(0.1):
                try:
                    connection.sendall(b"X: y\r\n")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        with pytest.raises(TemporaryFailure):
            notifier.send(replace(NEWS, to=f"http://127.0.0.1:{listener.getsockname()[1]}/"))
    finally:
        done.set()
        thread.join(5)
        listener.close()


@pytest.mark.parametrize(
    "url", [f"http://127.0.0.1:{closed_port()}/", "https://hooks.invalid/"], ids=["closed", "nowhere"]
)
def test_a_receiver_that_is_not_there_is_a_passing_failure(notifier: Webhook, url: str) -> None:
    with pytest.raises(TemporaryFailure):
        notifier.send(replace(NEWS, to=url))


def test_under_tls_the_certificate_must_be_good(notifier: Webhook) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    with StandInReceiver(tls=tls) as receiver:
        receiver.secret = notifier.secrets_for(receiver.url)[0]
        with pytest.raises(TemporaryFailure):
            notifier.send(replace(NEWS, to=receiver.url))
        made(ca_file=str(CERTIFICATE)).send(replace(NEWS, to=receiver.url))
        assert len(receiver.messages) == 1


# Whom it may call


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_not_on_the_public_internet_is_not_called(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_public_machines_may_be_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "//hooks.example.com/",
        "https://",
        "https:///path",
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "https://ann@hooks.example.com/",
        "https://ann:hush@hooks.example.com/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:x/",
        "https://[::1/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nX-Evil: 1",
        "https://hooks.ex\tample.com/",
        "https://hööks.example.com/",
        "https://hooks.example.com/" + "x" * 2000,
    ],
)
def test_an_address_that_is_no_plain_https_is_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        checked_url(url)
    with pytest.raises(PermanentFailure):
        made(allow_loopback=False).send(replace(NEWS, to=url))


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1"]
)
def test_a_private_machine_is_not_called_however_it_is_written(receiver: StandInReceiver, host: str) -> None:
    port = receiver.base_url.rpartition(":")[2]
    with pytest.raises((PermanentFailure, TemporaryFailure)):
        made(allow_loopback=False).send(replace(NEWS, to=f"https://{host}:{port}/"))
    assert receiver.calls == []


def test_in_tests_this_machine_may_be_called_and_no_other(notifier: Webhook) -> None:
    for url in ("http://10.0.0.1/", "http://1.1.1.1/", "https://169.254.169.254/latest/meta-data"):
        with pytest.raises(PermanentFailure):
            notifier.send(replace(NEWS, to=url))


# Settings and schedule


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"secret": None, "timeout": 5}, "__SECRET must be set"),
        ({"secret": "whsec_hush"}, "__SECRET must be whsec_"),
        ({"secret": "no base64 at all, hush hush hush hush hush"}, "__SECRET must be whsec_"),
        ({"previous_secret": "hush"}, "__PREVIOUS_SECRET must be whsec_"),
        ({"ca_file": "/nowhere/hush.pem"}, "__CA_FILE must be a readable file"),
        ({"timeout": 31}, "__TIMEOUT is not usable"),
    ],
)
def test_a_wrong_setting_is_one_sentence(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build({"webhook": {"secret": SECRET} | changed}, classes={"webhook": Webhook})
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)


def test_the_receiver_is_asked_to_remember_as_long_as_repeats_come(notifier: Webhook) -> None:
    assert notifier.key_good_for == sum(WEBHOOK_RETRIES, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert list(WEBHOOK_RETRIES) == sorted(WEBHOOK_RETRIES)
