"""The key under which a receiver knows one of our messages, however often it is handed over."""

from __future__ import annotations

import hashlib
import re

_KEY = re.compile(r"[A-Za-z0-9_:-]{1,255}")


def key_of(message_id: str) -> str:
    """The key of a message: its id, or a digest of it where it would not fit into a header as it stands."""
    if _KEY.fullmatch(message_id):
        return message_id
    return hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()
