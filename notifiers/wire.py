"""One HTTP request over a connection of its own: explicit time-outs, no retries, and proof of whether it ever left.

A connection that was kept open and died silently in between could not be told apart from a lost answer: none is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, ProxyError

if TYPE_CHECKING:
    from urllib3._base_connection import BaseHTTPConnection

CONNECT_SECONDS = 3.0
"""How long a connection may take to open."""

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
"""This machine: the only one that is spoken to without TLS."""


class NeverLeft(Exception):
    """Not one byte of the request was sent: no name, no connection, no TLS."""


class Lost(Exception):
    """The request left, and no whole answer came back."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises `ValueError` if it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            raise ValueError("the body is no JSON") from None
        if not isinstance(value, dict):
            raise ValueError("the body is no JSON object")  # noqa: TRY004 - callers ask whether it could be read
        return value


class Wire:
    """An HTTP API at *base*; *seconds* bounds the wait for an answer. Safe to use from several threads."""

    def __init__(self, base: str, seconds: float) -> None:
        self._base = base.rstrip("/")
        self._timeout = (min(CONNECT_SECONDS, seconds), seconds)
        self._session = session(self._base)

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpAnswer:
        """Make one request; a redirect is an answer, and is not followed. Raises `NeverLeft` or `Lost`."""
        try:
            answer = self._session.request(
                method,
                self._base + path,
                params=params,
                data=body,
                headers=dict(headers),
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if never_left(error):
                raise NeverLeft from None
            raise Lost from None
        except Exception:  # noqa: BLE001, RUF100 - the request may have left: whatever else breaks, nobody knows
            raise Lost from None
        return HttpAnswer(answer.status_code, answer.headers, answer.content)


def checked_base(value: str, example: str) -> str:
    """Return *value* without its last slash. Raises `ValueError` unless it is https, or http to this machine."""
    parts = urlsplit(value)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    if not safe or not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        raise ValueError(
            f"must be https:// and a host without a path (http:// only for this machine), such as {example}"
        )
    return value.rstrip("/")


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """The seconds of a Retry-After header (RFC 9110, section 10.2.3), which may be a number or a date.

    A date is measured against the answer's own Date header, so that no clock of ours is asked.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
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


def session(address: str) -> requests.Session:
    """A session that keeps no connection and no cookie, safe to use from several threads.

    Proxies and certificate authorities for *address* are taken from the process's environment once, not each time.
    """
    made = requests.Session()
    made.headers["Connection"] = "close"
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.mount("https://", _Adapter(max_retries=0, pool_maxsize=1))
    made.mount("http://", _Adapter(max_retries=0, pool_maxsize=1))
    found = made.merge_environment_settings(address, {}, None, None, None)
    made.proxies.update(found["proxies"])
    made.verify = found["verify"]
    made.trust_env = False
    return made


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
