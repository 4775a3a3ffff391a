"""A friendly page where a browser asked for a page and cannot have it."""

from __future__ import annotations

from fastapi import Request, Response

from service.web.rendering import alone

TITLES = {
    404: ("There is no such page", "Check the address, or go back to where you came from."),
    405: ("This page cannot do that", "Go back and try again from the page before."),
    429: ("Please wait", "Too many calls came from here. Try again in a while."),
    500: ("Something broke on our side", "It was logged. Try again in a while."),
    503: ("Not available at the moment", "Try again in a minute."),
}


def browser_page(request: Request, status: int, sentence: str = "") -> Response | None:
    """A page for *status* where a browser asks for a page; None for machines and for the API."""
    wants = request.headers.get("accept", "")
    if request.url.path.startswith("/v1/") or "text/html" not in wants or status not in TITLES:
        return None
    title, usual = TITLES[status]
    return alone(
        request,
        "notice.html",
        status=status,
        brand="Milepost",
        phone=None,
        title=title,
        sentences=[sentence or usual],
        button="",
    )
