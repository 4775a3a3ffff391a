"""An account's own words over the API: looked at, tried, kept, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from service.records.enums import NoticeCode
from service.store import audit
from tests.api.service import Service, problem

SLIP = "{ref} is late. New date {date}[, was {was}][: {reason}]. {contact}[ {link}]"


def put(service: Service, code: str = "D01", **body: Any) -> Any:
    return service.send("PUT", f"/v1/texts/{code}", json={"body": SLIP} | body)


WHICH = {"language": "en", "channel": "sms"}


def audited(service: Service) -> list[tuple[str, str, dict[str, Any]]]:
    with service.kit.database.read() as conn:
        rows = audit.list_audit(conn, service.account_id)
    return [(row.by, row.action, row.detail) for row in rows if row.action.startswith("text.")]


def test_the_catalogue_names_every_text_and_who_has_read_it(quick: Service) -> None:
    found = quick.get("/v1/texts").json()
    assert {one["code"] for one in found["data"]} == {code.value for code in NoticeCode}
    assert all(set(one["status"]) == {"en", "es", "de", "fr", "ar", "zh-Hans"} for one in found["data"])
    assert {one["code"]: one["may_be_own"] for one in found["data"]}["S01"] is False
    languages = {one["tag"]: one for one in found["languages"]}
    assert languages["ar"]["direction"] == "rtl"
    assert sum(languages["de"]["strings"].values()) > 470
    assert languages["fr"]["said_to_choices"]["undo"] == "draft"
    assert languages["zh-Hans"]["read_in_replies"]["stop"] == "draft"
    assert "{" not in found["variables"]["link"]


def test_own_words_are_kept_by_version_and_audited(service: Service) -> None:
    first = put(service)
    assert first.status_code == 200, first.text
    assert (first.json()["own"]["version"], first.json()["own"]["body"]) == (1, SLIP)
    assert put(service).json()["own"]["version"] == 1
    second = put(service, body=SLIP.replace("is late", "comes later")).json()
    assert [(one["version"], one["in_use"]) for one in second["history"]] == [(2, True), (1, False)]
    listed = {one["code"]: one["own"] for one in service.get("/v1/texts").json()["data"]}
    assert listed["D01"] == [{"language": "en", "channel": "sms", "version": 2}]
    where = {"code": "D01", "language": "en", "channel": "sms"}
    assert audited(service) == [("key:test", "text.set", where)] * 2


def test_ours_comes_back_and_the_versions_stay(service: Service) -> None:
    put(service)
    for _ in range(2):
        found = service.send("DELETE", "/v1/texts/D01?language=en&channel=sms").json()
        assert found["own"] is None
        assert [(one["version"], one["in_use"]) for one in found["history"]] == [(1, False)]
    assert [action for _, action, _ in audited(service)] == ["text.reset", "text.set"]
    assert put(service).json()["own"]["version"] == 2


def test_each_language_and_channel_has_its_own(service: Service) -> None:
    put(service)
    put(service, language="de", body="{ref} kommt später. {dates} {contact}")
    put(service, channel="email", body="{ref} will come later than we told you.", subject="{ref}: later")
    read = {
        (language, channel): service.get(f"/v1/texts/D01?language={language}&channel={channel}").json()["own"]
        for language in ("en", "de")
        for channel in ("sms", "email")
    }
    assert read["en", "sms"]["body"] == SLIP
    assert read["de", "sms"]["body"].startswith("{ref} kommt")
    assert read["en", "email"]["subject"] == "{ref}: later"
    assert read["de", "email"] is None


def test_words_are_refused_with_every_finding_and_its_fix(quick: Service) -> None:
    body = problem(put(quick, body="Unfortunately it is late! {price}"), 422, "invalid")
    assert [flaw["code"] for flaw in body["errors"]] == ["variable"]
    body = problem(put(quick, body="Unfortunately {ref} is late!"), 422, "invalid")
    assert {"dates", "contact", "T8"} <= {flaw["code"] for flaw in body["errors"]}
    assert {flaw["pointer"] for flaw in body["errors"]} == {"/body"}
    refused = put(quick, channel="email", body="{ref} waits.", subject="News")
    assert problem(refused, 422, "invalid")["errors"][0]["pointer"] == "/subject"
    assert quick.get("/v1/texts/D01").json()["history"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/texts/X99", None, 404),
        ("GET", "/v1/texts/D01?language=tlh", None, 422),
        ("GET", "/v1/texts/D01?channel=pigeon", None, 422),
        ("PUT", "/v1/texts/D01", {"body": ""}, 422),
        ("PUT", "/v1/texts/D01", {"body": "x" * 3000}, 422),
        ("PUT", "/v1/texts/D01", {"body": SLIP, "language": "tlh"}, 422),
        ("PUT", "/v1/texts/S01", {"body": SLIP}, 422),
        ("POST", "/v1/texts/D01/preview", {"languages": []}, 422),
        ("POST", "/v1/texts/D01/preview", {"languages": ["tlh"]}, 422),
        ("POST", "/v1/texts/X99/preview", {}, 404),
    ],
)
def test_what_cannot_be_is_told(quick: Service, method: str, path: str, body: Any, status: int) -> None:
    found = quick.send(method, path, **({"json": body} if body is not None else {}))
    problem(found, status, "not_found" if status == 404 else "invalid")


def test_a_trial_is_shown_and_not_kept(service: Service) -> None:
    service.send("PATCH", "/v1/account", json={"brand": "Harbour", "care_phone": "+447700900321"})
    found = service.post("/v1/texts/D01/preview", {"body": SLIP}).json()
    (english,) = found["previews"]
    assert english["findings"] == []
    ways = [(one["values"], one["two_way"]) for one in english["samples"]]
    assert ways == [("usual", True), ("usual", False), ("longest", True), ("longest", False)]
    assert all("is late. New date" in one["text"] and one["own_version"] == 0 for one in english["samples"])
    assert "Reply" not in english["samples"][1]["text"]
    assert english["samples"][0]["text"].startswith("Harbour: ")
    assert "+44 7700 900321" in english["samples"][1]["text"]
    assert service.get("/v1/texts/D01").json()["history"] == []


def test_without_a_body_what_is_said_now_is_shown_in_every_language(service: Service) -> None:
    put(service, language="es", body="{ref} llega tarde. {dates} {contact}")
    previews = {one["language"]: one for one in service.post("/v1/texts/D01/preview", {}).json()["previews"]}
    assert set(previews) == {"en", "es", "de", "fr", "ar", "zh-Hans"}
    assert "llega tarde" in previews["es"]["samples"][0]["text"]
    assert [one["samples"][0]["own_version"] for one in previews.values()].count(None) == 5


def test_a_trial_that_cannot_be_said_says_why(quick: Service) -> None:
    unsound = quick.post("/v1/texts/D01/preview", {"body": "{ref} {price}"}).json()["previews"][0]
    assert unsound["findings"][0]["rule"] == "variable"
    assert unsound["samples"][0]["own_version"] is None
    asked = quick.post("/v1/texts/D01/preview", {"body": "{ref} is late. {papers} {date} {contact}"}).json()
    (english,) = asked["previews"]
    assert english["findings"][0]["rule"] == "never"
    assert english["samples"][0]["note"].endswith("they need {papers}, which is not known here.")


def test_answers_are_previewed_too(quick: Service) -> None:
    previews = quick.post("/v1/texts/S01/preview", {"languages": ["en", "de"]}).json()["previews"]
    assert [one["language"] for one in previews] == ["en", "de"]
    assert all(sample["text"] for one in previews for sample in one["samples"])


def test_a_message_names_the_version_that_left(service: Service) -> None:
    service.send("PATCH", "/v1/account", json={"brand": "Harbour"})
    put(service, "M07", body="{ref} has sailed. {dates}[ {link}]")
    service.shipment()
    service.work()
    (listed,) = service.get("/v1/messages").json()["data"]
    message = service.get(f"/v1/messages/{listed['id']}").json()
    assert "PO 4711 has sailed." in message["text"]
    assert (message["text_version"], message["text_note"]) == (1, "")


@pytest.mark.parametrize("tell", ["+447700900123", "jo@example.com"])
def test_what_a_call_would_say_is_what_it_says(service: Service, tell: str) -> None:
    """Byte for byte, on the way that a customer's own system asks."""
    assert put(service, "M20", body="{ref} is with you[ since {at}]. {contact}[ {link}]").status_code == 200
    mail = {"channel": "email", "body": "{ref} is with you.", "subject": "{ref} is with you"}
    assert put(service, "M20", **mail).status_code == 200
    service.shipment(tell=[tell])
    service.work()
    event = service.event(milestone="delivered", place=None, eta=None, at="2026-09-17T12:00+01:00", tell=[tell])
    (would,) = service.post("/v1/events?preview=true", event).json()["messages"]
    service.post("/v1/events", event)
    service.work()
    last = service.get("/v1/messages").json()["data"][0]
    left = service.get(f"/v1/messages/{last['id']}").json()
    assert {name: left[name] for name in ("code", "text", "subject", "text_version", "text_note")} == {
        name: would[name] for name in ("code", "text", "subject", "text_version", "text_note")
    }
    assert left["code"] == "M20"
    assert left["text_version"] == 1


