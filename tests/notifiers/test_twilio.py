from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlencode

import pytest
from pydantic import ValidationError

from notifiers import (
    Callback,
    Channel,
    ChannelUnavailable,
    Message,
    NotifierError,
    PermanentFailure,
    ReceiptStatus,
    TemporaryFailure,
    UncertainOutcome,
)
from notifiers.stand_in_ledger import EPOCH, Answer
from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, StandInTwilio
from notifiers.testing import NotifierContract
from notifiers.twilio import TwilioConfig, TwilioSms
from notifiers.twilio_callbacks import sign
from tests.notifiers.wires import closed_port, raw_server

ANN = "+447700900123"
SERVICE = "MG" + "a" * 32
TEXT = Message(id="msg_1", channel=Channel.SMS, to=ANN, text="PO 4711 has left Ningbo.")
URL = "https://track.example.com/v1/callbacks/twilio/acc_1/att_1"
SID = "SM" + "b" * 32
TEMPLATE = "HX" + "d" * 32


def settings(stand_in: StandInTwilio | None = None, **changed: object) -> TwilioConfig:
    values: dict[str, object] = {
        "account_sid": ACCOUNT_SID,
        "auth_token": AUTH_TOKEN,
        "from_number": NUMBER,
        "api_base": stand_in.base_url if stand_in else None,
        "timeout": 1,
    }
    return TwilioConfig.model_validate(values | changed)


def signed(url: str = URL, token: str = AUTH_TOKEN, **fields: str) -> Callback:
    form = {"AccountSid": ACCOUNT_SID, "MessageSid": SID, **fields}
    return Callback(url, sign(token, url, form), urlencode(form).encode())


class TestContract(NotifierContract):
    @pytest.fixture
    def notifier(self, twilio: TwilioSms) -> TwilioSms:
        return twilio

    def receipt(self) -> Callback:
        return signed(MessageStatus="delivered")


# Sending


def test_a_text_leaves_with_everything_twilio_needs(twilio: TwilioSms, stand_in: StandInTwilio) -> None:
    accepted = twilio.send(replace(TEXT, callback_url=URL, valid_for=timedelta(hours=2)))
    (row,) = stand_in.messages
    assert accepted.provider_id == row["sid"]
    assert (row["to"], row["from"], row["body"]) == (ANN, NUMBER, TEXT.text)
    assert row["status_callback"] == URL + "#rc=5&rp=all"
    assert row["validity_period"] == "7200"


def test_without_a_public_url_no_callback_is_asked_for(twilio: TwilioSms, stand_in: StandInTwilio) -> None:
    twilio.send(TEXT)
    assert stand_in.messages[0]["status_callback"] is None


@pytest.mark.parametrize(
    ("valid_for", "sent"),
    [(timedelta(days=3), "36000"), (timedelta(0), "1"), (timedelta(seconds=90.9), "90"), (None, None)],
)
def test_the_validity_stays_within_twilios_bounds(
    twilio: TwilioSms, stand_in: StandInTwilio, valid_for: timedelta | None, sent: str | None
) -> None:
    twilio.send(replace(TEXT, valid_for=valid_for))
    assert stand_in.messages[0]["validity_period"] == sent


def test_a_messaging_service_sends_instead_of_a_number(stand_in: StandInTwilio) -> None:
    notifier = TwilioSms(settings(stand_in, from_number=None, messaging_service_sid=SERVICE))
    notifier.send(TEXT)
    assert (stand_in.messages[0]["messaging_service_sid"], stand_in.messages[0]["from"]) == (SERVICE, None)
    assert (notifier.sender, notifier.two_way) == (SERVICE, True)


def test_the_sender_of_the_message_comes_before_the_configured_one(stand_in: StandInTwilio, twilio: TwilioSms) -> None:
    stand_in.ledger.numbers["+447700900001"] = ""
    twilio.send(replace(TEXT, sender="+447700900001"))
    assert stand_in.messages[0]["from"] == "+447700900001"


@pytest.mark.parametrize(
    ("sender", "two_way"), [(NUMBER, True), ("60001", True), ("Acme", False), ("Acme Ltd 1", False)]
)
def test_a_name_takes_no_replies(sender: str, two_way: bool) -> None:
    assert TwilioSms(settings(from_number=sender)).two_way is two_way


