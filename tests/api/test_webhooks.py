"""Webhooks over the API: made, tested, logged, replayed, rotated; and nobody's but the account's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from notifiers.stand_in_ledger import Answer
from notifiers.stand_in_receiver import StandInReceiver
from service.api.webhook_shapes import Shown
from service.clock import ManualClock
from service.flows import births
from service.flows.deliveries import Courier
from service.records.decision import NewTask
from service.records.webhooks import CHOOSABLE
from service.settings import Settings
from service.store import audit, keys, tasks
from tests.api.conftest import started
from tests.api.service import Service, problem

GOOD = "https://hooks.example.com/milepost"


@pytest.fixture
def local(migrated_url: str, clock: ManualClock) -> Iterator[Service]:
    """A service that may call this machine, because its operator says so."""
    settings = Settings(database_url=migrated_url, notifiers={"webhook": {"allow_loopback": "true"}})
    yield from started(settings, clock)


@pytest.fixture
def receiver() -> Iterator[StandInReceiver]:
    with StandInReceiver() as found:
        yield found


def made(service: Service, url: str = GOOD, **more: Any) -> dict[str, Any]:
    found = service.post("/v1/webhooks", {"url": url, **more})
    assert found.status_code == 201, found.text
    assert found.headers["location"] == found.json()["links"]["self"]
    answer: dict[str, Any] = found.json()
    return answer


def open_task(service: Service, key: str, account_id: str | None = None) -> None:
    now, owner = service.clock(), account_id or service.account_id
    new = [NewTask(key, "call_me", "Call.")]
    service.kit.database.write(lambda conn: tasks.open_tasks(conn, owner, new, now))


def run(service: Service, events: int = 1) -> None:
    """Write and send until so many deliveries were dealt with.

    On PostgreSQL a change is seen once no older transaction of the server runs, whosever it is: other tests' too.
    """
    courier = Courier(service.kit)
    done = 0
    for _ in range(1500):
        births.bear(service.kit, Shown(service.kit))
        done += courier.run_due()
        assert courier.wait_idle(20)
        if done >= events:
            courier.stop()
            return
        threading.Event().wait(0.02)
    raise AssertionError("some transaction on this server does not end")


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(service: Service) -> None:
    one = made(service, description="ERP", events=["message.delivered", "shipment.updated", "message.delivered"])
    assert one["id"].startswith("whk_")
    assert one["secret"].startswith("whsec_")
    assert one["events"] == ["message.delivered", "shipment.updated"]
    read = service.get(f"/v1/webhooks/{one['id']}").json()
    assert "secret" not in read
    assert read["counts"] == {"waiting": 0, "sending": 0, "failed": 0}
    (listed,) = service.get("/v1/webhooks").json()["data"]
    assert listed == {name: value for name, value in one.items() if name != "secret"}


def test_what_is_sent_checks_out_with_the_secret_that_was_shown(local: Service, receiver: StandInReceiver) -> None:
    receiver.secret = made(local, receiver.url)["secret"]
    open_task(local, "k:1")
    run(local)
    (message,) = receiver.messages
    assert message["kind"] == "call_me"


def test_the_log_tells_how_each_call_went(local: Service, receiver: StandInReceiver) -> None:
    one = made(local, receiver.url)
    receiver.answer("", Answer(503, body=b"try later"))
    open_task(local, "k:1")
    run(local)
    log = f"/v1/webhooks/{one['id']}/deliveries"
    (entry,) = local.get(log).json()["data"]
    assert (entry["state"], entry["status"], entry["calls"], entry["event"]) == ("waiting", 503, 1, "task.opened")
    whole = local.get(entry["links"]["self"]).json()
    (call,) = whole["attempts"]
    assert (call["status"], call["said"]) == (503, "try later")
    assert call["ms"] >= 0
    assert json.loads(whole["body"])["type"] == "task.opened"
    assert local.get(f"{log}?state=delivered").json()["data"] == []
    assert local.get(f"{log}?event=task.opened,task.done").json()["data"] == [entry]
    problem(local.get(f"{log}?state=lost"), 422, "invalid")
    problem(local.get(f"{log}?cursor=xxxx"), 422, "invalid")


def test_the_log_comes_in_pages(local: Service, receiver: StandInReceiver) -> None:
    one = made(local, receiver.url)
    receiver.secret = one["secret"]
    for number in range(5):
        open_task(local, f"k:{number}")
    run(local, 5)
    path, seen = f"/v1/webhooks/{one['id']}/deliveries?limit=2", []
    while path:
        found = local.get(path).json()
        seen += [entry["id"] for entry in found["data"]]
        mark = found["page"]["next_cursor"]
        path = f"/v1/webhooks/{one['id']}/deliveries?limit=2&cursor={mark}" if mark else ""
    assert len(seen) == len(set(seen)) == 5


def test_one_delivery_and_all_that_failed_are_sent_again(local: Service, receiver: StandInReceiver) -> None:
    one = made(local, receiver.url)
    receiver.secret = one["secret"]
    open_task(local, "k:1")
    run(local)
    (entry,) = local.get(f"/v1/webhooks/{one['id']}/deliveries").json()["data"]
    again = local.post(f"{entry['links']['self']}/replay")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    run(local)
    assert [call.headers["webhook-id"] for call in receiver.calls] == [entry["id"]] * 2
    since = {"since": local.clock().isoformat()}
    assert local.post(f"/v1/webhooks/{one['id']}/replay", since).json() == {"replayed": 0}
    problem(local.post(f"/v1/webhooks/{one['id']}/replay", {"since": "yesterday"}), 422, "invalid")


def test_a_test_is_sent_once_and_its_delivery_says_how_it_went(local: Service, receiver: StandInReceiver) -> None:
    one = made(local, receiver.url, events=["message.delivered"])
    sent = local.post(f"/v1/webhooks/{one['id']}/test")
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    receiver.answer("", Answer(401))
    run(local)
    receiver.answer("", None)
    entry = local.get(sent.headers["location"]).json()
    assert (entry["state"], entry["status"]) == ("failed", 401)
    assert local.get(f"/v1/webhooks/{one['id']}").json()["failing_since"] is None
    receiver.secret = one["secret"]
    local.send("PATCH", f"/v1/webhooks/{one['id']}", json={"enabled": False})
    local.post(f"/v1/webhooks/{one['id']}/test")
    run(local)
    assert receiver.messages == [{"id": one["id"], "description": ""}]


def test_it_is_changed_switched_off_and_on_and_removed(service: Service) -> None:
    one = made(service)
    path = f"/v1/webhooks/{one['id']}"
    found = service.send("PATCH", path, json={"payload": "full", "events": [], "description": "new"}).json()
    assert (found["payload"], found["description"], found["url"]) == ("full", "new", GOOD)
    off = service.send("PATCH", path, json={"enabled": False}).json()
    assert (off["enabled"], off["disabled_why"]) == (False, "person")
    on = service.send("PATCH", path, json={"enabled": True, "missed": "skip"}).json()
    assert (on["enabled"], on["disabled_at"]) == (True, None)
    assert service.send("DELETE", path).status_code == 204
    problem(service.get(path), 404, "not_found")
    with service.kit.database.read() as conn:
        done = [row.action for row in audit.list_audit(conn, service.account_id)]
    assert done == ["webhook.remove", "webhook.enable", "webhook.disable", "webhook.change", "webhook.add"]


def test_rotation_leaves_two_secrets_in_force(service: Service) -> None:
    one = made(service)
    first = service.post(f"/v1/webhooks/{one['id']}/secret").json()
    second = service.post(f"/v1/webhooks/{one['id']}/secret").json()
    assert len({one["secret"], first["secret"], second["secret"]}) == 3
    assert second["secrets"] == 2


def test_a_customer_is_named_by_its_code(service: Service) -> None:
    customer = service.post("/v1/customers", {"code": "BEATTY", "name": "Beatty"}).json()
    assert made(service, customer="beatty")["customer_id"] == customer["id"]
    assert made(service, customer=customer["id"])["customer_id"] == customer["id"]
    body = problem(service.post("/v1/webhooks", {"url": GOOD, "customer": "NOBODY"}), 422, "invalid")
    assert body["errors"][0]["pointer"] == "/customer"


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "https://user:secret@hooks.example.com/",
        "ftp://hooks.example.com/",
        "https://",
        "https:///path",
        "hooks.example.com",
        "",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com/\r\nX: y",
        "https://hooks.example.com/ü",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://localhost./",
        "https://api.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.8/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[::1",
        "https://hooks.example.com/" + "x" * 2000,
        "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)
def test_hostile_addresses_are_refused_with_the_fix(quick: Service, url: str) -> None:
    body = problem(quick.post("/v1/webhooks", {"url": url}), 422, "invalid")
    assert body["errors"][0]["pointer"] == "/url"
    assert url not in body["detail"] or not url
    assert quick.get("/v1/webhooks").json()["data"] == []


@pytest.mark.parametrize(
    "more",
    [
        {"events": ["shipment.lost"]},
        {"events": "all"},
        {"payload": "fat"},
        {"colour": "red"},
        {"events": ["webhook.test"]},
    ],
)
def test_what_makes_no_sense_is_refused(quick: Service, more: dict[str, Any]) -> None:
    problem(quick.post("/v1/webhooks", {"url": GOOD, **more}), 422, "invalid")


def test_an_account_has_only_so_many(quick: Service) -> None:
    ids = [made(quick)["id"] for _ in range(50)]
    problem(quick.post("/v1/webhooks", {"url": GOOD}), 409, "conflict")
    for one in ids:
        assert quick.send("DELETE", f"/v1/webhooks/{one}").status_code == 204


def test_another_account_finds_nothing(local: Service, receiver: StandInReceiver) -> None:
    one = made(local, receiver.url)
    receiver.secret = one["secret"]
    open_task(local, "k:1")
    run(local)
    (entry,) = local.get(f"/v1/webhooks/{one['id']}/deliveries").json()["data"]
    theirs = local.key("admin", account_id=local.other_account())
    assert local.get("/v1/webhooks", headers=theirs).json()["data"] == []
    here = f"/v1/webhooks/{one['id']}"
    for method, path, body in [
        ("GET", here, None),
        ("PATCH", here, {"enabled": False}),
        ("DELETE", here, None),
        ("POST", f"{here}/secret", None),
        ("POST", f"{here}/test", None),
        ("GET", f"{here}/deliveries", None),
        ("POST", f"{here}/replay", {"since": "2026-01-01T00:00:00Z"}),
        ("GET", entry["links"]["self"], None),
        ("POST", f"{entry['links']['self']}/replay", None),
    ]:
        problem(local.send(method, path, json=body, headers=theirs), 404, "not_found")
    assert local.get(here).json()["enabled"]


def test_a_delivery_is_found_under_its_own_webhook_only(local: Service, receiver: StandInReceiver) -> None:
    one, other = made(local, receiver.url), made(local, receiver.url)
    receiver.secret = one["secret"]
    open_task(local, "k:1")
    run(local, 2)
    (entry,) = local.get(f"/v1/webhooks/{one['id']}/deliveries").json()["data"]
    problem(local.get(f"/v1/webhooks/{other['id']}/deliveries/{entry['id']}"), 404, "not_found")


def test_a_key_that_may_only_read_changes_nothing(quick: Service) -> None:
    reader = quick.key("read")
    problem(quick.post("/v1/webhooks", {"url": GOOD}, headers=reader), 403, "scope_missing")
    assert quick.get("/v1/webhooks", headers=reader).status_code == 200


def test_a_test_key_makes_webhooks_of_the_test_account(local: Service, receiver: StandInReceiver) -> None:
    now = local.clock()
    presented, view = local.kit.database.write(
        lambda conn: keys.create(conn, local.account_id, name="test", scopes=["admin"], now=now, test=True)
    )
    mine = {"Authorization": f"Bearer {presented}"}
    found = local.post("/v1/webhooks", {"url": receiver.url}, headers=mine)
    receiver.secret = found.json()["secret"]
    assert local.get("/v1/webhooks").json()["data"] == []
    open_task(local, "k:1")
    open_task(local, "k:2", view.account_id)
    run(local)
    local.clock.advance(timedelta(minutes=1))
    assert len(receiver.messages) == 1


def test_every_kind_of_event_can_be_asked_for(quick: Service) -> None:
    one = made(quick, events=list(CHOOSABLE))
    assert one["events"] == list(CHOOSABLE)
    quick.send("DELETE", f"/v1/webhooks/{one['id']}")
