"""EDI interchanges through the door: kept once, known again, and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.api.service import Service

FIXTURES = Path(__file__).parent.parent / "formats" / "fixtures"


def post(service: Service, source: str, body: bytes, kind: str) -> dict[str, Any]:
    headers = {**service.headers, "Content-Type": kind}
    answer = service.client.post(f"/v1/in/{source}", content=body, headers=headers)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_interchange_is_taken_with_a_key_and_known_when_it_comes_again(service: Service) -> None:
    service.post("/v1/sources", {"name": "ocean", "format": "x12_315"})
    body = (FIXTURES / "x12_315" / "ocean.edi").read_bytes()
    first = post(service, "ocean", body, "application/edi-x12")
    assert [one["outcome"] for one in first["results"]] == ["accepted", "accepted", "ignored"]
    later = body.replace(b"*0910*", b"*1010*").replace(b"000000101", b"000000102")
    again = post(service, "ocean", later, "text/plain")
    assert [one["outcome"] for one in again["results"]] == ["duplicate", "duplicate", "ignored"]


def test_a_cancelled_status_is_taken_back(service: Service) -> None:
    service.post("/v1/sources", {"name": "road", "format": "iftsta"})
    status = "RFF+BN:BKG88'STS+1+21'DTM+78:20260916:102'LOC+7+GBLEE:139'"
    for function, minute in (("9", "30"), ("1", "40")):
        message = f"UNH+1+IFTSTA:D:96A:UN'BGM+23+DOC1+{function}'DTM+137:2026091709{minute}:203'{status}UNT+8+1'"
        body = f"UNB+UNOC:3+A+B+260917:09{minute}+R{minute}'{message}UNZ+1+R{minute}'".encode()
        found = post(service, "road", body, "application/edifact")
        assert [one["outcome"] for one in found["results"]] == ["accepted"]
    (shipment,) = service.get("/v1/shipments?ref=BKG88").json()["data"]
    facts = service.get(f"/v1/shipments/{shipment['id']}/timeline").json()["data"]
    (stated, taken) = (one for one in facts if one["kind"] == "fact")
    assert (stated["milestone"], taken["retracts"]) == ("delivered", stated["event_id"])
