from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from notifiers import (
    Callback,
    Channel,
    ChannelUnavailable,
    Message,
    NotifierError,
    PermanentFailure,
    ReceiptStatus,
    TakesKey,
    TemporaryFailure,
    UncertainOutcome,
)
from notifiers.check import check_class
from notifiers.registry import ConfigurationError, build
from notifiers.stand_in_ledger import Answer
from notifiers.stand_in_telnyx import API_KEY, NUMBER, PROFILE, StandInTelnyx
from notifiers.telnyx import TelnyxConfig, TelnyxSms
from notifiers.telnyx_callbacks import SIGNATURE_HEADER, STAMP_HEADER
from notifiers.telnyx_errors import CODES
from notifiers.testing import NotifierContract
from tests.notifiers.wires import Hearer, closed_port, raw_server

ANN = "+447700900123"
TEXT = Message(id="msg_1", channel=Channel.SMS, to=ANN, text="PO 4711 has left Ningbo.")
URL = "https://track.example.com/v1/callbacks/telnyx/acc_1/att_1"
INBOUND = "https://track.example.com/v1/callbacks/telnyx/inbound"
ID = "40385f64-5717-4562-b3fc-2c963f66afa6"
NOON = 1_790_000_000.0


@pytest.fixture
def telnyx() -> Iterator[StandInTelnyx]:
    with StandInTelnyx(seconds=lambda: NOON) as running:
        yield running


def settings(telnyx: StandInTelnyx, **changed: object) -> dict[str, object]:
    values: dict[str, object] = {
        "api_key": API_KEY,
        "public_key": telnyx.public_key,
        "from_number": NUMBER,
        "messaging_profile_id": PROFILE,
        "api_base": telnyx.base_url,
        "timeout": 1,
    }
    return values | changed


def made(telnyx: StandInTelnyx, now: float = NOON, **changed: object) -> TelnyxSms:
    return TelnyxSms(TelnyxConfig.model_validate(settings(telnyx, **changed)), seconds=lambda: now)


@pytest.fixture
def notifier(telnyx: StandInTelnyx) -> TelnyxSms:
    return made(telnyx)


def payload(status: str = "delivered", **changed: object) -> dict[str, Any]:
    values: dict[str, Any] = {"id": ID, "to": [{"phone_number": ANN, "status": status}], "webhook_url": URL}
    return values | changed


def report(telnyx: StandInTelnyx, of: Mapping[str, Any], event: str = "message.finalized", url: str = URL) -> Callback:
    body, headers = telnyx.signed(event, of)
    return Callback(url, headers, body)


def inbound(telnyx: StandInTelnyx, **changed: object) -> Callback:
    values: dict[str, object] = {
        "id": ID,
        "from": {"phone_number": ANN},
        "to": [{"phone_number": NUMBER}],
        "text": "Hi",
    }
    return report(telnyx, values | changed, "message.received", INBOUND)


class TestContract(NotifierContract):
    @pytest.fixture(autouse=True)
    def running(self, telnyx: StandInTelnyx) -> None:
        self.telnyx = telnyx

    @pytest.fixture
    def notifier(self) -> TelnyxSms:
        return made(self.telnyx)

    def receipt(self) -> Callback:
        return report(self.telnyx, payload())


def test_it_passes_the_check(telnyx: StandInTelnyx) -> None:
    assert [finding for finding in check_class(TelnyxSms, settings(telnyx)) if not finding.ok] == []


# Sending


