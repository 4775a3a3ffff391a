"""The contract itself: it lets a sound notifier pass and finds each kind of broken one."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from notifiers import (
    Accepted,
    Callback,
    Channel,
    Message,
    Notifier,
    PermanentFailure,
    Receipt,
    ReceiptStatus,
    TemporaryFailure,
    UncertainOutcome,
    contract,
)
from notifiers.apprise import Apprise
from notifiers.check import check_class
from notifiers.loopback import Loopback
from notifiers.smtp import Smtp
from notifiers.stand_in_mail import MailCatcher
from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, StandInTwilio
from notifiers.telnyx import TelnyxSms
from notifiers.testing import NotifierContract, Recorder
from notifiers.twilio import TwilioSms
from notifiers.vonage import VonageSms
from notifiers.webhook import Webhook

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "adding-a-notifier.md"
SMS = contract.SAMPLES[Channel.SMS]


class TestRecorder(NotifierContract):
    @pytest.fixture(params=list(Channel))
    def notifier(self, request: pytest.FixtureRequest) -> Recorder:
        return Recorder(request.param)


def test_a_recorder_follows_its_script_and_remembers() -> None:
    recorder = Recorder(Channel.SMS, [None, TemporaryFailure("busy"), UncertainOutcome("lost")])
    recorder.send(SMS)
    with pytest.raises(TemporaryFailure):
        recorder.send(SMS)
    with pytest.raises(UncertainOutcome):
        recorder.send(SMS)
    recorder.send(SMS)
    assert (len(recorder.messages), len(recorder.asked), len(recorder.wait_for(2))) == (2, 4, 2)
    with pytest.raises(TimeoutError):
        recorder.wait_for(3, 0)


class Sound:
    """A notifier that keeps every promise, to be broken in one place by those below."""

    name = "sound"
    channel = Channel.SMS

    class Config(BaseModel, extra="forbid"):
        password: SecretStr = SecretStr("")

    def __init__(self, config: Config) -> None:
        self.config = config

    def send(self, message: Message) -> Accepted:
        return Accepted(f"id of {message.id}")


class RaisesAnything(Sound):
    def send(self, message: Message) -> Accepted:
        if "\x00" in message.text:
            raise RuntimeError(message.to)
        return super().send(message)


class Tells(Sound):
    def send(self, message: Message) -> Accepted:
        if not message.text:
            raise PermanentFailure(f"nothing for {message.to}")
        return super().send(message)


class OneId(Sound):
    def send(self, message: Message) -> Accepted:
        return Accepted(f"{message.to} has it")


class NoId(Sound):
    def send(self, message: Message) -> Accepted:
        return Accepted("")


class RefusesAll(Sound):
    def send(self, message: Message) -> Accepted:
        raise PermanentFailure("no")


class Meddles(Sound):
    def send(self, message: Message) -> Accepted:
        object.__setattr__(message, "text", message.text.upper())
        return super().send(message)


class Credulous(Sound):
    def receipts(self, callback: Callback) -> Sequence[Receipt]:
        return (Receipt(str(len(callback.body)), ReceiptStatus.DELIVERED),)


class Clumsy(Sound):
    def receipts(self, callback: Callback) -> Sequence[Receipt]:
        raise KeyError(callback.url)


class OpenSecret(Sound):
    class Config(BaseModel, extra="forbid"):
        password: str = ""


class Nameless(Sound):
    channel = "telegraph"  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("cls", "failing"),
    [
        (Sound, set()),
        (RaisesAnything, {"the four failures"}),
        (Tells, {"the four failures"}),
        (OneId, {"ids", "threads"}),
        (NoId, {"taking a message", "ids", "threads"}),
        (RefusesAll, {"taking a message", "ids", "threads", "messages are values"}),
        (Meddles, {"messages are values"}),
        (Credulous, {"unsigned callbacks"}),
        (Clumsy, {"unsigned callbacks"}),
        (OpenSecret, {"secrets"}),
        (Nameless, {"identity"}),
        (object, {"shape"}),
    ],
)
def test_each_broken_promise_is_found(cls: Any, failing: set[str]) -> None:
    found = check_class(cls, {})
    assert {finding.what for finding in found if not finding.ok} == failing
    assert all(finding.fix for finding in found if not finding.ok)


def test_settings_that_do_not_fit_are_a_finding() -> None:
    found = check_class(Sound, {"pasword": "hush"})
    assert [(finding.what, finding.ok) for finding in found] == [("shape", True), ("settings", False)]
    assert "hush" not in str(found)


def test_without_sending_only_the_rest_is_examined() -> None:
    assert [finding.what for finding in check_class(RefusesAll, {}, send=False) if not finding.ok] == []


@pytest.mark.parametrize(
    ("promise", "broken"),
    [
        (contract.refuses_forgeries, Credulous),
        (contract.refuses_forgeries, Sound),
        (contract.reads_a_repeat_the_same, Sound),
    ],
)
def test_a_reader_that_believes_anything_is_found(
    promise: Callable[[Notifier, Callback], None], broken: type[Sound]
) -> None:
    with pytest.raises(AssertionError):
        promise(broken(Sound.Config()), Callback("https://example.com", {"Signature": "good"}, b"a=1"))


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_our_loopback_passes_the_check(channel: str) -> None:
    assert all(finding.ok for finding in check_class(Loopback, {"channel": channel}))


def test_our_twilio_passes_the_check(stand_in: StandInTwilio) -> None:
    settings = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "from_number": NUMBER}
    assert all(finding.ok for finding in check_class(TwilioSms, {**settings, "api_base": stand_in.base_url}))


def test_our_smtp_passes_the_check(catcher: MailCatcher) -> None:
    settings = {"host": catcher.host, "port": catcher.port, "security": "none", "from_address": "a@example.com"}
    assert all(finding.ok for finding in check_class(Smtp, settings))


# The guide


@pytest.fixture
def gateway() -> Iterator[str]:
    """A provider that takes everything, for the guide's example."""
    numbers = count(1)

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(201)
            self.end_headers()
            self.wfile.write(b'{"id": "%d"}' % next(numbers))

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_the_guides_example_works_as_printed(gateway: str) -> None:
    (example,) = re.findall(r"```python title=\"(?:\w+)\.py\"\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    module = ModuleType("example")
    exec(compile(example, "example.py", "exec", dont_inherit=True), module.__dict__)
    (cls,) = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == "example"]
    found = check_class(cls, {"url": gateway, "token": "t"})
    assert [finding for finding in found if not finding.ok] == []
    assert "threads" in {finding.what for finding in found}


@pytest.mark.parametrize("cls", [Apprise, Loopback, TwilioSms, TelnyxSms, VonageSms, Webhook, Smtp])
def test_the_guide_names_every_setting_of_ours(cls: Any) -> None:
    guide = GUIDE.read_text()
    missing = [
        name
        for name in cls.Config.model_fields
        if f"MILEPOST_NOTIFIERS__{cls.name.upper()}__{name.upper()}" not in guide
    ]
    assert missing == []
