"""One HTTPS request to an address that others chose: to public machines only, connected to exactly as checked.

A name is resolved once, every address behind it is looked at, and the connection goes to one of those, so that a name
that changes in between leads nowhere else. No redirect is followed, no proxy is used, and of the answer's body no more
is read than its beginning.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

LONGEST_HEAD = 65_536

BODY_SECONDS = 1.0
"""How long the beginning of a body is waited for, once the head is there."""

OWN_NAMES = ("localhost", ".localhost", ".local", ".internal")
"""Names that never lead to a public machine (RFC 6761, RFC 6762, ICANN's private-use domain), and their endings."""

_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
    )
)
"""What Python's own table of public addresses lets pass, or older ones do."""


@lru_cache(maxsize=8)
def trusting(ca_file: str | None) -> ssl.SSLContext:
    """Trusts the machine's certificate authorities, or those in a file; read once, for that takes long."""
    return ssl.create_default_context(cafile=ca_file)


class NotAllowed(ValueError):
    """The address is not one that we may call; the message is a sentence without the address."""


class NotReached(Exception):
    """No connection was opened: no name, nobody listens, or TLS failed."""


class NoAnswer(Exception):
    """The request left, and no readable answer came in time."""


@dataclass(frozen=True, slots=True)
class Head:
    """The status and headers of an answer; header names as in `Retry-After`. `body` is its beginning, if asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def is_public(address: str) -> bool:
    """Whether *address* (IPv4 or IPv6) is a machine on the public internet, and no private one inside another form."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip not in _PUBLIC_V6:
            return False
    unusual = ip.is_multicast or ip.is_reserved or ip.is_unspecified
    return ip.is_global and not unusual and not any(ip in network for network in _NOT_PUBLIC)


def checked_url(url: str, *, loopback: bool = False) -> SplitResult:
    """The parts of *url*. Raises `NotAllowed` unless it is plain https; http only with *loopback*."""
    try:
        parts = urlsplit(url) if re.fullmatch(r"[\x21-\x7e]{1,2000}", url) else None
        if parts is None or not parts.hostname or parts.port == 0:
            raise NotAllowed("The address is no URL.")
    except ValueError:
        raise NotAllowed("The address is no URL.") from None
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        raise NotAllowed("The address must begin with https://.")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("The address must hold no user name and no password.")
    return parts


def check_host(url: str, *, loopback: bool = False) -> None:
    """Raise `NotAllowed` where *url* can be refused before any name is looked up: its form, its IP or a local name."""
    parts = checked_url(url, loopback=loopback)
    host = (parts.hostname or "").rstrip(".")
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        ours, private = host == "localhost", any(host == name or host.endswith(name) for name in OWN_NAMES)
    else:
        ours, private = ip.is_loopback, not is_public(host)
    if private and not (ours and loopback):
        raise NotAllowed("The address leads into a private network.")
    if parts.scheme == "http" and not ours:
        raise NotAllowed("The address must begin with https://.")


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    seconds: float,
    tls: ssl.SSLContext,
    loopback: bool = False,
    most: int = 0,
) -> Head:
    """Post *body* to *url* within *seconds* after its name was resolved.

    With *loopback* this machine may be called too, and without TLS. Of an answer that is no 2xx the first *most* bytes
    are read. Raises `NotAllowed`, `NotReached` or `NoAnswer`.
    """
    parts = checked_url(url, loopback=loopback)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = _resolved(parts.hostname or "", port, loopback)
    if parts.scheme == "http" and not all(ipaddress.ip_address(ip).is_loopback for _, ip in found):
        raise NotAllowed("The address must begin with https://.")
    deadline = time.monotonic() + seconds
    sock = _connected(found, port, deadline)
    try:
        if parts.scheme == "https":
            sock = _secured(sock, tls, parts.hostname or "", deadline)
        return _exchanged(sock, _request(parts, headers, body), deadline, most)
    finally:
        sock.close()


def _resolved(host: str, port: int, loopback: bool) -> Sequence[tuple[int, str]]:
    """Every address of *host* as (family, address), all of them allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotReached from None
    addresses = tuple(dict.fromkeys((int(family), str(where[0])) for family, _, _, _, where in found))
    for _, address in addresses:
        own = loopback and ipaddress.ip_address(address.partition("%")[0]).is_loopback
        if not own and not is_public(address):
            raise NotAllowed("The address leads into a private network.")
    return addresses


def _connected(found: Sequence[tuple[int, str]], port: int, deadline: float) -> socket.socket:
    for family, address in found:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(_left(deadline))
            sock.connect((address, port))
        except OSError:
            sock.close()
            continue
        return sock
    raise NotReached


def _secured(sock: socket.socket, tls: ssl.SSLContext, host: str, deadline: float) -> socket.socket:
    try:
        sock.settimeout(_left(deadline))
        return tls.wrap_socket(sock, server_hostname=host)
    except (OSError, ValueError):
        raise NotReached from None


def _request(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    own = {"Host": parts.netloc, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in (own | dict(headers)).items())]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def _exchanged(sock: socket.socket, request: bytes, deadline: float, most: int) -> Head:
    try:
        waiting = memoryview(request)
        while waiting:
            sock.settimeout(_left(deadline))
            waiting = waiting[sock.send(waiting) :]
        held = b""
        while True:
            head, found, rest = held.partition(b"\r\n\r\n")
            if found and not re.match(rb"HTTP/1\.[01] 1\d\d\b", head):
                answer = _read(head)
                return (
                    answer if 200 <= answer.status < 300 else replace(answer, body=_begun(sock, rest, deadline, most))
                )
            if found:  # an interim answer: the real one follows
                held = rest
                continue
            sock.settimeout(_left(deadline))
            part = sock.recv(8192)
            if not part or len(held) > LONGEST_HEAD:
                raise NoAnswer
            held += part
    except (OSError, http.client.HTTPException):
        raise NoAnswer from None


def _begun(sock: socket.socket, held: bytes, deadline: float, most: int) -> bytes:
    """The first *most* bytes of a body, as far as they come at once; *held* came with the head."""
    until = min(deadline, time.monotonic() + BODY_SECONDS)
    try:
        while len(held) < most:
            sock.settimeout(_left(until))
            part = sock.recv(most)
            if not part:
                break
            held += part
    except OSError:
        pass
    return held[:most]


def _read(head: bytes) -> Head:
    line, _, rest = head.partition(b"\r\n")
    status = re.match(rb"HTTP/1\.[01] ([2-9]\d\d)\b", line)
    if status is None:
        raise NoAnswer
    fields = http.client.parse_headers(io.BytesIO(rest + b"\r\n\r\n"))
    return Head(int(status.group(1)), {name.title(): value for name, value in fields.items()})


def _left(deadline: float) -> float:
    """The seconds until *deadline*. Raises `TimeoutError` when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
