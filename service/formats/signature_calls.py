"""What a signature scheme looks at, and the small checks that schemes share."""

from __future__ import annotations

import hmac
import unicodedata
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

TOLERANCE = timedelta(minutes=5)
"""How old, or how far ahead, a signed time may be (Standard Webhooks' reference libraries)."""


class BadSignature(Exception):
    """The call is not proven to come from its source. `code` is stable; `fix` says what to set or send."""

    def __init__(self, code: str, message: str, fix: str) -> None:
        super().__init__(f"{message} {fix}")
        self.code = code
        self.message = message
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Call:
    """What a scheme looks at. `headers` have lower-case names; `token` is what stood in the address, never logged."""

    body: bytes
    headers: Mapping[str, str]
    options: Mapping[str, object]
    now: datetime
    token: str = field(default="", repr=False)

    def header(self, name: str) -> str:
        """The value of a header that must be there."""
        value = self.headers.get(name.lower(), "").strip()
        if not value:
            raise BadSignature(
                "signature_missing",
                f"The call has no {name} header.",
                "Switch signing on at the sender, with the secret of this source.",
            )
        return value

    def option(self, name: str, default: str) -> str:
        """An option that is text."""
        value = self.options.get(name, default)
        if not isinstance(value, str):
            raise BadSignature(
                "bad_option", f"The source's option {name} must be text.", f"Set it such as {default!r}."
            )
        return value

    def switch(self, name: str, default: bool) -> bool:
        """An option that is true or false."""
        value = self.options.get(name, default)
        if not isinstance(value, bool):
            raise BadSignature("bad_option", f"The source's option {name} must be true or false.", "Set it so.")
        return value


@dataclass(frozen=True, slots=True)
class Scheme:
    """A row of the table: what it is for, whether it needs a secret, and its options with a sentence each.

    `accepts` says whether the call is signed with one secret; it raises `BadSignature` for what no secret could mend.
    `proves` says what a good call shows: that the body is the sender's own (`body`), the same and when (`time`), or no
    more than that the caller knows the secret (`caller`). `weak` is why nobody should choose it without need. `ask`
    says where the secret comes from, for schemes for which none can be drawn here. `unlike` says what is wrong of a
    call beside the secret, as a sentence that holds whatever the secret is; empty where nothing is.
    """

    title: str
    header: str
    options: Mapping[str, str]
    accepts: Callable[[Call, str], bool] | None
    proves: str = "body"
    weak: str = ""
    ask: str = ""
    unlike: Callable[[Call], str] = lambda _call: ""


def same(expected: str, given: str) -> bool:
    """Whether two texts are alike, in a time that does not depend on where they differ."""
    return hmac.compare_digest(expected.encode("utf-8", "replace"), given.encode("utf-8", "replace"))


_STANDARD_ALPHABET = str.maketrans("-_", "+/")


def from_base64(secret: str) -> bytes:
    """The bytes of *secret*, in either alphabet (RFC 4648), padded or not."""
    plain = secret.strip().translate(_STANDARD_ALPHABET).rstrip("=")
    try:
        key = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (NotBase64, ValueError):
        key = b""
    if not key:
        raise BadSignature(
            "secret_unusable", "The secret of this source is not Base64.", "Copy it again from the sender."
        )
    return key


def plain_key(secret: str, form: str = "") -> bytes:
    """The bytes of a secret that is text, in UTF-8; NFKD as *form* brings it into that form first."""
    if form not in {"", "NFKD"}:
        raise BadSignature(
            "bad_option", "The source's option normalise is not known.", "Set it to NFKD, or not at all."
        )
    return (unicodedata.normalize("NFKD", secret) if form else secret).encode("utf-8", "replace")


def fresh(stamp: str, header: str, now: datetime) -> None:
    """Raise `BadSignature` unless *stamp* (seconds since 1970, RFC 3339, or an HTTP date) is about *now*."""
    at = _instant(stamp)
    if at is None:
        raise BadSignature("signature_malformed", f"{header} is not a time.", "Send Unix time.")
    if abs(at - now) > TOLERANCE:
        raise BadSignature(
            "signature_stale",
            f"The signed time is more than {TOLERANCE.seconds // 60} minutes away from ours.",
            "Sign each attempt anew, and set the sender's clock.",
        )


def _instant(stamp: str) -> datetime | None:
    if stamp.isascii() and stamp.isdigit():
        return datetime.fromtimestamp(int(stamp), UTC) if len(stamp) <= 11 else None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(stamp)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at if at.tzinfo is not None else None
    return None
