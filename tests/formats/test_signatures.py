"""Signatures: each scheme accepts its own call and nothing else."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats.signatures import SCHEMES, BadSignature, verify

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
BODY = b'[{"eventID": "1"}]\n'
KEY = b"thirty-two bytes of secret......"
B64 = b64encode(KEY).decode()
STAMP = str(int(NOW.timestamp()))


def mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).digest()


def webhook(key: bytes = KEY, stamp: str = STAMP, body: bytes = BODY) -> dict[str, str]:
    signature = b64encode(mac(key, f"msg_1.{stamp}.".encode() + body)).decode()
    return {"Webhook-Id": "msg_1", "Webhook-Timestamp": stamp, "Webhook-Signature": f"v1,{signature}"}


GOOD: list[tuple[str, str, dict[str, object], dict[str, str]]] = [
    ("dcsa_sha256", B64, {}, {"Notification-Signature": "sha256=" + mac(KEY, BODY).hex()}),
    ("dcsa_sha256", B64, {}, {"notification-signature": " sha256=" + mac(KEY, BODY).hex().upper() + " "}),
    (
        "dcsa_sha256",
        B64,
        {"secret_base64": False},
        {"Notification-Signature": "sha256=" + mac(B64.encode(), BODY).hex()},
    ),
    (
        "dcsa_sha256",
        B64,
        {"hmac": False},
        {"Notification-Signature": "sha256=" + hashlib.sha256(KEY + BODY).hexdigest()},
    ),
    ("hmac_sha256_hex", "plain secret", {}, {"X-Signature": mac(b"plain secret", BODY).hex()}),
    (
        "hmac_sha256_hex",
        "se\u0301cret",
        {"header": "X-Hmac-Signature", "prefix": "hmac-sha256-hex=", "normalise": "NFKD"},
        {"x-hmac-signature": "hmac-sha256-hex=" + mac("se\u0301cret".encode(), BODY).hex()},
    ),
    (
        "hmac_sha256_hex",
        "s\u00e9cret",
        {"header": "X-Hmac-Signature", "prefix": "hmac-sha256-hex=", "normalise": "NFKD"},
        {"x-hmac-signature": "hmac-sha256-hex=" + mac("se\u0301cret".encode(), BODY).hex()},
    ),
    (
        "hmac_sha256_base64",
        "s",
        {"header": "aftership-hmac-sha256"},
        {"aftership-hmac-sha256": b64encode(mac(b"s", BODY)).decode()},
    ),
    ("hmac_sha256_base64", B64, {"secret_base64": True}, {"X-Signature": b64encode(mac(KEY, BODY)).decode()}),
    ("standard_webhooks", "whsec_" + B64, {}, webhook()),
    ("standard_webhooks", B64, {}, webhook()),
]


@pytest.mark.parametrize(("scheme", "secret", "options", "headers"), GOOD)
def test_a_signed_call_is_believed(
    scheme: str, secret: str, options: dict[str, object], headers: dict[str, str]
) -> None:
    assert refusal(scheme, [secret], options, BODY, headers) is None
    assert refusal(scheme, ["b3RoZXIgc2VjcmV0IQ==", secret], options, BODY, headers) is None


@pytest.mark.parametrize(("scheme", "secret", "options", "headers"), GOOD)
def test_any_change_is_noticed(scheme: str, secret: str, options: dict[str, object], headers: dict[str, str]) -> None:
    assert refusal(scheme, [secret], options, BODY + b" ", headers) == "signature_wrong"
    assert refusal(scheme, [secret], options, b"", headers) == "signature_wrong"
    assert refusal(scheme, ["b3RoZXIgc2VjcmV0IQ=="], options, BODY, headers) == "signature_wrong"
    assert (
        refusal(scheme, ["b3RoZXIgc2VjcmV0IQ==", "YW5vdGhlciBzZWNyZXQ=", secret], options, BODY, headers)
        == "signature_wrong"
    )
    for name in headers:
        rest = {key: value for key, value in headers.items() if key != name}
        assert refusal(scheme, [secret], options, BODY, rest) == "signature_missing"
    for bit in range(0, len(BODY) * 8, 7):
        flipped = bytearray(BODY)
        flipped[bit // 8] ^= 1 << bit % 8
        assert refusal(scheme, [secret], options, bytes(flipped), headers) == "signature_wrong"


@pytest.mark.parametrize("scheme", [name for name in SCHEMES if name != "api_key"])
def test_no_secret_is_a_refusal(scheme: str) -> None:
    assert refusal(scheme, [], {}, BODY, {}) == "no_secret"
    assert refusal(scheme, [""], {}, BODY, {}) == "no_secret"


def test_a_missing_header_is_named() -> None:
    with pytest.raises(BadSignature, match="Notification-Signature"):
        verify("dcsa_sha256", [B64], {}, BODY, {}, NOW)
    with pytest.raises(BadSignature, match="X-T49-Webhook-Signature"):
        verify("hmac_sha256_hex", ["s"], {"header": "X-T49-Webhook-Signature"}, BODY, {}, NOW)


@pytest.mark.parametrize(
    ("scheme", "secret", "options", "headers", "code"),
    [
        ("no_such", "s", {}, {}, "unknown_scheme"),
        ("dcsa_sha256", B64, {}, {"Notification-Signature": "sha1=00"}, "signature_malformed"),
        ("dcsa_sha256", B64, {}, {"Notification-Signature": "sha256=zz"}, "signature_malformed"),
        ("dcsa_sha256", B64, {}, {"Notification-Signature": "sha256=00"}, "signature_wrong"),
        ("dcsa_sha256", "no base 64!", {}, {"Notification-Signature": "sha256=00"}, "secret_unusable"),
        ("dcsa_sha256", B64, {"hmac": "no"}, {"Notification-Signature": "sha256=00"}, "bad_option"),
        ("hmac_sha256_hex", "s", {"prefix": "sha256="}, {"X-Signature": "00"}, "signature_malformed"),
        ("hmac_sha256_hex", "s", {"header": 7}, {"X-Signature": "00"}, "bad_option"),
        ("hmac_sha256_hex", "s", {"normalise": "NFC"}, {"X-Signature": "00"}, "bad_option"),
        ("hmac_sha256_base64", "s", {}, {"X-Signature": "\u20ac\udc80"}, "signature_wrong"),
        ("standard_webhooks", "whsec_", {}, webhook(b"\0"), "secret_unusable"),
        ("standard_webhooks", B64, {}, webhook() | {"Webhook-Timestamp": "soon"}, "signature_malformed"),
        ("standard_webhooks", B64, {}, webhook() | {"Webhook-Signature": "v2,AAAA"}, "signature_wrong"),
        ("standard_webhooks", B64, {}, webhook() | {"Webhook-Id": "msg_2"}, "signature_wrong"),
    ],
)
def test_refusals(scheme: str, secret: str, options: dict[str, object], headers: dict[str, str], code: str) -> None:
    assert refusal(scheme, [secret], options, BODY, headers) == code


@pytest.mark.parametrize(
    ("scheme", "options", "signature", "fix"),
    [
        ("dcsa_sha256", {}, "sha256=" + mac(B64.encode(), BODY).hex(), "secret_base64=false"),
        ("dcsa_sha256", {"secret_base64": False}, "sha256=" + mac(KEY, BODY).hex(), "secret_base64=true"),
        ("dcsa_sha256", {}, "sha256=" + hashlib.sha256(KEY + BODY).hexdigest(), "hmac=false"),
        ("dcsa_sha256", {}, "sha256=" + mac(b"another", BODY).hex(), "Compare the secret"),
        ("hmac_sha256_hex", {}, mac(KEY, BODY).hex(), "secret_base64=true"),
        ("terminal49", {}, mac(KEY, BODY).hex(), "Compare the secret"),
    ],
)
def test_a_signature_that_fits_otherwise_is_told_the_option(
    scheme: str, options: dict[str, object], signature: str, fix: str
) -> None:
    with pytest.raises(BadSignature) as refused:
        verify(scheme, [B64], options, BODY, {SCHEMES[scheme].header: signature}, NOW)
    assert (refused.value.code, fix in refused.value.fix) == ("signature_wrong", True)


@pytest.mark.parametrize(
    ("seconds", "code"), [(300, None), (301, "signature_stale"), (-300, None), (-301, "signature_stale")]
)
def test_a_signed_time_ages(seconds: int, code: str | None) -> None:
    later = NOW + timedelta(seconds=seconds)
    assert refusal("standard_webhooks", [B64], {}, BODY, webhook(), later) == code


def test_one_of_several_signatures_is_enough() -> None:
    headers = webhook()
    headers["Webhook-Signature"] = "v1,AAAA v2,x " + headers["Webhook-Signature"]
    assert refusal("standard_webhooks", [B64], {}, BODY, headers) is None


def test_a_secret_in_the_url_alphabet_is_read() -> None:
    key = bytes(range(200, 232))
    secret = b64encode(key).decode().translate(str.maketrans("+/", "-_")).rstrip("=")
    assert "-" in secret or "_" in secret
    assert (
        refusal("dcsa_sha256", [secret], {}, BODY, {"Notification-Signature": "sha256=" + mac(key, BODY).hex()}) is None
    )


def test_with_an_api_key_there_is_nothing_to_check() -> None:
    assert refusal("api_key", [], {}, BODY, {}) is None


@given(st.sampled_from(sorted(SCHEMES.keys() - {"api_key"})), st.text(max_size=80))
def test_whatever_stands_in_the_header_nothing_else_is_raised(scheme: str, value: str) -> None:
    names = ("notification-signature", "x-signature", "webhook-id", "webhook-timestamp", "webhook-signature")
    assert refusal(scheme, [B64], {}, BODY, dict.fromkeys(names, value)) is not None


def refusal(
    scheme: str,
    secrets: list[str],
    options: Mapping[str, object],
    body: bytes,
    headers: Mapping[str, str],
    now: datetime = NOW,
) -> str | None:
    try:
        verify(scheme, secrets, options, body, headers, now)
    except BadSignature as error:
        return error.code if error.fix else "no fix"
    return None
