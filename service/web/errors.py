"""A friendly page where a browser asked for a page and cannot have it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

from fastapi import FastAPI, Request, Response

from service.web.rendering import alone

TITLES = {
    403: ("This is not for you", "Go back to where you came from."),
    404: ("There is no such page", "Check the address, or go back to where you came from."),
    405: ("This page cannot do that", "Go back and try again from the page before."),
    429: ("Please wait", "Too many calls came from here. Try again in a while."),
    500: ("Something broke on our side", "It was logged. Try again in a while."),
    503: ("Not available at the moment", "Try again in a minute."),
}


def friendly(app: FastAPI) -> None:
    """Let every error handler of *app* answer browsers with a page; machines get what they got before."""
    for kind, handler in list(app.exception_handlers.items()):
        app.exception_handlers[kind] = _paged(handler)


def _paged(handler: Callable[[Request, Any], Response | Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        found = handler(request, error)
        response = await found if isawaitable(found) else found
        page = browser_page(request, response.status_code)
        if page is not None and "retry-after" in response.headers:
            page.headers["Retry-After"] = response.headers["retry-after"]
        return page or response

    return answer


def browser_page(request: Request, status: int) -> Response | None:
    """A page for *status* where a browser asks for a page; None for machines and for the API."""
    wants = request.headers.get("accept", "")
    if request.url.path.startswith("/v1/") or "text/html" not in wants or status not in TITLES:
        return None
    title, sentence = TITLES[status]
    return alone(
        request,
        "notice.html",
        status=status,
        brand="Milepost",
        phone=None,
        title=title,
        sentences=[sentence],
        button="",
    )
