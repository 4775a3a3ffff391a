"""Ids that tell their kind and sort by time: `shp_01k4…`."""

from __future__ import annotations

import uuid_utils

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no i, l, o or u to misread."""

PAIRS = [a + b for a in ALPHABET for b in ALPHABET]


def new_id(prefix: str) -> str:
    """A fresh id such as `fct_01k4x…`: 26 characters of a time-ordered UUID (RFC 9562, version 7)."""
    number = uuid_utils.uuid7().int
    return prefix + "_" + "".join(PAIRS[(number >> shift) & 1023] for shift in range(120, -10, -10))
