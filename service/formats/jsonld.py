"""JSON-LD as senders write it: the same property by prefix, by full address or bare, a value alone, typed or in a list.

Only names are compared, never contexts: fetching one is no part of reading, and the names of these standards are their
own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_TAIL = re.compile(r"[#/:]")
_HOLDERS = frozenset({"@list", "@set", "@graph"})
_USUAL = 100
"""Characters of a name that is worth keeping: the same few come again and again."""


def name_of(address: str) -> str:
    """The last part of a name: `eventCode` of `cargo:eventCode`, and `DEP` of `…/StatusCode#DEP`."""
    if len(address) <= _USUAL:
        return _tail(address)
    return _TAIL.split(address.rstrip("/"))[-1]


@lru_cache(maxsize=4096)
def _tail(address: str) -> str:
    return _TAIL.split(address.rstrip("/"))[-1]


def plain(node: dict[str, Any]) -> dict[str, Any]:
    """*node* with bare names. Where two are alike, the first counts."""
    found: dict[str, Any] = {}
    for key, value in node.items():
        found.setdefault(key if key[:1] == "@" else name_of(key), value)
    return found


def many(value: object) -> list[object]:
    """*value* as a list: none for null, and those of an `@list` or `@set`."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        for key in _HOLDERS & value.keys():
            if isinstance(value[key], list):
                return list(value[key])
    return [value]


def one(value: object) -> object:
    """The first value, without its type."""
    if isinstance(value, str) or value is None:
        return value
    values = many(value)
    first = values[0] if values else None
    return first.get("@value", first) if isinstance(first, dict) else first


def node(value: object) -> dict[str, Any]:
    """The first node with bare names, empty where the value is none."""
    first = one(value)
    return plain(first) if isinstance(first, dict) else {}


def address(value: object) -> str | None:
    """What the first value points to: its `@id` or `id`, or the text itself."""
    first = one(value)
    if isinstance(first, dict):
        first = first.get("@id", first.get("id"))
    return first.strip() or None if isinstance(first, str) else None


def types(here: dict[str, Any]) -> set[str]:
    """The bare names of a node's types."""
    return {name_of(kind) for kind in many(here.get("@type", here.get("type"))) if isinstance(kind, str)}
