"""A limit on wrong links, so that nobody finds one by trying."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from datetime import datetime, timedelta


class Misses:
    """Counts wrong links per visitor, in memory. Above *most* within *span* the visitor waits until the span is over.

    A visitor is an IPv4 address or an IPv6 /64, because a household holds the whole of it.
    """

    def __init__(self, most: int = 20, span: timedelta = timedelta(minutes=10), remembered: int = 20_000) -> None:
        self._most = most
        self._span = span
        self._remembered = remembered
        self._seen: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, visitor: str, now: datetime) -> int:
        """How many seconds *visitor* has to wait; 0 for none."""
        with self._lock:
            since, count = self._seen.get(_name(visitor), (now, 0))
        left = since + self._span - now
        return int(left.total_seconds()) + 1 if count >= self._most and left > timedelta() else 0

    def add(self, visitor: str, now: datetime) -> None:
        """Count one wrong link of *visitor*."""
        name = _name(visitor)
        with self._lock:
            since, count = self._seen.pop(name, (now, 0))
            self._seen[name] = (since, count + 1) if now - since < self._span else (now, 1)
            while len(self._seen) > self._remembered:
                self._seen.popitem(last=False)


def _name(visitor: str) -> str:
    try:
        address = ipaddress.ip_address(visitor)
    except ValueError:
        return visitor
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
