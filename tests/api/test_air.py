"""Air cargo through the door: texts of an airline, a waybill that opens a shipment, and one that only finds it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.service import Service

AWB = "999-12345675"
TEXT = f"""FSU/14
{AWB}FRASIN/T10K250
DEP/XX100/12SEP2112/FRADXB/P6K150
ARR/XX200/13SEP2035/SIN/P6K150
DLV/14SEP1605/SIN/P6K150/SOMEBODY
OSI/HELLO
"""


def post(service: Service, text: str) -> dict[str, Any]:
    headers = service.key("events") | {"Content-Type": "text/plain"}
    found = service.client.post("/v1/in/air", content=text.encode(), headers=headers)
    assert found.status_code == 202, found.text
    answered: dict[str, Any] = found.json()
    return answered


@pytest.mark.parametrize("direct", [True, False])
def test_a_waybill(service: Service, direct: bool) -> None:
    made = service.post("/v1/sources", {"name": "air", "format": "cargo_imp_fsu", "options": {"direct": direct}})
    assert made.status_code == 201, made.text
    answered = post(service, TEXT)
    assert [one["outcome"] for one in answered["results"]] == ["accepted" if direct else "parked"] * 3 + ["ignored"]
    if not direct:
        known = {"ref": "PO 1", "refs": {"mawb": AWB}, "milestone": "booking_confirmed", "at": "2026-09-10"}
        assert service.post("/v1/events", known).status_code == 202
    service.work()
    (shipment,) = service.get(f"/v1/shipments?ref={AWB}").json()["data"]
    assert shipment["status_text"] == "6 of 10 delivered"
    post(service, f"FSU/14\n{AWB}FRASIN/T10K250\nDLV/15SEP0905/SIN/P4K100\n")
    service.work()
    (shipment,) = service.get(f"/v1/shipments?ref={AWB}").json()["data"]
    assert shipment["status"] == "delivered"
    again = post(service, TEXT)
    assert [one["outcome"] for one in again["results"]] == ["duplicate"] * 3 + ["ignored"]
