"""`GET /v1/stream`: what changed, as it changes, over server-sent events.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from service.api.access import needs
from service.api.answers import encoded
from service.api.deps import Deps
from service.api.fields import words_of
from service.api.problems import Refusal, flawed
from service.api.shown import answers, success
from service.api.strict import StrictRoute
from service.store import keys, views_changes
from service.store.keys import KeyView
from service.store.views_changes import START, Position

router = APIRouter(route_class=StrictRoute, tags=["stream"])

TOPIC = "changes"
"""What the store wakes after each commit that added a change."""

HEARTBEAT = 15.0
"""Seconds after which a comment shows that the stream still lives."""

GLANCE = 1.0
"""Seconds after which a stream looks whether the process stops, and for changes whose wake was lost."""

RETRY = 3000
"""Milliseconds after which a client that lost the stream comes back."""

MOST_PER_KEY = 10
"""Streams that one key may hold open in one process."""

TOPICS = ("shipment", "message", "thread", "contact", "reply", "task", "webhook", "call")

USUAL = TOPICS[:-1]
"""What is followed where no topic is named: calls come by the thousand, and are followed by who asks for them."""

EXAMPLE = (
    'retry: 3000\n\nid: 0-42\nevent: shipment\ndata: {"topic":"shipment","id":"shp_01k5c3v7dae9f0g1h2j3k4m5n6"}\n\n'
)


@router.get(
    "/v1/stream",
    summary="Follow changes",
    response_class=StreamingResponse,
    responses=answers(200, "Events, until either side closes.", "unknown_parameter", "invalid")
    | success(200, "Events, until either side closes.", "text/event-stream", EXAMPLE),
)
async def follow(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    topics: Annotated[
        str | None, Query(max_length=200, description="Only these, with commas; all but `call` if left out.")
    ] = None,
    last_event_id: Annotated[str | None, Header(description="Where to resume: the last `id` that was read.")] = None,
    since: Annotated[str | None, Query(max_length=60, description="The same for clients that cannot set it.")] = None,
) -> Response:
    """Ids of what changed, in order; read the rest with the API. After `Last-Event-ID` nothing is missed."""
    deps: Deps = request.app.state.deps
    resume = position(last_event_id or since)
    wanted = words_of(topics, TOPICS, "topics")
    start = resume if resume is not None else await run_in_threadpool(latest, deps, key.account_id)
    seats: Counter[str] = deps.stream_seats
    if seats[key.id] >= MOST_PER_KEY:
        detail = f"This key has {MOST_PER_KEY} streams open."
        raise Refusal("too_many_requests", detail, fix="Close one of them.", headers={"Retry-After": "5"})
    deps.counts.streams.inc()
    events = stream(deps, key, start, wanted)
    return StreamingResponse(
        events, media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


async def stream(deps: Deps, key: KeyView, at: Position, topics: tuple[str, ...]) -> AsyncIterator[bytes]:
    """The events of one stream, until the process stops or the key is not in force any more.

    The database is asked in threads only.
    """
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    subscription = deps.kit.database.on_wake(TOPIC, wake)
    deps.stream_seats[key.id] += 1
    try:
        # An id without data tells no event, and lets a client that loses the stream before the first one miss nothing.
        yield f"retry: {RETRY}\nid: {named(at)}\n\n".encode()
        silent_since = loop.time()
        while not deps.stopping.is_set():
            woken.clear()
            rows = await run_in_threadpool(changes, deps, key, at, topics)
            if rows is None:
                return
            if rows:
                at = (rows[-1]["txid"], rows[-1]["n"])
                silent_since = loop.time()
                yield b"".join(event(row) for row in rows)
                continue
            if loop.time() - silent_since >= HEARTBEAT:
                silent_since = loop.time()
                yield b": still here\n\n"
            await pause(woken)
    finally:
        subscription.close()
        deps.stream_seats[key.id] -= 1


async def pause(woken: asyncio.Event) -> None:
    """Wait to be woken, at most for a glance."""
    try:
        await asyncio.wait_for(woken.wait(), GLANCE)
    except TimeoutError:
        return


def changes(deps: Deps, key: KeyView, at: Position, topics: tuple[str, ...]) -> list[dict[str, Any]] | None:
    """What changed after *at*; None once the key was revoked or has expired."""
    with deps.kit.database.read() as conn:
        if not keys.in_force(conn, key.account_id, key.id, deps.kit.clock()):
            return None
        return views_changes.since(conn, key.account_id, at, topics or USUAL)


def latest(deps: Deps, account_id: str) -> Position:
    """Where the stream stands now."""
    with deps.kit.database.read() as conn:
        return views_changes.latest(conn, account_id)


def event(row: dict[str, Any]) -> bytes:
    """One change as an event; it holds ids only."""
    data = {"topic": row["topic"], "id": row["subject_id"], "shipment_id": row["shipment_id"], "at": row["at"]}
    return b"id: %d-%d\nevent: %s\ndata: %s\n\n" % (row["txid"], row["n"], row["topic"].encode(), encoded(data))


def named(at: Position) -> str:
    """The id of a place in the stream, as `position` reads it."""
    return "0" if at == START else f"{at[0]}-{at[1]}"


def position(given: str | None) -> Position | None:
    """The place that an event's id names; `0` for the beginning. Raises `Refusal` for anything else."""
    if given is None:
        return None
    if given == "0":
        return START
    txid, _, number = given.partition("-")
    if txid.isascii() and txid.isdigit() and number.isascii() and number.isdigit() and len(given) <= 38:
        found = (int(txid), int(number))
        if max(found) < 2**63:
            return found
    fix = "Send the `id` of the last event that was read, or leave it out."
    raise flawed("bad_event_id", "That is no id of an event.", fix, parameter="Last-Event-ID")
