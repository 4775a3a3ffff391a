"""What feeds leave open over the API: unmapped codes and what they mean, parked facts, and one call in detail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.api.events import takes_long
from service.flows import mapping
from service.records.results import SourceView
from service.store import audit
from tests import acme
from tests.api.service import Service, problem


@pytest.fixture(autouse=True)
def _acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with acme.installed(Path(tmp_path_factory.mktemp("site"))):
        yield


def tms(service: Service, **more: Any) -> dict[str, Any]:
    made = service.post("/v1/sources", {"name": "tms", "format": "acme", **more})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def event(code: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": f"e{number}", "code": code, "when": "2026-09-17T11:00:00Z", "order": "PO 4711"} | more


def post(service: Service, *events: dict[str, Any]) -> dict[str, Any]:
    found = service.post("/v1/in/tms", list(events))
    assert found.status_code == 200, found.text
    answered: dict[str, Any] = found.json()
    return answered


def audited(service: Service) -> list[dict[str, Any]]:
    """What was mapped, the latest first."""
    with service.kit.database.read() as conn:
        return [one.detail for one in audit.list_audit(conn, service.account_id) if one.action == "source.map"]


@pytest.mark.parametrize(
    ("format_", "size", "long"),
    [("native", 50_000, False), ("native", 50_001, True), ("cargowise", 1, True), ("csv", 1, True)],
)
def test_what_others_send_is_read_in_a_thread_however_small(format_: str, size: int, long: bool) -> None:
    """It may be packed: 49 kB of a SOAP stream are eight megabytes of XML."""
    assert takes_long(SourceView("acc_1", "src_1", "tms", format_), b" " * size) is long


def test_a_feed_is_never_read_on_the_event_loop(service: Service) -> None:
    tms(service)
    before = acme.Acme.on_loops
    post(service, event("DEP"))
    assert acme.Acme.on_loops == before


def test_calls_are_listed_by_the_name_of_their_source_too(service: Service) -> None:
    source = tms(service)
    call_id = post(service, event("DEP"))["call_id"]
    service.post("/v1/events", {"ref": "PO 1", "milestone": "departed", "at": "2026-09-17"})
    for named in ("tms", source["id"]):
        assert [one["id"] for one in service.get(f"/v1/calls?source={named}").json()["data"]] == [call_id]
    assert len(service.get("/v1/calls?source=api").json()["data"]) == 1
    assert service.get("/v1/calls?source=none").json()["data"] == []


def test_an_unknown_code_is_answered_with_how_to_map_it(service: Service) -> None:
    source = tms(service)
    answered = post(service, event("ZZ", says="gate"), event("DEP", 2))
    assert (answered["unmapped"], answered["accepted"]) == (1, 1)
    first = answered["results"][0]
    assert (first["outcome"], first["code"], first["says"]) == ("unmapped", "acme-status:ZZ", "gate")
    assert f"PATCH /v1/sources/{source['id']}/mapping" in first["fix"]
    (row,) = service.get("/v1/unmapped?source=tms").json()["data"]
    assert (row["code"], row["says"], row["count"], row["calls"], row["means"]) == (
        "acme-status:ZZ",
        "gate",
        1,
        1,
        None,
    )
    assert row["last_call_id"] == answered["call_id"]
    assert service.get("/v1/calls").json()["data"][0]["unmapped"] == 1


def test_only_unmapped_items_are_taken_all_the_same(service: Service) -> None:
    tms(service)
    assert post(service, event("ZZ"))["unmapped"] == 1
    assert post(service, event("ZZ", 2), event("POD", 3, when="?"))["rejected"] == 1
    assert {one["outcome"] for one in service.get("/v1/calls").json()["data"]} == {"accepted"}


def test_a_meaning_is_set_and_what_waits_is_read_again(service: Service) -> None:
    source = tms(service)
    call_id = post(service, event("ZZ"), event("YY", 2))["call_id"]
    address = f"/v1/sources/{source['id']}/mapping"
    done = service.send("PATCH", address, json={"mapping": {"acme-status:ZZ": "out_for_delivery"}}).json()
    assert done == {
        "source_id": source["id"],
        "mapping": {"acme-status:ZZ": "out_for_delivery"},
        "changed": ["acme-status:ZZ"],
        "calls_to_read_again": 1,
    }
    assert mapping.read_due(service.kit) == 1
    service.work()
    (shipment,) = service.get("/v1/shipments?ref=PO4711").json()["data"]
    assert shipment["status"] == "out_for_delivery"
    assert [one["code"] for one in service.get("/v1/unmapped").json()["data"]] == ["acme-status:YY"]
    (mapped,) = service.get("/v1/unmapped?state=mapped").json()["data"]
    assert (mapped["means"], mapped["calls"]) == ("out_for_delivery", 0)
    assert len(service.get("/v1/unmapped?state=all").json()["data"]) == 2
    detail = service.get(f"/v1/calls/{call_id}").json()
    assert [one["outcome"] for one in detail["results"]] == ["duplicate", "unmapped"]
    assert service.get("/v1/sources/tms").json()["mapping"] == {"acme-status:ZZ": "out_for_delivery"}
    assert audited(service) == [{"codes": {"acme-status:ZZ": "out_for_delivery"}}]


def test_put_replaces_and_null_takes_away(service: Service) -> None:
    source = tms(service, mapping={"acme-status:ZZ": "departed", "acme-status:YY": "ignore"})
    address = f"/v1/sources/{source['id']}/mapping"
    after = service.send("PATCH", address, json={"mapping": {"acme-status:YY": None}}).json()
    assert after["mapping"] == {"acme-status:ZZ": "departed"}
    after = service.send("PUT", address, json={"mapping": {"acme-cause:Q": "strike"}}).json()
    assert after["mapping"] == {"acme-cause:Q": "strike"}
    assert after["changed"] == ["acme-cause:Q", "acme-status:ZZ"]
    assert service.send("PUT", address, json={"mapping": {"acme-cause:Q": "strike"}}).json()["changed"] == []
    assert audited(service) == [
        {"codes": {"acme-cause:Q": "strike", "acme-status:ZZ": None}},
        {"codes": {"acme-status:YY": None}},
    ]


@pytest.mark.parametrize(
    ("meanings", "code"),
    [
        ({"acme-status:ZZ": "gone"}, "unknown_meaning"),
        ({"acme-status:ZZ": "weather"}, "wrong_kind"),
        ({"nothing:ZZ": "departed"}, "unknown_vocabulary"),
    ],
)
def test_a_wrong_meaning_is_refused_where_it_stands(service: Service, meanings: dict[str, str], code: str) -> None:
    source = tms(service)
    for method, address, body in (
        ("PATCH", f"/v1/sources/{source['id']}/mapping", {"mapping": meanings}),
        ("PUT", "/v1/sources/tms/mapping", {"mapping": meanings}),
        ("POST", "/v1/sources", {"name": "other", "format": "acme", "mapping": meanings}),
    ):
        (flaw,) = problem(service.send(method, address, json=body), 422, "invalid")["errors"]
        assert flaw["code"] == code
        assert flaw["pointer"].startswith("/mapping/")
    assert service.get("/v1/sources/tms").json()["mapping"] == {}
    problem(service.send("PUT", "/v1/sources/none/mapping", json={"mapping": {}}), 404, "not_found")


def test_codes_are_paged_and_belong_to_one_account(service: Service) -> None:
    tms(service)
    post(service, *(event(f"Z{number}", number) for number in range(5)))
    first = service.get("/v1/unmapped?limit=3").json()
    second = service.get(f"/v1/unmapped?limit=3&cursor={first['page']['next_cursor']}").json()
    codes = [one["code"] for one in first["data"] + second["data"]]
    assert codes == [f"acme-status:Z{number}" for number in range(5)]
    stranger = service.key("admin", account_id=service.other_account())
    assert service.get("/v1/unmapped", headers=stranger).json()["data"] == []
    assert service.get("/v1/parked", headers=stranger).json()["data"] == []


def test_parked_facts_are_listed_until_their_reference_appears(service: Service) -> None:
    tms(service)
    boxes = [{"id": f"b{n}", "code": "DEP", "when": "2026-09-17T11:00:00Z", "box": f"BOX {n}"} for n in range(3)]
    assert post(service, *boxes)["parked"] == 3
    service.clock.advance(timedelta(days=40))
    post(service, {"id": "b9", "code": "POD", "when": "2026-10-27T11:00:00Z", "box": "BOX 0"})
    listed = service.get("/v1/parked").json()
    assert [one["milestone"] for one in listed["data"]] == ["delivered", "departed", "departed", "departed"]
    assert (listed["page"]["total"], listed["page"]["oldest"]) == (4, "2026-09-17T12:00:00.000Z")
    first = listed["data"][-1]
    assert first["refs"] == [{"type": "container", "value": "BOX0"}]
    assert (first["source"], first["waits_until"]) == ("tms", "2027-01-15T12:00:00.000Z")
    assert len(service.get("/v1/parked?ref=box+0&type=container").json()["data"]) == 2
    assert len(service.get("/v1/parked?parked_before=2026-10-01T00:00:00Z&source=tms").json()["data"]) == 3
    assert service.get("/v1/parked?source=other").json()["data"] == []
    page = service.get("/v1/parked?limit=3").json()
    assert len(service.get(f"/v1/parked?limit=3&cursor={page['page']['next_cursor']}").json()["data"]) == 1
    service.shipment(refs={"container": "BOX 0"})
    assert [one["refs"][0]["value"] for one in service.get("/v1/parked").json()["data"]] == ["BOX2", "BOX1"]
    (shipment,) = service.get("/v1/shipments?ref=BOX0").json()["data"]
    facts = service.get(f"/v1/shipments/{shipment['id']}/timeline").json()["data"]
    assert {"departed", "delivered"} <= {one.get("milestone") for one in facts if one.get("source") == "tms"}


def test_one_call_is_told_item_by_item(service: Service) -> None:
    tms(service)
    call_id = post(service, event("DEP"), event("NOP", 2), event("ZZ", 3), event("POD", 4, when="?"))["call_id"]
    found = service.get(f"/v1/calls/{call_id}").json()
    assert [one["outcome"] for one in found["results"]] == ["accepted", "ignored", "unmapped", "rejected"]
    assert (found["source"], found["unmapped"], found["rejected"]) == ("tms", 1, 1)
    assert found["results"][0]["shipment_ids"]
    assert found["results"][3]["problem"]["fix"]
    own = service.post("/v1/events", service.event()).json()["call_id"]
    assert service.get(f"/v1/calls/{own}").json()["source"] == "api"
    service.send("DELETE", "/v1/sources/tms")
    assert service.get(f"/v1/calls/{call_id}").json()["results"] == []
    problem(service.get("/v1/calls/cal_none"), 404, "not_found")


def test_what_is_parked_comes_to_the_order_that_the_page_gives_its_reference(service: Service) -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    said = re.search(r"### `GET /v1/parked`.*?`PUT (\S+)` with `(\{.*?\})`, which", page, re.DOTALL)
    assert said is not None
    given = json.loads(said[2])
    (box,) = given["refs"]["container"]
    tms(service)
    post(service, {"id": "b1", "code": "DEP", "when": "2026-09-17T11:00:00Z", "box": box})
    assert service.get("/v1/parked").json()["page"]["total"] == 1
    assert service.send("PUT", said[1], json=given).status_code == 201
    assert service.get("/v1/parked").json()["data"] == []