def test_an_api_key_sends_in_place_of_the_token(stand_in: StandInTwilio) -> None:
    notifier = TwilioSms(settings(stand_in, api_key_sid="SK" + "c" * 32, api_key_secret="wrong"))
    with pytest.raises(ChannelUnavailable):
        notifier.send(TEXT)
    assert notifier.receipts(signed(MessageStatus="delivered"))[0].provider_id == SID


# What a refusal means, row by row: status, code, class, suppress

REFUSALS: list[tuple[int, int | None, type[NotifierError], bool]] = [
    (401, 20003, ChannelUnavailable, False),
    (403, 20003, ChannelUnavailable, False),
    (403, 20005, ChannelUnavailable, False),
    (404, 20404, ChannelUnavailable, False),
    (400, 21211, PermanentFailure, True),
    (400, 21212, ChannelUnavailable, False),
    (400, 21408, PermanentFailure, False),
    (403, 21408, PermanentFailure, False),
    (400, 21606, ChannelUnavailable, False),
    (400, 21608, PermanentFailure, False),
    (400, 21610, PermanentFailure, True),
    (429, 21611, TemporaryFailure, False),
    (400, 21611, TemporaryFailure, False),
    (400, 21612, PermanentFailure, False),
    (400, 21614, PermanentFailure, True),
    (400, 21617, PermanentFailure, False),
    (400, 21635, PermanentFailure, True),
    (400, 21659, ChannelUnavailable, False),
    (400, 21701, ChannelUnavailable, False),
    (400, 21703, ChannelUnavailable, False),
    (400, 30002, ChannelUnavailable, False),
    (400, 30450, TemporaryFailure, False),
    (400, 30610, TemporaryFailure, False),
    (400, 30640, PermanentFailure, True),
    (400, 63038, TemporaryFailure, False),
    (400, 29999, PermanentFailure, False),
    (401, 29999, ChannelUnavailable, False),
    (429, 20429, TemporaryFailure, False),
    (429, None, TemporaryFailure, False),
    (400, None, PermanentFailure, False),
    (404, None, ChannelUnavailable, False),
    (407, None, ChannelUnavailable, False),
    (408, None, UncertainOutcome, False),
    (301, None, ChannelUnavailable, False),
    (500, 20500, UncertainOutcome, False),
    (500, None, UncertainOutcome, False),
    (502, None, UncertainOutcome, False),
    (503, 20503, UncertainOutcome, False),
    (503, 21610, UncertainOutcome, False),
    (504, None, UncertainOutcome, False),
]


