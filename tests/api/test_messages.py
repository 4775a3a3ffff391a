"""Messages, notices and conversations."""

from __future__ import annotations

import pytest

from notifiers.twilio_callbacks import sign
from service.api.message_shapes import NOTICE_WORDS, STATE_WORDS
from service.flows import decide
from service.records.enums import MessageState, NoticeState
from tests.api.service import PHONE, Service, problem


def decide_only(service: Service) -> str:
    service.shipment()
    decide.run_due(service.kit)
    (message,) = service.get("/v1/messages").json()["data"]
    return str(message["id"])


def test_every_state_is_explained() -> None:
    assert set(STATE_WORDS) == set(MessageState)
    assert set(NOTICE_WORDS) == set(NoticeState)


def test_a_waiting_message_can_be_cancelled_once_and_for_all(service: Service) -> None:
    message_id = decide_only(service)
    for _ in range(2):
        found = service.post(f"/v1/messages/{message_id}/cancel", {"why": "told on the phone"})
        assert (found.status_code, found.json()["state"]) == (200, "cancelled")
    assert service.send("DELETE", f"/v1/messages/{message_id}").status_code == 200
    assert service.get(f"/v1/messages/{message_id}").json()["state"] == "cancelled"


def test_cancelling_needs_no_body(service: Service) -> None:
    assert service.post(f"/v1/messages/{decide_only(service)}/cancel").status_code == 200


def test_what_was_handed_over_cannot_be_cancelled(service: Service) -> None:
    message_id = decide_only(service)
    service.work()
    body = problem(service.post(f"/v1/messages/{message_id}/cancel", {}), 409, "conflict")
    assert body["state"] == "accepted"


def test_a_message_shows_its_whole_life(service: Service) -> None:
    message_id = decide_only(service)
    service.work()
    found = service.get(f"/v1/messages/{message_id}").json()
    assert found["state_text"] == STATE_WORDS[MessageState.ACCEPTED]
    assert [one["outcome"] for one in found["attempts"]] == ["accepted"]
    assert [one["code"] for one in found["notices"]] == ["M07"]
    assert "PO 4711" in found["text"]
    assert PHONE not in str(found)


def test_messages_are_filtered_and_paged(service: Service) -> None:
    service.post("/v1/events", [service.event(ref=f"PO {i}", tell=[f"+4477009001{i:02}"]) for i in range(5)])
    service.work()
    first = service.get("/v1/messages?limit=3&state=accepted,delivered&stage=rehearsal&channel=sms&kind=notice").json()
    rest = service.get(f"/v1/messages?limit=3&cursor={first['page']['next_cursor']}").json()
    assert len({one["id"] for one in first["data"] + rest["data"]}) == 5
    one = first["data"][0]
    assert [m["id"] for m in service.get(f"/v1/messages?contact={one['contact_id']}").json()["data"]] == [one["id"]]
    assert [m["id"] for m in service.get(f"/v1/messages?shipment={one['shipment_id']}").json()["data"]] == [one["id"]]
    assert service.get("/v1/messages?since=2030-01-01T00:00:00Z").json()["data"] == []
    assert service.get(f"/v1/shipments/{one['shipment_id']}/messages").json()["data"][0]["id"] == one["id"]


@pytest.mark.parametrize("query", ["state=lost", "stage=x", "kind=x", "since=now", "limit=-1", "cursor=W10"])
def test_odd_filters_name_the_fix(quick: Service, query: str) -> None:
    problem(quick.get(f"/v1/messages?{query}"), 422, "invalid")


def text_back(service: Service, words: str, *, token: str | None = None) -> int:
    """What the provider of the loopback phone would post."""
    url = f"{service.kit.local_url}/v1/callbacks/loopback/inbound"
    fields = {
        "MessageSid": "SM" + f"{len(words):032x}",
        "AccountSid": "AC" + "0" * 32,
        "From": PHONE,
        "To": "+447700900999",
        "Body": words,
        "NumMedia": "0",
    }
    headers = dict(sign(token or service.app.state.loopback_token, url, fields))
    found = service.client.post("/v1/callbacks/loopback/inbound", data=fields, headers=headers)
    if found.status_code == 200:
        assert found.headers["content-type"].startswith("text/xml")
    return int(found.status_code)


