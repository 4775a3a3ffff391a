"""The HTTP client under Twilio's SDK: explicit time-outs, no retries, and proof of whether a request ever left.

The SDK waits forever by default, keeps no response headers when it raises, and offers no base address; all three are
mended here. Each request opens its own connection: a connection that was kept open and died silently in between could
not be told apart from a lost answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped, unused-ignore]
from twilio.http.response import Response  # type: ignore[import-untyped, unused-ignore]
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, ProxyError

if TYPE_CHECKING:
    from urllib3._base_connection import BaseHTTPConnection

CONNECT_SECONDS = 3.0
"""How long a connection may take to open."""


class TooManyRequests(Exception):
    """Twilio answered 429: certainly not taken. `retry_after` is in seconds, where Twilio named a time."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__("Twilio answered 429")
        self.retry_after = retry_after


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """The seconds of a Retry-After header (RFC 9110, section 10.2.3), which may be a number or a date.

    A date is measured against the answer's own Date header, so that no clock of ours is asked.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return max(wait.total_seconds(), 0.0)


def never_left(error: requests.RequestException) -> bool:
    """Whether *error* proves that not one byte of the request was sent: no name, no connection, no TLS."""
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(
        cause.reason, ConnectTimeoutError | NewConnectionError | ProxyError
    )


def status_of(error: Exception) -> int:
    """The HTTP status inside one of the SDK's exceptions, or 0. The one of a list page holds the whole answer."""
    found = getattr(error, "status", None)
    if found is None and len(error.args) > 1:
        found = getattr(error.args[1], "status_code", None)
    return found if isinstance(found, int) else 0


class _PlainConnection(HTTPConnection):
    """A connection whose every failure to open says so."""

    def connect(self) -> None:
        try:
            super().connect()
        except (OSError, HTTPError) as error:
            raise _not_opened(self, error) from error


class _TlsConnection(HTTPSConnection):
    """The same under TLS: a failed handshake is a connection that never opened."""

    def connect(self) -> None:
        try:
            super().connect()
        except (OSError, HTTPError) as error:
            raise _not_opened(self, error) from error


def _not_opened(connection: HTTPConnection, error: Exception) -> HTTPError:
    if isinstance(error, ConnectTimeoutError | NewConnectionError):
        return error
    return NewConnectionError(connection, f"the connection did not open: {type(error).__name__}")


class _PlainPool(HTTPConnectionPool):
    """Keeps no connection: whoever used one closes it.

    A connection is given back before the last look at its answer; another thread that found it here, and closed it,
    would close that answer under the one who reads it.
    """

    ConnectionCls = _PlainConnection

    def _put_conn(self, conn: BaseHTTPConnection | None) -> None:
        if conn is not None:
            conn.close()


class _TlsPool(HTTPSConnectionPool):
    """The same under TLS."""

    ConnectionCls = _TlsConnection

    def _put_conn(self, conn: BaseHTTPConnection | None) -> None:
        if conn is not None:
            conn.close()


class _Adapter(HTTPAdapter):
    """No retries, and connections that tell whether they opened, behind a proxy too."""

    def init_poolmanager(self, *args: object, **options: object) -> None:
        super().init_poolmanager(*args, **options)  # type: ignore[no-untyped-call, arg-type, unused-ignore]
        _teach(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: object) -> PoolManager:  # type: ignore[override, unused-ignore]
        manager: PoolManager = super().proxy_manager_for(proxy, **options)  # type: ignore[no-untyped-call, arg-type, unused-ignore]
        _teach(manager)
        return manager


def _teach(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}


class TwilioHttp(TwilioHttpClient):  # type: ignore[misc, unused-ignore]
    """Twilio's own HTTP client with a base address and time-outs, safe to use from several threads.

    *base* replaces scheme and host of every request, except that one of Twilio's regional addresses replaces only
    the main API's. *seconds* bounds the wait for an answer; opening the connection may take `CONNECT_SECONDS`.
    """

    def __init__(self, base: str | None, seconds: float) -> None:
        super().__init__(timeout=seconds)
        self._base = urlsplit(base) if base else None
        self._timeout = (min(CONNECT_SECONDS, seconds), seconds)
        self._http = requests.Session()
        self._http.headers["Connection"] = "close"
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._http.mount("https://", _Adapter(max_retries=0, pool_maxsize=1))
        self._http.mount("http://", _Adapter(max_retries=0, pool_maxsize=1))
        self._heed_environment()

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

    def _heed_environment(self) -> None:
        """Take proxies and certificate authorities from the process's environment once, not at each request."""
        address = self._address("https://api.twilio.com")
        found = self._http.merge_environment_settings(address, {}, None, None, None)
        self._http.proxies.update(found["proxies"])
        self._http.verify = found["verify"]
        self._http.trust_env = False

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        regional = self._base is not None and (self._base.hostname or "").endswith(".twilio.com")
        if self._base is None or (regional and parts.hostname != "api.twilio.com"):
            return url
        return parts._replace(scheme=self._base.scheme, netloc=self._base.netloc).geturl()
