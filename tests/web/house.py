"""A running service for page tests, driven from outside."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from notifiers.base import Channel
from service.demo.player import Player, poster
from service.demo.theatre import Theatre, build
from service.store import views_loopback
from service.store.views_loopback import Shown
from service.web.inprocess import Answer, call

T = TypeVar("T")


class House:
    """A service with the demo's account in a loop of its own thread; nothing is posted until a test does."""

    def __init__(self, place: Path) -> None:
        self.theatre: Theatre = build(place)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._life: AbstractAsyncContextManager[Any] = self.theatre.app.router.lifespan_context(self.theatre.app)

    def __enter__(self) -> House:
        self._thread.start()
        self._do(self._life.__aenter__())
        self.player = Player(self.theatre, poster(self.theatre.app, self._loop), pace=None)
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._life.__aexit__(None, None, None))
        self._do(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def get(self, path: str, client: str = "127.0.0.1", **headers: str) -> Answer:
        """GET *path*; an underscore in a header's name is a hyphen."""
        return self._call("GET", path, headers, b"", client)

    def post_form(self, path: str, form: Mapping[str, str], client: str = "127.0.0.1", **headers: str) -> Answer:
        headers["content_type"] = "application/x-www-form-urlencoded"
        return self._call("POST", path, headers, urlencode(form).encode(), client)

    def post_event(self, key: str | None = None, /, **event: Any) -> None:
        """Post an event, with the demo's key or another, and let everything that follows from it happen now."""
        headers = {"authorization": f"Bearer {key or self.theatre.key}", "content_type": "application/json"}
        answer = self._call("POST", "/v1/events", headers, json.dumps(event).encode(), "127.0.0.1")
        assert answer.status == 202, answer.body
        assert self.player.settle()

    def forward(self, **span: float) -> None:
        """Move the clock on, stopping at everything that is due on the way."""
        self.player._until(self.theatre.clock() + timedelta(**span), [])

    def texts(self) -> list[Shown]:
        with self.theatre.kit.database.read() as conn:
            return views_loopback.shown(conn, self.theatre.account_id, Channel.SMS)

    def mails(self) -> list[Shown]:
        with self.theatre.kit.database.read() as conn:
            return views_loopback.shown(conn, self.theatre.account_id, Channel.EMAIL)

    def link(self) -> str:
        """The path of the link in the latest text that had room for one."""
        found = [text.text.partition("/t/")[2].split()[0] for text in self.texts() if "/t/" in text.text]
        return f"/t/{found[-1]}"

    def _call(self, method: str, path: str, headers: Mapping[str, str], body: bytes, client: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"http://127.0.0.1:8000{path}"
        return self._do(call(self.theatre.app, method, url, headers=named, body=body, client=(client, 50000)))

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)
