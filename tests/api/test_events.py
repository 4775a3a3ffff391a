"""Posting events: what is answered, and that it can be repeated."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from service.api.results import NOBODY
from tests.api.service import PHONE, Service, problem


def test_an_event_is_kept_and_leads_to_its_timeline(service: Service) -> None:
    found = service.post("/v1/events", service.event())
    body = found.json()
    assert found.status_code == 202
    assert (body["accepted"], body["duplicate"], body["rejected"]) == (1, 0, 0)
    (result,) = body["results"]
    assert result["followers"] == 1
    assert "fix" not in result
    timeline = service.get(result["timeline"]).json()["data"]
    assert [entry["milestone"] for entry in timeline if entry["kind"] == "fact"] == ["departed", "arrived_destination"]


def test_the_same_event_again_changes_nothing(service: Service) -> None:
    first = service.post("/v1/events", service.event()).json()
    again = [service.post("/v1/events", service.event()).json() for _ in range(3)]
    assert [body["duplicate"] for body in again] == [1, 1, 1]
    assert all(body["results"][0]["shipment_ids"] == first["results"][0]["shipment_ids"] for body in again)
    service.work()
    assert len(service.get("/v1/messages").json()["data"]) == 1


def test_nobody_to_tell_says_so_with_the_fix(service: Service) -> None:
    body = service.post("/v1/events", service.event(tell=None)).json()
    assert body["results"][0]["followers"] == 0
    assert body["results"][0]["fix"] == NOBODY


def test_a_batch_fails_item_by_item(service: Service) -> None:
    batch = [service.event(), service.event(ref="PO 4712", milestone="teleported"), service.event(ref="PO 4713")]
    found = service.post("/v1/events", batch)
    body = found.json()
    assert found.status_code == 202
    assert [result["outcome"] for result in body["results"]] == ["accepted", "rejected", "accepted"]
    assert body["results"][1]["problem"]["pointer"].startswith("/1")
    assert body["results"][1]["fix"]


def test_only_bad_items_are_a_problem(service: Service) -> None:
    body = problem(service.post("/v1/events", service.event(milestone="teleported")), 422, "invalid")
    assert body["errors"][0]["pointer"].endswith("/milestone")
    assert body["call_id"].startswith("cal_")


def test_the_same_id_with_another_body_is_a_conflict(service: Service) -> None:
    stated = {"id": "tos-1", "stated_at": "2026-09-17T10:00Z"}
    service.shipment(**stated)
    body = problem(service.post("/v1/events", service.event(**stated, eta="2026-10-20")), 409, "conflict")
    assert "stated_at" in body["fix"]


def test_a_conflict_of_another_format_is_said_without_our_own_fields(service: Service) -> None:
    assert service.post("/v1/sources", {"name": "feed", "format": "csv"}).status_code == 201
    rows = ["id,ref,milestone,at", "e1,PO 1,departed,2026-09-17T10:00Z"]
    headers = {"Content-Type": "text/csv"}
    assert service.send("POST", "/v1/in/feed", content="\n".join(rows), headers=headers).status_code == 202
    changed = "\n".join(rows).replace("departed", "loaded")
    body = problem(service.send("POST", "/v1/in/feed", content=changed, headers=headers), 409, "conflict")
    assert body["fix"] == "Send a correction as this format does, or a new event id if it is another event."
    assert body["errors"][0]["pointer"] == "/0"
    single = service.event(id="tos-1")
    service.post("/v1/events", single)
    other = single | {"milestone": "loaded"}
    for sent, pointer in ((other, "/id"), ([other], "/0/id")):
        found = problem(service.post("/v1/events", sent), 409, "conflict")
        assert (found["errors"][0]["pointer"], "stated_at" in found["fix"]) == (pointer, True)


def test_what_takes_back_an_event_that_never_came_is_told_so(service: Service) -> None:
    service.post("/v1/events", service.event(id="e1", ref="PO 1"))
    back = {"ref": "PO 1", "retracts": "e2"}
    first = service.post("/v1/events", back).json()["results"][0]
    assert (first["outcome"], [one["message"] for one in first["warnings"]]) == (
        "accepted",
        ["No event e2 of this source has come for this shipment yet; it is taken back if it comes."],
    )
    late = [service.event(id="e3", ref="PO 1"), back | {"retracts": "e3"}, back | {"retracts": "e1"}]
    assert all("warnings" not in one for one in service.post("/v1/events", late).json()["results"][1:])


def test_a_known_id_with_another_body_is_a_conflict_without_an_instant_too(service: Service) -> None:
    first = service.event(id="tos-1")
    assert service.post("/v1/events", first).json()["accepted"] == 1
    for other in ({"milestone": "loaded"}, {"ref": "PO 9"}, {"eta": "2026-10-20"}):
        body = problem(service.post("/v1/events", first | other), 409, "conflict")
        assert body["errors"][0]["code"] == "conflict"
        assert "stated_at" in body["fix"]
    mixed = service.post("/v1/events", [first, first | {"milestone": "loaded"}, service.event(ref="PO 2", id="tos-2")])
    assert [one["outcome"] for one in mixed.json()["results"]] == ["duplicate", "rejected", "accepted"]
    twice = [service.event(ref="PO 3", id="tos-3"), service.event(ref="PO 3", id="tos-3", milestone="loaded")]
    assert [one["outcome"] for one in service.post("/v1/events", twice).json()["results"]] == ["accepted", "rejected"]
    corrected = first | {"milestone": "loaded", "stated_at": "2026-09-17T11:00Z"}
    assert service.post("/v1/events", corrected).json()["accepted"] == 1


def test_a_national_number_is_read_in_the_country_of_the_account(service: Service) -> None:
    assert service.post("/v1/events", service.event(tell=["07700 900123"])).json()["results"][0]["followers"] == 1
    body = problem(service.post("/v1/events", service.event(tell=["12"])), 422, "invalid")
    assert "a number of GB" in body["fix"]
    service.send("PATCH", "/v1/account", json={"region": "DE"})
    body = problem(service.post("/v1/events", service.event(tell=["12"])), 422, "invalid")
    assert "a number of DE" in body["fix"]
    (call,) = service.get("/v1/calls?outcome=refused&limit=1").json()["data"]
    replayed = problem(service.post(f"/v1/calls/{call['id']}/replay"), 422, "invalid")
    assert "a number of DE" in replayed["fix"]


def test_a_landline_is_taken_and_said(service: Service) -> None:
    batch = [service.event(), service.event(ref="PO 2", tell=["+442079460018", PHONE])]
    mobile, landline = service.post("/v1/events", batch).json()["results"]
    assert "warnings" not in mobile
    assert landline["followers"] == 2
    (warning,) = landline["warnings"]
    assert warning["pointer"] == "/1/tell"
    assert "landline" in warning["message"]
    (alone,) = service.post("/v1/events", service.event(unit="TCNU1234567", tell=None)).json()["results"]
    assert [one["pointer"] for one in alone["warnings"]] == ["/unit"]


def test_a_preview_keeps_nothing(service: Service) -> None:
    found = service.post("/v1/events?preview=true", service.event())
    assert found.status_code == 200
    body = found.json()
    assert body["preview"] is True
    assert "call_id" not in body
    (message,) = body["messages"]
    assert (message["to"], message["channel"], message["segments"]) == (PHONE, "sms", 1)
    assert "PO 4711" in message["text"]
    assert message["why"]
    assert service.get("/v1/shipments").json()["data"] == []
    assert service.get("/v1/calls").json()["data"] == []


def test_a_preview_says_what_then_leaves(service: Service) -> None:
    (would,) = service.post("/v1/events?preview=true", service.event()).json()["messages"]
    service.shipment()
    service.work()
    (message,) = service.get("/v1/messages").json()["data"]
    strip = str.maketrans("", "", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    assert would["text"].rpartition("/t/")[0] == message["text"].rpartition("/t/")[0]
    assert would["text"].translate(strip) == message["text"].translate(strip)


@pytest.mark.parametrize("preview", ["maybe", "", "2"])
def test_preview_is_yes_or_no(quick: Service, preview: str) -> None:
    problem(quick.post(f"/v1/events?preview={preview}", quick.event()), 422, "invalid")


@pytest.mark.parametrize("query", ["", "&", "preview=false", "preview=0"])
def test_without_a_preview_it_is_kept(quick: Service, query: str) -> None:
    assert quick.post(f"/v1/events?{query}", quick.event()).status_code == 202


def test_an_unknown_parameter_is_refused_with_the_known_ones(quick: Service) -> None:
    body = problem(quick.post("/v1/events?prevew=true", quick.event()), 422, "unknown_parameter")
    assert "`preview`" in body["fix"]


HOSTILE = [
    b"",
    b"  ",
    b"{",
    b"nul",
    b"[]",
    b"[[]]",
    b"null",
    b"42",
    b'"PO 4711"',
    b"[1,2,3]",
    b'{"ref":NaN}',
    b'{"ref":Infinity}',
    b'{"ref":"a","ref":"b"}',
    b'{"ref":"\\ud800"}',
    b'{"ref":"\\u0000"}',
    b'{"ref":"a\\u0000b","milestone":"departed","at":"2026-09-17T10:00Z"}',
    b'{"ref":"\xff"}',
    b'{"ref":"\xed\xa0\x80"}',
    b"\xef\xbb\xbf{}",
    b"\x00",
    b"[" * 100_000,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    b'{"ref":' + b"9" * 5_000 + b"}",
    b'{"ref":1e999,"milestone":"departed","at":"2026-09-17T10:00Z"}',
    b'{"ref":{},"milestone":[],"at":{}}',
    b'{"ref":"x","milestone":"departed","at":"2026-02-30T10:00Z"}',
    b'{"ref":"x","milestone":"departed","at":"2026-09-17T10:00"}',
    b'{"ref":"x","milestone":"departed","at":"0001-01-01T00:00+23:59"}',
    b'{"ref":"x","milestone":"departed","at":"9999-12-31T23:59-23:59"}',
    b'{"ref":"x","milestone":"departed","at":"2026-09-17T10:00Z","tell":["12"]}',
    b'{"ref":"x","milestone":"departed","at":"2026-09-17T10:00Z","tell":{"phone":{}}}',
    b'{"ref":"' + b"x" * 100_000 + b'","milestone":"departed","at":"2026-09-17T10:00Z"}',
    b'{"ref":"x","milestone":"departed","at":"2026-09-17T10:00Z","place":"XXXXX","unit":"' + b"u" * 3_000 + b'"}',
    b'{"ref":"x","milestone":"departed","at":"2026-09-17T10:00Z","id":"' + b"i" * 3_000 + b'"}',
    b'{"ref":"x","milestone":"departed","at":"2026-09-17T10:00Z","reason":"' + b"r" * 3_000 + b'"}',
    b'{"ref":"x","milestone":"departed","at":"2026-09-17T10:00Z","owner":"' + b"o" * 300 + b'"}',
    b'{"ref":"x","milestone":"departed","at":"2026-09-17T10:00Z","customer":"' + b"c" * 300 + b'"}',
    json.dumps([{"ref": "x", "milestone": "departed", "at": "2026-09-17T10:00Z"}] * 501).encode(),
]


@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: repr(body[:40]))
@pytest.mark.parametrize("query", ["", "?preview=true"])
def test_hostile_bodies_get_a_problem_and_a_fix(quick: Service, body: bytes, query: str) -> None:
    examine(quick, body, query)


def test_hostile_bodies_break_neither_store(service: Service) -> None:
    for body in HOSTILE:
        examine(service, body, "")
        examine(service, body, "?preview=true")
    assert service.post("/v1/events", service.event()).json()["accepted"] == 1


def examine(service: Service, body: bytes, query: str) -> None:
    found = service.send("POST", f"/v1/events{query}", content=body, headers={"Content-Type": "application/json"})
    if found.status_code >= 300:
        problem(found, 422, found.json()["type"].partition("#")[2])
    else:
        assert all(result["outcome"] != "rejected" for result in found.json()["results"])


ODD_FIELDS: list[Any] = [
    None,
    True,
    -1,
    2**62,
    1.5,
    "",
    " ",
    "x" * 500,
    [],
    {},
    [[]],
    {"a": {"b": []}},
    "\u202e",
    "\U0001f600",
]


@pytest.mark.parametrize("name", ["ref", "milestone", "at", "refs", "customer", "owner", "unit", "place", "eta", "due"])
@pytest.mark.parametrize("odd", ODD_FIELDS, ids=lambda odd: repr(odd)[:20])
def test_odd_values_never_break(quick: Service, name: str, odd: Any) -> None:
    assert quick.post("/v1/events", quick.event(**{name: odd})).status_code in {202, 422}


@pytest.mark.parametrize(
    "name", ["reason", "classifier", "id", "stated_at", "retracts", "tell", "pieces", "vessel", "unheard_of"]
)
@pytest.mark.parametrize("odd", ODD_FIELDS, ids=lambda odd: repr(odd)[:20])
def test_odd_values_of_what_may_be_left_out_never_break(quick: Service, name: str, odd: Any) -> None:
    assert quick.post("/v1/events", quick.event(**{name: odd})).status_code in {202, 422}


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/xml", "multipart/form-data", "application/jsonx", "é", "a/b; c=d"]
)
def test_only_json_is_read(quick: Service, content_type: str) -> None:
    headers = quick.headers | {"Content-Type": content_type}
    sent = [(k.encode(), v.encode("latin-1")) for k, v in headers.items()]
    found = quick.client.request("POST", "/v1/events", content=b"{}", headers=sent)
    problem(found, 415, "not_json")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "application/a+json"])
def test_every_kind_of_json_is_read(quick: Service, content_type: str) -> None:
    content = json.dumps(quick.event()).encode()
    found = quick.send("POST", "/v1/events", content=content, headers={"Content-Type": content_type})
    assert found.status_code == 202


def test_a_large_body_is_refused_by_its_length(small: Service) -> None:
    body = problem(small.send("POST", "/v1/events", content=b" " * 3_000), 413, "body_too_large")
    assert "2000" in body["detail"]


def test_a_large_body_is_refused_as_it_arrives(small: Service) -> None:
    headers = {"Content-Type": "application/json"}
    found = small.send("POST", "/v1/events", content=iter([b" " * 1_500, b" " * 1_500]), headers=headers)
    problem(found, 413, "body_too_large")


def test_ten_megabytes_are_refused(quick: Service) -> None:
    headers = {"Content-Type": "application/json"}
    content = iter([b'{"ref":"' + b"x" * 1_000_000] * 10)
    problem(quick.send("POST", "/v1/events", content=content, headers=headers), 413, "body_too_large")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_compressed_bodies_are_refused(quick: Service, encoding: str) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    problem(quick.send("POST", "/v1/events", content=b"\x1f\x8b", headers=headers), 415, "encoded_body")


def test_what_is_read_later_is_still_kept(service: Service) -> None:
    service.send("POST", "/v1/events", content=b'{"ref"', headers={"Content-Type": "application/json"})
    (call,) = service.get("/v1/calls?outcome=refused").json()["data"]
    assert call["size"] == 6
    assert call["problem"]["fix"]
    problem(service.post(f"/v1/calls/{call['id']}/replay"), 422, "unreadable")


def test_a_call_can_be_replayed(service: Service) -> None:
    service.shipment()
    (call,) = service.get("/v1/calls").json()["data"]
    found = service.post(f"/v1/calls/{call['id']}/replay")
    assert found.status_code == 200
    assert found.json()["duplicate"] == 1


def outcome(service: Service, **event: object) -> tuple[str, list[dict[str, str]]]:
    """What became of one event, and what it is warned of."""
    (found,) = service.post("/v1/events", {"ref": "PO 9", "milestone": "eta_changed", **event}).json()["results"]
    return found["outcome"], found.get("warnings", [])


def test_a_date_that_swings_back_without_a_name_is_told_how_to_be_said_again(service: Service) -> None:
    assert outcome(service, eta="2026-10-13") == ("accepted", [])
    assert outcome(service, eta="2026-10-13") == ("duplicate", []), "sent twice, it is not overtaken"
    service.clock.advance(timedelta(minutes=1))
    assert outcome(service, eta="2026-10-09") == ("accepted", [])
    repeated, (warning,) = outcome(service, eta="2026-10-13")
    assert (repeated, warning["pointer"]) == ("duplicate", "/id")
    assert "identical event was taken before" in warning["message"]
    assert "`id`" in warning["message"]
    assert "`stated_at`" in warning["message"]
    batch = service.post("/v1/events", [{"ref": "PO 9", "milestone": "eta_changed", "eta": "2026-10-13"}]).json()
    assert batch["results"][0]["warnings"][0]["pointer"] == "/0/id"
    stated = service.clock().isoformat()
    assert outcome(service, eta="2026-10-13", stated_at=stated) == ("accepted", [])
    assert outcome(service, eta="2026-10-09", id="back") == ("accepted", [])
    assert outcome(service, eta="2026-10-13", stated_at=stated) == ("duplicate", []), "its name says that it is old"
    assert outcome(service, eta="2026-10-09", id="back") == ("duplicate", [])


def test_what_one_event_states_does_not_overtake_itself(service: Service) -> None:
    event = service.event(due="2026-10-12")
    service.post("/v1/events", event)
    (again,) = service.post("/v1/events", event).json()["results"]
    assert (again["outcome"], "warnings" in again) == ("duplicate", False)