@pytest.mark.parametrize(("status", "code", "expected", "suppress"), REFUSALS)
def test_each_refusal_has_its_class(
    twilio: TwilioSms,
    stand_in: StandInTwilio,
    status: int,
    code: int | None,
    expected: type[NotifierError],
    suppress: bool,
) -> None:
    stand_in.answer(ANN, Answer(status, code, f"The number {ANN} is not good"))
    with pytest.raises(NotifierError) as caught:
        twilio.send(TEXT)
    assert type(caught.value) is expected
    assert getattr(caught.value, "suppress", False) is suppress
    assert ANN not in caught.value.detail
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Thu, 01 Jan 2026 00:01:30 GMT", "Date": "Thu, 01 Jan 2026 00:00:00 GMT"}, 90.0),
        ({"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT", "Date": "Thu, 01 Jan 2026 00:01:00 GMT"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_a_429_keeps_the_time_that_twilio_named(headers: dict[str, str], seconds: float | None) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    reply = f"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n{lines}\r\n".encode()
    with raw_server(reply) as base, pytest.raises(TemporaryFailure) as caught:
        TwilioSms(settings(api_base=base)).send(TEXT)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    "answer",
    [
        Answer(201, body=b"<html>fine</html>"),
        Answer(201, body=b"{}"),
        Answer(201, body=b"[]"),
        Answer(200, body=b""),
        Answer(201, drop=True),
        Answer(201, drop=True, taken=True),
    ],
    ids=["no JSON", "no id", "a list", "nothing", "dropped before it was taken", "dropped after it was taken"],
)
def test_an_answer_that_cannot_be_read_is_uncertain(twilio: TwilioSms, stand_in: StandInTwilio, answer: Answer) -> None:
    stand_in.answer(ANN, answer)
    with pytest.raises(UncertainOutcome):
        twilio.send(TEXT)


def test_a_late_answer_is_uncertain_and_the_text_is_asked_for_once(stand_in: StandInTwilio) -> None:
    stand_in.answer(ANN, Answer(wait=threading.Event()))
    with pytest.raises(UncertainOutcome):
        TwilioSms(settings(stand_in, timeout=1)).send(TEXT)
    assert len(stand_in.messages) == 1


def test_a_refused_connection_is_certain() -> None:
    with pytest.raises(TemporaryFailure):
        TwilioSms(settings(api_base=f"http://127.0.0.1:{closed_port()}")).send(TEXT)


def test_a_name_that_does_not_resolve_is_certain() -> None:
    with pytest.raises(TemporaryFailure):
        TwilioSms(settings(api_base="https://twilio.invalid")).send(TEXT)


def test_a_failed_handshake_is_certain(stand_in: StandInTwilio) -> None:
    with pytest.raises(TemporaryFailure):
        TwilioSms(settings(api_base=stand_in.base_url.replace("http:", "https:"))).send(TEXT)
    assert stand_in.messages == []


def test_a_first_status_of_failed_is_a_refusal(twilio: TwilioSms, stand_in: StandInTwilio) -> None:
    stand_in.answer(ANN, Answer(201, body=b'{"sid": "SM1", "status": "failed", "error_code": 21610}'))
    with pytest.raises(PermanentFailure) as caught:
        twilio.send(TEXT)
    assert (caught.value.code, caught.value.suppress) == ("21610", True)


def test_an_opted_out_number_is_refused_by_the_stand_in_as_by_twilio(
    twilio: TwilioSms, stand_in: StandInTwilio
) -> None:
    stand_in.text(ANN, NUMBER, "Stop")
    with pytest.raises(PermanentFailure) as caught:
        twilio.send(TEXT)
    assert caught.value.suppress
    stand_in.text(ANN, NUMBER, "START")
    assert twilio.send(TEXT).provider_id == stand_in.messages[-1]["sid"]


# Receipts and replies


@pytest.mark.parametrize(
    ("status", "code", "expected", "suppress"),
    [
        ("queued", "", None, False),
        ("accepted", "", None, False),
        ("scheduled", "", None, False),
        ("sending", "", None, False),
        ("partially_delivered", "", None, False),
        ("a word of tomorrow", "", None, False),
        ("sent", "", ReceiptStatus.SENT, False),
        ("delivered", "", ReceiptStatus.DELIVERED, False),
        ("read", "", ReceiptStatus.DELIVERED, False),
        ("undelivered", "30003", ReceiptStatus.UNDELIVERED, False),
        ("undelivered", "30005", ReceiptStatus.UNDELIVERED, True),
        ("undelivered", "30006", ReceiptStatus.UNDELIVERED, False),
        ("undelivered", "30007", ReceiptStatus.UNDELIVERED, False),
        ("undelivered", "99999", ReceiptStatus.UNDELIVERED, False),
        ("failed", "21610", ReceiptStatus.UNDELIVERED, True),
        ("failed", "30034", ReceiptStatus.UNDELIVERED, False),
        ("failed", "", ReceiptStatus.UNDELIVERED, False),
        ("failed", "no number", ReceiptStatus.UNDELIVERED, False),
        ("canceled", "", ReceiptStatus.UNDELIVERED, False),
    ],
)
def test_each_status_means_one_thing(
    twilio: TwilioSms, status: str, code: str, expected: ReceiptStatus | None, suppress: bool
) -> None:
    found = twilio.receipts(signed(MessageStatus=status, ErrorCode=code))
    assert [(receipt.provider_id, receipt.status, receipt.suppress) for receipt in found] == (
        [] if expected is None else [(SID, expected, suppress)]
    )
    assert all(receipt.code == (code if code.isdigit() else None) for receipt in found)


def test_a_reply_is_read(twilio: TwilioSms) -> None:
    (reply,) = twilio.replies(signed(From=ANN, To=NUMBER, Body="Yes please 👍"))
    assert (reply.provider_id, reply.sender, reply.to, reply.text) == (SID, ANN, NUMBER, "Yes please 👍")


def test_the_signature_of_a_published_example_is_ours() -> None:
    """The example of Twilio's page on webhook security."""
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    made = sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)
    assert made["X-Twilio-Signature"] == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    "url",
    [
        "https://track.example.com/v1/callbacks/twilio/inbound",
        "https://track.example.com:443/v1/callbacks/twilio/inbound",
        "https://track.example.com:8443/v1/callbacks/twilio/inbound",
    ],
)
def test_a_port_in_the_address_does_not_matter(twilio: TwilioSms, url: str) -> None:
    call = signed(url, From=ANN, To=NUMBER, Body="Hi")
    assert twilio.replies(call)[0].text == "Hi"