def test_a_text_leaves_with_everything_telnyx_needs(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    accepted = notifier.send(replace(TEXT, callback_url=URL, valid_for=timedelta(hours=2)))
    (row,) = telnyx.messages
    assert accepted.provider_id == row["id"]
    assert (row["from"], row["to"][0]["phone_number"], row["text"]) == ({"phone_number": NUMBER}, ANN, TEXT.text)
    assert row["webhook_url"] == URL


def test_a_lost_answer_is_given_again_and_nobody_gets_two_texts(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    assert isinstance(notifier, TakesKey)
    assert notifier.key_good_for == timedelta(hours=24)
    text = replace(TEXT, callback_url=URL)
    telnyx.answer(ANN, Answer(drop=True, taken=True))
    with pytest.raises(UncertainOutcome):
        notifier.send(text)
    telnyx.answer(ANN, None)
    assert notifier.send(text).provider_id == telnyx.messages[0]["id"]
    assert len(telnyx.messages) == 1


def test_a_changed_text_under_one_id_is_not_sent_beside_the_first(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    notifier.send(TEXT)
    with pytest.raises(UncertainOutcome):
        notifier.send(replace(TEXT, callback_url=URL))
    assert len(telnyx.messages) == 1


def test_a_refusal_uses_up_no_key(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    telnyx.answer(ANN, Answer(429, 10011, "Too many requests"))
    with pytest.raises(TemporaryFailure):
        notifier.send(replace(TEXT, callback_url=URL))
    telnyx.answer(ANN, None)
    assert notifier.send(TEXT).provider_id == telnyx.messages[0]["id"]


@pytest.mark.parametrize("name", ["a b", "", "ü" * 300, "\ud800"])
def test_an_id_that_telnyx_would_not_take_as_a_key_is_digested(
    notifier: TelnyxSms, telnyx: StandInTelnyx, name: str
) -> None:
    first = notifier.send(replace(TEXT, id=name))
    assert notifier.send(replace(TEXT, id=name)) == first
    assert len(telnyx.messages) == 1


def test_a_profile_chooses_the_sender(telnyx: StandInTelnyx) -> None:
    notifier = made(telnyx, from_number=None)
    notifier.send(TEXT)
    assert (notifier.sender, notifier.two_way) == (PROFILE, True)
    assert telnyx.messages[0]["from"] == {"phone_number": ""}


@pytest.mark.parametrize(("sender", "two_way"), [(NUMBER, True), ("60001", True), ("Acme", False)])
def test_a_name_takes_no_replies(telnyx: StandInTelnyx, sender: str, two_way: bool) -> None:
    assert made(telnyx, from_number=sender).two_way is two_way


# What a refusal means, row by row: status, code, title, class, suppress

REFUSALS: list[tuple[int, int | None, str, type[NotifierError], bool]] = [
    (401, 10009, "", ChannelUnavailable, False),
    (403, 10010, "", ChannelUnavailable, False),
    (403, 20012, "", ChannelUnavailable, False),
    (403, 20100, "", ChannelUnavailable, False),
    (404, 10005, "", ChannelUnavailable, False),
    (400, 40305, "", ChannelUnavailable, False),
    (400, 40306, "", ChannelUnavailable, False),
    (403, 40312, "", ChannelUnavailable, False),
    (429, 40333, "Messaging profile spend limit reached", ChannelUnavailable, False),
    (400, 40321, "", ChannelUnavailable, False),
    (400, 40300, "Blocked due to STOP message", PermanentFailure, True),
    (403, 40300, "Blocked due to STOP message", PermanentFailure, True),
    (400, 40300, "Something else", PermanentFailure, False),
    (400, 40310, "", PermanentFailure, True),
    (400, 40012, "", PermanentFailure, True),
    (400, 40001, "", PermanentFailure, False),
    (400, 40302, "", PermanentFailure, False),
    (400, 40309, "", PermanentFailure, False),
    (400, 40322, "", PermanentFailure, False),
    (400, 10015, "", PermanentFailure, False),
    (400, 49999, "", PermanentFailure, False),
    (429, 10011, "", TemporaryFailure, False),
    (429, 40318, "", TemporaryFailure, False),
    (400, 40318, "", TemporaryFailure, False),
    (429, None, "", TemporaryFailure, False),
    (400, None, "", PermanentFailure, False),
    (402, None, "", ChannelUnavailable, False),
    (404, None, "", ChannelUnavailable, False),
    (302, None, "", ChannelUnavailable, False),
    (408, None, "", UncertainOutcome, False),
    (409, None, "", UncertainOutcome, False),
    (422, 49999, "", UncertainOutcome, False),
    (422, 40310, "", PermanentFailure, True),
    (500, 10007, "", UncertainOutcome, False),
    (503, None, "", UncertainOutcome, False),
    (503, 40300, "Blocked due to STOP message", UncertainOutcome, False),
]


@pytest.mark.parametrize(("status", "code", "title", "expected", "suppress"), REFUSALS)
def test_each_refusal_has_its_class(
    notifier: TelnyxSms,
    telnyx: StandInTelnyx,
    status: int,
    code: int | None,
    title: str,
    expected: type[NotifierError],
    suppress: bool,
) -> None:
    telnyx.answer(ANN, Answer(status, code, title or f"The number {ANN} is not good"))
    with pytest.raises(NotifierError) as caught:
        notifier.send(TEXT)
    assert type(caught.value) is expected
    assert getattr(caught.value, "suppress", False) is suppress
    assert ANN not in caught.value.detail
    assert caught.value.code == str(code or status)


def test_every_row_of_the_table_has_one_code() -> None:
    assert all(row.code.isdigit() and row.sentence.endswith(".") for row in CODES.rows)
    assert len(CODES.rows) > 50


def test_a_429_keeps_the_time_that_telnyx_named(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    telnyx.answer(ANN, Answer(429, 10011, "Too many requests", {"Retry-After": "7"}))
    with pytest.raises(TemporaryFailure) as caught:
        notifier.send(TEXT)
    assert caught.value.retry_after == 7


def test_a_spent_daily_limit_stops_the_channel() -> None:
    with StandInTelnyx(daily_limit=1) as telnyx:
        notifier = made(telnyx)
        notifier.send(TEXT)
        with pytest.raises(ChannelUnavailable) as caught:
            notifier.send(replace(TEXT, id="msg_2"))
    assert caught.value.code == "40333"


def test_who_said_stop_is_refused_until_they_say_start(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    telnyx.text(ANN, NUMBER, "Stop")
    with pytest.raises(PermanentFailure) as caught:
        notifier.send(TEXT)
    assert caught.value.suppress
    telnyx.text(ANN, NUMBER, "START")
    assert notifier.send(TEXT).provider_id == telnyx.messages[-1]["id"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, body=b"<html>fine</html>"),
        Answer(200, body=b"{}"),
        Answer(200, body=b'{"data": {"id": ""}}'),
        Answer(200, body=b'{"data": []}'),
        Answer(200, body=b"[" * 100_000),
        Answer(200, body=b""),
        Answer(200, drop=True),
        Answer(200, drop=True, taken=True),
    ],
    ids=["no JSON", "no data", "no id", "a list", "too deep", "nothing", "dropped before", "dropped after"],
)
def test_an_answer_that_cannot_be_read_is_uncertain(notifier: TelnyxSms, telnyx: StandInTelnyx, answer: Answer) -> None:
    telnyx.answer(ANN, answer)
    with pytest.raises(UncertainOutcome):
        notifier.send(TEXT)


def test_a_late_answer_is_uncertain_and_the_text_is_asked_for_once(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    telnyx.answer(ANN, Answer(200, wait=threading.Event()))
    with pytest.raises(UncertainOutcome):
        notifier.send(TEXT)
    assert len(telnyx.messages) == 1


@pytest.mark.parametrize(
    "base", [f"http://127.0.0.1:{closed_port()}", "https://telnyx.invalid"], ids=["closed", "nowhere"]
)
def test_a_connection_that_did_not_open_is_certain(telnyx: StandInTelnyx, base: str) -> None:
    with pytest.raises(TemporaryFailure):
        made(telnyx, api_base=base).send(TEXT)


def test_a_failed_handshake_is_certain(telnyx: StandInTelnyx) -> None:
    with pytest.raises(TemporaryFailure):
        made(telnyx, api_base=telnyx.base_url.replace("http:", "https:")).send(TEXT)
    assert telnyx.messages == []


def test_half_an_answer_is_uncertain(telnyx: StandInTelnyx) -> None:
    with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{") as base, pytest.raises(UncertainOutcome):
        made(telnyx, api_base=base).send(TEXT)


def test_a_first_status_of_failed_is_a_refusal(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    error = {"code": "40300", "title": "Blocked due to STOP message"}
    body = {"data": {"id": ID, "to": [{"status": "sending_failed"}], "errors": [error]}}
    telnyx.answer(ANN, Answer(200, body=json.dumps(body).encode()))
    with pytest.raises(PermanentFailure) as caught:
        notifier.send(TEXT)
    assert (caught.value.code, caught.value.suppress) == ("40300", True)


# Receipts and replies


@pytest.mark.parametrize(
    ("status", "code", "title", "expected", "suppress"),
    [
        ("queued", "", "", None, False),
        ("sending", "", "", None, False),
        ("a word of tomorrow", "", "", None, False),
        ("sent", "", "", ReceiptStatus.SENT, False),
        ("delivery_unconfirmed", "", "", ReceiptStatus.SENT, False),
        ("delivered", "", "", ReceiptStatus.DELIVERED, False),
        ("sending_failed", "40318", "", ReceiptStatus.UNDELIVERED, False),
        ("delivery_failed", "40001", "", ReceiptStatus.UNDELIVERED, False),
        ("delivery_failed", "40012", "", ReceiptStatus.UNDELIVERED, True),
        ("delivery_failed", "40300", "Blocked due to STOP message", ReceiptStatus.UNDELIVERED, True),
        ("delivery_failed", "40300", "The sender has no profile", ReceiptStatus.UNDELIVERED, False),
        ("delivery_failed", "no number", "", ReceiptStatus.UNDELIVERED, False),
        ("expired", "40014", "", ReceiptStatus.UNDELIVERED, False),
    ],
)
def test_each_status_means_one_thing(
    notifier: TelnyxSms,
    telnyx: StandInTelnyx,
    status: str,
    code: str,
    title: str,
    expected: ReceiptStatus | None,
    suppress: bool,
) -> None:
    errors = [{"code": code, "title": title}] if code else []
    found = notifier.receipts(report(telnyx, payload(status, errors=errors)))
    assert [(receipt.provider_id, receipt.status, receipt.suppress) for receipt in found] == (
        [] if expected is None else [(ID, expected, suppress)]
    )
    assert all(receipt.code == (code if code.isdigit() else None) for receipt in found)


@pytest.mark.parametrize("event", ["message.received", "messaging-profile.spend-limit-reached", "call.hangup"])
def test_another_event_is_no_receipt(notifier: TelnyxSms, telnyx: StandInTelnyx, event: str) -> None:
    assert notifier.receipts(report(telnyx, payload(), event)) == ()


def test_a_receipt_counts_only_at_the_address_it_was_made_for(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    with pytest.raises(PermissionError):
        notifier.receipts(report(telnyx, payload(), url=URL.replace("att_1", "att_2")))


@pytest.mark.parametrize(("late", "good"), [(-301, False), (-299, True), (299, True), (301, False)])
def test_a_call_counts_while_its_stamp_is_fresh(telnyx: StandInTelnyx, late: float, good: bool) -> None:
    call = report(telnyx, payload())
    notifier = made(telnyx, NOON + late)
    if good:
        assert notifier.receipts(call)[0].provider_id == ID
    else:
        with pytest.raises(PermissionError):
            notifier.receipts(call)


def test_a_reply_is_read(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    (reply,) = notifier.replies(inbound(telnyx, text="Yes please 👍"))
    assert (reply.provider_id, reply.sender, reply.to, reply.text) == (ID, ANN, NUMBER, "Yes please 👍")
    assert notifier.replies(report(telnyx, payload())) == ()


def test_a_picture_without_words_is_a_reply_without_words(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    assert notifier.replies(inbound(telnyx, text=None))[0].text == ""


def test_what_another_key_signed_is_refused(notifier: TelnyxSms) -> None:
    with StandInTelnyx(seconds=lambda: NOON) as stranger:
        for call in (report(stranger, payload()), inbound(stranger)):
            with pytest.raises(PermissionError):
                notifier.receipts(call)
            with pytest.raises(PermissionError):
                notifier.replies(call)


@pytest.mark.parametrize(
    "changed",
    [
        {SIGNATURE_HEADER: "é"},
        {SIGNATURE_HEADER: "not base64"},
        {SIGNATURE_HEADER: base64.b64encode(b"short").decode()},
        {STAMP_HEADER: "now"},
        {STAMP_HEADER: str(int(NOON) + 1)},
        {STAMP_HEADER: "٣"},
    ],
)
def test_a_header_out_of_form_is_refused(notifier: TelnyxSms, telnyx: StandInTelnyx, changed: dict[str, str]) -> None:
    call = report(telnyx, payload())
    with pytest.raises(PermissionError):
        notifier.receipts(replace(call, headers={**call.headers, **changed}))


def test_the_headers_are_found_in_any_case(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    call = report(telnyx, payload())
    upper = {name.upper(): value for name, value in call.headers.items()}
    assert notifier.receipts(replace(call, headers=upper)) == notifier.receipts(call)


@pytest.mark.parametrize("changed", [{"id": None}, {"id": "1"}, {"id": ID + "\n"}, {"id": "../../etc"}, {"id": 7}])
def test_a_signed_receipt_out_of_form_is_unreadable(
    notifier: TelnyxSms, telnyx: StandInTelnyx, changed: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="field"):
        notifier.receipts(report(telnyx, payload(**changed)))


@pytest.mark.parametrize(
    "changed",
    [{"from": None}, {"from": {}}, {"from": {"phone_number": "Restricted"}}, {"to": []}, {"to": [7]}, {"to": ANN}],
)
def test_a_signed_reply_out_of_form_is_unreadable(
    notifier: TelnyxSms, telnyx: StandInTelnyx, changed: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="field"):
        notifier.replies(inbound(telnyx, **changed))


@pytest.mark.parametrize(("event", "of"), [("message.sent", []), (7, {}), (None, None)])
def test_a_signed_event_out_of_form_is_unreadable(
    notifier: TelnyxSms, telnyx: StandInTelnyx, event: Any, of: Any
) -> None:
    with pytest.raises(ValueError, match="event"):
        notifier.receipts(report(telnyx, of, event))


# The account


def test_a_sound_account_has_no_failing_finding(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    telnyx.inbound_url = INBOUND
    assert [(found.what, found.ok, found.warning) for found in notifier.check(INBOUND)] == [
        ("Telnyx credentials", True, False),
        ("Telnyx profile", True, False),
        ("Telnyx inbound address", True, False),
    ]


def test_each_fault_of_a_profile_is_found_with_its_fix(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    telnyx.enabled, telnyx.daily_limit = False, 5
    found = notifier.check(INBOUND)
    assert [(one.what, one.ok, one.warning) for one in found] == [
        ("Telnyx credentials", True, False),
        ("Telnyx profile", False, False),
        ("Telnyx daily limit", True, True),
        ("Telnyx inbound address", False, False),
    ]
    assert all(one.fix for one in found[1:])
    assert INBOUND in found[-1].fix


@pytest.mark.parametrize(
    ("changed", "what", "ok"),
    [
        ({"api_key": "KEY99999999"}, "Telnyx credentials", False),
        ({"messaging_profile_id": PROFILE[:-1] + "2"}, "Telnyx profile", False),
        ({"messaging_profile_id": None}, "Telnyx profile", True),
        ({"api_base": "https://telnyx.invalid"}, "Telnyx", False),
        ({}, "Telnyx inbound address", True),
    ],
)
def test_the_last_finding_names_the_trouble(
    telnyx: StandInTelnyx, changed: dict[str, Any], what: str, ok: bool
) -> None:
    last = made(telnyx, **changed).check()[-1]
    assert (last.what, last.ok) == (what, ok)
    assert last.fix


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"api_key": "two words"}, "__API_KEY must be an API key"),
        ({"api_key": None}, "__API_KEY must be set"),
        ({"public_key": "abc"}, "__PUBLIC_KEY must be 44 characters"),
        ({"from_number": "a name that is too long"}, "__FROM_NUMBER must be a number"),
        ({"messaging_profile_id": "abc"}, "__MESSAGING_PROFILE_ID must have 36"),
        ({"from_number": None, "messaging_profile_id": None}, "__MESSAGING_PROFILE_ID must be set"),
        ({"from_number": "Acme", "messaging_profile_id": None}, "__MESSAGING_PROFILE_ID must be set where"),
        ({"api_base": "http://api.telnyx.com"}, "__API_BASE must be https://"),
        ({"timeout": 0}, "__TIMEOUT is not usable"),
    ],
)
def test_a_wrong_setting_is_one_sentence(telnyx: StandInTelnyx, changed: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build({"telnyx": settings(telnyx, **changed)}, classes={"telnyx": TelnyxSms})
    assert words in str(caught.value)
    assert "two words" not in str(caught.value)


# The wire, both ways


def test_the_stand_in_calls_back_as_telnyx_would(notifier: TelnyxSms, telnyx: StandInTelnyx) -> None:
    with Hearer() as service:
        url = f"{service.base_url}/v1/callbacks/telnyx/acc_1/att_1"
        sent = notifier.send(replace(TEXT, callback_url=url)).provider_id
        assert [telnyx.deliver(sent, status) for status in ("sent", "delivered")] == [204, 204]
        assert telnyx.text(ANN, NUMBER, "Where is it?", f"{service.base_url}/v1/callbacks/telnyx/inbound") == 204
        heard = service.heard
    statuses = [receipt.status for call in heard[:2] for receipt in notifier.receipts(call)]
    assert statuses == [ReceiptStatus.SENT, ReceiptStatus.DELIVERED]
    assert notifier.replies(heard[2])[0].text == "Where is it?"
