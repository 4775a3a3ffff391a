"""A mail server on this machine that keeps what it receives, for tests; it needs the package aiosmtpd."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DROP = "drop"
"""As an answer: close the connection instead of replying."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail as it arrived: envelope and bytes."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def parsed(self) -> EmailMessage:
        """The e-mail, read by the standard library."""
        return BytesParser(EmailMessage, policy=policy.default).parsebytes(self.content)


class MailCatcher:
    """A real SMTP server on a free port of this machine; a context manager.

    *log_in* is the only user and password that it takes, where given. *tls* lets it offer STARTTLS.
    """

    def __init__(self, *, log_in: tuple[str, str] | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._log_in = log_in
        self._tls = tls
        self._answers: dict[tuple[str, str | None], str] = {}
        self._mails: list[Mail] = []
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self.port = 0
        self.host = "127.0.0.1"

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def mails(self) -> list[Mail]:
        """Every e-mail so far, oldest first."""
        with self._changed:
            return list(self._mails)

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Mail]:
        """Wait until *count* e-mails are here, and return them. Raises `TimeoutError`."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._mails) >= count, seconds):
                raise TimeoutError(f"{len(self._mails)} of {count} e-mails came within {seconds} s")
            return list(self._mails)

    def answer(self, stage: str, reply: str, to: str | None = None) -> None:
        """From now on reply to *stage* (mail, rcpt, data) with *reply*, such as `550 5.1.1 No such user`, or `DROP`.

        With *to* only for that recipient. At stage data an e-mail counts as kept only if the reply is 2xx.
        """
        self._answers[stage, to] = reply

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        if self._log_in is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._reply(server, "mail", None, "250 2.1.0 OK")

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        reply = self._reply(server, "rcpt", address, "250 2.1.5 OK")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Answer the final dot."""
        with self._changed:
            number = len(self._mails) + 1
        reply = self._reply(server, "data", next(iter(envelope.rcpt_tos), None), f"250 2.0.0 queued as {number}")
        if reply.startswith("2"):
            with self._changed:
                content = envelope.content
                kept = content if isinstance(content, bytes) else str(content).encode()
                self._mails.append(Mail(str(envelope.mail_from), tuple(envelope.rcpt_tos), kept))
                self._changed.notify_all()
        return reply

    def _reply(self, server: SMTP, stage: str, to: str | None, usual: str) -> str:
        reply = self._answers.get((stage, to), self._answers.get((stage, None), usual))
        if reply == DROP and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return reply

    def _protocol(self) -> SMTP:
        options: Mapping[str, Any] = {
            "hostname": "mail.example.com",
            "loop": self._loop,
            "enable_SMTPUTF8": True,
            "tls_context": self._tls,
        }
        if self._log_in is None:
            return SMTP(self, **options)
        return SMTP(self, authenticator=self._admit, auth_require_tls=False, **options)

    def _admit(self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: object) -> AuthResult:
        user, password = self._log_in or ("", "")
        wanted = LoginPassword(user.encode(), password.encode())
        return AuthResult(success=given == wanted, handled=False)

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(self._protocol, self.host, 0)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
