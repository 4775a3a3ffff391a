"""E-mail through any SMTP server or relay, with the standard library."""

from __future__ import annotations

import hashlib
import hmac
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from email.utils import formatdate
from typing import ClassVar, Literal, NoReturn, Self

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator

from notifiers.base import Accepted, Callback, Channel, Fetched, Finding, Mark, Message, Post, Proof
from notifiers.errors import ChannelUnavailable, NotifierError, PermanentFailure, TemporaryFailure, UncertainOutcome
from notifiers.mail_reports import read_mail
from notifiers.smtp_mailbox import Mailbox, MailboxConfig
from notifiers.smtp_message import DEAD_ADDRESS, compose, domain_of, envelope, is_mailbox

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})

OUR_ACCOUNT = frozenset({530, 534, 535, 538})
"""Reply codes (RFC 4954) that say that our log-in is missing or refused."""

TOO_LARGE = 552

SIGNATURE = "x-milepost-signature"
"""The header that proves that an e-mail is posted by us: `sha256=` and the HMAC of the body in hex."""

PARTING_SECONDS = 1.0
"""How long a server may take to say goodbye: by then we know what became of the e-mail."""


class SmtpConfig(MailboxConfig):
    """What the operator sets: `MILEPOST_NOTIFIERS__SMTP__HOST` and so on."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, hide_input_in_errors=True)

    host: str = Field(min_length=1, description="the mail server, such as smtp.example.com")
    port: int = Field(default=587, ge=1, le=65535, description="587 with starttls, 465 with tls")
    username: str | None = Field(default=None, description="the log-in, where the server wants one")
    password: SecretStr | None = Field(default=None, description="the password of that log-in")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="starttls, tls or none")
    ca_file: str | None = Field(default=None, description="a file of certificate authorities, for a server of your own")
    from_address: str = Field(description="the mailbox that e-mails come from")
    from_name: str | None = Field(default=None, description="the name beside it")
    unsubscribe_mailto: str | None = Field(default=None, description="a mailbox that takes 'no more e-mails'")
    timeout: float = Field(default=10.0, ge=1, le=60, description="seconds to wait for each step")
    reply_timeout: float = Field(default=60.0, ge=1, le=600, description="seconds to wait once the e-mail has left")

    @field_validator("from_address", "unsubscribe_mailto")
    @classmethod
    def _mailbox(cls, value: str | None) -> str | None:
        if value is not None and not is_mailbox(value):
            raise ValueError("must be one mailbox such as updates@example.com, without a name beside it")
        return value

    @field_validator("from_name")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and not value.isprintable():
            raise ValueError("must be one line of printable characters")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("{username} and {password} must be set both or neither")
        if self.security == "none" and self.password is not None and self.host not in _LOCAL:
            raise ValueError("{security} must be starttls or tls where a password is sent to another machine")
        if self.imap_host is not None and not (self.imap_username or self.username):
            raise ValueError("{imap_username} must be set, with {imap_password}: the mailbox wants a log-in")
        if (self.imap_username is None) != (self.imap_password is None):
            raise ValueError("{imap_username} and {imap_password} must be set both or neither")
        if self.imap_host is not None and self.imap_security == "none" and self.imap_host not in _LOCAL:
            raise ValueError("{imap_security} must be tls or starttls where a password is sent to another machine")
        if (self.imap_then == "move") != (self.imap_move_to is not None):
            raise ValueError("{imap_move_to} must name a folder where {imap_then} is move, and nowhere else")
        return self

    def mailbox(self) -> Mailbox | None:
        """The mailbox to which bounces and answers come, where one is set."""
        username, password = self.imap_username or self.username, self.imap_password or self.password
        if self.imap_host is None or username is None or password is None:
            return None
        log_in = (username, password.get_secret_value())
        return Mailbox(self, log_in=log_in, ca_file=self.ca_file, timeout=self.timeout, address=self.from_address)


class Smtp:
    """Hands each e-mail to the server over a connection of its own, and knows when it can no longer be called back.

    *date* makes the Date header, which RFC 5322 demands; nothing is decided by it.
    """

    name: ClassVar[str] = "smtp"
    channel: Channel = Channel.EMAIL
    two_way: bool = True
    Config: ClassVar[type[SmtpConfig]] = SmtpConfig
    proven_by: ClassVar[Proof] = Proof(("inbound_secret",), address=False)

    def __init__(self, config: SmtpConfig, *, date: Callable[[], str] = formatdate) -> None:
        self._config = config
        self._date = date
        self._mailbox = config.mailbox()
        self.sender: str = config.from_address
        self.mailbox: str | None = self._mailbox.name if self._mailbox else None

    def send(self, message: Message) -> Accepted:
        """Hand one e-mail to the server. See `Notifier.send`.

        The e-mail's Message-ID is made from the message's id, so a receiver can tell a repeat.
        """
        settings = self._config
        mail = compose(
            message,
            from_address=message.sender or settings.from_address,
            from_name=message.sender_name or settings.from_name,
            unsubscribe_mailto=settings.unsubscribe_mailto,
            date=self._date(),
        )
        with self._session() as session:
            reply = _transmit(session, envelope(mail, session), settings.reply_timeout)
        return Accepted(str(mail["Message-ID"]), reply)

    def mail(self, callback: Callback) -> Post:
        """Read one e-mail that was posted to us. See `TakesMail.mail`."""
        secret = self._config.inbound_secret
        given = next((value for name, value in callback.headers.items() if name.lower() == SIGNATURE), "")
        made = signature(secret.get_secret_value(), callback.body) if secret else ""
        if not made or not hmac.compare_digest(made.encode(), given.encode("utf-8", "surrogateescape")):
            raise PermissionError("The call does not carry our signature of the e-mail.")
        return read_mail(callback.body, self._config.from_address)

    def fetch(self, after: Mark | None, since: date) -> Fetched:
        """Read the mailbox. See `ReadsMailbox.fetch`."""
        return self._set_up().fetch(after, since)

    def put_away(self, read: Sequence[int]) -> None:
        """Tidy the mailbox up. See `ReadsMailbox.put_away`."""
        self._set_up().put_away(read)

    def _set_up(self) -> Mailbox:
        if self._mailbox is None:
            raise ChannelUnavailable("No mailbox is configured.")
        return self._mailbox

    def check(self) -> Sequence[Finding]:
        """Connect, log in and ask for nothing (NOOP); open the mailbox where there is one. See `Checks.check`."""
        return (*self._server(), *self._coming_back())

    def _coming_back(self) -> Sequence[Finding]:
        if self._mailbox is not None:
            return self._mailbox.check()
        if self._config.inbound_secret is not None:
            return ()
        fix = "Set MILEPOST_NOTIFIERS__SMTP__IMAP_HOST, or have e-mails posted to us: docs/integrations/smtp.md."
        return (Finding("Mailbox", True, "Nobody reads bounces and complaints.", fix, warning=True),)

    def _server(self) -> Sequence[Finding]:
        what = "SMTP server"
        try:
            with self._session() as session:
                session.noop()
        except NotifierError as error:
            fix = "Look at MILEPOST_NOTIFIERS__SMTP__HOST, __PORT, __SECURITY, __USERNAME and __PASSWORD."
            return (Finding(what, False, error.detail, fix),)
        except (smtplib.SMTPException, OSError):
            return (Finding(what, False, "The server closed the connection.", "Try again; then ask its operator."),)
        found = [Finding(what, True, "Connected" + (" and logged in." if self._config.username else "."))]
        if self._config.security == "none" and self._config.host not in _LOCAL:
            fix = "Set MILEPOST_NOTIFIERS__SMTP__SECURITY to starttls or tls."
            found.append(Finding(what, True, "E-mails leave unencrypted.", fix, warning=True))
        return tuple(found)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection, secured and logged in; its failures are already classified."""
        session = self._connected()
        try:
            self._secured(session)
            self._logged_in(session)
            yield session
        finally:
            with suppress(smtplib.SMTPException, OSError, ValueError):
                if session.sock is not None:
                    session.sock.settimeout(PARTING_SECONDS)
                session.quit()
            session.close()

    def _connected(self) -> smtplib.SMTP:
        settings, helo = self._config, domain_of(self._config.from_address)
        try:
            if settings.security == "tls":
                tls = self._tls()
                return smtplib.SMTP_SSL(settings.host, settings.port, helo, timeout=settings.timeout, context=tls)
            return smtplib.SMTP(settings.host, settings.port, helo, timeout=settings.timeout)
        except ssl.SSLCertVerificationError:
            raise ChannelUnavailable("The mail server's certificate is not valid for its name.") from None
        except smtplib.SMTPResponseException as error:
            raise TemporaryFailure("The mail server does not take connections now.", code=_code(error)) from None
        except (smtplib.SMTPException, OSError):
            raise TemporaryFailure("The mail server could not be reached.") from None

    def _secured(self, session: smtplib.SMTP) -> None:
        try:
            session.ehlo_or_helo_if_needed()
            if self._config.security == "starttls":
                session.starttls(context=self._tls())
                session.ehlo_or_helo_if_needed()
        except ssl.SSLCertVerificationError:
            raise ChannelUnavailable("The mail server's certificate is not valid for its name.") from None
        except smtplib.SMTPNotSupportedError:
            raise ChannelUnavailable("The mail server offers no STARTTLS, so nothing is sent to it in clear.") from None
        except (smtplib.SMTPException, OSError):
            raise TemporaryFailure("The connection to the mail server could not be secured.") from None

    def _logged_in(self, session: smtplib.SMTP) -> None:
        settings = self._config
        if settings.username is None or settings.password is None:
            return
        try:
            session.login(settings.username, settings.password.get_secret_value())
        except smtplib.SMTPAuthenticationError as error:
            if 400 <= error.smtp_code < 500:
                raise TemporaryFailure("The mail server cannot log us in now.", code=_code(error)) from None
            raise ChannelUnavailable("The mail server refused the log-in.", code=_code(error)) from None
        except smtplib.SMTPServerDisconnected:
            raise TemporaryFailure("The mail server closed the connection during log-in.") from None
        except (smtplib.SMTPException, OSError, ValueError):
            raise ChannelUnavailable("The mail server offers no log-in that we can use.") from None

    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._config.ca_file)
        except OSError:
            raise ChannelUnavailable("MILEPOST_NOTIFIERS__SMTP__CA_FILE cannot be read.") from None