def test_a_changed_text_is_on_trial_until_a_person_releases_it(service: Service) -> None:
    own = put(service).json()["own"]
    assert (own["trial"], own["tried"]) == ("trying", 0)
    released = service.post("/v1/texts/D01/release", WHICH)
    assert released.status_code == 200
    assert released.json()["own"]["trial"] == "released"
    assert service.post("/v1/texts/D01/release", WHICH).json()["own"]["trial"] == "released"
    assert put(service, body="{ref} will be late. {dates} {contact}").json()["own"]["version"] == 2
    assert service.post("/v1/texts/D01/withdraw", WHICH).json()["own"]["version"] == 1
    assert service.post("/v1/texts/D01/withdraw", WHICH).json()["own"] is None
    assert service.post("/v1/texts/D01/withdraw", WHICH).json()["own"] is None


@pytest.mark.parametrize("action", ["release", "withdraw"])
def test_the_language_that_is_named_is_the_one_that_is_meant(service: Service, action: str) -> None:
    german = {"language": "de", "channel": "sms"}
    put(service)
    put(service, language="de", body="{ref} kommt später. {dates} {contact}")
    found = service.post(f"/v1/texts/D01/{action}", german).json()
    assert (found["language"], found["own"] and found["own"]["trial"]) == (
        "de",
        "released" if action == "release" else None,
    )
    assert service.get("/v1/texts/D01?language=en").json()["own"]["trial"] == "trying"
    assert audited(service)[0] == ("key:test", f"text.{action}", {"code": "D01", **german})


