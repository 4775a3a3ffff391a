"""`GET /t/{token}`: the page behind the link of a text. `GET /u/{token}`: stop e-mails, after one question."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response

from service.flows import replies, tracking
from service.flows.kit import Kit
from service.web.house import letterhead
from service.web.misses import Misses
from service.web.rendering import alone
from service.web.tracking_words import page_of

TOKEN = re.compile(r"[0-9A-Za-z]{6,32}")


class TrackingPages:
    """The pages that customers open from a message."""

    def __init__(self, kit: Kit, misses: Misses | None = None) -> None:
        self._kit = kit
        self._misses = misses or Misses()

    def track(self, request: Request, token: str) -> Response:
        """The tracking page, or a page that says that the link has ended."""
        wait = self._misses.wait(visitor(request), self._kit.clock())
        if wait:
            return self._busy(request, wait)
        view = tracking.page(self._kit, token) if TOKEN.fullmatch(token) else None
        if view is None:
            self._misses.add(visitor(request), self._kit.clock())
            return self._ended(request)
        return alone(request, "tracking.html", keep=True, page=page_of(view))

    def ask_stop(self, request: Request, token: str) -> Response:
        """The question whether e-mails shall stop. Opening it changes nothing: mail scanners open every link."""
        if not TOKEN.fullmatch(token):
            return self._ended(request)
        brand, phone = letterhead(self._kit)
        return alone(
            request,
            "notice.html",
            form=True,
            brand=brand,
            phone=phone,
            title="Stop these e-mails?",
            sentences=["We will send you no more e-mails about your shipments. Texts are not affected."],
            button="Stop e-mails",
            action=f"/u/{token}/stop",
        )

    def stop(self, request: Request, token: str) -> Response:
        """Stop e-mails to whoever got this link. Mail programs post to `/u/{token}` itself (RFC 8058)."""
        wait = self._misses.wait(visitor(request), self._kit.clock())
        if wait:
            return self._busy(request, wait)
        if not TOKEN.fullmatch(token) or not replies.unsubscribe(self._kit, token):
            self._misses.add(visitor(request), self._kit.clock())
            return self._ended(request)
        return self._say(request, 200, "Stopped", "You will get no more e-mails from us about your shipments.")

    def _ended(self, request: Request) -> Response:
        _, phone = letterhead(self._kit)
        person = f"Call {phone.shown}" if phone else "Reply to our message"
        sentence = f"{person} and we will help you. If the link was typed or copied, check that all of it is there."
        return self._say(request, 404, "This link has ended", sentence)

    def _busy(self, request: Request, wait: int) -> Response:
        response = self._say(request, 429, "Please wait", "Too many wrong links were tried from here. Try again later.")
        response.headers["Retry-After"] = str(wait)
        return response

    def _say(self, request: Request, status: int, title: str, sentence: str) -> Response:
        brand, phone = letterhead(self._kit)
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


def visitor(request: Request) -> str:
    """The address that the call comes from."""
    return request.client.host if request.client else ""


def tracking_routes(kit: Kit) -> APIRouter:
    """`/t/{token}`, `/u/{token}` and the button behind it."""
    pages = TrackingPages(kit)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/t/{token}", pages.track, methods=["GET", "HEAD"])
    router.add_api_route("/u/{token}", pages.ask_stop, methods=["GET", "HEAD"])
    router.add_api_route("/u/{token}/stop", pages.stop, methods=["POST"])
    return router
