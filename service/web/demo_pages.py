"""`/demo`: the phone, the inbox and the decision tape on one page, under a clock that runs a day in two seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from service.flows.kit import Kit
from service.web.guard import may_look, same_origin
from service.web.loopback_pages import LoopbackPages, part
from service.web.rendering import local


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was applied: its id, whether the news passed, and the numbers compared."""

    id: str
    passed: bool
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the decision tape: a fact in, a decision, a text out, or a reply. `tone` stands beside `word`."""

    id: str
    title: str
    word: str
    tone: str
    at: str
    code: str = ""
    rules: tuple[Rule, ...] = ()
    text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the demo shows now. `done` of `whole` is how far the tape has run."""

    now: str
    night: bool
    done: int
    whole: int
    ended: bool
    paused: bool
    tape: Sequence[Entry]
    score: Sequence[str]


class Show(Protocol):
    """Whoever plays the tape."""

    def scene(self) -> Scene:
        """The present scene."""
        ...

    def pause(self) -> None:
        """Stop the clock, or let it run on."""
        ...


@dataclass(frozen=True, slots=True)
class Tab:
    """A phone to choose."""

    id: str
    name: str


def demo_routes(kit: Kit, pages: LoopbackPages, show: Show) -> APIRouter:
    """`/demo`, its parts, and the button that stops its clock."""
    router = APIRouter(include_in_schema=False)

    def check(request: Request) -> None:
        if not may_look(request, kit.public_url):
            raise HTTPException(404, "The demo is shown on the machine it runs on only.")

    def values() -> dict[str, object]:
        phones = sorted(pages.phones(), key=lambda phone: phone.number)
        return {"scene": show.scene(), "phones": phones, "mails": pages.mails()}

    def demo(request: Request) -> Response:
        """The whole page."""
        check(request)
        found = values()
        tabs = [Tab(f"phone-{number.lstrip('+')}", name.partition(",")[0]) for number, name in pages.names.items()]
        return local("demo.html", tabs=tabs, **found)

    def parts(request: Request) -> Response:
        """What changes, for the page to renew itself."""
        check(request)
        return part("demo_parts.html", **values())

    def pause(request: Request) -> Response:
        """Stop the clock, or let it run on."""
        check(request)
        if not same_origin(request.headers):
            raise HTTPException(403, "Only the demo page may stop its clock.")
        show.pause()
        return JSONResponse({"paused": show.scene().paused})

    router.add_api_route("/demo", demo, methods=["GET"])
    router.add_api_route("/demo/parts", parts, methods=["GET"])
    router.add_api_route("/demo/pause", pause, methods=["POST"])
    return router
