"""What a text says, whatever link it carries: by this two texts are the same."""

from __future__ import annotations

import hashlib
import re

LINK = re.compile(r"/([tu])/[A-Za-z0-9_-]+")
"""A link's token is another one in each message."""


def bare(text: str) -> str:
    """*text* without the tokens of its links, and without a difference in white space."""
    return " ".join(LINK.sub(r"/\1/", text).split())


def digest(text: str) -> str:
    """32 hex digits that are the same for the same words, and name nobody."""
    return hashlib.blake2b(bare(text).encode(), digest_size=16).hexdigest()


def same(text: str, one: str, other: str) -> bool:
    """Whether *text* says what *one* and *other* say; where these two differ, in single digits, any digit will do."""
    given, first, second = bare(text), bare(one), bare(other)
    if not len(given) == len(first) == len(second):
        return False
    return all(a == b if b == c else a.isdigit() for a, b, c in zip(given, first, second, strict=True))