@pytest.mark.parametrize(
    "call",
    [
        signed(token="f" * 32, MessageStatus="delivered", From=ANN, To=NUMBER),
        signed(AccountSid="AC" + "1" * 32, MessageStatus="delivered", From=ANN, To=NUMBER),
        replace(signed(MessageStatus="delivered"), headers={"X-Twilio-Signature": "é"}),
        replace(signed(MessageStatus="delivered"), url=URL.replace("https", "http")),
    ],
    ids=["another token", "another account", "no ASCII", "another scheme"],
)
def test_what_is_not_twilios_is_refused(twilio: TwilioSms, call: Callback) -> None:
    with pytest.raises(PermissionError):
        twilio.receipts(call)
    with pytest.raises(PermissionError):
        twilio.replies(call)


def test_the_header_is_found_in_any_case(twilio: TwilioSms) -> None:
    call = signed(MessageStatus="delivered")
    lower = {name.lower(): value for name, value in call.headers.items()}
    assert twilio.receipts(replace(call, headers=lower)) == twilio.receipts(call)


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageSid": "SM1", "MessageStatus": "delivered"},
        {"MessageSid": SID + "\n", "MessageStatus": "delivered"},
        {"MessageSid": "../../etc", "MessageStatus": "delivered"},
        {},
    ],
)
def test_a_signed_receipt_out_of_form_is_unreadable(twilio: TwilioSms, fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="field"):
        twilio.receipts(signed(**fields))


@pytest.mark.parametrize(
    "fields",
    [{"From": "Restricted", "To": NUMBER}, {"From": ANN}, {"From": "+0123456", "To": NUMBER}, {"To": NUMBER}],
)
def test_a_signed_reply_out_of_form_is_unreadable(twilio: TwilioSms, fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="field"):
        twilio.replies(signed(**fields, Body="Hello"))


@pytest.mark.parametrize("body", [b"\xff=1", b"a=%ff", b"a=1&a=2", b"&".join(b"a%d=1" % n for n in range(300))])
def test_a_body_that_is_no_form_is_unreadable(twilio: TwilioSms, body: bytes) -> None:
    with pytest.raises(ValueError, match="form"):
        twilio.receipts(Callback(URL, {}, body))


# The list


def test_the_list_holds_both_directions_newest_first(twilio: TwilioSms, stand_in: StandInTwilio) -> None:
    twilio.send(TEXT)
    stand_in.text(ANN, NUMBER, "Thanks")
    twilio.send(replace(TEXT, to="+447700900124"))
    first = stand_in.messages[0]["sid"]
    stand_in.deliver(first, "undelivered", 30005)
    seen = twilio.since(EPOCH)
    assert [(row.outbound, row.sender, row.to) for row in seen] == [
        (True, NUMBER, "+447700900124"),
        (False, ANN, NUMBER),
        (True, NUMBER, ANN),
    ]
    assert [row.at for row in seen] == [EPOCH + timedelta(seconds=n) for n in (2, 1, 0)]
    assert (seen[2].status, seen[2].code, seen[1].status, seen[0].status) == (
        ReceiptStatus.UNDELIVERED,
        "30005",
        None,
        None,
    )


@pytest.mark.parametrize(("code", "suppress"), [(30005, True), (30006, False), (30003, False)])
def test_the_list_says_which_addresses_are_dead(
    twilio: TwilioSms, stand_in: StandInTwilio, code: int, suppress: bool
) -> None:
    twilio.send(TEXT)
    stand_in.deliver(stand_in.messages[0]["sid"], "undelivered", code)
    (row,) = twilio.since(EPOCH)
    assert (row.status, row.suppress) == (ReceiptStatus.UNDELIVERED, suppress)


