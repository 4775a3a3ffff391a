from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import jwt
import pytest

from notifiers import (
    Callback,
    Channel,
    ChannelUnavailable,
    Lists,
    Message,
    NotifierError,
    PermanentFailure,
    ReceiptStatus,
    TemporaryFailure,
    UncertainOutcome,
)
from notifiers.check import check_class
from notifiers.registry import ConfigurationError, build
from notifiers.stand_in_ledger import Answer
from notifiers.stand_in_vonage import (
    API_KEY,
    API_SECRET,
    APPLICATION,
    NUMBER,
    SIGNATURE_SECRET,
    StandInVonage,
    private_key,
)
from notifiers.testing import NotifierContract
from notifiers.vonage import VonageConfig, VonageSms
from notifiers.vonage_errors import CODES
from tests.notifiers.wires import Hearer, closed_port, raw_server

ANN = "+447700900123"
TEXT = Message(id="msg_1", channel=Channel.SMS, to=ANN, text="PO 4711 has left Ningbo.")
URL = "https://track.example.com/v1/callbacks/vonage/acc_1/att_1"
INBOUND = "https://track.example.com/v1/callbacks/vonage/inbound"
ID = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"
NOON = 1_790_000_000
START = datetime.fromtimestamp(NOON, UTC)


@pytest.fixture
def vonage() -> Iterator[StandInVonage]:
    with StandInVonage(seconds=lambda: NOON) as running:
        yield running


def settings(vonage: StandInVonage, **changed: object) -> dict[str, object]:
    values: dict[str, object] = {
        "api_key": API_KEY,
        "api_secret": API_SECRET,
        "application_id": APPLICATION,
        "private_key": private_key(),
        "signature_secret": SIGNATURE_SECRET,
        "from_number": f"+{NUMBER}",
        "api_base": vonage.base_url,
        "timeout": 1,
    }
    return values | changed


def made(vonage: StandInVonage, now: float = NOON, **changed: Any) -> VonageSms:
    return VonageSms(VonageConfig.model_validate(settings(vonage, **changed)), seconds=lambda: now)


@pytest.fixture
def notifier(vonage: StandInVonage) -> VonageSms:
    return made(vonage)


def call(vonage: StandInVonage, said: Mapping[str, object], url: str = URL, **claims: object) -> Callback:
    body, headers = vonage.signed(said, **claims)
    return Callback(url, headers, body)


def status(word: str = "delivered", **changed: object) -> dict[str, object]:
    return {"message_uuid": ID, "channel": "sms", "status": word, "client_ref": "acc_1/att_1"} | changed


def inbound(**changed: object) -> dict[str, object]:
    return {"message_uuid": ID, "channel": "sms", "from": ANN[1:], "to": NUMBER, "text": "Hi"} | changed


class TestContract(NotifierContract):
    @pytest.fixture(autouse=True)
    def running(self, vonage: StandInVonage) -> None:
        self.vonage = vonage

    @pytest.fixture
    def notifier(self) -> VonageSms:
        return made(self.vonage)

    def receipt(self) -> Callback:
        return call(self.vonage, status())


def test_it_passes_the_check() -> None:
    with StandInVonage() as vonage:
        assert [finding for finding in check_class(VonageSms, settings(vonage)) if not finding.ok] == []


# Sending


def test_a_text_leaves_with_everything_vonage_needs(notifier: VonageSms, vonage: StandInVonage) -> None:
    accepted = notifier.send(replace(TEXT, callback_url=URL, valid_for=timedelta(hours=2)))
    (row,) = vonage.messages
    assert accepted.provider_id == row["message_id"]
    assert (row["to"], row["from"], row["message_body"]) == (ANN[1:], NUMBER, TEXT.text)
    assert (row["webhook_url"], row["client_ref"], row["ttl"]) == (URL, "acc_1/att_1", 7200)


def test_without_a_public_url_the_message_itself_is_the_reference(notifier: VonageSms, vonage: StandInVonage) -> None:
    notifier.send(TEXT)
    assert (vonage.messages[0]["webhook_url"], vonage.messages[0]["client_ref"]) == (None, "msg_1")


@pytest.mark.parametrize(
    ("valid_for", "sent"),
    [(timedelta(days=30), 604_800), (timedelta(0), 20), (timedelta(seconds=90.9), 90), (None, None)],
)
def test_the_validity_stays_within_vonages_bounds(
    notifier: VonageSms, vonage: StandInVonage, valid_for: timedelta | None, sent: int | None
) -> None:
    notifier.send(replace(TEXT, valid_for=valid_for))
    assert vonage.messages[0]["ttl"] == sent


