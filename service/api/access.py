"""Who may call: API keys, their scopes, and how often."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from starlette.concurrency import run_in_threadpool

from service.api.limits import Buckets
from service.api.problems import Refusal
from service.clock import Clock
from service.store import accounts, keys
from service.store.engine import Database
from service.store.keys import KeyView

CACHE_SECONDS = 15.0
"""A revoked key is refused after at most so long."""

CACHE_SIZE = 10_000

NOTED_EVERY = timedelta(minutes=10)
"""How exactly it is known when a key was last used."""

LONGEST = 200
"""More characters than any key has."""


class Access:
    """Knows the keys that called lately, so that a call in a row of calls asks no database. One per process."""

    def __init__(
        self, database: Database, clock: Clock, per_minute: int, *, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._clock = clock
        self._ticks = ticks
        self._known: dict[bytes, tuple[float, KeyView]] = {}
        self._regions: dict[str, str] = {}
        self.buckets = Buckets(per_minute, ticks=ticks)

    async def admit(self, request: Request, scope: str) -> KeyView:
        """The key of *request*, which must hold *scope*. Raises `Refusal`: 401, 403 or 429."""
        presented = presented_key(request)
        digest = hashlib.sha256(presented.encode("utf-8", "surrogatepass")).digest()
        known = self._known.get(digest)
        if known is not None and known[0] > self._ticks():
            view = known[1]
        elif not keys.well_formed(presented):
            raise Refusal("unknown_key", "What was sent is no API key, or not the whole of one.", headers=CHALLENGE)
        else:
            view = await run_in_threadpool(self._look_up, presented, digest)
        wait = self.buckets.take(view.id)
        if wait > 0:
            raise too_many(wait)
        if scope not in view.scopes:
            fix = f"Use a key with the scope `{scope}`; this one has {', '.join(sorted(view.scopes)) or 'none'}."
            raise Refusal("scope_missing", f"This call needs the scope `{scope}`.", fix=fix)
        return view

    def region(self, account_id: str) -> str | None:
        """The ISO country in which the account of a key that was admitted reads phone numbers without +."""
        return self._regions.get(account_id)

    def forget(self) -> None:
        """Ask the database again for every key; called after a key or an account was changed here."""
        self._known.clear()

    def _look_up(self, presented: str, digest: bytes) -> KeyView:
        now = self._clock()
        with self._database.read() as conn:
            view = keys.authenticate(conn, presented, now)
            account = accounts.get(conn, view.account_id) if view is not None else None
        if view is None:
            self._known.pop(digest, None)
            raise Refusal("unknown_key", "No API key in force matches.", headers=CHALLENGE)
        if view.last_used_at is None or now - view.last_used_at > NOTED_EVERY:
            self._database.submit(lambda conn: keys.note_used(conn, view.account_id, view.id, now))
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        if account is not None:
            self._regions[view.account_id] = account.region
        self._known[digest] = (self._ticks() + CACHE_SECONDS, view)
        return view


CHALLENGE = {"WWW-Authenticate": 'Bearer realm="milepost"'}


def presented_key(request: Request) -> str:
    """The key as sent in `Authorization: Bearer …` or `X-API-Key`. Raises `Refusal` where there is none."""
    headers = request.headers
    sent = headers.get("authorization")
    if sent is not None:
        scheme, _, key = sent.partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise Refusal("no_key", "The `Authorization` header does not hold a bearer key.", headers=CHALLENGE)
    else:
        key = headers.get("x-api-key", "")
    key = key.strip()
    if not key:
        raise Refusal("no_key", "The call came without an API key.", headers=CHALLENGE)
    if len(key) > LONGEST or not key.isascii() or not key.isprintable():
        raise Refusal("unknown_key", "What was sent cannot be an API key.", headers=CHALLENGE)
    return key


def too_many(wait: float) -> Refusal:
    """The refusal of a call that came too early; *wait* is in seconds."""
    seconds = str(max(1, round(wait + 0.5)))
    return Refusal("too_many_requests", "This key has used up its calls.", headers={"Retry-After": seconds})


BEARER = HTTPBearer(auto_error=False, description="An API key: `Authorization: Bearer mp_live_…`")
HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same key, for systems that cannot set it")


def needs(scope: str) -> Any:
    """A dependency that admits keys with *scope* and gives the endpoint the key's view."""

    async def admitted(
        request: Request,
        _bearer: Annotated[Any, Security(BEARER)] = None,
        _header: Annotated[Any, Security(HEADER)] = None,
    ) -> KeyView:
        access: Access = request.app.state.deps.access
        return await access.admit(request, scope)

    return Depends(admitted)