def test_the_list_of_one_person_holds_what_they_sent_too(twilio: TwilioSms, stand_in: StandInTwilio) -> None:
    twilio.send(TEXT)
    twilio.send(replace(TEXT, to="+447700900124"))
    stand_in.text(ANN, NUMBER, "Thanks")
    assert [row.text for row in twilio.since(EPOCH, ANN)] == ["Thanks", TEXT.text]


def test_the_list_begins_at_the_whole_second_of_the_instant(twilio: TwilioSms, stand_in: StandInTwilio) -> None:
    for number in range(3):
        stand_in.text(ANN, NUMBER, str(number))
    assert [row.text for row in twilio.since(EPOCH + timedelta(seconds=1, microseconds=700_000))] == ["2", "1"]
    later = datetime(2026, 1, 1, 2, 0, 2, tzinfo=UTC).astimezone()
    assert twilio.since(later) == []


def test_the_list_is_read_page_by_page(twilio: TwilioSms, stand_in: StandInTwilio) -> None:
    for number in range(450):
        stand_in.text(ANN, NUMBER, str(number))
    assert [row.text for row in twilio.since(EPOCH)] == [str(number) for number in reversed(range(450))]


def test_an_unreachable_list_is_a_passing_failure() -> None:
    with pytest.raises(TemporaryFailure):
        TwilioSms(settings(api_base=f"http://127.0.0.1:{closed_port()}")).since(EPOCH)


def test_a_list_with_wrong_credentials_needs_a_person(stand_in: StandInTwilio) -> None:
    with pytest.raises(ChannelUnavailable):
        TwilioSms(settings(stand_in, auth_token="f" * 32)).since(EPOCH)


# WhatsApp


@pytest.fixture
def whatsapp(stand_in: StandInTwilio) -> TwilioSms:
    return TwilioSms(settings(stand_in, from_number=None, whatsapp_from=NUMBER, whatsapp_template=TEMPLATE))


def test_over_whatsapp_a_text_is_the_variable_of_the_template(whatsapp: TwilioSms, stand_in: StandInTwilio) -> None:
    whatsapp.send(replace(TEXT, text="PO 4711 has\nleft   Ningbo. 🚢", callback_url=URL))
    (row,) = stand_in.messages
    assert (row["to"], row["from"], row["body"]) == (f"whatsapp:{ANN}", f"whatsapp:{NUMBER}", None)
    assert (row["content_sid"], json.loads(row["content_variables"])) == (
        TEMPLATE,
        {"1": "PO 4711 has left Ningbo. 🚢"},
    )
    assert (row["status_callback"], whatsapp.two_way, whatsapp.sender) == (URL + "#rc=5&rp=all", True, NUMBER)


def test_a_reply_over_whatsapp_names_plain_numbers(whatsapp: TwilioSms) -> None:
    (reply,) = whatsapp.replies(signed(From=f"whatsapp:{ANN}", To=f"whatsapp:{NUMBER}", Body="whatsapp: thanks"))
    assert (reply.sender, reply.to, reply.text) == (ANN, NUMBER, "whatsapp: thanks")


def test_the_list_over_whatsapp_names_plain_numbers(whatsapp: TwilioSms, stand_in: StandInTwilio) -> None:
    whatsapp.send(TEXT)
    stand_in.text(f"whatsapp:{ANN}", f"whatsapp:{NUMBER}", "Thanks")
    assert [(row.sender, row.to) for row in whatsapp.since(EPOCH, ANN)] == [(ANN, NUMBER), (NUMBER, ANN)]