@pytest.mark.parametrize(("sender", "two_way"), [("+447700900000", True), ("60001", True), ("Acme", False)])
def test_a_name_takes_no_replies(vonage: StandInVonage, sender: str, two_way: bool) -> None:
    notifier = made(vonage, from_number=sender)
    notifier.send(TEXT)
    assert (notifier.two_way, vonage.messages[0]["from"]) == (two_way, sender.removeprefix("+"))


def test_a_key_on_one_line_is_read(vonage: StandInVonage) -> None:
    made(vonage, private_key=private_key().replace("\n", "\\n")).send(TEXT)
    assert len(vonage.messages) == 1


def test_a_token_lasts_a_quarter_of_an_hour(vonage: StandInVonage) -> None:
    with pytest.raises(ChannelUnavailable):
        made(vonage, NOON - 901).send(TEXT)
    made(vonage, NOON - 899).send(TEXT)
    assert len(vonage.messages) == 1


# What a refusal means, row by row: status, code, class, suppress

REFUSALS: list[tuple[int, int | None, type[NotifierError], bool]] = [
    (401, None, ChannelUnavailable, False),
    (402, 1070, ChannelUnavailable, False),
    (403, 1060, ChannelUnavailable, False),
    (422, 1140, ChannelUnavailable, False),
    (422, 1120, PermanentFailure, False),
    (422, 1170, PermanentFailure, True),
    (422, 1430, PermanentFailure, True),
    (422, 1240, PermanentFailure, True),
    (422, 1050, PermanentFailure, True),
    (422, 1020, PermanentFailure, False),
    (422, 1999, PermanentFailure, False),
    (422, None, PermanentFailure, False),
    (429, 1000, TemporaryFailure, False),
    (429, None, TemporaryFailure, False),
    (422, 1241, TemporaryFailure, False),
    (302, None, ChannelUnavailable, False),
    (404, None, ChannelUnavailable, False),
    (408, None, UncertainOutcome, False),
    (422, 1320, UncertainOutcome, False),
    (500, 1030, UncertainOutcome, False),
    (503, None, UncertainOutcome, False),
    (503, 1240, UncertainOutcome, False),
]


@pytest.mark.parametrize(("status", "code", "expected", "suppress"), REFUSALS)
def test_each_refusal_has_its_class(
    notifier: VonageSms,
    vonage: StandInVonage,
    status: int,
    code: int | None,
    expected: type[NotifierError],
    suppress: bool,
) -> None:
    vonage.answer(ANN[1:], Answer(status, code, f"The number {ANN} is not good"))
    with pytest.raises(NotifierError) as caught:
        notifier.send(TEXT)
    assert type(caught.value) is expected
    assert getattr(caught.value, "suppress", False) is suppress
    assert ANN not in caught.value.detail
    assert caught.value.code == str(code or status)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("https://developer.nexmo.com/api-errors/#low-balance", ChannelUnavailable),
        ("https://developer.vonage.com/api-errors#forbidden", ChannelUnavailable),
        ("https://developer.vonage.com/api-errors#throttled", TemporaryFailure),
        ("https://developer.vonage.com/api-errors/messages#1240", PermanentFailure),
        ("https://developer.vonage.com/api-errors/messages", PermanentFailure),
    ],
)
def test_codes_in_words_are_read(
    notifier: VonageSms, vonage: StandInVonage, kind: str, expected: type[NotifierError]
) -> None:
    vonage.answer(None, Answer(422, body=b'{"type": "%s"}' % kind.encode()))
    with pytest.raises(expected):
        notifier.send(TEXT)


def test_every_row_of_the_table_has_a_sentence() -> None:
    assert all(row.sentence.endswith(".") for row in CODES.rows)
    assert len(CODES.rows) > 35


def test_a_429_keeps_the_time_that_vonage_named(notifier: VonageSms, vonage: StandInVonage) -> None:
    vonage.answer(None, Answer(429, headers={"Retry-After": "7"}))
    with pytest.raises(TemporaryFailure) as caught:
        notifier.send(TEXT)
    assert caught.value.retry_after == 7


