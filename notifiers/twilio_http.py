"""The HTTP client under Twilio's SDK: explicit time-outs, no retries, and proof of whether a request ever left.

The SDK waits forever by default, keeps no response headers when it raises, and offers no base address; all three are
mended here. Each request opens its own connection: see `notifiers.wire`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped, unused-ignore]
from twilio.http.response import Response  # type: ignore[import-untyped, unused-ignore]

from notifiers.wire import CONNECT_SECONDS, retry_after_seconds, session


class TooManyRequests(Exception):
    """Twilio answered 429: certainly not taken. `retry_after` is in seconds, where Twilio named a time."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__("Twilio answered 429")
        self.retry_after = retry_after


def status_of(error: Exception) -> int:
    """The HTTP status inside one of the SDK's exceptions, or 0. The one of a list page holds the whole answer."""
    found = getattr(error, "status", None)
    if found is None and len(error.args) > 1:
        found = getattr(error.args[1], "status_code", None)
    return found if isinstance(found, int) else 0


class TwilioHttp(TwilioHttpClient):  # type: ignore[misc, unused-ignore]
    """Twilio's own HTTP client with a base address and time-outs, safe to use from several threads.

    *base* replaces scheme and host of every request, except that one of Twilio's regional addresses replaces only
    the main API's. *seconds* bounds the wait for an answer; opening the connection may take `CONNECT_SECONDS`.
    """

    def __init__(self, base: str | None, seconds: float) -> None:
        super().__init__(timeout=seconds)
        self._base = urlsplit(base) if base else None
        self._timeout = (min(CONNECT_SECONDS, seconds), seconds)
        self._http = session(self._address("https://api.twilio.com"))

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the SDK's signature; the settings decide
        allow_redirects: bool = False,  # noqa: ARG002 - a redirect is never followed with credentials
    ) -> Response:
        """Make one request. Raises `TooManyRequests` on 429, and what `requests` raises on the way."""
        answer = self._http.request(
            method,
            self._address(url),
            params=params,  # type: ignore[arg-type, unused-ignore]
            data=data,  # type: ignore[arg-type, unused-ignore]
            headers=headers,
            auth=auth,
            timeout=self._timeout,
            allow_redirects=False,
        )
        if answer.status_code == 429:
            raise TooManyRequests(retry_after_seconds(answer.headers))
        return Response(answer.status_code, answer.text, answer.headers)

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        regional = self._base is not None and (self._base.hostname or "").endswith(".twilio.com")
        if self._base is None or (regional and parts.hostname != "api.twilio.com"):
            return url
        return parts._replace(scheme=self._base.scheme, netloc=self._base.netloc).geturl()
