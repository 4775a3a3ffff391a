"""`GET /`: where things are, and in which mode the service runs; and `GET /static/{name}`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from fastapi import APIRouter, HTTPException, Request, Response

from service.flows.kit import Kit
from service.records.enums import Mode
from service.web.guard import may_look
from service.web.house import house, letterhead
from service.web.rendering import STATIC, alone

KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

MODES = {
    Mode.OFF: ("done", "off", "Events are kept, and nobody is told anything."),
    Mode.SHADOW: (
        "watch",
        "rehearsal",
        "Every message is decided and written, and nothing leaves: look at the phone and the inbox.",
    ),
    Mode.LIVE: ("fine", "live", "Texts and e-mails leave for real."),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go."""

    href: str
    name: str
    words: str


LOCAL_LINKS = (
    Link("/phone", "Phone", "the texts of the rehearsal, and a box to reply"),
    Link("/inbox", "Inbox", "the e-mails of the rehearsal"),
    Link("/docs", "API", "every call, to read and to try"),
    Link("/readyz", "Health", "database, senders and the age of the last check"),
)


def home_routes(kit: Kit) -> APIRouter:
    """`/` and `/static/{name}`."""
    router = APIRouter(include_in_schema=False)

    def landing(request: Request) -> Response:
        """The landing page: words for people on this machine, a bare sign for everybody else."""
        if not may_look(request, kit.public_url):
            brand, phone = letterhead(kit)
            return alone(
                request,
                "notice.html",
                brand=brand,
                phone=phone,
                title="News of your shipments",
                sentences=["Your own page is behind the link in our message. No message at hand? Call us."]
                if phone
                else ["Your own page is behind the link in our message."],
                button="",
            )
        account = house(kit)
        tone, state, sentence = MODES[account.mode if account else Mode.SHADOW]
        return alone(
            request,
            "home.html",
            tone=tone,
            state=state,
            title="The service is running",
            sentence=sentence,
            links=LOCAL_LINKS,
        )

    def static(request: Request, name: str) -> Response:
        """A style sheet or a script of ours."""
        found = files().get(name)
        if found is None:
            raise HTTPException(404, "There is no such file.")
        content, tag, kind = found
        headers = {"ETag": tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=kind, headers=headers)

    router.add_api_route("/", landing, methods=["GET"])
    router.add_api_route("/static/{name}", static, methods=["GET"])
    return router


@cache
def files() -> dict[str, tuple[bytes, str, str]]:
    """The files that are served: content, entity tag and media type by name."""
    found = {}
    for path in STATIC.iterdir():
        if path.suffix in KINDS:
            content = path.read_bytes()
            found[path.name] = (content, f'"{hashlib.sha256(content).hexdigest()[:24]}"', KINDS[path.suffix])
    return found