def test_who_said_stop_is_refused_until_they_say_start(notifier: VonageSms, vonage: StandInVonage) -> None:
    vonage.text(ANN[1:], NUMBER, "Stop")
    with pytest.raises(PermanentFailure) as caught:
        notifier.send(TEXT)
    assert caught.value.suppress
    vonage.text(ANN[1:], NUMBER, "START")
    assert notifier.send(TEXT).provider_id == vonage.messages[-1]["message_id"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(202, body=b"<html>fine</html>"),
        Answer(202, body=b"{}"),
        Answer(202, body=b"[]"),
        Answer(202, body=b'{"message_uuid": 7}'),
        Answer(202, body=b""),
        Answer(202, drop=True),
        Answer(202, drop=True, taken=True),
    ],
    ids=["no JSON", "no id", "a list", "a number", "nothing", "dropped before", "dropped after"],
)
def test_an_answer_that_cannot_be_read_is_uncertain(notifier: VonageSms, vonage: StandInVonage, answer: Answer) -> None:
    vonage.answer(None, answer)
    with pytest.raises(UncertainOutcome):
        notifier.send(TEXT)


def test_a_late_answer_is_uncertain_and_the_text_is_asked_for_once(notifier: VonageSms, vonage: StandInVonage) -> None:
    vonage.answer(None, Answer(202, wait=threading.Event()))
    with pytest.raises(UncertainOutcome):
        notifier.send(TEXT)
    assert len(vonage.messages) == 1


@pytest.mark.parametrize(
    "base", [f"http://127.0.0.1:{closed_port()}", "https://vonage.invalid"], ids=["closed", "nowhere"]
)
def test_a_connection_that_did_not_open_is_certain(vonage: StandInVonage, base: str) -> None:
    with pytest.raises(TemporaryFailure):
        made(vonage, api_base=base).send(TEXT)


def test_half_an_answer_is_uncertain(vonage: StandInVonage) -> None:
    with raw_server(b"HTTP/1.1 202 OK\r\nContent-Length: 900\r\n\r\n{") as base, pytest.raises(UncertainOutcome):
        made(vonage, api_base=base).send(TEXT)


# Receipts and replies


@pytest.mark.parametrize(
    ("word", "code", "expected", "suppress"),
    [
        ("a word of tomorrow", None, None, False),
        ("submitted", None, ReceiptStatus.SENT, False),
        ("delivered", None, ReceiptStatus.DELIVERED, False),
        ("read", None, ReceiptStatus.DELIVERED, False),
        ("rejected", "1240", ReceiptStatus.UNDELIVERED, True),
        ("rejected", "1190", ReceiptStatus.UNDELIVERED, True),
        ("rejected", "1210", ReceiptStatus.UNDELIVERED, False),
        ("rejected", "1999", ReceiptStatus.UNDELIVERED, False),
        ("undeliverable", "1260", ReceiptStatus.UNDELIVERED, False),
        ("undeliverable", None, ReceiptStatus.UNDELIVERED, False),
    ],
)
def test_each_status_means_one_thing(
    notifier: VonageSms,
    vonage: StandInVonage,
    word: str,
    code: str | None,
    expected: ReceiptStatus | None,
    suppress: bool,
) -> None:
    error = {"error": {"type": f"https://developer.vonage.com/api-errors/messages#{code}"}} if code else {}
    found = notifier.receipts(call(vonage, status(word, **error)))
    assert [(receipt.provider_id, receipt.status, receipt.code, receipt.suppress) for receipt in found] == (
        [] if expected is None else [(ID, expected, code, suppress)]
    )


def test_a_receipt_counts_only_at_the_address_it_was_made_for(notifier: VonageSms, vonage: StandInVonage) -> None:
    with pytest.raises(PermissionError):
        notifier.receipts(call(vonage, status(), URL.replace("att_1", "att_2")))


@pytest.mark.parametrize(("late", "good"), [(-301, False), (-299, True), (299, True), (301, False)])
def test_a_call_counts_while_its_stamp_is_fresh(vonage: StandInVonage, late: float, good: bool) -> None:
    notifier = made(vonage, NOON + late)
    if good:
        assert notifier.receipts(call(vonage, status()))[0].provider_id == ID
    else:
        with pytest.raises(PermissionError):
            notifier.receipts(call(vonage, status()))


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": None},
        {"iat": "now"},
        {"iat": True},
        {"payload_hash": "0" * 64},
        {"payload_hash": None},
        {"payload_hash": "é"},
        {"api_key": "zzzz9999"},
        {"api_key": None},
    ],
)
def test_a_token_about_something_else_is_refused(
    notifier: VonageSms, vonage: StandInVonage, claims: dict[str, Any]
) -> None:
    with pytest.raises(PermissionError):
        notifier.receipts(call(vonage, status(), **claims))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer a.b.c",
        "Bearer é",
        "Basic " + jwt.encode({"iat": NOON}, SIGNATURE_SECRET, "HS256"),
        "Bearer " + jwt.encode({"iat": NOON}, "f" * 64, "HS256"),
        "Bearer " + jwt.encode({"iat": NOON}, SIGNATURE_SECRET, "HS512"),
        "Bearer " + jwt.encode({"iat": NOON}, "", "none"),
    ],
    ids=["none", "no token", "no JWT", "no ASCII", "another word", "another secret", "another way", "unsigned"],
)
def test_what_is_not_signed_by_vonage_is_refused(notifier: VonageSms, vonage: StandInVonage, header: str) -> None:
    stranger = replace(call(vonage, status()), headers={"Authorization": header})
    with pytest.raises(PermissionError):
        notifier.receipts(stranger)
    with pytest.raises(PermissionError):
        notifier.replies(stranger)