def test_ours_comes_back_in_the_language_that_is_named(service: Service) -> None:
    put(service)
    put(service, language="de", body="{ref} kommt später. {dates} {contact}")
    given = {"language": "de", "channel": "sms"}
    body = problem(service.send("DELETE", "/v1/texts/D01?language=de&channel=sms", json=given), 422, "invalid")
    assert "?language=de&channel=sms" in body["fix"]
    for query in ("", "?language=de", "?channel=sms"):
        problem(service.send("DELETE", f"/v1/texts/D01{query}"), 422, "invalid")
    assert service.send("DELETE", "/v1/texts/D01?language=de&channel=sms").json()["own"] is None
    assert service.get("/v1/texts/D01?language=en").json()["own"]["version"] == 1
    assert service.get("/v1/texts/D01?language=de").json()["own"] is None


@pytest.mark.parametrize("action", ["release", "withdraw"])
def test_a_trial_is_ended_by_a_whole_body_only(quick: Service, action: str) -> None:
    path = f"/v1/texts/D01/{action}"
    problem(quick.post(f"/v1/texts/X99/{action}", WHICH), 404, "not_found")
    for wrong, pointer in (
        ({"language": "xx", "channel": "sms"}, "/language"),
        ({"language": "de"}, "/channel"),
        ({"channel": "sms"}, "/language"),
        ({**WHICH, "langauge": "de"}, "/langauge"),
    ):
        (flaw,) = problem(quick.post(path, wrong), 422, "invalid")["errors"]
        assert flaw["pointer"] == pointer
    problem(quick.post(path), 415, "not_json")
    problem(quick.post(f"{path}?language=de&channel=sms", WHICH), 422, "unknown_parameter")
    problem(quick.send("POST", path, content=b"{", headers={"Content-Type": "application/json"}), 422, "unreadable")