def signature(secret: str, body: bytes) -> str:
    """What the signature header of an e-mail holds that is posted to us."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _transmit(session: smtplib.SMTP, letter: tuple[str, str, list[str], bytes], reply_timeout: float) -> str:
    """Speak the transaction and return the server's last line, which names its queue entry.

    Until the final dot has left, the server cannot have taken the e-mail (RFC 5321, section 4.1.1.4); from then until
    its reply nobody knows (RFC 1047).
    """
    sender, to, options, payload = letter
    try:
        _expect(session.mail(sender, options), "sender")
        _expect(session.rcpt(to), "recipient")
        _expect(session.docmd("DATA"), "data", wanted=354)
        session.send(re.sub(rb"(?m)^\.", b"..", payload))
    except (smtplib.SMTPException, OSError):
        raise TemporaryFailure("The connection to the mail server broke before the e-mail was handed over.") from None
    except ValueError:
        raise PermanentFailure("The address cannot be written in an SMTP command.") from None
    try:
        if session.sock is not None:
            session.sock.settimeout(reply_timeout)
        session.send(b".\r\n")
        code, reply = session.getreply()
    except (smtplib.SMTPException, OSError):
        raise UncertainOutcome("The connection to the mail server broke before it confirmed the e-mail.") from None
    if not 200 <= code < 600:
        raise UncertainOutcome("The mail server's confirmation could not be read.")
    _expect((code, reply), "content")
    return f"{code} {reply.decode('ascii', 'replace')}"[:200]


def _expect(answer: tuple[int, bytes], stage: str, wanted: int = 250) -> None:
    code, reply = answer
    if code == wanted or (wanted == 250 and 200 <= code < 300):
        return
    found = re.match(rb"[245]\.\d{1,3}\.\d{1,3}\b", reply)
    _refuse(stage, code, found.group().decode("ascii") if found else "")


def _refuse(stage: str, code: int, enhanced: str) -> NoReturn:
    """Classify one refusal by where it came (*stage*), its reply code and its enhanced code."""
    name = f"{code} {enhanced}".strip()
    if not 500 <= code < 600:
        raise TemporaryFailure(f"The mail server does not take the {stage} now.", code=name)
    if code in OUR_ACCOUNT:
        raise ChannelUnavailable("The mail server wants a log-in, or refuses ours.", code=name)
    if stage == "sender" and code != TOO_LARGE:
        raise ChannelUnavailable("The mail server refuses our sender address.", code=name)
    dead = stage == "recipient" and enhanced in DEAD_ADDRESS
    raise PermanentFailure(f"The mail server refuses the {stage}.", code=name, suppress=dead)


def _code(error: smtplib.SMTPResponseException) -> str:
    return str(error.smtp_code)