def test_a_reply_is_read(notifier: VonageSms, vonage: StandInVonage) -> None:
    (reply,) = notifier.replies(call(vonage, inbound(text="Yes please 👍"), INBOUND))
    assert (reply.provider_id, reply.sender, reply.to, reply.text) == (ID, ANN, f"+{NUMBER}", "Yes please 👍")
    (reply,) = notifier.replies(call(vonage, inbound(to="60001", text=None), INBOUND))
    assert (reply.to, reply.text) == ("60001", "")


def test_another_channel_is_no_reply(notifier: VonageSms, vonage: StandInVonage) -> None:
    assert notifier.replies(call(vonage, inbound(channel="whatsapp"), INBOUND)) == ()


@pytest.mark.parametrize("changed", [{"message_uuid": None}, {"message_uuid": "1"}, {"message_uuid": ID + "\n"}])
def test_a_signed_receipt_out_of_form_is_unreadable(
    notifier: VonageSms, vonage: StandInVonage, changed: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="field"):
        notifier.receipts(call(vonage, status(**changed)))


@pytest.mark.parametrize(
    "changed", [{"from": None}, {"from": "Restricted"}, {"from": "0123456"}, {"to": 7}, {"to": ""}]
)
def test_a_signed_reply_out_of_form_is_unreadable(
    notifier: VonageSms, vonage: StandInVonage, changed: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="field"):
        notifier.replies(call(vonage, inbound(**changed), INBOUND))


def test_a_signed_list_is_unreadable(notifier: VonageSms, vonage: StandInVonage) -> None:
    body, headers = vonage.signed([1])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="object"):
        notifier.receipts(Callback(URL, headers, body))


# The list


@pytest.fixture
def ticking() -> Iterator[StandInVonage]:
    """A stand-in that dates each text one second after the last."""
    ticks = count(NOON)
    with StandInVonage(seconds=lambda: next(ticks), page_size=2) as running:
        yield running


def reader(vonage: StandInVonage, **changed: Any) -> VonageSms:
    return made(vonage, NOON + 3600, **changed)


def test_the_list_holds_both_directions_newest_first_page_by_page(ticking: StandInVonage) -> None:
    for number in range(5):
        ticking.text(ANN[1:], NUMBER, str(number))
    ticking.text("447700900124", NUMBER, "from another")
    notifier = reader(ticking)
    assert isinstance(notifier, Lists)
    seen = notifier.since(START)
    assert [row.text for row in seen] == ["from another", "4", "3", "2", "1", "0"]
    assert [row.text for row in notifier.since(START, ANN)] == ["4", "3", "2", "1", "0"]
    assert {(row.outbound, row.to, row.status) for row in seen} == {(False, f"+{NUMBER}", None)}
    assert seen[0].at.tzinfo is UTC


@pytest.mark.parametrize(
    ("word", "code", "expected", "suppress"),
    [
        ("submitted", None, ReceiptStatus.SENT, False),
        ("delivered", None, ReceiptStatus.DELIVERED, False),
        ("rejected", 1240, ReceiptStatus.UNDELIVERED, True),
        ("rejected", 1210, ReceiptStatus.UNDELIVERED, False),
    ],
)
def test_the_list_says_what_became_of_a_text(
    notifier: VonageSms,
    vonage: StandInVonage,
    word: str,
    code: int | None,
    expected: ReceiptStatus,
    suppress: bool,
) -> None:
    sent = notifier.send(TEXT).provider_id
    vonage.deliver(sent, word, code)
    (row,) = notifier.since(START)
    assert (row.provider_id, row.outbound, row.sender, row.to, row.text) == (sent, True, f"+{NUMBER}", ANN, TEXT.text)
    assert (row.status, row.code, row.suppress) == (expected, None if code is None else str(code), suppress)


