from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("apprise", reason="the extra milepost[apprise] is not installed")

from notifiers import Channel, Message, NotifierError, PermanentFailure, TakesKey, UncertainOutcome
from notifiers.apprise import Apprise, AppriseConfig
from notifiers.check import check_class
from notifiers.registry import ConfigurationError, build
from notifiers.stand_in_ledger import Answer
from notifiers.stand_in_server import Asked, Given, StandInServer
from notifiers.testing import NotifierContract
from tests.notifiers.wires import closed_port

# Some of the services that Apprise knows are written for older Pythons.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ANN = "+447700900123"
TEXT = Message(id="msg_1", channel=Channel.SMS, to=ANN, text="PO 4711 has left Ningbo.", subject="Departed")


class Service(StandInServer):
    """A service that takes Apprise's `json://` posts."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Asked] = []

    @property
    def apprise_url(self) -> str:
        return self.base_url.replace("http://", "json://") + "/{to}"

    def handle(self, asked: Asked) -> Given:
        with self.changed:
            self.asked.append(asked)
        told = self.told("")
        return Given(204) if told is None else Given(told.status, drop=told.drop, wait=told.wait)


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as running:
        yield running


def made(url: str, **changed: object) -> Apprise:
    return Apprise(AppriseConfig.model_validate({"url": url, "timeout": 2} | changed))


class TestContract(NotifierContract):
    @pytest.fixture
    def notifier(self, service: Service) -> Apprise:
        return made(service.apprise_url)


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_it_passes_the_check(service: Service, channel: str) -> None:
    settings = {"url": service.apprise_url, "channel": channel}
    assert [finding for finding in check_class(Apprise, settings) if not finding.ok] == []


def test_a_message_arrives_at_the_place_of_its_recipient(service: Service) -> None:
    notifier = made(service.apprise_url)
    assert notifier.send(TEXT).provider_id == "msg_1"
    (asked,) = service.asked
    assert asked.path.endswith("447700900123")
    assert (asked.json()["message"], asked.json()["title"]) == (TEXT.text, "Departed")
    assert not isinstance(notifier, TakesKey)


@pytest.mark.parametrize(
    "to", ["", "not an address", ANN + "/../admin", ANN + "?x=1", "a@b.example&c", "a@b/c", "%2e%2e"]
)
def test_a_recipient_never_becomes_another_address(service: Service, to: str) -> None:
    with pytest.raises(PermanentFailure):
        made(service.apprise_url).send(replace(TEXT, to=to))
    assert service.asked == []


@pytest.mark.parametrize("text", ["", "  \n", "a lone surrogate \ud800"])
def test_a_text_that_cannot_be_sent_is_refused(service: Service, text: str) -> None:
    with pytest.raises(PermanentFailure):
        made(service.apprise_url).send(replace(TEXT, text=text))
    assert service.asked == []


@pytest.mark.parametrize(
    "answer",
    [Answer(400), Answer(401), Answer(429), Answer(500), Answer(200, drop=True), Answer(wait=threading.Event())],
)
def test_what_is_no_plain_yes_is_uncertain_and_asked_once(service: Service, answer: Answer) -> None:
    service.answer(None, answer)
    with pytest.raises(UncertainOutcome) as caught:
        made(service.apprise_url + "?rto=1").send(TEXT)
    assert (len(service.asked), ANN in caught.value.detail) == (1, False)


def test_nobody_listening_looks_the_same_to_apprise() -> None:
    with pytest.raises(NotifierError) as caught:
        made(f"json://127.0.0.1:{closed_port()}/{{to}}").send(TEXT)
    assert type(caught.value) is UncertainOutcome


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"url": None, "timeout": 2}, "__URL must be set"),
        ({"url": "json://hush.example.com/"}, "__URL must be one Apprise URL that holds the word to"),
        ({"url": "nonsense://hush/{to}"}, "__URL is not understood by Apprise"),
        ({"channel": "webhook"}, "__CHANNEL is not usable"),
    ],
)
def test_a_wrong_setting_is_one_sentence(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build({"apprise": {"url": "json://hooks.example.com/{to}"} | changed}, classes={"apprise": Apprise})
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)
