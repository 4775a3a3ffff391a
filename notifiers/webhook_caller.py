"""Calls of endpoints as Standard Webhooks 1.0 describes them: derived secrets, every live one of which signs.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from notifiers import registry, stamps
from notifiers.callers import Answer, Refused
from notifiers.public_only import Head, NoAnswer, NotAllowed, NotReached, check_host, post, trusting
from notifiers.webhook import PREFIX, Webhook, WebhookConfig, headers, secret_bytes
from notifiers.wire import retry_after_seconds

Configured = Mapping[str, Mapping[str, object]]
"""Settings of notifiers by name, as `registry.build` takes them."""

LIVE_GENERATIONS = 2
"""A secret and the one before it sign every call, so that a receiver can change over in its own time."""

MOST_SAID = 200
"""Bytes of an answer that are kept."""

WORDS = {
    408: "The receiver took too long to read the call.",
    410: "The receiver is gone and wants no more calls.",
    429: "The receiver got too many calls at once.",
    503: "The receiver takes no calls now.",
}


def derived(secret: bytes) -> str:
    """The secret of the operator where none is configured, made from the service's own."""
    made = hmac.digest(secret, b"milepost webhooks out", hashlib.sha256)
    return PREFIX + base64.b64encode(made).decode()


class WebhookCaller:
    """Calls public machines over https only. *seconds* stamps the calls."""

    def __init__(self, config: WebhookConfig, *, seconds: stamps.Seconds = stamps.machine) -> None:
        self._config = config
        self._seconds = seconds
        self._tls = trusting(config.ca_file)
        given = (config.secret, config.previous_secret)
        self._secrets = tuple(secret_bytes(secret) for secret in given if secret is not None)

    def check(self, url: str) -> None:
        """See `Caller.check`. Names are looked up at each call and not here."""
        try:
            check_host(url, loopback=self._config.allow_loopback)
        except NotAllowed as refusal:
            raise Refused(str(refusal)) from None

    def secrets_for(self, name: str, generation: int) -> tuple[str, ...]:
        """See `Caller.secrets_for`."""
        live = range(generation, max(0, generation - LIVE_GENERATIONS), -1)
        words = [f"{name}:{number}".encode() for number in live]
        made = [hmac.digest(secret, word, hashlib.sha256) for word in words for secret in self._secrets]
        return tuple(PREFIX + base64.b64encode(one).decode() for one in made)

    def call(self, url: str, key: str, body: str, secrets: tuple[str, ...]) -> Answer:
        """See `Caller.call`."""
        config = self._config
        try:
            signed = headers(secrets, key, body, self._seconds())
            sent = body.encode()
            answer = post(
                url, signed, sent, seconds=config.timeout, tls=self._tls, loopback=config.allow_loopback, most=MOST_SAID
            )
        except NotAllowed as refusal:
            return Answer(None, str(refusal))
        except NotReached:
            return Answer(None, "The receiver could not be reached.")
        except NoAnswer:
            return Answer(None, "The receiver's answer was lost or late.")
        return _read(answer)


def caller_of(configured: Configured, secret: bytes) -> WebhookCaller:
    """The caller with what is configured for webhooks, if anything is. Raises `registry.ConfigurationError`."""
    built = registry.build({Webhook.name: _group(configured, secret)}, classes={Webhook.name: Webhook})
    (only,) = built[Webhook.channel]
    assert isinstance(only.notifier, Webhook)
    return WebhookCaller(only.notifier.config)


def completed(configured: Configured, secret: bytes) -> Configured:
    """*configured*, with a secret made from the service's own where something else is set for webhooks, but none."""
    groups = {name.lower(): group for name, group in configured.items()}
    if any(value not in (None, "") for value in groups.get(Webhook.name, {}).values()):
        groups[Webhook.name] = _group(groups, secret)
    return groups


def _group(configured: Configured, secret: bytes) -> Mapping[str, object]:
    groups = {name.lower(): group for name, group in configured.items()}
    given = groups.get(Webhook.name, {})
    return {"secret": derived(secret)} | {
        name.lower(): value for name, value in given.items() if value not in (None, "")
    }


def _read(answer: Head) -> Answer:
    status = answer.status
    if 200 <= status < 300:
        return Answer(status, f"HTTP {status}")
    usual = f"The receiver answered with HTTP {status}."
    detail = "Redirects are not followed." if 300 <= status < 400 else WORDS.get(status, usual)
    return Answer(status, detail, _plain(answer.body), retry_after_seconds(answer.headers))


def _plain(body: bytes) -> str:
    """The beginning of an answer as one line; what cannot be printed is a dot."""
    text = " ".join(body.decode("utf-8", "replace").split())
    return "".join(letter if letter.isprintable() else "." for letter in text)[:MOST_SAID]