def test_a_reply_becomes_a_conversation_that_is_answered(service: Service) -> None:
    service.shipment()
    service.work()
    assert text_back(service, "Can you come after 10?") == 200
    assert text_back(service, "Can you come after 10?") == 200
    (thread,) = service.get("/v1/threads?state=open").json()["data"]
    assert thread["last"]["text"] == "Can you come after 10?"
    sent = service.post(f"/v1/threads/{thread['id']}/messages", {"text": "Yes, between 10 and 12."})
    assert sent.status_code == 202
    service.work()
    whole = service.get(f"/v1/threads/{thread['id']}").json()
    assert whole["state"] == "answered"
    assert [entry["kind"] for entry in whole["entries"]] == ["reply", "message", "message"]
    assert "Yes, between 10 and 12." in whole["entries"][-1]["text"]
    assert service.get("/v1/threads?state=open").json()["data"] == []
    kinds = [entry["kind"] for entry in service.get(f"/v1/shipments/{thread['shipment_id']}/timeline").json()["data"]]
    assert kinds.count("reply") == 1


def test_stop_is_obeyed_and_nobody_is_answered_past_it(service: Service) -> None:
    service.shipment()
    service.work()
    text_back(service, "When?")
    (thread,) = service.get("/v1/threads").json()["data"]
    assert text_back(service, "STOP") == 200
    (contact,) = service.get("/v1/contacts").json()["data"]
    assert contact["addresses"][0]["suppressed"] is True
    problem(service.post(f"/v1/threads/{thread['id']}/messages", {"text": "Hello"}), 422, "invalid")
    lift = f"/v1/contacts/{contact['id']}/addresses/sms/lift"
    problem(service.post(lift, {}), 422, "invalid")
    lifted = service.post(lift, {"why": "asked in writing"}).json()
    assert lifted["addresses"][0]["suppressed"] is False


@pytest.mark.parametrize("text", ["", "   ", "x" * 1_201, None, 7])
def test_an_answer_needs_words(service: Service, text: object) -> None:
    service.shipment()
    service.work()
    text_back(service, "When?")
    (thread,) = service.get("/v1/threads").json()["data"]
    problem(service.post(f"/v1/threads/{thread['id']}/messages", {"text": text}), 422, "invalid")


def test_a_wrong_signature_is_refused(service: Service) -> None:
    assert text_back(service, "STOP", token="another") == 403


def test_forwarded_headers_change_nothing(service: Service) -> None:
    service.shipment()
    service.work()
    url = "https://evil.example/v1/callbacks/loopback/inbound"
    fields = {"MessageSid": "SM" + "1" * 32, "From": PHONE, "To": "+447700900999", "Body": "STOP"}
    forged = dict(sign(service.app.state.loopback_token, url, fields))
    forged |= {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Host": "evil.example"}
    found = service.client.post("/v1/callbacks/loopback/inbound", data=fields, headers=forged)
    problem(found, 403, "callback_refused")


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"a=b&" * 1_000, b"MessageSid=%00&From=%ff", b"{}"])
@pytest.mark.parametrize(
    "path",
    [
        "/v1/callbacks/loopback/inbound",
        "/v1/callbacks/unheard/inbound",
        "/v1/callbacks/loopback/acc_x/att_x",
        "/v1/callbacks/loopback/%ff/%F0%9F%98%80?x=%ff",
        "/v1/callbacks/smtp/acc_x/att_x",
    ],
)
def test_odd_callbacks_are_refused(quick: Service, path: str, body: bytes) -> None:
    sent = [(b"content-type", b"application/x-www-form-urlencoded"), (b"x-twilio-signature", b"\xe9")]
    found = quick.client.request("POST", path, content=body, headers=sent)
    assert found.status_code in {403, 404, 422}
    assert found.json()["fix"]


@pytest.mark.parametrize("token", ["x", "0123456789", "%F0%9F%98%80", "a" * 2_000])
def test_an_unknown_stop_link_stops_nothing(quick: Service, token: str) -> None:
    problem(quick.client.post(f"/u/{token}"), 404, "not_found")


def test_an_e_mail_that_nobody_signed_is_refused(service: Service) -> None:
    problem(service.client.post("/v1/callbacks/smtp/mail", content=b"Subject: hi\n\n"), 404, "not_found")
    problem(service.client.post("/v1/callbacks/loopback/mail", content=b"Subject: hi\n\n"), 404, "not_found")
