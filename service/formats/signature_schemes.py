"""Every signature scheme, generic ones and those that one sender made up; each works over the bytes as received."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping

from service.formats import signature_rsa as rsa
from service.formats.signature_calls import BadSignature, Call, Scheme, fresh, from_base64, plain_key, same
from service.formats.ws_security import wsse_password, wsse_user

SOURCE_URL = "source_url"
"""The scheme of senders that can only post to an address: its last part is the secret, of which the hash is kept."""

API_KEY = "api_key"
"""The scheme of sources that send one of our keys in place of a signature: they have no secret."""

IN_ENVELOPE = "wsse_password"
"""The scheme of sources whose password stands in the body, as SOAP has it."""

BASIC_USER = "milepost"
"""The user name of HTTP Basic where a source sets none."""

_SIGNATURE_TYPE = re.compile(r"([A-Za-z0-9_+-]+)=([0-9A-Fa-f]+)", re.ASCII)


def hashed(token: str) -> str:
    """How the secret part of an address is kept."""
    return "sha256:" + hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


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
    key = from_base64(secret) if call.switch("secret_base64", True) else secret.encode()
    if call.switch("hmac", True):
        expected = hmac.new(key, call.body, hashlib.sha256).hexdigest()
    else:
        expected = hashlib.sha256(key + call.body).hexdigest()
    return same(expected, found[2].lower())


def _after(call: Call, header: str, prefix: str, fix: str = "") -> str:
    """What stands in *header* after *prefix*; *fix* says what can be done where the prefix is not the sender's own."""
    value = call.header(header)
    if not value.startswith(prefix):
        fix = fix or f"Write {prefix} before the signature, as this system does."
        raise BadSignature("signature_malformed", f"{header} does not begin with {prefix!r}.", fix)
    return value[len(prefix) :]


def _hex(key: bytes, content: bytes) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _base64(key: bytes, content: bytes) -> str:
    return b64encode(hmac.digest(key, content, "sha256")).decode()


def _key(call: Call, secret: str) -> bytes:
    if call.switch("secret_base64", False):
        return from_base64(secret)
    return plain_key(secret, call.option("normalise", ""))


def _given(call: Call) -> str:
    fix = "Set the source's option prefix to what the sender writes before the signature."
    return _after(call, call.option("header", "X-Signature"), call.option("prefix", ""), fix)


def _hmac_hex(call: Call, secret: str) -> bool:
    return same(_hex(_key(call, secret), call.body), _given(call).lower())


def _hmac_base64(call: Call, secret: str) -> bool:
    return same(_base64(_key(call, secret), call.body), _given(call))


def _body_hex(header: str, prefix: str = "", form: str = "") -> Callable[[Call, str], bool]:
    """HMAC-SHA256 of the body in hexadecimal, in the one header of one sender."""

    def accepts(call: Call, secret: str) -> bool:
        return same(_hex(plain_key(secret, form), call.body), _after(call, header, prefix).lower())

    return accepts


def _body_base64(header: str, prefix: str = "") -> Callable[[Call, str], bool]:
    """The same in Base64."""

    def accepts(call: Call, secret: str) -> bool:
        return same(_base64(plain_key(secret), call.body), _after(call, header, prefix))

    return accepts


def _easypost_v2(call: Call, secret: str) -> bool:
    """Time, method, path and body one after the other; as third parties describe it, EasyPost's own SDK has none."""
    stamp, path = call.header("X-Timestamp"), call.header("X-Path")
    given = call.header("X-Hmac-Signature-V2").removeprefix("hmac-sha256-hex=").lower()
    fresh(stamp, "X-Timestamp", call.now)
    content = f"{stamp}POST{path}".encode("utf-8", "replace") + call.body
    return same(_hex(plain_key(secret, "NFKD"), content), given)


