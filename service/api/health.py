"""`/healthz`, `/readyz` and `/metrics`: for those who run the service. No key, no personal data, no account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from service.api import examples
from service.api.answers import answer
from service.api.deps import Deps
from service.api.metrics import gauges
from service.api.shown import refusals, success
from service.api.strict import StrictRoute
from service.flows.ways import standing
from service.records.status import WayState
from service.store import channels, pulse, views_status
from service.store.errors import StoreUnavailable

router = APIRouter(route_class=StrictRoute, tags=["health"])

OVERDUE = timedelta(minutes=5)
"""A message that should have left so long ago means that nothing leaves."""

TICK_AGE = timedelta(minutes=3)
"""A scheduled check runs each minute; without one for so long nobody keeps time."""

USUAL_LAG = timedelta(hours=24)
"""How long a source may be silent before that is a warning, where it says nothing of its own."""

ENGINE = "engine"
"""The pulse of the process that decides and sends."""


@router.get(
    "/healthz",
    summary="Is the process alive",
    responses=success(200, "It is.", "application/json", examples.ALIVE),
)
async def healthz(request: Request) -> Response:
    """Cheap, and true as long as the process answers; it asks no database."""
    return answer({"status": "ok", "version": request.app.state.deps.version}, headers={"Cache-Control": "no-store"})


@router.get(
    "/readyz",
    summary="Can it do its work",
    responses=success(200, "It can.", "application/json", examples.READY)
    | success(503, "It cannot; `checks` says why, each with its fix.", "application/json", examples.NOT_READY),
)
def readyz(request: Request) -> Response:
    """Database, oldest due message, age of the last tick, and notifiers; a silent feed is a warning."""
    deps: Deps = request.app.state.deps
    checks = examine(deps)
    failed = [check for check in checks if check["status"] == "fail"]
    warned = [check for check in checks if check["status"] == "warn"]
    status = "fail" if failed else "warn" if warned else "ok"
    headers = {"Cache-Control": "no-store"}
    return answer({"status": status, "checks": checks}, 503 if failed else 200, headers)


def examine(deps: Deps) -> list[dict[str, Any]]:
    """Every check, in the order in which one depends on the other."""
    if deps.stopping.is_set():
        return [check("process", "fail", "The process is stopping.", "Wait for the next one.")]
    now = deps.kit.clock()
    try:
        with deps.kit.database.read() as conn:
            views_status.answers(conn)
            due = views_status.oldest_due(conn, now)
            ticked = views_status.last_tick(conn)
            beat = pulse.last_beat(conn, ENGINE)
            ways = standing(deps.kit, channels.states(conn), now)
            feeds = views_status.feeds(conn)
    except StoreUnavailable:
        return [check("database", "fail", "The database does not answer.", "See that it runs and can be reached.")]
    alive = max((at for at in (ticked, beat.beat_at if beat else None) if at is not None), default=None)
    return [
        check("database", "ok", "It answers."),
        messages_check(due, now),
        tick_check(alive, now),
        *notifier_checks(ways),
        *feed_checks(feeds, now),
    ]


def check(name: str, status: str, text: str, fix: str | None = None, **more: object) -> dict[str, Any]:
    """One finding: `ok`, `warn` or `fail`."""
    return {"check": name, "status": status, "text": text, **({"fix": fix} if fix else {}), **more}


def messages_check(due: datetime | None, now: datetime) -> dict[str, Any]:
    """Whether messages leave when they should."""
    age = int((now - due).total_seconds()) if due else 0
    if due is None or now - due <= OVERDUE:
        return check("oldest_due_message", "ok", "Messages leave when they are due.", age_seconds=age)
    fix = "See `milepost status` for pauses and channels, and that `milepost serve` or `milepost worker` runs."
    return check("oldest_due_message", "fail", "Messages are due and do not leave.", fix, age_seconds=age)


def tick_check(alive: datetime | None, now: datetime) -> dict[str, Any]:
    """Whether somebody keeps time."""
    if alive is None:
        fix = "It comes with the first minute of `milepost serve` or `milepost worker`."
        return check("last_tick", "warn", "No scheduled check was done yet.", fix, age_seconds=None)
    age = int((now - alive).total_seconds())
    if now - alive <= TICK_AGE:
        return check("last_tick", "ok", "Scheduled checks are done.", age_seconds=age)
    fix = "Start `milepost serve` or `milepost worker`; nothing becomes due without it."
    return check("last_tick", "fail", "No scheduled check was done lately.", fix, age_seconds=age)


def notifier_checks(ways: Sequence[WayState]) -> list[dict[str, Any]]:
    """Whether each configured notifier passes messages; without any, everything stays on this machine.

    A paused one is a failure where no other carries its channel, and else a warning; so is one that waits to be tried.
    """
    if not ways:
        return [check("notifiers", "ok", "None is configured: messages go to the phone and inbox of this machine.")]
    open_to_some = {one.channel for one in ways if not one.paused_until}
    return [_notifier_check(one, closed=one.channel not in open_to_some) for one in ways]


def _notifier_check(one: WayState, *, closed: bool) -> dict[str, Any]:
    name = f"notifier:{one.name}"
    shares: dict[str, Any] = {} if one.alone else {"share": one.share, "share_at_rest": one.resting}
    if one.paused_until:
        fix = "Run `milepost doctor --live`; it asks the provider what is wrong."
        where = f"Nothing passes by {one.channel}" if closed else f"Nothing passes by {one.name}; others take its share"
        return check(name, "fail" if closed else "warn", f"{where}: {one.why}", fix, **shares)
    if one.trying:
        fix = "Nothing: the next message finds out. `milepost send-test` finds out at once."
        return check(name, "warn", f"Not known to pass again since: {one.why}", fix, **shares)
    if one.moved_at:
        text = f"In use for {one.channel}, its share moved: {one.moved_why}."
        return check(name, "warn", text, "It goes back by itself once nothing moves for 15 minutes.", **shares)
    return check(name, "ok", f"In use for {one.channel}.", **shares)


def feed_checks(feeds: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Sources that are silent for longer than is usual; they are told by their ids."""
    found = []
    for feed in feeds:
        lag = max(USUAL_LAG, timedelta(minutes=feed["usual_lag_minutes"] or 0))
        last = feed["last_call_at"] or feed["created_at"]
        age = int((now - last).total_seconds())
        if now - last > lag:
            fix = "Ask who runs it; `GET /v1/calls` shows what came and what was refused."
            found.append(
                check(f"feed:{feed['id']}", "warn", "It is silent for longer than usual.", fix, age_seconds=age)
            )
        else:
            found.append(check(f"feed:{feed['id']}", "ok", "It called lately.", age_seconds=age))
    return found


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses=success(200, "Prometheus text format.", "text/plain") | refusals("unavailable"),
)
def metrics(request: Request) -> Response:
    """Counters of this process, and ages and numbers of the whole database."""
    deps: Deps = request.app.state.deps
    return Response(gauges(deps) + generate_latest(deps.counts.registry), media_type=CONTENT_TYPE_LATEST)
