"""How people wish to be told: chosen as a whole, with its history, and true of the very next message."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.service import PHONE, Service, problem

JO = {"phone": PHONE, "email": "jo@example.com", "consent": {"basis": "contract", "how": "terms of 2026"}}


@pytest.fixture
def url(service: Service) -> str:
    """The preferences of Jo."""
    return f"{service.post('/v1/contacts', JO).headers['location']}/preferences"


def test_what_is_read_can_be_put_back(service: Service, url: str) -> None:
    found = service.get(url).json()
    assert found == {
        "channel": "sms",
        "level": "important",
        "language": "en",
        "zone": "Europe/London",
        "quiet_from": "21:00",
        "quiet_to": "08:00",
        "paused_until": None,
        "late_over_days": None,
        "digest": "none",
        "digest_always": False,
        "names": {},
        "roles": {},
    }
    assert service.send("PUT", url, json=found).json() == found
    assert len(service.get(f"{url}/history").json()["data"]) == 1, "nothing changed"


def test_the_whole_is_chosen_and_what_is_left_out_goes_back(service: Service, url: str) -> None:
    chosen = {
        "channel": "email",
        "level": "only_when_i_must_act",
        "language": "es",
        "zone": "Europe/Madrid",
        "quiet_from": "20:00",
        "quiet_to": "09:00",
        "paused_until": "2026-10-01T07:00:00.000Z",
        "late_over_days": 2,
        "digest": "weekly",
        "digest_always": True,
        "names": {"4711": "Spring toys"},
        "roles": {},
    }
    assert service.send("PUT", url, json=chosen).json() == chosen
    assert service.get(url).json() == chosen
    contact = service.get(url.removesuffix("/preferences")).json()
    assert (contact["level"], contact["addresses"][0]["channel"]) == ("action", "email")
    back = service.send("PUT", url, json={}).json()
    assert (back["level"], back["language"], back["names"], back["late_over_days"]) == ("important", "en", {}, None)
    assert back["channel"] == "email", "the channel stays"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"level": "loud"}, "/level"),
        ({"channel": "pigeon"}, "/channel"),
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"quiet_from": "25:00"}, "/quiet_from"),
        ({"paused_until": "2026-09-01T00:00:00Z"}, "/paused_until"),
        ({"paused_until": "2028-09-01T00:00:00Z"}, "/paused_until"),
        ({"paused_until": "2026-10-01"}, "/paused_until"),
        ({"late_over_days": 0}, "/late_over_days"),
        ({"late_over_days": 90}, "/late_over_days"),
        ({"digest": "hourly"}, "/digest"),
        ({"names": {"4711": ""}}, "/names/4711"),
        ({"names": {"4711": "x" * 41}}, "/names/4711"),
        ({"roles": {"cus_x": "buyer"}}, "/roles"),
        ({"noted": {"how": ""}}, "/noted/how"),
        ({"nickname": "Jo"}, "/nickname"),
    ],
)
def test_what_cannot_be_chosen(quick: Service, wrong: dict[str, Any], pointer: str) -> None:
    url = f"{quick.post('/v1/contacts', JO).headers['location']}/preferences"
    body = problem(quick.send("PUT", url, json=wrong), 422, "invalid")
    assert body["errors"][0]["pointer"] == pointer


def test_a_channel_without_an_address_cannot_be_chosen(service: Service) -> None:
    url = f"{service.post('/v1/contacts', {'phone': PHONE}).headers['location']}/preferences"
    body = problem(service.send("PUT", url, json={"channel": "email"}), 422, "invalid")
    assert body["errors"][0]["code"] == "no_address"
    problem(service.get("/v1/contacts/con_x/preferences"), 404, "not_found")
    problem(service.get("/v1/contacts/con_x/preferences/history"), 404, "not_found")
    problem(service.send("PUT", "/v1/contacts/con_x/preferences", json={}), 404, "not_found")
    assert service.get(url, headers=service.key("read", account_id=service.other_account())).status_code == 404


def test_a_digest_needs_an_address(service: Service) -> None:
    url = f"{service.post('/v1/contacts', {'phone': PHONE}).headers['location']}/preferences"
    body = problem(service.send("PUT", url, json={"digest": "daily"}), 422, "invalid")
    assert (body["errors"][0]["code"], body["errors"][0]["pointer"]) == ("no_address", "/digest")


def test_roles_stand_with_the_follows(service: Service, url: str) -> None:
    contact_id = url.split("/")[3]
    ids = [service.post("/v1/customers", {"code": code}).json()["id"] for code in "AB"]
    for customer in ids:
        service.send("PUT", "/v1/follows", json={"contact_id": contact_id, "subject_id": customer, "role": "planner"})
    found = service.send("PUT", url, json={"roles": {ids[0]: "buyer"}}).json()
    assert found["roles"] == {ids[0]: "buyer", ids[1]: ""}
    follows = service.get(f"/v1/follows?contact={contact_id}").json()["data"]
    assert [one["role"] for one in follows] == ["buyer", ""]


def test_the_history_says_who_when_how_and_in_which_words(service: Service, url: str) -> None:
    noted = {"how": "phone call", "wording": "only when I must act, please"}
    service.send("PUT", url, json={"level": "only_when_i_must_act", "zone": "Europe/London", "noted": noted})
    service.send("PUT", url, json={"level": "only_when_i_must_act", "zone": "Europe/London", "names": {"1": "Toys"}})
    service.post(f"{url.removesuffix('/preferences')}/addresses/email/suppress", {"why": "too many"})
    data = service.get(f"{url}/history").json()["data"]
    assert [(one["by"], one["how"], one["wording"], one["detail"]) for one in data] == [
        ("key:test", "API", "too many", {"suppressed": "email"}),
        ("key:test", "API", "", {"names": "changed"}),
        ("key:test", "phone call", "only when I must act, please", {"level": ["info", "action"]}),
        ("key:test", "terms of 2026", "contract", {"consent_basis": [None, "contract"]}),
    ]
    assert "Toys" not in str(data)
    first = service.get(f"{url}/history?limit=1").json()
    rest = service.get(f"{url}/history?cursor={first['page']['next_cursor']}").json()
    assert [one["id"] for one in first["data"] + rest["data"]] == [one["id"] for one in data]
