"""A friendly page where a browser asked for a page and cannot have it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from inspect import isawaitable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from service.web.house import letterhead
from service.web.phones import Phone
from service.web.rendering import alone

TITLES = {
    403: ("This is not for you", "Go back to where you came from."),
    404: ("There is no such page", "Check the address, or go back to where you came from."),
    405: ("This page cannot do that", "Go back and try again from the page before."),
    429: ("Please wait", "Too many calls came from here. Try again in a while."),
    500: ("Something broke on our side", "It was logged. Try again in a while."),
    503: ("Not available at the moment", "Try again in a minute."),
}

UNAVAILABLE = 503


def friendly(app: FastAPI) -> None:
    """Let every error handler of *app* answer browsers with a page; machines get what they got before."""
    for kind, handler in list(app.exception_handlers.items()):
        app.exception_handlers[kind] = _paged(handler)


def _paged(handler: Callable[[Request, Any], Response | Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        found = handler(request, error)
        response = await found if isawaitable(found) else found
        if not wants_page(request, response.status_code):
            return response
        page = await run_in_threadpool(error_page, request, response.status_code)
        if "retry-after" in response.headers:
            page.headers["Retry-After"] = response.headers["retry-after"]
        return page

    return answer


def wants_page(request: Request, status: int) -> bool:
    """Whether a browser asks for a page, and there is one for *status*. Machines and the API get what they got."""
    wants = request.headers.get("accept", "")
    return not request.url.path.startswith("/v1/") and "text/html" in wants and status in TITLES


def error_page(request: Request, status: int) -> Response:
    """The page for *status*, one of `TITLES`."""
    title, sentence = TITLES[status]
    brand, phone = _top(request, status)
    return alone(
        request,
        "notice.html",
        status=status,
        brand=brand,
        phone=phone,
        title=title,
        sentences=[sentence],
        button="",
    )


def _top(request: Request, status: int) -> tuple[str, Phone | None]:
    """Whose page it is, and the phone on it; not asked for where the database is what is not available."""
    kit = getattr(request.app.state, "kit", None)
    if kit is not None and status != UNAVAILABLE:
        with suppress(Exception):  # What broke the call may break this, too, and an error page must not fail.
            return letterhead(kit)
    return "Milepost", None
