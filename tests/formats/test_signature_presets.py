"""The schemes that one sender made up: each accepts that sender's call and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.formats import signature_schemes, signatures
from service.formats.registry import known
from service.formats.signatures import SCHEMES, BadSignature, hashed, verify

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
BODY = b'{"id": "evt_1"}\n'
SECRET = "a secret of many words"
OTHER = "another secret altogether"
STAMP = str(int(NOW.timestamp()))
VECTORS = Path(__file__).parent / "vectors"


def hexed(content: bytes, key: bytes = SECRET.encode()) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def based(content: bytes) -> str:
    return b64encode(hmac.new(SECRET.encode(), content, hashlib.sha256).digest()).decode()


def easypost_v2(stamp: str = STAMP, path: str = "/v1/in/src_1", body: bytes = BODY) -> dict[str, str]:
    return {
        "X-Timestamp": stamp,
        "X-Path": path,
        "X-Hmac-Signature-V2": "hmac-sha256-hex=" + hexed(f"{stamp}POST{path}".encode() + body),
    }


def shippo(stamp: str = STAMP, body: bytes = BODY) -> dict[str, str]:
    return {"Shippo-Auth-Signature": f"t={stamp},v1={hexed(f'{stamp}.'.encode() + body)}"}


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


SIGNED: list[tuple[str, dict[str, str]]] = [
    ("aftership", {"aftership-hmac-sha256": based(BODY)}),
    ("aftership_as", {"as-signature-hmac-sha256": based(BODY)}),
    ("aftership_am", {"am-webhook-signature": "hmac-sha256=" + based(BODY)}),
    ("easypost", {"X-Hmac-Signature": "hmac-sha256-hex=" + hexed(BODY)}),
    ("easypost_v2", easypost_v2()),
    ("flexport", {"X-Hub-Signature-256": "sha256=" + hexed(BODY)}),
    ("shippo", shippo()),
    ("shipsgo", {"X-Shipsgo-Webhook-Signature": hexed(BODY)}),
    ("terminal49", {"X-T49-Webhook-Signature": hexed(BODY).upper()}),
]
KNOWN: list[tuple[str, dict[str, str]]] = [
    ("karrio", {"X-Event-Id": SECRET}),
    ("header_secret", {"X-Webhook-Secret": SECRET}),
    ("bearer", {"Authorization": f"Bearer {SECRET}"}),
    ("basic", basic("milepost", SECRET)),
]


def refusal(
    scheme: str,
    headers: dict[str, str],
    *,
    secrets: tuple[str, ...] = (SECRET,),
    body: bytes = BODY,
    options: dict[str, object] | None = None,
    now: datetime = NOW,
    token: str = "",
) -> str | None:
    try:
        verify(scheme, secrets, options or {}, body, headers, now, token=token)
    except BadSignature as error:
        return error.code if error.fix else "no fix"
    return None


@pytest.mark.parametrize(("scheme", "headers"), SIGNED + KNOWN, ids=[name for name, _ in SIGNED + KNOWN])
def test_the_sender_is_believed_with_either_secret(scheme: str, headers: dict[str, str]) -> None:
    assert refusal(scheme, headers) is None
    assert refusal(scheme, {name.lower(): value for name, value in headers.items()}, secrets=(OTHER, SECRET)) is None


@pytest.mark.parametrize(("scheme", "headers"), SIGNED, ids=[name for name, _ in SIGNED])
def test_another_body_is_not(scheme: str, headers: dict[str, str]) -> None:
    for body in (b"", BODY + b" ", BODY.strip(), BODY.replace(b"1", b"2")):
        assert refusal(scheme, headers, body=body) == "signature_wrong"


@pytest.mark.parametrize(("scheme", "headers"), SIGNED + KNOWN, ids=[name for name, _ in SIGNED + KNOWN])
def test_another_secret_none_or_a_missing_header_is_not(scheme: str, headers: dict[str, str]) -> None:
    assert refusal(scheme, headers, secrets=(OTHER,)) == "signature_wrong"
    assert refusal(scheme, headers, secrets=(OTHER, OTHER, SECRET)) == "signature_wrong"
    assert refusal(scheme, headers, secrets=()) == "no_secret"
    assert refusal(scheme, headers, secrets=("",)) == "no_secret"
    for name in headers:
        assert refusal(scheme, {key: value for key, value in headers.items() if key != name}) == "signature_missing"


def test_every_scheme_has_its_case() -> None:
    generic = {
        "api_key",
        "dcsa_sha256",
        "shipstation",
        "hmac_sha256_hex",
        "hmac_sha256_base64",
        "standard_webhooks",
        "source_url",
        "wsse_password",
    }
    assert {name for name, _ in SIGNED + KNOWN} | generic == SCHEMES.keys()
    assert {name for name, _ in KNOWN} | {"api_key", "source_url", "wsse_password"} == {
        name for name, scheme in SCHEMES.items() if scheme.proves == "caller"
    }
    assert all(scheme.title and scheme.proves in {"body", "time", "caller"} for scheme in SCHEMES.values())
    assert {name for name, scheme in SCHEMES.items() if scheme.weak} == {signatures.SOURCE_URL}


def test_a_format_s_sender_has_its_own_scheme() -> None:
    for name in ("aftership", "easypost", "shippo", "karrio"):
        assert known()[name].default_scheme == name


@pytest.mark.parametrize(
    ("scheme", "headers"),
    [
        ("aftership_am", {"am-webhook-signature": based(BODY)}),
        ("easypost", {"X-Hmac-Signature": hexed(BODY)}),
        ("flexport", {"X-Hub-Signature-256": "sha1=" + hexed(BODY)}),
        ("easypost_v2", easypost_v2() | {"X-Timestamp": "soon"}),
        ("easypost_v2", easypost_v2() | {"X-Timestamp": "2026-09-17T12:00:00"}),
        ("easypost_v2", easypost_v2() | {"X-Timestamp": "9" * 30}),
        ("shippo", {"Shippo-Auth-Signature": "v1=" + hexed(BODY)}),
        ("shippo", {"Shippo-Auth-Signature": f"t={STAMP}"}),
        ("shippo", {"Shippo-Auth-Signature": f"t={STAMP},t=1,v1=00"}),
        ("shippo", {"Shippo-Auth-Signature": "t=soon,v1=00"}),
        ("shippo", {"Shippo-Auth-Signature": "t=²,v1=00"}),
        ("bearer", {"Authorization": SECRET}),
        ("bearer", {"Authorization": "Bearer "}),
        ("bearer", basic("milepost", SECRET)),
        ("basic", {"Authorization": "Basic no base 64!"}),
        ("basic", {"Authorization": f"Bearer {SECRET}"}),
    ],
)
def test_what_has_another_form_says_so(scheme: str, headers: dict[str, str]) -> None:
    assert refusal(scheme, headers) == "signature_malformed"


@pytest.mark.parametrize(
    ("seconds", "code"), [(300, None), (301, "signature_stale"), (-300, None), (-301, "signature_stale")]
)
@pytest.mark.parametrize(("scheme", "headers"), [("shippo", shippo()), ("easypost_v2", easypost_v2())])
def test_a_signed_time_ages(scheme: str, headers: dict[str, str], seconds: int, code: str | None) -> None:
    assert refusal(scheme, headers, now=NOW + timedelta(seconds=seconds)) == code


@pytest.mark.parametrize(
    "stamp", ["2026-09-17T12:00:00Z", "2026-09-17T14:00:00+02:00", "Thu, 17 Sep 2026 12:00:00 GMT"]
)
def test_the_time_of_easypost_may_be_written_otherwise(stamp: str) -> None:
    assert refusal("easypost_v2", easypost_v2(stamp)) is None


def test_time_and_path_are_signed() -> None:
    assert refusal("easypost_v2", easypost_v2() | {"X-Path": "/v1/in/src_2"}) == "signature_wrong"
    later = str(int(NOW.timestamp()) + 1)
    assert refusal("easypost_v2", easypost_v2() | {"X-Timestamp": later}) == "signature_wrong"
    header = shippo()["Shippo-Auth-Signature"].replace(STAMP, later)
    assert refusal("shippo", {"Shippo-Auth-Signature": header}) == "signature_wrong"


def test_one_of_several_signatures_of_shippo_is_enough() -> None:
    header = shippo()["Shippo-Auth-Signature"] + ",v1=00"
    assert refusal("shippo", {"Shippo-Auth-Signature": header}) is None


def test_the_vector_of_easypost_s_own_libraries() -> None:
    body = (VECTORS / "easypost_event_body.json").read_bytes().rstrip(b"\n")
    header = {"X-Hmac-Signature": "hmac-sha256-hex=38f3f53c103713df81616a0a186d77141957323ec21d5fe9363db93840f527db"}
    for secret in ("s\u00e9cret", "se\u0301cret"):
        assert refusal("easypost", header, secrets=(secret,), body=body) is None
    assert refusal("easypost", header, secrets=("secret",), body=body) == "signature_wrong"
    assert refusal("easypost", header, secrets=("s\u00e9cret",), body=body + b"\n") == "signature_wrong"
    options: dict[str, object] = {"header": "X-Hmac-Signature", "prefix": "hmac-sha256-hex="}
    assert refusal("hmac_sha256_hex", header, secrets=("s\u00e9cret",), body=body, options=options) == "signature_wrong"


@pytest.mark.parametrize(
    ("options", "user", "password", "words"),
    [
        ({}, "ann", SECRET, "The user name is milepost"),
        ({}, "ann", "wrong", "The user name is milepost"),
        ({}, "", SECRET, "The user name is milepost"),
        ({"user": "cargowise"}, "milepost", SECRET, "The user name is cargowise"),
        ({}, "milepost", "wrong", "Compare it with that of this source"),
    ],
)
def test_a_wrong_user_is_told_the_right_one_whatever_the_password(
    options: dict[str, object], user: str, password: str, words: str
) -> None:
    with pytest.raises(BadSignature) as caught:
        verify("basic", [SECRET], options, BODY, basic(user, password), NOW)
    assert caught.value.code == "signature_wrong"
    assert caught.value.fix.startswith(words)
    assert SECRET not in str(caught.value)
    assert user == "milepost" or "ann" not in str(caught.value)


@pytest.mark.parametrize(
    ("scheme", "headers", "words"),
    [
        ("aftership", {"As-Signature-Hmac-SHA256": "x"}, "--scheme aftership_as"),
        ("aftership_as", {"aftership-hmac-sha256": "x"}, "--scheme aftership"),
        ("easypost", {"X-Hmac-Signature-V2": "x"}, "--scheme easypost_v2"),
        ("hmac_sha256_hex", {"X-T49-Webhook-Signature": "x"}, "--scheme terminal49"),
        ("aftership", {"Authorization": "Bearer x", "X-Signature": "x"}, "Switch signing on at the sender"),
        ("aftership", {}, "Switch signing on at the sender"),
        ("karrio", {}, "Set the secret of this source at the sender"),
        ("basic", {}, "Set the secret of this source at the sender"),
    ],
)
def test_the_header_of_another_scheme_names_it(scheme: str, headers: dict[str, str], words: str) -> None:
    with pytest.raises(BadSignature) as caught:
        verify(scheme, [SECRET], {}, BODY, headers, NOW)
    assert caught.value.code == "signature_missing"
    assert re.search(words + r"\b", caught.value.fix)


@pytest.mark.parametrize(
    ("scheme", "headers", "options", "words"),
    [
        ("hmac_sha256_hex", {"X-Signature": "x"}, {"prefix": "sha256="}, "Set the source's option prefix"),
        ("flexport", {"X-Hub-Signature-256": "x"}, {}, "Write sha256= before the signature"),
        ("easypost", {"X-Hmac-Signature": "x"}, {}, "Write hmac-sha256-hex= before the signature"),
        ("aftership_am", {"am-webhook-signature": "x"}, {}, "Write hmac-sha256= before the signature"),
    ],
)
def test_a_signature_without_what_stands_before_it_names_what_can_be_set(
    scheme: str, headers: dict[str, str], options: dict[str, object], words: str
) -> None:
    with pytest.raises(BadSignature) as caught:
        verify(scheme, [SECRET], options, BODY, headers, NOW)
    assert caught.value.code == "signature_malformed"
    assert caught.value.fix.startswith(words)
    assert "prefix" not in caught.value.fix or "prefix" in SCHEMES[scheme].options


def test_the_user_of_basic_credentials_can_be_set() -> None:
    assert refusal("basic", basic("cargowise", SECRET), options={"user": "cargowise"}) is None
    assert refusal("basic", basic("cargowise", SECRET)) == "signature_wrong"
    assert refusal("basic", basic("milepost", "s\u00e9cret"), secrets=("s\u00e9cret",)) is None
    assert refusal("basic", basic("", ""), secrets=("",)) == "no_secret"


def test_the_secret_may_stand_in_any_header() -> None:
    assert refusal("header_secret", {"X-Key": SECRET}, options={"header": "X-Key"}) is None
    assert refusal("header_secret", {"X-Key": SECRET}, options={"header": 7}) == "bad_option"


def test_the_secret_part_of_an_address() -> None:
    kept = (hashed("old-token"), hashed("new-token"))
    assert "token" not in "".join(kept)
    assert refusal("source_url", {}, secrets=kept, token="old-token") is None
    assert refusal("source_url", {}, secrets=kept, token="new-token") is None
    assert refusal("source_url", {}, secrets=kept, token="no-token") == "signature_wrong"
    assert refusal("source_url", {}, secrets=kept, token=kept[0]) == "signature_wrong"
    assert refusal("source_url", {}, secrets=kept) == "token_missing"
    assert refusal("source_url", {}, secrets=(), token="old-token") == "no_secret"


@pytest.mark.parametrize("value", ["", " ", "\u20ac", "\udc80", "x" * 100_000, "t=1,v1=", "Basic =", "v1,"])
@pytest.mark.parametrize("scheme", sorted(SCHEMES.keys() - {"api_key"}))
def test_nothing_else_is_raised(scheme: str, value: str) -> None:
    names = [row.header for row in signature_schemes.SCHEMES.values()] + ["X-Timestamp", "X-Path", "webhook-id"]
    assert refusal(scheme, dict.fromkeys(names, value), token=value) is not None
