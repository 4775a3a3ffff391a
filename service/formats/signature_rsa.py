"""RSA signatures: the sender keeps the private key, and the secret of the source is its public one."""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from service.formats.signature_calls import BadSignature, Call, fresh, from_base64

MAX_KEYS = 10
"""Keys of one set that are looked at."""

LEAST_BITS = 2048
MOST_BITS = 8192


def shipstation(call: Call, secret: str) -> bool:
    """ShipStation API and ShipEngine: `{timestamp}.{body}`, RSA with PKCS #1 v1.5 and SHA-256, in Base64.

    The header with the key's id says which key of a set is meant; a key that was given alone is tried whatever it says.
    """
    key_id = call.header("x-shipengine-rsa-sha256-key-id")
    stamp = call.header("x-shipengine-timestamp")
    given = call.header("x-shipengine-rsa-sha256-signature")
    fresh(stamp, "x-shipengine-timestamp", call.now)
    try:
        signature = b64decode(given, validate=True)
    except (NotBase64, ValueError):
        raise BadSignature("signature_malformed", "The signature is not Base64.", "Send it so.") from None
    content = f"{stamp}.".encode("utf-8", "replace") + call.body
    fits = [_fits(key, signature, content) for key in _keys(secret, key_id)]
    return any(fits)


def _fits(key: RSAPublicKey, signature: bytes, content: bytes) -> bool:
    try:
        key.verify(signature, content, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _keys(secret: str, key_id: str) -> list[RSAPublicKey]:
    """The keys of *secret* that *key_id* may mean. Raises `BadSignature` where it holds none at all."""
    try:
        if not secret.lstrip().startswith("{"):
            return [_strong(load_pem_public_key(secret.strip().encode()))]
        named = [(name, _strong(key)) for name, key in _of_json(json.loads(secret))]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UnsupportedAlgorithm, BadSignature):
        named = []
    if not named:
        raise BadSignature(
            "secret_unusable",
            "The secret of this source is no public RSA key.",
            "Copy the sender's public key again, as PEM, as JWK, or as its whole set of keys.",
        )
    return [key for name, key in named if name in {"", key_id}]


def _of_json(value: dict[str, object]) -> Iterator[tuple[str, object]]:
    found = value.get("keys", [value])
    for one in (found if isinstance(found, list) else [])[:MAX_KEYS]:
        if one["kty"] != "RSA":
            continue
        modulus, exponent = (int.from_bytes(from_base64(one[part])) for part in ("n", "e"))
        if not LEAST_BITS <= modulus.bit_length() <= MOST_BITS:
            raise ValueError("a key of that size is not taken")
        yield str(one.get("kid") or ""), RSAPublicNumbers(exponent, modulus).public_key()


def _strong(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey) or not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise ValueError("this is no RSA key of a size that is taken")
    return key
