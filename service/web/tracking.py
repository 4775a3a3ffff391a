"""`GET /t/{token}`: the page behind the link of a text. `GET /u/{token}`: stop e-mails, after one question.

Both are shown in the reader's language; `?lang=` chooses another.
"""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request, Response

from service.flows import replies, tracking
from service.flows.kit import Kit
from service.web.house import letterhead
from service.web.misses import Misses
from service.web.rendering import alone
from service.web.tracking_words import Page, page_of
from service.wording.isolation import isolated
from service.wording.languages import LANGUAGES, SPOKEN, Language, language_of

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
        return alone(request, "tracking.html", keep=True, **template_values(page_of(view, asked_for(request))))

    def ask_stop(self, request: Request, token: str) -> Response:
        """The question whether e-mails shall stop. Opening it changes nothing: mail scanners open every link."""
        if not TOKEN.fullmatch(token):
            return self._ended(request)
        language = understood(request)
        return self._notice(
            request, language, 200, "stop", "stop.what", button=say(language, "stop.button"), action=f"/u/{token}/stop"
        )

    def stop(self, request: Request, token: str) -> Response:
        """Stop e-mails to whoever got this link. Mail programs post to `/u/{token}` itself (RFC 8058)."""
        wait = self._misses.wait(visitor(request), self._kit.clock())
        if wait:
            return self._busy(request, wait)
        if not TOKEN.fullmatch(token) or not replies.unsubscribe(self._kit, token):
            self._misses.add(visitor(request), self._kit.clock())
            return self._ended(request)
        return self._notice(request, understood(request), 200, "stopped", "stopped.what")

    def _ended(self, request: Request) -> Response:
        _, phone = letterhead(self._kit)
        return self._notice(request, understood(request), 404, "ended", "ended.call" if phone else "ended.reply")

    def _busy(self, request: Request, wait: int) -> Response:
        response = self._notice(request, understood(request), 429, "wait", "wait.why")
        response.headers["Retry-After"] = str(wait)
        return response

    def _notice(
        self,
        request: Request,
        language: Language,
        status: int,
        title: str,
        sentence: str,
        *,
        button: str = "",
        action: str = "",
    ) -> Response:
        """A page of one sentence, with a button where something is asked."""
        brand, phone = letterhead(self._kit)
        shown = isolated(phone.shown, language.direction) if phone else ""
        return alone(
            request,
            "notice.html",
            status=status,
            form=bool(button),
            brand=brand,
            phone=phone,
            call=say(language, "call", phone=shown),
            title=say(language, title),
            sentences=[say(language, sentence, phone=shown)],
            button=button,
            action=action,
            lang=language.tag,
            direction=language.direction,
        )


def say(language: Language, key: str, **values: str) -> str:
    """The text `page.…` of *key*."""
    return language.say(f"page.{key}", values)


def template_values(page: Page) -> dict[str, Any]:
    """Everything that the template of the tracking page prints."""
    speech = page.speech
    return {
        "page": page,
        "say": speech.say,
        "space": speech.language.space,
        "call": speech.say("call", phone=speech.name(page.phone.shown)) if page.phone else "",
        "languages": [LANGUAGES[tag] for tag in SPOKEN],
        "lang": speech.language.tag,
        "direction": speech.language.direction,
    }


def asked_for(request: Request) -> Language | None:
    """The language that `?lang=` names, where it is one of ours."""
    return LANGUAGES.get(request.query_params.get("lang", ""))


def understood(request: Request) -> Language:
    """The language of a page that belongs to nobody known: asked for, else the browser's first, else English."""
    first = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()
    return asked_for(request) or language_of(first)


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
