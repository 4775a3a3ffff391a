"""Pauses, cancelling, the books and what is owed again, over the API."""

from __future__ import annotations

import pytest

from notifiers.base import Channel
from service.flows import decide, pausing
from service.records.tables import Audit
from service.store.tables import table
from tests.api.service import Service, problem


def waiting(service: Service) -> tuple[str, str]:
    """A shipment, and its text that waits."""
    shipment_id = service.shipment()
    decide.run_due(service.kit)
    (message,) = service.get("/v1/messages").json()["data"]
    return shipment_id, message["id"]


def audited(service: Service) -> list[tuple[str, str, str]]:
    with service.kit.database.read() as conn:
        rows = conn.execute(table(Audit).select().order_by(table(Audit).c.id)).all()
    return [(row.action, row.by, row.why) for row in rows]


def test_a_pause_holds_and_a_resume_lets_go(service: Service) -> None:
    shipment_id, message_id = waiting(service)
    new = {"scope": "shipment", "value": "PO 4711", "why": "a recall", "minutes": 90}
    made = service.post("/v1/pauses", new)
    assert made.status_code == 201, made.text
    (pause,) = made.json()["data"]
    assert (pause["value"], pause["called"], pause["by"], pause["why"]) == (
        shipment_id,
        "PO 4711",
        "key:test",
        "a recall",
    )
    assert pause["until"] == "2026-09-17T13:30:00.000Z"
    assert service.post("/v1/pauses", new).json()["data"][0]["id"] == pause["id"], "twice is the same as once"
    service.work()
    (listed,) = service.get("/v1/pauses").json()["data"]
    assert (listed["id"], listed["waiting"]) == (pause["id"], 1)
    assert service.get(f"/v1/messages/{message_id}").json()["state"] == "waiting"
    plan = service.post(f"/v1/pauses/{pause['id']}/resume?plan=true", {"rate": 6}).json()
    assert (plan["leaving"], plan["per_minute"], plan["untrue"]) == (1, 6, [])
    assert service.get("/v1/pauses").json()["data"] != []
    done = service.post(f"/v1/pauses/{pause['id']}/resume", {"why": "mended", "rate": 6}).json()
    assert (done["lifted"], done["leaving"], done["per_minute"]) == (True, 1, 6)
    service.work()
    assert service.get(f"/v1/messages/{message_id}").json()["state"] == "accepted"
    assert audited(service) == [("pause", "key:test", "a recall"), ("resume", "key:test", "mended")]
    problem(service.post(f"/v1/pauses/{pause['id']}/resume"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "pointer", "fix"),
    [
        ({"scope": "shipment", "value": "PO 9", "why": "x"}, "/value", "GET /v1/shipments"),
        ({"scope": "source", "value": "tms", "why": "x"}, "/value", "GET /v1/sources"),
        ({"scope": "channel", "value": "fax", "why": "x"}, "/value", "sms, email"),
        ({"scope": "code", "why": "x"}, "/value", "what to pause"),
        ({"scope": "account", "why": "x", "minutes": 5, "until": "2026-09-18T00:00:00Z"}, "/until", "one of them"),
        ({"scope": "account", "why": "x", "until": "2026-09-16T00:00:00Z"}, "/until", "still to come"),
        ({"scope": "account"}, "/why", ""),
        ({"scope": "global", "why": "x"}, "/scope", ""),
    ],
)
def test_pauses_that_cannot_be(quick: Service, body: dict[str, object], pointer: str, fix: str) -> None:
    (flaw,) = problem(quick.post("/v1/pauses", body), 422, "invalid")["errors"]
    assert flaw["pointer"] == pointer
    assert fix in flaw["fix"]


def test_a_global_pause_is_seen_and_not_lifted_by_a_key(service: Service) -> None:
    now = service.clock()
    (pause,) = pausing.pause(service.kit.database, service.account_id, "global", "", by="Ana", why="storm", now=now)
    (listed,) = service.get("/v1/pauses").json()["data"]
    assert (listed["id"], listed["scope"], listed["value"]) == (pause.id, "global", None)
    body = problem(service.post(f"/v1/pauses/{pause.id}/resume"), 409, "conflict")
    assert "milepost resume" in body["fix"]


