"""Every family of the API, put on an app."""

from __future__ import annotations

from fastapi import FastAPI

from service.api import (
    account,
    books,
    callbacks,
    calls,
    contacts,
    customers,
    events,
    facts,
    follows,
    health,
    inbound,
    keys,
    mappings,
    merging,
    messages,
    pauses,
    preferences,
    problem_page,
    promises,
    ratings,
    redriving,
    renaming,
    shadow,
    shipment_edits,
    shipments,
    simulator,
    sources,
    stream,
    tasks,
    texts,
    threads,
    trials,
    unmapped,
    webhook_log,
    webhooks,
    webhooks_described,
)
from service.api.deps import Deps

ROUTERS = (
    events.router,
    inbound.router,
    calls.router,
    facts.router,
    shipments.router,
    shipment_edits.router,
    merging.router,
    renaming.router,
    messages.router,
    pauses.router,
    redriving.router,
    books.router,
    promises.router,
    threads.router,
    tasks.router,
    ratings.router,
    texts.router,
    trials.router,
    customers.router,
    contacts.router,
    preferences.router,
    follows.router,
    sources.router,
    mappings.router,
    unmapped.router,
    keys.router,
    account.router,
    shadow.router,
    simulator.router,
    stream.router,
    webhooks.router,
    webhook_log.router,
    callbacks.router,
    callbacks.strict,
    health.router,
    problem_page.router,
)
"""In the order in which `/openapi.json` lists them."""


def add_routes(app: FastAPI, deps: Deps) -> None:
    """Give *app* every route of the API; the endpoints read `app.state.deps`, which is set here.

    The app also wants `handlers.add_handlers` and the middleware `Gate` and, added last, `Traced`.
    """
    app.state.deps = deps
    for router in ROUTERS:
        # Flat and not nested with `include_router`: one list to match a path against, and no wrapper on the hot path.
        app.router.routes.extend(router.routes)
    webhooks_described.describe(app)
