"""The secrets of sources as the API takes, draws and keeps them; an address can be one itself."""

from __future__ import annotations

from base64 import b64encode
from secrets import token_bytes

from service.api.problems import HIDDEN, flawed
from service.formats import signatures
from service.store import sources
from service.store.sources import SourceRow


def post_to(row: SourceRow, token: str = HIDDEN) -> str:
    """Where a source posts to; *token* is the secret part of its address, where it has one."""
    return f"/v1/in/{row.id}/{token}" if row.scheme == signatures.SOURCE_URL else f"/v1/in/{row.id}"


def check_change(scheme: str, wanted: str | None) -> None:
    """Raise `Refusal` where a change of scheme would use a secret as what it is not: the hash of an address, or one."""
    if wanted is not None and wanted != scheme and signatures.SOURCE_URL in {wanted, scheme}:
        fix = f"Add another source with the scheme `{wanted[:40]}`, and remove this one."
        raise flawed("scheme_is_fixed", "A source cannot come to or from `source_url`.", fix, pointer="/scheme")


def check_secret(scheme: str, secret: str | None) -> None:
    """Raise `Refusal` for a secret that the caller chose where the address is the secret: it must not be guessed.

    So it does for none where only the sender has one to give, and for one that nothing would look at.
    """
    ask = signatures.SCHEMES[scheme].ask
    if secret is not None and scheme == signatures.API_KEY:
        fix = "Leave `secret` out: the source is called with an API key. `POST /v1/keys` makes one."
        raise flawed("secret_unused", "The scheme `api_key` has no secret.", fix, pointer="/secret")
    if secret is None and ask:
        raise flawed(
            "secret_missing", f"The scheme `{scheme}` has a secret that cannot be drawn.", ask, pointer="/secret"
        )
    if secret is not None and scheme == signatures.SOURCE_URL:
        fix = "Leave `secret` out: the address is drawn here, and shown once."
        raise flawed("secret_is_drawn", "The address of this scheme cannot be chosen.", fix, pointer="/secret")


def kept(scheme: str, secret: str | None) -> list[str]:
    """What is stored of a secret: itself, for it has to be used, or the hash of the secret part of an address."""
    if secret is None:
        return []
    return [signatures.hashed(secret) if scheme == signatures.SOURCE_URL else secret]


def check_rotation(scheme: str, secret: str | None) -> None:
    """Raise `Refusal` for a secret that cannot be put in force, or where the scheme has none."""
    check_secret(scheme, secret)
    if scheme == signatures.API_KEY:
        fix = "Make another key with `POST /v1/keys`, and revoke the one before."
        raise flawed("secret_unused", "The scheme `api_key` has no secret.", fix, pointer="")


def fresh_secret(scheme: str) -> str | None:
    """256 random bits in Base64, which every scheme can use; with its customary prefix for Standard Webhooks.

    None for a source that is called with an API key: it has no secret.
    """
    if scheme == signatures.API_KEY:
        return None
    if scheme == signatures.SOURCE_URL:
        return sources.drawn_token()
    drawn = b64encode(token_bytes(32)).decode()
    return f"whsec_{drawn}" if scheme == "standard_webhooks" else drawn
