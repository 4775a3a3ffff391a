"""Links of a text, derived from its key, so that preview, real text and a restored database agree."""

from __future__ import annotations

import hashlib
import hmac

from service.flows.kit import Kit

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH = 10
"""62 to the power of 10 is 59 bits: enough where misses are limited and nothing personal stands behind a link."""


def link_token(secret: bytes, key: str) -> str:
    """The ten characters of the link in the text with this key."""
    number = int.from_bytes(hmac.new(secret, b"link:" + key.encode(), hashlib.sha256).digest()[:16], "big")
    token = ""
    for _ in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        token += LETTERS[rest]
    return token


def link_digest(token: str) -> str:
    """What the directory keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def callback_url(kit: Kit, notifier: str, account_id: str, attempt_id: str) -> str | None:
    """Where a provider reports on one call; None where it cannot reach us."""
    return f"{kit.public_url}/v1/callbacks/{notifier}/{account_id}/{attempt_id}" if kit.public_url else None
