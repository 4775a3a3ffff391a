"""What somebody must do, listed by urgency and done once; and what an account may offer."""

from __future__ import annotations

from datetime import timedelta

from service.records.decision import NewTask
from service.store import tasks
from tests.api.service import Service, problem


def opened(service: Service, *names: str) -> None:
    now = service.clock()
    new = [NewTask(f"k:{n}", "call_me", n, due_at=now + timedelta(hours=int(n)) if n != "0" else None) for n in names]
    service.kit.database.write(lambda conn: tasks.open_tasks(conn, service.account_id, new, now))


def test_tasks_are_opened_once_listed_by_urgency_and_done_once(service: Service) -> None:
    opened(service, "5", "0", "2")
    opened(service, "2")
    data = service.get("/v1/tasks").json()["data"]
    assert [one["text"] for one in data] == ["2", "5", "0"]
    done = service.post(f"/v1/tasks/{data[0]['id']}/done").json()
    assert done["done_by"] == "key:test"
    service.clock.advance(timedelta(hours=1))
    assert service.post(f"/v1/tasks/{data[0]['id']}/done").json() == done
    assert [one["text"] for one in service.get("/v1/tasks").json()["data"]] == ["5", "0"]
    assert [one["text"] for one in service.get("/v1/tasks?state=done").json()["data"]] == ["2"]


def test_another_account_sees_no_task(service: Service) -> None:
    opened(service, "5")
    (one,) = service.get("/v1/tasks").json()["data"]
    theirs = service.key("read", "people", account_id=service.other_account())
    assert service.get("/v1/tasks", headers=theirs).json()["data"] == []
    problem(service.post(f"/v1/tasks/{one['id']}/done", headers=theirs), 404, "not_found")


def test_an_account_says_what_it_offers(service: Service) -> None:
    assert service.get("/v1/account").json()["services"] == []
    found = service.send("PATCH", "/v1/account", json={"services": ["call_me", "ok", "ok"]}).json()
    assert found["services"] == ["ok", "call_me"]
    body = problem(service.send("PATCH", "/v1/account", json={"services": ["pizza"]}), 422, "invalid")
    assert body["errors"][0]["pointer"] == "/services"
    assert "call_me" in body["errors"][0]["fix"]
