"""Reading and changing shipments: the shape, the filters, the pages, and that nothing untold is shown as told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.flows import decide
from service.records.enums import Stage
from tests.api.service import Service, problem


def go_live(service: Service) -> None:
    plan = service.post("/v1/golive/plan", {"scope": "all"}).json()
    assert service.post(f"/v1/golive/{plan['id']}").status_code == 200


def test_told_stands_beside_due(live: Service) -> None:
    go_live(live)
    shipment_id = live.shipment()
    before = live.get(f"/v1/shipments/{shipment_id}").json()
    assert before["told"] is None
    live.work()
    after = live.get(f"/v1/shipments/{shipment_id}").json()
    assert after["due"]["date"] == after["told"]["date"] == "2026-10-09"
    assert after["due"]["kind"] == "arrival"
    assert after["told"]["agrees_with_due"] is True
    assert [one["stage"] for one in after["told_to"]] == [Stage.LIVE]
    assert after["links"]["track"].startswith("https://t.example.com/t/")
    assert [stop["milestone"] for stop in after["path"]] == ["departed", "arrived_destination"]


def test_a_date_in_utc_agrees_as_the_day_that_it_is_where_the_reader_is(live: Service) -> None:
    assert live.send("PATCH", "/v1/account", json={"zone": "Asia/Tokyo"}).status_code == 200
    go_live(live)
    shipment_id = live.shipment(eta="2026-10-09T23:30:00Z")
    live.work()
    told = live.get(f"/v1/shipments/{shipment_id}").json()["told"]
    assert (told["date"], told["agrees_with_due"]) == ("2026-10-10", True)


def test_a_list_leads_to_the_tracking_pages_too(live: Service) -> None:
    go_live(live)
    told = live.shipment()
    untold = live.shipment(ref="PO 2", tell=None)
    live.work()
    listed = {one["id"]: one["links"] for one in live.get("/v1/shipments").json()["data"]}
    assert listed[told]["track"].startswith("https://t.example.com/t/")
    assert listed[told] == live.get(f"/v1/shipments/{told}").json()["links"]
    assert "track" not in listed[untold]


def test_told_agrees_only_if_everybody_was_told(live: Service) -> None:
    go_live(live)
    shipment_id = live.shipment()
    live.work()
    contact = live.post("/v1/contacts", {"phone": "+447700900124", "follow": [shipment_id]})
    assert contact.status_code == 201
    told = live.get(f"/v1/shipments/{shipment_id}").json()["told"]
    assert (told["date"], told["agrees_with_due"]) == ("2026-10-09", False)


def test_a_slip_shows_that_the_customer_does_not_know(live: Service) -> None:
    go_live(live)
    shipment_id = live.shipment()
    live.work()
    live.clock.advance(timedelta(hours=1))
    live.shipment(
        milestone="eta_changed", at="2026-09-17T13:00Z", place=None, eta="2026-10-20", reason="port_congestion"
    )
    decide.run_due(live.kit)
    found = live.get(f"/v1/shipments/{shipment_id}").json()
    assert found["due"]["date"] == "2026-10-20"
    assert found["told"]["date"] == "2026-10-09"
    assert found["told"]["agrees_with_due"] is False
    assert found["late"] is True
    assert found["delay"]["days"] > 0


def test_a_rehearsal_is_never_shown_as_told(service: Service) -> None:
    shipment_id = service.shipment()
    service.work()
    found = service.get(f"/v1/shipments/{shipment_id}").json()
    assert found["told"] is None
    assert [one["stage"] for one in found["told_to"]] == [Stage.REHEARSAL]
    assert found["links"]["track"].startswith("http://127.0.0.1:8000/t/")


def test_an_etag_saves_the_body(service: Service) -> None:
    shipment_id = service.shipment()
    first = service.get(f"/v1/shipments/{shipment_id}")
    again = service.get(f"/v1/shipments/{shipment_id}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    service.send("PATCH", f"/v1/shipments/{shipment_id}", json={"owner": "priya"})
    assert (
        service.get(f"/v1/shipments/{shipment_id}", headers={"If-None-Match": first.headers["etag"]}).status_code == 200
    )
    page = service.get("/v1/shipments")
    assert service.get("/v1/shipments", headers={"If-None-Match": page.headers["etag"]}).status_code == 304


def fleet(service: Service, number: int = 7) -> list[str]:
    batch = [service.event(ref=f"PO {i}", tell=None if i % 2 else [f"+4477009002{i:02}"]) for i in range(number)]
    found = service.post("/v1/events", batch).json()["results"]
    service.work()
    return [result["shipment_ids"][0] for result in found]


@pytest.mark.parametrize("query", ["", "&updated_since=2026-09-01T00:00:00Z"])
def test_pages_hold_each_shipment_once(service: Service, query: str) -> None:
    ids = fleet(service)
    seen: list[str] = []
    url = f"/v1/shipments?limit=3{query}"
    for _ in range(5):
        found = service.get(url)
        seen += [one["id"] for one in found.json()["data"]]
        if not found.json()["page"]["has_more"]:
            assert "link" not in found.headers
            break
        assert found.json()["page"]["next_cursor"] in found.headers["link"]
        url = found.headers["link"].partition(">")[0].removeprefix("<")
    assert sorted(seen) == sorted(ids)


def test_filters(service: Service) -> None:
    ids = fleet(service, 4)
    late = service.shipment(ref="LATE 1", customer="HARBOUR", owner="priya")
    service.work()

    def found(query: str) -> list[str]:
        return sorted(one["id"] for one in service.get(f"/v1/shipments?{query}").json()["data"])

    assert found("followed=false") == sorted([ids[1], ids[3]])
    assert found("followed=true") == sorted([ids[0], ids[2], late])
    assert found("ref=po%202") == [ids[2]]
    assert found("q=late") == [late]
    assert found("q=%25") == []
    assert found("customer=harbour") == [late]
    assert found("owner=priya") == [late]
    assert found("late=true") == []
    assert found("status=in_transit,delivered") == sorted([*ids, late])
    assert found("status=delivered") == []
    assert found("due_before=2026-10-09") == []
    assert found("due_before=2026-10-10") == sorted([*ids, late])
    assert found("updated_since=2030-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=9999999999999999999999",
        "limit=x",
        "late=perhaps",
        "cursor=x",
        "cursor=WzFd",
        "cursor=bnVsbA",
        "cursor=%FF",
        "cursor=WyJhIiwgImIiXQ",
        "cursor=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwgImIiXQ",
        "updated_since=2026-09-17",
        "updated_since=2026-09-17T10:00",
        "updated_since=0001-01-01T00:00:00%2B23:59",
        "updated_since=9999-12-31T23:59:59-23:59",
        "updated_since=1e400",
        "due_before=yesterday",
        "q=%00",
        "ref=a%00b",
        "owner=" + "x" * 500,
        "colour=red",
    ],
)
def test_odd_queries_are_refused_with_the_fix(quick: Service, query: str) -> None:
    found = quick.get(f"/v1/shipments?{query}")
    assert found.status_code == 422
    problem(found, 422, found.json()["type"].partition("#")[2])


ODD_IDS = [
    "x",
    "%00",
    "shp_%00",
    "..%2f..",
    "%F0%9F%98%80",
    "%ED%A0%80",
    "%ff",
    "a" * 3_000,
    "'; drop table shipment; --",
    "%0d%0a",
]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/shipments/{}",
        "/v1/shipments/{}/timeline",
        "/v1/shipments/{}/messages",
        "/v1/shipments/by-ref/ref/{}",
        "/v1/messages/{}",
        "/v1/notices/{}",
        "/v1/threads/{}",
        "/v1/customers/{}",
        "/v1/contacts/{}",
        "/v1/sources/{}",
    ],
)
def test_odd_ids_find_nothing(service: Service, path: str) -> None:
    for odd in ODD_IDS:
        problem(service.get(path.format(odd)), 404, "not_found")


def test_by_reference_finds_one_or_lists_several(service: Service) -> None:
    one = service.shipment(ref="PO 1", refs={"container": ["TCNU1234567"]})
    service.shipment(ref="PO 2")
    assert service.get("/v1/shipments/by-ref/ref/po1").json()["id"] == one
    assert service.get("/v1/shipments/by-ref/container/TCNU%20123%204567").json()["id"] == one
    service.send("PUT", "/v1/shipments/by-ref/ref/PO%202", json={"refs": {"container": ["TCNU1234567"]}})
    several = service.get("/v1/shipments/by-ref/container/TCNU1234567").json()["data"]
    assert {shipment["refs"]["ref"][0] for shipment in several} == {"PO 1", "PO 2"}
    body = problem(service.get("/v1/shipments/by-ref/colour/red"), 422, "invalid")
    assert "container" in body["fix"]


def test_a_reference_may_hold_a_slash(service: Service) -> None:
    made = service.send("PUT", "/v1/shipments/by-ref/ref/A/17", json={})
    assert made.status_code == 201
    assert service.get("/v1/shipments/by-ref/ref/A/17").json()["refs"] == {"ref": ["A/17"]}


def test_a_shipment_is_opened_by_put_and_its_past_told_to_nobody(service: Service) -> None:
    body = {
        "refs": {"po": ["4711"]},
        "customer": "HARBOUR",
        "due": "2026-10-09",
        "told_date": "2026-10-09",
        "need_by": "2026-10-16",
        "tell": ["+447700900123", {"email": "dana@example.com", "name": "Dana"}],
    }
    made = service.send("PUT", "/v1/shipments/by-ref/ref/PO%204711", json=body)
    again = service.send("PUT", "/v1/shipments/by-ref/ref/PO%204711", json=body)
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["id"] == again.json()["id"]
    service.work()
    found = service.get(made.headers["location"]).json()
    assert found["need_by"] == "2026-10-16"
    assert found["refs"] == {"po": ["4711"], "ref": ["PO 4711"]}
    assert found["followers"] == 2
    assert found["due"]["date"] == "2026-10-09"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"colour": "red"}, "/colour"),
        ({"need_by": "soon"}, "/need_by"),
        ({"refs": {"colour": ["x"]}}, "/refs/colour/[key]"),
        ({"refs": {"po": "x"}}, "/refs/po"),
        ({"tell": ["12"]}, "/tell/0"),
        ({"customer": "x" * 100}, "/customer"),
        ([], ""),
    ],
)
def test_a_bad_description_names_the_place(quick: Service, body: object, pointer: str) -> None:
    found = problem(quick.send("PUT", "/v1/shipments/by-ref/ref/PO%201", json=body), 422, "invalid")
    assert found["errors"][0]["pointer"] == pointer


def test_a_shared_reference_opens_nothing(quick: Service) -> None:
    problem(quick.send("PUT", "/v1/shipments/by-ref/container/TCNU1234567", json={}), 422, "invalid")


def test_people_decide_owner_need_by_and_mode(service: Service) -> None:
    shipment_id = service.shipment()
    url = f"/v1/shipments/{shipment_id}"
    changed = service.send("PATCH", url, json={"owner": "priya", "need_by": "2026-10-16", "mode": "off"}).json()
    assert (changed["owner"]["id"], changed["need_by"], changed["mode"]) == ("priya", "2026-10-16", "off")
    cleared = service.send("PATCH", url, json={"owner": None, "need_by": None, "mode": None}).json()
    assert (cleared["owner"]["id"], cleared["need_by"], cleared["mode"]) == ("desk", None, None)


def test_a_change_may_ask_for_the_state_it_knows(service: Service) -> None:
    url = f"/v1/shipments/{service.shipment()}"
    known = service.get(url).headers["etag"]
    assert service.send("PATCH", url, json={"owner": "priya"}, headers={"If-Match": known}).status_code == 200
    stale = service.send("PATCH", url, json={"owner": "sam"}, headers={"If-Match": known})
    problem(stale, 412, "changed_meanwhile")


def test_nothing_goes_live_by_a_field(quick: Service) -> None:
    url = f"/v1/shipments/{quick.shipment()}"
    body = problem(quick.send("PATCH", url, json={"mode": "live"}), 422, "invalid")
    assert "/v1/golive/plan" in body["fix"]


def test_the_timeline_is_in_order_and_has_every_kind(service: Service) -> None:
    shipment_id = service.shipment()
    service.work()
    entries = service.get(f"/v1/shipments/{shipment_id}/timeline").json()["data"]
    assert {entry["kind"] for entry in entries} == {"fact", "notice", "promise", "message"}
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
    (notice,) = [entry for entry in entries if entry["kind"] == "notice"]
    assert notice["why"].startswith("Said because ")
    assert service.get(notice["links"]["self"]).json()["promises"]


def test_news_that_is_held_back_is_on_the_timeline(live: Service) -> None:
    go_live(live)
    shipment_id = live.shipment()
    live.work()
    live.clock.advance(timedelta(hours=1))
    live.shipment(milestone="eta_changed", at="2026-09-17T13:00Z", place=None, eta="2026-10-10")
    live.work()
    entries = live.get(f"/v1/shipments/{shipment_id}/timeline").json()["data"]
    (hold,) = [entry for entry in entries if entry["kind"] == "hold"]
    assert hold["why"].startswith("Held back because ")
    assert hold["rules"]


def test_no_date_is_due_once_its_booking_was_changed(live: Service) -> None:
    go_live(live)
    shipment_id = live.shipment()
    live.work()
    live.clock.advance(timedelta(hours=1))
    moment = live.clock().isoformat()
    live.post("/v1/events", {"ref": "PO 4711", "milestone": "booking_changed_cancelled", "at": moment})
    live.work()
    shown = live.get(f"/v1/shipments/{shipment_id}").json()
    assert (shown["due"], shown["delay"], shown["late"]) == (None, None, False)
    assert shown["flags"] == ["booking_open"]
    assert [stop["date"] for stop in shown["path"] if stop["state"] == "expected"] == []
    assert [one["date"] for one in shown["told_to"] if one["line"] == "arrival"] == ["2026-10-09"]
