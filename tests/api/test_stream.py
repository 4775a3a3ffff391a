"""The stream: what changed, in order, to be taken up again where it was left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from service.api import stream
from service.api.stream import event, position
from service.store import keys
from service.store.keys import KeyView
from service.store.views_changes import START, Position
from tests.api.service import Service, problem


def key_of(service: Service, name: str = "test") -> KeyView:
    with service.kit.database.read() as conn:
        return next(one for one in keys.list_keys(conn, service.account_id) if one.name == name)


async def read_events(events: AsyncIterator[bytes], number: int) -> list[dict[str, Any]]:
    """The next *number* events, without comments."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        async for chunk in events:
            for block in chunk.decode().strip().split("\n\n"):
                lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
                if "data" in lines:
                    found.append({"id": lines["id"], "event": lines["event"], **json.loads(lines["data"])})
            if len(found) >= number:
                return found
    return found


def opened(service: Service, at: Position, *topics: str) -> AsyncIterator[bytes]:
    return stream.stream(service.app.state.deps, key_of(service), at, topics)


def test_what_changed_comes_in_order(service: Service) -> None:
    first, second = service.shipment(ref="PO 1"), service.shipment(ref="PO 2")
    service.work()

    async def follow() -> list[dict[str, Any]]:
        return await read_events(opened(service, START, "shipment"), 2)

    found = asyncio.run(follow())
    assert {one["id"] for one in found} == {first, second}
    assert all(one["event"] == "shipment" and one["shipment_id"] == one["id"] for one in found)


def test_a_stream_is_taken_up_where_it_was_left(service: Service) -> None:
    for number in range(3):
        service.shipment(ref=f"PO {number}", tell=None)
        service.work()
    raw: list[bytes] = []

    async def follow(at: Position, wanted: int) -> int:
        events = opened(service, at)
        count = 0
        async with asyncio.timeout(10):
            async for chunk in events:
                if chunk.startswith(b"id: "):
                    raw.append(chunk)
                    count += chunk.count(b"\nevent: ")
                if count >= wanted:
                    return count
        return count

    assert asyncio.run(follow(START, 3)) == 3
    ids = [line[4:] for line in b"".join(raw).decode().splitlines() if line.startswith("id: ")]
    assert ids == sorted(ids, key=lambda one: tuple(map(int, one.split("-"))))
    after_first = position(ids[0])
    assert after_first is not None
    assert asyncio.run(follow(after_first, 2)) == 2


def test_a_change_wakes_who_waits(service: Service) -> None:
    async def follow() -> list[dict[str, Any]]:
        events = opened(service, START)
        assert (await anext(events)).startswith(b"retry: ")
        waiting = asyncio.create_task(read_events(events, 1))
        await asyncio.to_thread(service.shipment)
        await asyncio.to_thread(service.work)
        return await waiting

    assert asyncio.run(follow())


def test_an_open_stream_ends_when_the_process_stops(service: Service) -> None:
    deps = service.app.state.deps

    async def follow() -> None:
        events = opened(service, START)
        assert (await anext(events)).startswith(b"retry: ")
        assert deps.stream_seats.total() == 1
        rest = asyncio.create_task(read_events(events, 1))
        await asyncio.sleep(0)
        deps.stop()
        assert await rest == []

    asyncio.run(follow())
    assert deps.stream_seats.total() == 0


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_an_open_stream_ends_with_its_key(service: Service, how: str) -> None:
    """Whoever changed the key, and without another change: the stream looks for itself."""
    now = service.clock()
    service.kit.database.write(
        lambda conn: keys.create(
            conn, service.account_id, name="brief", scopes=["read"], now=now, expires_at=now + timedelta(hours=1)
        )
    )
    key = key_of(service, "brief")
    events = stream.stream(service.app.state.deps, key, START, ())

    async def follow() -> list[dict[str, Any]]:
        assert (await anext(events)).startswith(b"retry: ")
        if how == "revoked":
            service.kit.database.write(lambda conn: keys.revoke(conn, service.account_id, key.id, now))
        else:
            service.clock.advance(timedelta(hours=1))
        service.shipment()
        service.work()
        return await read_events(events, 1)

    assert asyncio.run(follow()) == []
    assert service.app.state.deps.stream_seats.total() == 0


def test_over_http_it_is_an_event_stream(service: Service) -> None:
    service.app.state.deps.stop()
    found = service.get("/v1/stream?topics=shipment", headers={"Last-Event-ID": "0-17"})
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("text/event-stream")
    assert found.headers["cache-control"] == "no-store"
    assert found.text == "retry: 3000\nid: 0-17\n\n"


def test_one_key_holds_so_many_streams(service: Service) -> None:
    service.app.state.deps.stream_seats[key_of(service).id] = stream.MOST_PER_KEY
    problem(service.get("/v1/stream"), 429, "too_many_requests")


@pytest.mark.parametrize("given", ["x", "1", "1-", "-1-2", "1-2-3", "٣-٤", "9" * 30 + "-1", "1-" + "9" * 30, ""])
def test_an_odd_place_is_refused(quick: Service, given: str) -> None:
    problem(quick.get("/v1/stream", params={"since": given}), 422, "invalid")


@pytest.mark.parametrize(("given", "expected"), [(None, None), ("0", START), ("0-42", (0, 42)), ("7-1", (7, 1))])
def test_places(given: str | None, expected: Position | None) -> None:
    assert position(given) == expected


def test_an_event_holds_ids_only(noon: Any) -> None:
    row = {"txid": 7, "n": 42, "topic": "message", "subject_id": "msg_1", "shipment_id": None, "at": noon}
    assert event(row) == (
        b"id: 7-42\nevent: message\n"
        b'data: {"topic":"message","id":"msg_1","shipment_id":null,"at":"2026-09-17T12:00:00.000Z"}\n\n'
    )