def test_the_list_is_read_day_by_day(vonage: StandInVonage) -> None:
    vonage.text(ANN[1:], NUMBER, "Hello")
    assert [row.text for row in made(vonage).since(START - timedelta(days=3))] == ["Hello"]
    assert made(vonage).since(START + timedelta(seconds=1)) == []
    assert made(vonage).since(START + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", ChannelUnavailable),
        (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", ChannelUnavailable),
        (b"HTTP/1.1 429 No\r\nContent-Length: 0\r\nRetry-After: 9\r\n\r\n", TemporaryFailure),
        (b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", TemporaryFailure),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", TemporaryFailure),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n[]", TemporaryFailure),
    ],
)
def test_a_list_that_cannot_be_read_is_a_failure(
    vonage: StandInVonage, reply: bytes, expected: type[NotifierError]
) -> None:
    with raw_server(reply) as base, pytest.raises(expected):
        made(vonage, api_base=base).since(START)


@pytest.mark.parametrize(
    "page",
    [
        b'{"_links": [], "records": 7}',
        b'{"_links": {"next": 7}, "records": [7, {}]}',
        b'{"records": [{"message_id": "1", "date_received": "soon"}]}',
        b'{"records": [{"message_id": "1", "date_received": "2030-01-01T00:00:00Z", "provider": "whatsapp"}]}',
    ],
)
def test_rows_out_of_form_are_left_out(vonage: StandInVonage, page: bytes) -> None:
    with Pages(page) as pages:
        assert made(vonage, api_base=pages.base_url).since(START) == []


class Pages(Hearer):
    """A report that is always the same."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.page = page

    def handle(self, asked: Any) -> Any:
        return replace(super().handle(asked), status=200, body=self.page)


def test_wrong_credentials_need_a_person(vonage: StandInVonage) -> None:
    with pytest.raises(ChannelUnavailable):
        made(vonage, api_secret="wrong-secret").since(START)


# The account


def test_a_sound_account_has_no_failing_finding(notifier: VonageSms, vonage: StandInVonage) -> None:
    vonage.inbound_url = INBOUND
    assert [(found.what, found.ok, found.warning) for found in notifier.check(INBOUND)] == [
        ("Vonage credentials", True, False),
        ("Vonage application", True, False),
        ("Vonage inbound address", True, False),
    ]


@pytest.mark.parametrize(
    ("changed", "may_send", "asked", "what", "ok"),
    [
        ({}, True, INBOUND, "Vonage inbound address", False),
        ({}, True, None, "Vonage inbound address", True),
        ({}, False, INBOUND, "Vonage application", False),
        ({"application_id": ID[:-1] + "c"}, True, None, "Vonage application", False),
        ({"api_secret": "wrong-secret"}, True, None, "Vonage credentials", False),
        ({"api_base": "https://vonage.invalid"}, True, None, "Vonage", False),
    ],
)
def test_the_last_finding_names_the_trouble(
    vonage: StandInVonage, changed: dict[str, Any], may_send: bool, asked: str | None, what: str, ok: bool
) -> None:
    vonage.may_send = may_send
    last = made(vonage, **changed).check(asked)[-1]
    assert (last.what, last.ok) == (what, ok)
    assert last.fix


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"api_key": "two words"}, "__API_KEY must be some 8"),
        ({"api_secret": "short"}, "__API_SECRET must have 8"),
        ({"application_id": "abc"}, "__APPLICATION_ID must have 36"),
        ({"private_key": "hush"}, "__PRIVATE_KEY must be the text"),
        ({"private_key": None}, "__PRIVATE_KEY must be set"),
        ({"signature_secret": "hush"}, "__SIGNATURE_SECRET must have at least 32"),
        ({"from_number": "a name that is too long"}, "__FROM_NUMBER must be a number"),
        ({"api_base": "http://api.nexmo.com"}, "__API_BASE must be https://"),
    ],
)
def test_a_wrong_setting_is_one_sentence(vonage: StandInVonage, changed: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build({"vonage": settings(vonage, **changed)}, classes={"vonage": VonageSms})
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)


# The wire, both ways


def test_the_stand_in_calls_back_as_vonage_would(notifier: VonageSms, vonage: StandInVonage) -> None:
    with Hearer() as service:
        url = f"{service.base_url}/v1/callbacks/vonage/acc_1/att_1"
        sent = notifier.send(replace(TEXT, callback_url=url)).provider_id
        assert [vonage.deliver(sent, word) for word in ("submitted", "delivered")] == [204, 204]
        there = f"{service.base_url}/v1/callbacks/vonage/inbound"
        assert vonage.text(ANN[1:], NUMBER, "Where is it?", there) == 204
        heard = service.heard
    statuses = [receipt.status for one in heard[:2] for receipt in notifier.receipts(one)]
    assert statuses == [ReceiptStatus.SENT, ReceiptStatus.DELIVERED]
    assert notifier.replies(heard[2])[0].text == "Where is it?"
