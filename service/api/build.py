"""Putting the API on an app: its routes, its handlers, and what every call passes first."""

from __future__ import annotations

from fastapi import FastAPI

from service.api import (
    account,
    callbacks,
    calls,
    contacts,
    customers,
    events,
    follows,
    health,
    inbound,
    keys,
    messages,
    problem_page,
    shipment_edits,
    shipments,
    sources,
    stream,
    threads,
)
from service.api.handlers import add_handlers
from service.api.middleware import Gate, Traced

ROUTERS = (
    events.router,
    inbound.router,
    calls.router,
    shipments.router,
    shipment_edits.router,
    messages.router,
    threads.router,
    customers.router,
    contacts.router,
    follows.router,
    sources.router,
    keys.router,
    account.router,
    stream.router,
    callbacks.router,
    callbacks.strict,
    health.router,
    problem_page.router,
)
"""Every family, in the order in which `/openapi.json` lists them."""


def install(app: FastAPI, *, max_body_bytes: int) -> None:
    """Give *app* every route of the API, the problem handlers and the middleware.

    The endpoints read `app.state.deps`, which must be a `Deps` before the first call.
    """
    for router in ROUTERS:
        app.include_router(router)
    add_handlers(app)
    app.add_middleware(Gate, limit=max_body_bytes)
    app.add_middleware(Traced)  # added last, so it stands first and every answer carries an id
