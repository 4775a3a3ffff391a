"""A small receiver of Standard Webhooks on this machine, for tests and the demo.

It checks signatures with the reference library, keeps each `webhook-id` once, and answers badly when told to.
"""

from __future__ import annotations

import ssl
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from notifiers.stand_in_server import Asked, Given, StandInServer


class StandInReceiver(StandInServer):
    """A receiver on a free port; a context manager. It takes what is signed with *secret* (`whsec_...`).

    With *tls* it is spoken to under TLS, at the name localhost.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        super().__init__(port, tls)
        self.secret = ""
        self.calls: list[Asked] = []
        self._kept: dict[str, dict[str, Any]] = {}

    @property
    def url(self) -> str:
        """Where to post to."""
        return f"{self.base_url}/hooks/milepost"

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Every message so far, oldest first, each once."""
        with self.changed:
            return list(self._kept.values())

    def handle(self, asked: Asked) -> Given:
        """Take a signed call; 401 for any other."""
        with self.changed:
            self.calls.append(asked)
        told = self.told("")
        if told is None or told.taken:
            try:
                said = Webhook(self.secret).verify(asked.body, dict(asked.headers))
            except (WebhookVerificationError, ValueError):
                return Given(401)
            with self.changed:
                self._kept.setdefault(asked.headers["webhook-id"], said["data"])
        if told is None:
            return Given(204)
        return Given(told.status, told.body or b"", told.headers, drop=told.drop, wait=told.wait)
