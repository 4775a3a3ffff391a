"""How sources prove who they are: schemes over the raw bytes of a call, each a row of one table.

Everything fails closed: no secret, no header, or a scheme that is not known is a refusal. Digests are compared in
constant time, and every live secret is tried. Most sources sign neither time nor id, so a repeated call verifies; that
it changes nothing is the idempotency ledger's work.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_SECRETS = 2
"""Live secrets of a source: the present one, and the one before it while both ends change over."""

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
    """What a scheme looks at. `headers` have lower-case names."""

    body: bytes
    headers: Mapping[str, str]
    options: Mapping[str, object]
    now: datetime

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
    """

    title: str
    header: str
    options: Mapping[str, str]
    accepts: Callable[[Call, str], bool] | None


def verify(
    scheme: str,
    secrets: Sequence[str],
    options: Mapping[str, object],
    body: bytes,
    headers: Mapping[str, str],
    now: datetime,
) -> None:
    """Return if *body*, as received, is signed with one of *secrets*; raise `BadSignature` otherwise.

    With `api_key` there is no signature to check: the API key in the header has already let the call in.
    """
    row = SCHEMES.get(scheme)
    if row is None:
        raise BadSignature("unknown_scheme", f"There is no signature scheme {scheme!r}.", f"Use {', '.join(SCHEMES)}.")
    if row.accepts is None:
        return
    live = [secret for secret in secrets if secret][:MAX_SECRETS]
    if not live:
        raise BadSignature(
            "no_secret", "This source has no secret, so nothing can be verified.", "Set the secret of the source."
        )
    call = Call(body, {name.lower(): value for name, value in headers.items()}, options, now)
    # Every secret is tried, whichever fits, so that the time taken does not tell.
    fits = [row.accepts(call, secret) for secret in live]
    if not any(fits):
        raise BadSignature(
            "signature_wrong",
            "The signature does not fit the body.",
            "Compare the secret at the sender with that of this source, and let nothing change the body on its way.",
        )


_STANDARD_ALPHABET = str.maketrans("-_", "+/")


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def _from_base64(secret: str) -> bytes:
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


_SIGNATURE_TYPE = re.compile(r"([A-Za-z0-9_+-]+)=([0-9A-Fa-f]+)", re.ASCII)


def _dcsa(call: Call, secret: str) -> bool:
    """DCSA Track & Trace 2.2: `Notification-Signature: sha256=<hex>` over the whole body.

    The definition says that the secret is Base64 and that the digest is keyed; it says neither that the secret is
    decoded first nor that the keying is HMAC, so both can be set.
    """
    found = _SIGNATURE_TYPE.fullmatch(call.header("Notification-Signature"))
    if found is None or found[1].lower() != "sha256":
        raise BadSignature(
            "signature_malformed",
            "Notification-Signature has not the form sha256=<hexadecimal>.",
            "DCSA names no other type: ask the carrier for sha256.",
        )
    key = _from_base64(secret) if call.switch("secret_base64", True) else secret.encode()
    if call.switch("hmac", True):
        expected = hmac.new(key, call.body, hashlib.sha256).hexdigest()
    else:
        expected = hashlib.sha256(key + call.body).hexdigest()
    return _same(expected, found[2].lower())


def _key(call: Call, secret: str) -> bytes:
    if call.switch("secret_base64", False):
        return _from_base64(secret)
    form = call.option("normalise", "")
    if form not in {"", "NFKD"}:
        raise BadSignature(
            "bad_option", "The source's option normalise is not known.", "Set it to NFKD, or not at all."
        )
    return (unicodedata.normalize("NFKD", secret) if form else secret).encode()


def _given(call: Call) -> str:
    header = call.option("header", "X-Signature")
    value = call.header(header)
    prefix = call.option("prefix", "")
    if not value.startswith(prefix):
        raise BadSignature(
            "signature_malformed",
            f"{header} does not begin with {prefix!r}.",
            "Set the source's option prefix to what the sender writes before the signature.",
        )
    return value[len(prefix) :]


def _hmac_hex(call: Call, secret: str) -> bool:
    return _same(hmac.new(_key(call, secret), call.body, hashlib.sha256).hexdigest(), _given(call).lower())


def _hmac_base64(call: Call, secret: str) -> bool:
    return _same(b64encode(hmac.digest(_key(call, secret), call.body, "sha256")).decode(), _given(call))


def _standard_webhooks(call: Call, secret: str) -> bool:
    """Standard Webhooks 1: `{id}.{timestamp}.{body}`, HMAC-SHA256, Base64, one or more `v1,` entries."""
    call_id, stamp = call.header("webhook-id"), call.header("webhook-timestamp")
    entries = call.header("webhook-signature").split()
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise BadSignature("signature_malformed", "webhook-timestamp is not a number of seconds.", "Send Unix time.")
    if abs(int(stamp) - call.now.timestamp()) > TOLERANCE.total_seconds():
        raise BadSignature(
            "signature_stale",
            f"The signed time is more than {TOLERANCE.seconds // 60} minutes away from ours.",
            "Sign each attempt anew, and set the sender's clock.",
        )
    key = _from_base64(secret.removeprefix("whsec_"))
    content = f"{call_id}.{stamp}.".encode("utf-8", "replace") + call.body
    expected = b64encode(hmac.digest(key, content, "sha256")).decode()
    fits = [_same(expected, entry[3:]) for entry in entries if entry.startswith("v1,")]
    return any(fits)


_HMAC_OPTIONS: Mapping[str, str] = {
    "header": "The header that carries the signature; X-Signature unless set.",
    "prefix": "What stands in the header before the signature, such as sha256=; nothing unless set.",
    "normalise": "NFKD brings the secret into that form first (EasyPost).",
    "secret_base64": "true decodes the secret from Base64 first; false unless set.",
}

SCHEMES: dict[str, Scheme] = {
    "api_key": Scheme("No signature: an API key of ours in the Authorization header", "", {}, None),
    "dcsa_sha256": Scheme(
        "DCSA Track & Trace 2.2",
        "Notification-Signature",
        {
            "secret_base64": "false uses the secret as text; true (unless set) decodes it from Base64 first.",
            "hmac": "false hashes secret and body one after the other; true (unless set) is HMAC.",
        },
        _dcsa,
    ),
    "hmac_sha256_hex": Scheme("HMAC-SHA256 of the body, hexadecimal", "X-Signature", _HMAC_OPTIONS, _hmac_hex),
    "hmac_sha256_base64": Scheme("HMAC-SHA256 of the body, Base64", "X-Signature", _HMAC_OPTIONS, _hmac_base64),
    "standard_webhooks": Scheme("Standard Webhooks 1", "webhook-signature", {}, _standard_webhooks),
}
"""Every scheme by name."""