def test_pauses_of_another_account_are_not_there(service: Service) -> None:
    waiting(service)
    (pause,) = service.post("/v1/pauses", {"scope": "account", "why": "x"}).json()["data"]
    other = service.key("admin", account_id=service.other_account())
    assert service.get("/v1/pauses", headers=other).json()["data"] == []
    problem(service.post(f"/v1/pauses/{pause['id']}/resume", headers=other), 404, "not_found")
    problem(
        service.post("/v1/pauses", {"scope": "shipment", "value": "PO 4711", "why": "x"}, headers=other), 422, "invalid"
    )


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/v1/pauses", "send"),
        ("POST", "/v1/pauses/swi_1/resume", "send"),
        ("POST", "/v1/redrive/plan", "send"),
        ("POST", "/v1/redrive/rdv_1", "send"),
        ("POST", "/v1/audit", "admin"),
    ],
)
def test_who_may_not(quick: Service, method: str, path: str, scope: str) -> None:
    body = problem(quick.send(method, path, json={}, headers=quick.key("read", "events")), 403, "scope_missing")
    assert f"`{scope}`" in body["detail"]


def test_too_late_to_cancel_names_what_corrects_it(service: Service) -> None:
    shipment_id, message_id = waiting(service)
    service.work()
    body = problem(service.post(f"/v1/messages/{message_id}/cancel", {}), 409, "conflict")
    facts = {
        one["id"]: one["milestone"]
        for one in service.get(f"/v1/shipments/{shipment_id}/timeline").json()["data"]
        if one["kind"] == "fact"
    }
    assert [facts[one] for one in body["facts"]] == ["departed", "arrived_destination"]
    call = body["corrections"][0]
    assert call in body["fix"]
    method, path = call.split()
    assert service.send(method, path, json={"why": "another order"}).status_code == 200
    service.work()
    assert "D16" in [one["code"] for one in service.get("/v1/messages").json()["data"]]


def test_what_ended_by_itself_needs_no_correction(service: Service) -> None:
    _, message_id = waiting(service)
    service.clock.set(service.clock().replace(day=25))
    service.work()
    body = problem(service.post(f"/v1/messages/{message_id}/cancel", {}), 409, "conflict")
    assert (body["state"] in {"expired", "superseded"}, body["facts"]) == (True, [])
    assert "nothing to cancel" in body["fix"]


def test_a_cancel_is_audited_once(service: Service) -> None:
    _, message_id = waiting(service)
    for _ in range(2):
        assert service.post(f"/v1/messages/{message_id}/cancel", {"why": "told by phone"}).status_code == 200
    assert audited(service) == [("message.cancel", "key:test", "told by phone")]


def test_the_books(service: Service) -> None:
    waiting(service)
    service.work()
    balance = service.get("/v1/balance").json()
    assert (balance["balanced"], balance["notices"]["states"], balance["faults"]) == (True, {"said": 1}, [])
    found = service.post("/v1/audit", {"why": "a complaint"}).json()
    assert (found["balanced"], found["lists"], found["balance"]["balanced"]) == (True, [], True)
    assert audited(service) == [("audit", "key:test", "a complaint")]


def test_what_failed_is_owed_again(live: Service) -> None:
    live.kit.database.write(lambda conn: conn.exec_driver_sql("UPDATE account SET mode = 'live'"))
    from notifiers.errors import PermanentFailure

    live.notifiers[Channel.SMS]._script = iter([PermanentFailure("the sender is not registered")])
    live.shipment()
    live.work()
    plan = live.post("/v1/redrive/plan").json()
    (one,) = plan["messages"]
    assert (plan["owed"], one["state"], one["owed"]) == (1, "failed", True)
    problem(live.post(f"/v1/redrive/{plan['id']}", {}), 422, "invalid")
    done = live.post(f"/v1/redrive/{plan['id']}", {"why": "registered now"}).json()
    assert (done["messages"], done["left"]) == (1, 0)
    live.work()
    assert len(live.notifiers[Channel.SMS].messages) == 1
    problem(live.post(f"/v1/redrive/{plan['id']}", {"why": "again"}), 409, "conflict")
    problem(live.post("/v1/redrive/rdv_none", {"why": "x"}), 404, "not_found")
    assert [row[0] for row in audited(live)] == ["redrive"]