@pytest.mark.parametrize(
    ("code", "expected", "suppress"),
    [
        (63007, ChannelUnavailable, False),
        (63014, PermanentFailure, True),
        (63016, PermanentFailure, False),
        (63018, TemporaryFailure, False),
        (63024, PermanentFailure, False),
    ],
)
def test_each_refusal_of_whatsapp_has_its_class(
    whatsapp: TwilioSms, stand_in: StandInTwilio, code: int, expected: type[NotifierError], suppress: bool
) -> None:
    stand_in.answer(None, Answer(400, code))
    with pytest.raises(expected) as caught:
        whatsapp.send(TEXT)
    assert getattr(caught.value, "suppress", False) is suppress


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"whatsapp_from": NUMBER, "whatsapp_template": TEMPLATE}, "must not be set beside"),
        ({"from_number": None, "whatsapp_from": NUMBER}, "both or neither"),
        ({"whatsapp_template": TEMPLATE}, "both or neither"),
        (
            {"from_number": None, "whatsapp_from": "whatsapp:" + NUMBER, "whatsapp_template": TEMPLATE},
            "without whatsapp:",
        ),
        ({"from_number": None, "whatsapp_from": NUMBER, "whatsapp_template": "HX1"}, "must start with HX"),
    ],
)
def test_half_a_whatsapp_is_no_setting(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        settings(**changed)  # type: ignore[arg-type]


# The account


def test_a_sound_account_has_no_failing_finding(twilio: TwilioSms, stand_in: StandInTwilio) -> None:
    stand_in.ledger.numbers[NUMBER] = "https://track.example.com/v1/callbacks/twilio/inbound"
    found = twilio.check("https://track.example.com/v1/callbacks/twilio/inbound")
    assert [(finding.what, finding.ok, finding.warning) for finding in found] == [
        ("Twilio credentials", True, False),
        ("Twilio sender", True, False),
        ("Twilio inbound address", True, False),
    ]


def test_each_fault_of_an_account_is_found_with_its_fix(stand_in: StandInTwilio) -> None:
    stand_in.trial = True
    found = TwilioSms(settings(stand_in)).check("https://track.example.com/inbound")
    assert [(f.what, f.ok, f.warning) for f in found] == [
        ("Twilio credentials", True, False),
        ("Twilio account", True, True),
        ("Twilio sender", True, False),
        ("Twilio inbound address", False, False),
    ]
    assert "https://track.example.com/inbound" in found[-1].fix


@pytest.mark.parametrize(
    ("changed", "what", "ok"),
    [
        ({"auth_token": "f" * 32}, "Twilio credentials", False),
        ({"from_number": "+447700900555"}, "Twilio sender", False),
        ({"from_number": "Acme"}, "Twilio sender", True),
        ({"from_number": "60001"}, "Twilio sender", True),
        ({"from_number": None, "messaging_service_sid": SERVICE}, "Twilio inbound address", True),
        ({"api_base": "https://twilio.invalid"}, "Twilio", False),
    ],
)
def test_the_last_finding_names_the_trouble(
    stand_in: StandInTwilio, changed: dict[str, object], what: str, ok: bool
) -> None:
    last = TwilioSms(settings(stand_in, **changed)).check()[-1]
    assert (last.what, last.ok) == (what, ok)
    assert last.fix


# The wire, both ways


def test_the_stand_in_calls_back_as_twilio_would(twilio: TwilioSms, stand_in: StandInTwilio) -> None:
    heard: list[Callback] = []
    done = threading.Semaphore(0)

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(Callback(f"http://127.0.0.1:{server.server_port}{self.path}", dict(self.headers), body))
            self.send_response(204)
            self.end_headers()
            done.release()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/v1/callbacks/twilio/acc_1/att_1"
        sid = twilio.send(replace(TEXT, callback_url=url)).provider_id
        assert [stand_in.deliver(sid, status) for status in ("sent", "delivered")] == [204, 204]
        assert stand_in.text(ANN, NUMBER, "Where is it?", url) == 204
        server.shutdown()
        thread.join()
    statuses = [receipt.status for call in heard[:2] for receipt in twilio.receipts(call)]
    assert statuses == [ReceiptStatus.SENT, ReceiptStatus.DELIVERED]
    assert twilio.replies(heard[2])[0].text == "Where is it?"


def test_many_threads_do_not_close_each_others_answers(twilio: TwilioSms, stand_in: StandInTwilio) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    try:
        with ThreadPoolExecutor(16) as pool:
            taken = list(pool.map(lambda n: twilio.send(replace(TEXT, id=f"msg_{n}")), range(1000)))
    finally:
        sys.setswitchinterval(before)
    assert len({one.provider_id for one in taken}) == 1000
