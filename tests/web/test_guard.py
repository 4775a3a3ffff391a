"""Who may look at the phone and the inbox, and how often a wrong link may be tried."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from starlette.requests import Request

from service.web.guard import may_look, same_origin
from service.web.misses import Misses

PUBLIC = "https://t.example.com"


def request(client: str, host: str, **headers: str) -> Request:
    named = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = [(name.encode(), value.encode()) for name, value in named.items()]
    return Request(
        {"type": "http", "method": "GET", "path": "/phone", "headers": raw, "client": (client, 5), "query_string": b""}
    )


@pytest.mark.parametrize(
    ("client", "host", "public_url", "allowed"),
    [
        ("127.0.0.1", "127.0.0.1:8000", None, True),
        ("127.0.0.1", "127.0.0.1:8000", PUBLIC, True),
        ("::1", "[::1]:8000", PUBLIC, True),
        ("::ffff:127.0.0.1", "localhost", PUBLIC, True),
        ("172.17.0.1", "localhost:8000", None, True),
        ("172.17.0.1", "localhost:8000", PUBLIC, False),
        ("203.0.114.9", "127.0.0.1:8000", None, False),
        ("127.0.0.1", "t.example.com", PUBLIC, False),
        ("127.0.0.1", "rebound.example.com:8000", None, False),
        ("127.0.0.1", "", None, False),
        ("testclient", "localhost", None, False),
    ],
)
def test_only_people_on_this_machine_look(client: str, host: str, public_url: str | None, allowed: bool) -> None:
    assert may_look(request(client, host), public_url) is allowed


@pytest.mark.parametrize("header", ["x_forwarded_for", "x_real_ip", "forwarded", "via"])
def test_nobody_looks_through_a_proxy(header: str) -> None:
    assert not may_look(request("127.0.0.1", "127.0.0.1:8000", **{header: "203.0.113.9"}), None)


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"host": "localhost"}, True),
        ({"host": "localhost", "sec-fetch-site": "same-origin"}, True),
        ({"host": "localhost", "sec-fetch-site": "cross-site"}, False),
        ({"host": "localhost:8000", "origin": "http://localhost:8000"}, True),
        ({"host": "localhost:8000", "origin": "http://evil.example.com"}, False),
    ],
)
def test_forms_of_strangers_are_refused(headers: dict[str, str], ours: bool) -> None:
    assert same_origin(headers) is ours


def test_a_visitor_waits_after_too_many_wrong_links(noon: datetime) -> None:
    misses = Misses(most=3, span=timedelta(minutes=10))
    for _ in range(3):
        assert misses.wait("203.0.113.9", noon) == 0
        misses.add("203.0.113.9", noon)
    assert misses.wait("203.0.113.9", noon) == 601
    assert misses.wait("203.0.113.10", noon) == 0
    assert misses.wait("203.0.113.9", noon + timedelta(minutes=10)) == 0


def test_an_ipv6_household_counts_as_one(noon: datetime) -> None:
    misses = Misses(most=2)
    misses.add("2001:db8:1:2::1", noon)
    misses.add("2001:db8:1:2::2", noon)
    assert misses.wait("2001:db8:1:2::3", noon) > 0
    assert misses.wait("2001:db8:1:3::1", noon) == 0


def test_memory_is_bounded(noon: datetime) -> None:
    misses = Misses(most=1, remembered=2)
    for name in ("203.0.113.1", "203.0.113.2", "203.0.113.3"):
        misses.add(name, noon)
    assert misses.wait("203.0.113.1", noon) == 0
    assert misses.wait("203.0.113.3", noon) > 0
