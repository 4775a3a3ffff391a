"""A service under test: its client, its keys, and its clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import decide
from service.flows.kit import Kit
from service.records.ids import new_id
from service.records.tables import Account
from service.store import accounts, keys
from service.store.tables import table

PHONE = "+447700900123"


@dataclass
class Service:
    """`headers` carry an admin key of the default account."""

    client: TestClient
    app: FastAPI
    clock: ManualClock
    notifiers: dict[Channel, Recorder]
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = self.key("admin")

    @property
    def kit(self) -> Kit:
        found: Kit = self.app.state.kit
        return found

    @property
    def account_id(self) -> str:
        with self.kit.database.read() as conn:
            found = accounts.default_id(conn)
        assert found is not None
        return found

    def key(self, *scopes: str, account_id: str | None = None) -> dict[str, str]:
        """The headers of a fresh key."""
        owner = account_id or self.account_id
        now = self.clock()
        presented, _ = self.kit.database.write(
            lambda conn: keys.create(conn, owner, name="test", scopes=scopes, now=now)
        )
        return {"Authorization": f"Bearer {presented}"}

    def other_account(self) -> str:
        """A second account, with nothing in it."""
        account_id = new_id("acc")
        row = {
            "id": account_id,
            "brand": "Other",
            "zone": "UTC",
            "region": "GB",
            "mode": "shadow",
            "created_at": self.clock(),
        }
        self.kit.database.write(lambda conn: conn.execute(table(Account).insert(), row))
        return account_id

    def get(self, path: str, **more: Any) -> Response:
        return self.send("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Response:
        return self.send("POST", path, json=json, **more)

    def send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> Response:
        """One call, with the admin key where no other headers are given."""
        found = self.client.request(method, path, headers=self.headers | (headers or {}), **more)
        assert found.headers["x-request-id"]
        return found

    def work(self) -> None:
        """Decide and hand over until nothing is due."""
        for _ in range(20):
            looked = decide.run_due(self.kit)
            sent = self.app.state.deps.dispatcher.run_due()
            assert self.app.state.deps.dispatcher.wait_idle(10)
            if not looked and not sent:
                return
        raise AssertionError("there is always something due")

    def event(self, **more: Any) -> dict[str, Any]:
        """A departure two hours ago, told to one phone; *more* changes it."""
        return {
            "ref": "PO 4711",
            "milestone": "departed",
            "at": "2026-09-17T18:00+08:00",
            "place": "CNNGB",
            "eta": "2026-10-09",
            "tell": [PHONE],
        } | more

    def shipment(self, **more: Any) -> str:
        """Post an event and return its shipment."""
        found = self.post("/v1/events", self.event(**more))
        assert found.status_code == 202, found.text
        (shipment_id,) = found.json()["results"][0]["shipment_ids"]
        return str(shipment_id)


def problem(response: Response, status: int, code: str) -> dict[str, Any]:
    """The problem in *response*, which must be whole and of this kind."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == f"/docs/problems#{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["fix"]
    assert body["request_id"] == response.headers["x-request-id"]
    assert all(flaw["message"] and flaw["fix"] and flaw["code"] for flaw in body["errors"])
    return body
