"""How sources prove who they are: schemes over the raw bytes of a call, each a row of one table.

Everything fails closed: no secret, no header, or a scheme that is not known is a refusal. Digests are compared in
constant time, and every live secret is tried. Most sources sign neither time nor id, so a repeated call verifies; that
it changes nothing is the idempotency ledger's work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from service.formats.signature_calls import TOLERANCE, BadSignature, Call, Scheme
from service.formats.signature_schemes import API_KEY, BASIC_USER, IN_ENVELOPE, SCHEMES, SOURCE_URL, hashed

__all__ = [
    "API_KEY",
    "BASIC_USER",
    "IN_ENVELOPE",
    "MAX_SECRETS",
    "SCHEMES",
    "SOURCE_URL",
    "TOLERANCE",
    "BadSignature",
    "Scheme",
    "hashed",
    "verify",
]

MAX_SECRETS = 2
"""Live secrets of a source: the present one, and the one before it while both ends change over."""

_SWITCHES = ("secret_base64", "hmac")
"""Options of a scheme for which a sender's documentation leaves two readings."""


def verify(
    scheme: str,
    secrets: Sequence[str],
    options: Mapping[str, object],
    body: bytes,
    headers: Mapping[str, str],
    now: datetime,
    *,
    token: str = "",
) -> None:
    """Return if *body*, as received, is signed with one of *secrets*; raise `BadSignature` otherwise.

    With `api_key` there is no signature to check: the API key in the header has already let the call in. *token* is
    what the address ended with.
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
    call = Call(body, {name.lower(): value for name, value in headers.items()}, options, now, token)
    # Every secret is tried, whichever fits, so that the time taken does not tell.
    try:
        fits = [row.accepts(call, secret) for secret in live]
    except BadSignature as error:
        raise _other_scheme(call, scheme, error) from None
    if not any(fits):
        raise _wrong(scheme, row.unlike(call), _other_option(call, row, live))


def _other_option(call: Call, row: Scheme, live: Sequence[str]) -> str:
    """The option with which the signature would fit, such as `hmac=false`; empty where none is.

    Only who has a secret of this source makes such a signature.
    """
    for name in _SWITCHES:
        for value in (False, True):
            other = replace(call, options={**call.options, name: value})
            try:
                if name in row.options and row.accepts and any(row.accepts(other, secret) for secret in live):
                    return f"{name}={str(value).lower()}"
            except BadSignature:
                continue
    return ""


def _other_scheme(call: Call, scheme: str, error: BadSignature) -> BadSignature:
    """*error*, with the scheme that fits where a header is missing and that of another scheme is there instead.

    Whose scheme signs nothing is not told to sign.
    """
    if error.code != "signature_missing":
        return error
    for name, other in SCHEMES.items():
        own = other.header and "header" not in other.options and other.header != "Authorization"
        if own and name != scheme and call.headers.get(other.header.lower(), "").strip():
            fix = (
                f"It has {other.header} in its place: that is the scheme `{name}`. Add the source with "
                f"`--scheme {name}`, or change it with `PATCH /v1/sources/NAME`."
            )
            return BadSignature(error.code, error.message, fix)
    if SCHEMES[scheme].header and SCHEMES[scheme].proves == "caller":
        fix = "Set the secret of this source at the sender: it goes into that header."
        return BadSignature(error.code, error.message, fix)
    return error


def _wrong(scheme: str, unlike: str, option: str) -> BadSignature:
    code = "signature_wrong"
    if option:
        fix = f"It fits with the option {option}: set it with `milepost sources set NAME --option {option}`."
        return BadSignature(code, "The signature does not fit the body as this source reads it.", fix)
    if unlike:
        return BadSignature(code, "What the caller sent is not the user name and the secret of this source.", unlike)
    if scheme == SOURCE_URL:
        fix = "Copy the whole address again; `milepost sources rotate` draws another."
        return BadSignature(code, "The last part of the address is not the secret of this source.", fix)
    if SCHEMES[scheme].proves == "caller":
        fix = "Compare it with that of this source; `milepost sources rotate` draws another."
        return BadSignature(code, "What the caller sent is not the secret of this source.", fix)
    return BadSignature(
        code,
        "The signature does not fit the body.",
        "Compare the secret at the sender with that of this source, and let nothing change the body on its way.",
    )
