"""Who may look at the phone and the inbox: they show real addresses, so only people on this machine may.

A service with a public address shows them to this machine alone. Without one it is on somebody's desk or in a
container, and the private network may look too. Names that resolve from outside are refused either way, so that no
web page of a stranger can reach in through a browser here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from fastapi import Request

FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")
"""What a proxy adds: whoever comes through one is not on this machine."""


def may_look(request: Request, public_url: str | None) -> bool:
    """Whether the caller may see the phone and the inbox."""
    if not _near(request.headers.get("host", "")) or any(name in request.headers for name in FORWARDED):
        return False
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    return address.is_loopback or (public_url is None and address.is_private)


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a form was posted by a page of ours. A caller that is no browser sends neither header."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")


def _near(host: str) -> bool:
    """Whether a Host header names a machine directly: an address, `localhost`, or a name without a dot."""
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    name = name.strip("[]")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(name) and ("." not in name or name.endswith(".localhost"))
    return True