def _shippo(call: Call, secret: str) -> bool:
    """`t=<seconds>,v1=<hex>` over `{t}.{body}`."""
    parts = [part.strip().partition("=") for part in call.header("Shippo-Auth-Signature").split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    entries = [value for name, _, value in parts if name == "v1"]
    if len(stamps) != 1 or not stamps[0].isdigit() or not entries:
        raise BadSignature(
            "signature_malformed",
            "Shippo-Auth-Signature has not the form t=<seconds>,v1=<hexadecimal>.",
            "Ask Shippo to switch on HMAC signatures for your webhooks.",
        )
    fresh(stamps[0], "Shippo-Auth-Signature", call.now)
    expected = _hex(plain_key(secret), f"{stamps[0]}.".encode("utf-8", "replace") + call.body)
    fits = [same(expected, entry.lower()) for entry in entries[:10]]
    return any(fits)


def _standard_webhooks(call: Call, secret: str) -> bool:
    """Standard Webhooks 1: `{id}.{timestamp}.{body}`, HMAC-SHA256, Base64, one or more `v1,` entries."""
    call_id, stamp = call.header("webhook-id"), call.header("webhook-timestamp")
    entries = call.header("webhook-signature").split()
    if not (stamp.isascii() and stamp.isdigit()):
        raise BadSignature("signature_malformed", "webhook-timestamp is not a number of seconds.", "Send Unix time.")
    fresh(stamp, "webhook-timestamp", call.now)
    content = f"{call_id}.{stamp}.".encode("utf-8", "replace") + call.body
    expected = _base64(from_base64(secret.removeprefix("whsec_")), content)
    fits = [same(expected, entry[3:]) for entry in entries if entry.startswith("v1,")]
    return any(fits)


def _credentials(call: Call, kind: str) -> str:
    """What stands behind *kind* in the Authorization header."""
    said, _, value = call.header("Authorization").partition(" ")
    if said.lower() != kind or not value.strip():
        raise BadSignature(
            "signature_malformed", f"The Authorization header holds no {kind} credentials.", "Set them at the sender."
        )
    return value.strip()


def _basic_given(call: Call) -> bytes:
    try:
        return b64decode(_credentials(call, "basic"), validate=True)
    except (NotBase64, ValueError):
        raise BadSignature("signature_malformed", "The Basic credentials are not Base64.", "Send them so.") from None


def _basic(call: Call, secret: str) -> bool:
    expected = f"{call.option('user', BASIC_USER)}:{secret}"
    return hmac.compare_digest(expected.encode("utf-8", "replace"), _basic_given(call))


def _basic_user(call: Call) -> str:
    """What user name is expected, where another was sent."""
    user = call.option("user", BASIC_USER)
    if hmac.compare_digest(user.encode("utf-8", "replace"), _basic_given(call).partition(b":")[0]):
        return ""
    return f"The user name is {user}: set it at the sender, or another here with the option `user` of this source."


def _bearer(call: Call, secret: str) -> bool:
    return same(secret, _credentials(call, "bearer"))


def _header_secret(call: Call, secret: str) -> bool:
    return same(secret, call.header(call.option("header", "X-Webhook-Secret")))


def _karrio(call: Call, secret: str) -> bool:
    return same(secret, call.header("X-Event-Id"))


def _source_url(call: Call, secret: str) -> bool:
    if not call.token:
        raise BadSignature(
            "token_missing",
            "The address lacks its last, secret part.",
            "Post to the whole address that was shown when the source was made or rotated.",
        )
    return same(secret, hashed(call.token))


_HMAC_OPTIONS: Mapping[str, str] = {
    "header": "The header that carries the signature; X-Signature unless set.",
    "prefix": "What stands in the header before the signature, such as sha256=; nothing unless set.",
    "normalise": "NFKD brings the secret into that form first (EasyPost).",
    "secret_base64": "true decodes the secret from Base64 first; false unless set.",
}

SCHEMES: dict[str, Scheme] = {
    API_KEY: Scheme("No signature: an API key of ours in the Authorization header", "", {}, None, "caller"),
    "aftership": Scheme("AfterShip Tracking", "aftership-hmac-sha256", {}, _body_base64("aftership-hmac-sha256")),
    "aftership_as": Scheme(
        "AfterShip Returns and Shipping",
        "as-signature-hmac-sha256",
        {},
        _body_base64("as-signature-hmac-sha256"),
    ),
    "aftership_am": Scheme(
        "AfterShip Returns and Shipping, organisations from before 25 October 2022",
        "am-webhook-signature",
        {},
        _body_base64("am-webhook-signature", "hmac-sha256="),
    ),
    "dcsa_sha256": Scheme(
        "DCSA Track & Trace 2.2",
        "Notification-Signature",
        {
            "secret_base64": "false uses the secret as text; true (unless set) decodes it from Base64 first.",
            "hmac": "false hashes secret and body one after the other; true (unless set) is HMAC.",
        },
        _dcsa,
    ),
    "easypost": Scheme("EasyPost", "X-Hmac-Signature", {}, _body_hex("X-Hmac-Signature", "hmac-sha256-hex=", "NFKD")),
    "easypost_v2": Scheme(
        "EasyPost, version 2 (not verified: no public vector exists)", "X-Hmac-Signature-V2", {}, _easypost_v2, "time"
    ),
    "flexport": Scheme("Flexport", "X-Hub-Signature-256", {}, _body_hex("X-Hub-Signature-256", "sha256=")),
    "karrio": Scheme("karrio: the secret itself in a header", "X-Event-Id", {}, _karrio, "caller"),
    "shippo": Scheme("Shippo, where it has switched on HMAC", "Shippo-Auth-Signature", {}, _shippo, "time"),
    "shipsgo": Scheme("ShipsGo 2", "X-Shipsgo-Webhook-Signature", {}, _body_hex("X-Shipsgo-Webhook-Signature")),
    "shipstation": Scheme(
        "ShipStation and ShipEngine (RSA; the secret is their public key, as PEM or JWK)",
        "x-shipengine-rsa-sha256-signature",
        {},
        rsa.shipstation,
        "time",
        ask="Give the public key of https://api.shipengine.com/jwks as the secret: the whole answer will do.",
    ),
    "terminal49": Scheme("Terminal49", "X-T49-Webhook-Signature", {}, _body_hex("X-T49-Webhook-Signature")),
    "hmac_sha256_hex": Scheme("HMAC-SHA256 of the body, hexadecimal", "X-Signature", _HMAC_OPTIONS, _hmac_hex),
    "hmac_sha256_base64": Scheme("HMAC-SHA256 of the body, Base64", "X-Signature", _HMAC_OPTIONS, _hmac_base64),
    "standard_webhooks": Scheme("Standard Webhooks 1", "webhook-signature", {}, _standard_webhooks, "time"),
    "basic": Scheme(
        "A user name and a password (HTTP Basic)",
        "Authorization",
        {"user": "The user name; milepost unless set. The password is the secret."},
        _basic,
        "caller",
        unlike=_basic_user,
    ),
    IN_ENVELOPE: Scheme(
        "A user name and a password in the SOAP header (WS-Security UsernameToken)",
        "",
        {"user": "The user name; any unless set. The password is the secret."},
        wsse_password,
        "caller",
        unlike=wsse_user,
    ),
    "bearer": Scheme("The secret as a bearer token", "Authorization", {}, _bearer, "caller"),
    "header_secret": Scheme(
        "The secret itself in a header",
        "X-Webhook-Secret",
        {"header": "The header that carries the secret; X-Webhook-Secret unless set."},
        _header_secret,
        "caller",
    ),
    SOURCE_URL: Scheme(
        "No signature: an address that nobody can guess",
        "",
        {},
        _source_url,
        "caller",
        "Whoever reads the address, in a log of the sender's or of a proxy, can post as this source.",
    ),
}
"""Every scheme by name."""
