"""What is refused, and that each refusal says in plain words what is expected, never what was sent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from service.api import plain_words
from service.records.enums import MessageState
from tests.api.service import Service, problem

PUT = "/v1/shipments/by-ref/ref/PO%201"


def refused(service: Service, method: str, path: str, body: Any) -> tuple[str, str, str]:
    """(pointer, message, fix) of the one flaw of a body."""
    (flaw,) = problem(service.send(method, path, json=body), 422, "invalid")["errors"]
    return flaw["pointer"], flaw["message"], flaw["fix"]


@pytest.mark.parametrize("name", ["need_by", "told_date", "eta", "due"])
@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2030-01-01", "9999-12-31"])
def test_a_date_lies_in_the_years_of_an_event(quick: Service, name: str, day: str) -> None:
    pointer, message, fix = refused(quick, "PUT", PUT, {name: day})
    assert pointer == f"/{name}"
    assert message == f"`{name}` is in the year {int(day[:4])}."
    assert fix == "Send a year from 2000 to 2029."
    assert quick.get(PUT).status_code == 404


def test_a_need_by_date_is_bounded_where_it_changes_too(quick: Service) -> None:
    url = f"/v1/shipments/{quick.shipment()}"
    assert refused(quick, "PATCH", url, {"need_by": "9999-01-01"})[2] == "Send a year from 2000 to 2029."
    assert quick.send("PATCH", url, json={"need_by": "2029-12-31"}).status_code == 200


def test_an_account_has_the_rules_that_there_are(quick: Service) -> None:
    pointer, message, fix = refused(quick, "PATCH", "/v1/account", {"rules": {"N7.join_minuts": 5}})
    assert (pointer, message) == ("/rules", "`rules` has no rule `N7.join_minuts`.")
    assert "N7.join_minutes" in fix
    assert "N2.over_14d_hours" in fix


@pytest.mark.parametrize("region", ["ZZ", "UK", "", "Great Britain", "1"])
def test_an_account_lies_in_a_country(quick: Service, region: str) -> None:
    pointer, _, fix = refused(quick, "PATCH", "/v1/account", {"region": region})
    assert pointer == "/region"
    assert "GB (United Kingdom)" in fix


def test_a_country_may_be_written_small(service: Service) -> None:
    assert service.send("PATCH", "/v1/account", json={"region": "de"}).json()["region"] == "DE"


@pytest.mark.parametrize("hours", [0, -1, -24 * 365])
def test_a_key_is_good_for_some_time(quick: Service, hours: int) -> None:
    ends = (quick.clock() + timedelta(hours=hours)).isoformat()
    pointer, message, fix = refused(quick, "POST", "/v1/keys", {"name": "tms", "scopes": ["read"], "expires_at": ends})
    assert pointer == "/expires_at"
    assert message == "`expires_at` has passed already."
    assert fix.startswith("Send an instant that is still to come")


ODD = ["\u202eABC", "A\u2066B", "A\u200fB", "A\u200eB", "A\u202dB", "A\x07B", "A\nB", "A\u2028B"]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
@pytest.mark.parametrize(
    ("method", "path", "name", "more"),
    [
        ("POST", "/v1/customers", "code", {}),
        ("POST", "/v1/customers", "name", {"code": "A"}),
        ("PUT", PUT, "customer", {}),
        ("POST", "/v1/keys", "name", {"scopes": ["read"]}),
        ("POST", "/v1/contacts", "name", {"email": "ann@example.com"}),
    ],
)
def test_a_name_reads_as_it_is_stored(
    quick: Service, method: str, path: str, name: str, more: dict[str, Any], odd: str
) -> None:
    pointer, message, fix = refused(quick, method, path, {**more, name: odd})
    assert pointer == f"/{name}"
    assert message == f"`{name}` holds a control character."
    assert "marks of direction" in fix


UNSEEN = ["\u200b", "\u200b\u200d", "\u00a0\u2003", "\u2060\ufeff", "\u3164", "\u00ad \u200c", "\ufe0f"]


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_a_reference_can_be_seen(quick: Service, unseen: str) -> None:
    path = "/v1/shipments/by-ref/ref/" + "".join(f"%{byte:02X}" for byte in unseen.encode())
    (flaw,) = problem(quick.send("PUT", path, json={}), 422, "invalid")["errors"]
    assert (flaw["parameter"], flaw["code"]) == ("value", "bad_reference")
    assert refused(quick, "PUT", PUT, {"refs": {"po": ["4711", unseen]}})[0] == "/refs/po/1"
    assert refused(quick, "POST", "/v1/customers", {"code": unseen})[0] == "/code"
    body = problem(quick.post("/v1/events", quick.event(ref=unseen)), 422, "invalid")
    assert body["errors"][0]["code"] == "ref_missing"


@pytest.mark.parametrize("said", ["#", "..", "\u2014", "\U0001f6a2"], ids=ascii)
def test_a_reference_has_a_letter_or_digit(quick: Service, said: str) -> None:
    path = "/v1/shipments/by-ref/ref/" + "".join(f"%{byte:02X}" for byte in said.encode())
    (flaw,) = problem(quick.send("PUT", path, json={}), 422, "invalid")["errors"]
    assert (flaw["parameter"], flaw["code"]) == ("value", "bad_reference")
    body = problem(quick.post("/v1/events", quick.event(ref=said)), 422, "invalid")
    assert body["errors"][0]["code"] == "bad_reference"


@pytest.mark.parametrize(
    ("path", "name", "known"),
    [
        ("/v1/shipments?status=foo", "status", "in_transit"),
        ("/v1/shipments?status=delivered,foo", "status", "customs_hold"),
        ("/v1/stream?topics=foo", "topics", "thread"),
        ("/v1/stream?topics=shipment,foo", "topics", "reply"),
        ("/v1/messages?state=foo", "state", MessageState.ACCEPTED.value),
        ("/v1/messages?stage=foo", "stage", "rehearsal"),
        ("/v1/messages?channel=fax", "channel", "email"),
        ("/v1/messages?kind=foo", "kind", "notice"),
        ("/v1/threads?state=foo", "state", "open"),
        ("/v1/calls?outcome=foo", "outcome", "refused"),
        ("/v1/shipments/by-ref/foo/1", "type", "house_bill"),
    ],
)
def test_a_word_that_is_not_known_is_answered_with_those_that_are(
    quick: Service, path: str, name: str, known: str
) -> None:
    (flaw,) = problem(quick.get(path), 422, "invalid")["errors"]
    assert flaw["parameter"] == name
    assert re.search(rf"\b{known}\b", flaw["fix"])


def test_words_that_are_known_select(quick: Service) -> None:
    quick.shipment(ref="PO 99")
    for path in ("/v1/shipments?status=registered, in_transit", "/v1/messages?channel=sms&state=waiting"):
        assert quick.get(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "message", "fix"),
    [
        ("POST", "/v1/customers", {"code": 7}, "`code` is a number.", "Send text in quotes."),
        ("POST", "/v1/customers", {"code": None}, "`code` is null.", "Send text in quotes."),
        ("POST", "/v1/customers", {"code": ""}, "`code` is empty.", "Send at least 1 character."),
        ("POST", "/v1/customers", {"code": "x" * 81}, "`code` is too long.", "Send at most 80 characters."),
        ("POST", "/v1/customers", {"code": "A", "codes": ["B", 7]}, "`codes[1]` is a number.", "Send text in quotes."),
        ("POST", "/v1/customers", {"code": "A", "codes": {}}, "`codes` is an object.", "Send a list."),
        ("POST", "/v1/customers", [], "The body is a list.", "Send an object."),
        ("POST", "/v1/keys", {"name": "x", "scopes": []}, "`scopes` is empty.", "Send at least 1 entry."),
        ("POST", "/v1/keys", {"name": "x", "scopes": ["read"], "test": "perhaps"}, "`test` is text.", "true or false"),
        ("POST", "/v1/keys", {"name": "x", "scopes": ["read"], "expires_at": "soon"}, "cannot be read", "an instant"),
        (
            "POST",
            "/v1/keys",
            {"name": "x", "scopes": ["read"], "expires_at": "2026-12-01T10:00"},
            "`expires_at` is without a zone.",
            "Send an instant with its zone",
        ),
        ("PUT", PUT, {"due": "soon"}, "`due` is text that cannot be read as that.", "Send a date such as"),
        ("PUT", PUT, {"due": []}, "`due` is a list.", "Send a date such as"),
        ("PUT", PUT, {"refs": {"colour": ["red"]}}, "a name in `refs` is none", "house_bill"),
        ("PATCH", "/v1/account", {"mode": "loud"}, "`mode` is none of the words", "Use one of: off, shadow, live."),
        ("PATCH", "/v1/account", {"hours": {"8": []}}, "a name in `hours` has not", "a weekday"),
        ("PATCH", "/v1/account", {"hours": {"0": [["8", "09:00"]]}}, "has not the right form", "a time of day"),
        ("PATCH", "/v1/account", {"rules": {"N7.join_minutes": -1}}, "is too small", "Send 0 or more."),
        ("PATCH", "/v1/account", {"rules": {"N7.join_minutes": 1e9}}, "is too large", "Send 1,000,000 or less."),
        ("POST", "/v1/contacts", {"name": "Ann"}, "The body names neither", "Send at least one of them."),
        (
            "POST",
            "/v1/contacts",
            {"email": "a@example.com", "level": "loud"},
            "`level` is none of",
            "page, digest, info",
        ),
        ("POST", "/v1/sources", {"name": "a/b", "format": "native"}, "`name` has not", "1 to 80 letters"),
    ],
)
def test_a_flaw_is_told_in_plain_words(
    quick: Service, method: str, path: str, body: Any, message: str, fix: str
) -> None:
    found = quick.send(method, path, json=body)
    (flaw,) = problem(found, 422, "invalid")["errors"]
    assert message.lower() in flaw["message"].lower()
    assert fix in flaw["fix"]
    for raw in ("Input should", "String should", "valid ", "Value error", "[key]"):
        assert raw not in flaw["message"] + flaw["fix"]


def test_a_number_of_a_query_is_told_in_plain_words(quick: Service) -> None:
    for limit, message, fix in (
        ("x", "`limit` is text that cannot be read as that.", "Send a whole number."),
        ("0", "`limit` is too small.", "Send 1 or more."),
        ("201", "`limit` is too large.", "Send 200 or less."),
    ):
        (flaw,) = problem(quick.get(f"/v1/shipments?limit={limit}"), 422, "invalid")["errors"]
        assert (flaw["message"], flaw["fix"]) == (message, fix)


def test_every_pattern_of_a_request_is_explained(quick: Service) -> None:
    document = quick.get("/openapi.json").json()
    patterns = set(re.findall(r"'pattern': '((?:[^'\\]|\\.)*)'", repr(document)))
    assert {one.replace("\\\\", "\\") for one in patterns} <= set(plain_words.PATTERNS)
    assert patterns
