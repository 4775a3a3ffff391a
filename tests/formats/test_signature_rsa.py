"""RSA signatures of ShipStation: its public key is the secret, alone or among others."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.formats.signatures import BadSignature, verify

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
BODY = b'{"resource_type": "API_TRACK"}\n'
STAMP = "2026-09-17T11:59:30.123Z"
OURS = rsa.generate_private_key(65537, 2048)
THEIRS = rsa.generate_private_key(65537, 2048)
SHORT = rsa.generate_private_key(65537, 1024)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def jwk(key: rsa.RSAPrivateKey, kid: str | None = "k1") -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    n, e = (
        urlsafe_b64encode(x.to_bytes((x.bit_length() + 7) // 8)).decode().rstrip("=") for x in (numbers.n, numbers.e)
    )
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "n": n, "e": e} | ({"kid": kid} if kid else {})


def headers(key: rsa.RSAPrivateKey = OURS, stamp: str = STAMP, body: bytes = BODY) -> dict[str, str]:
    signature = key.sign(f"{stamp}.".encode() + body, padding.PKCS1v15(), SHA256())
    return {
        "X-ShipEngine-RSA-SHA256-Key-Id": "k1",
        "X-ShipEngine-RSA-SHA256-Signature": b64encode(signature).decode(),
        "X-ShipEngine-Timestamp": stamp,
    }


def refusal(secret: str, sent: dict[str, str], body: bytes = BODY, now: datetime = NOW) -> str | None:
    try:
        verify("shipstation", [secret], {}, body, sent, now)
    except BadSignature as error:
        return error.code if error.fix else "no fix"
    return None


GOOD = {
    "pem": pem(OURS),
    "jwk": json.dumps(jwk(OURS)),
    "jwk without id": json.dumps(jwk(OURS, None)),
    "set": json.dumps({"keys": [jwk(THEIRS, "k0"), {"kty": "EC"}, jwk(OURS)]}, indent=2),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_signed_call_is_believed(name: str) -> None:
    assert refusal(GOOD[name], headers()) is None


@pytest.mark.parametrize("name", GOOD)
def test_any_change_is_noticed(name: str) -> None:
    secret = GOOD[name]
    assert refusal(secret, headers(), BODY + b" ") == "signature_wrong"
    assert refusal(secret, headers() | {"X-ShipEngine-Timestamp": "2026-09-17T11:59:31Z"}) == "signature_wrong"
    assert refusal(secret, headers(THEIRS)) == "signature_wrong"
    assert refusal(secret, headers(), now=NOW + timedelta(minutes=5)) == "signature_stale"
    for lacking in headers():
        sent = {name: value for name, value in headers().items() if name != lacking}
        assert refusal(secret, sent) == "signature_missing"
    assert refusal(secret, headers() | {"X-ShipEngine-RSA-SHA256-Signature": "no!"}) == "signature_malformed"
    assert refusal(secret, headers() | {"X-ShipEngine-Timestamp": "soon"}) == "signature_malformed"


def test_the_id_names_a_key_of_a_set() -> None:
    keys = json.dumps({"keys": [jwk(OURS, "k0"), jwk(THEIRS, "k1")]})
    assert refusal(keys, headers()) == "signature_wrong"
    assert refusal(json.dumps({"keys": [jwk(OURS, "k0")]}), headers()) == "signature_wrong"


@pytest.mark.parametrize(
    "secret",
    [
        "a secret of many words",
        "{",
        "{}",
        '{"keys": []}',
        '{"keys": {}}',
        '{"keys": [7]}',
        '{"keys": [{"kty": "RSA"}]}',
        '{"kty": "RSA", "n": "AQAB", "e": "AQAB"}',
        '{"kty": "RSA", "n": 7, "e": 7}',
        '{"kty": "EC"}',
        "{" * 2_000,
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        pem(SHORT),
        json.dumps(jwk(SHORT)),
        pem(ec.generate_private_key(ec.SECP256R1())),
    ],
)
def test_what_is_no_strong_public_key_is_no_secret(secret: str) -> None:
    assert refusal(secret, headers()) == "secret_unusable"
