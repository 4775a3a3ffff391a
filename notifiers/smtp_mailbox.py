"""The mailbox to which bounces, complaints and answers come, read by IMAP (RFC 3501) with IMAPClient.

The library reads the answers of servers; `imaplib` alone would leave literals and lists of UIDs to us.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any, Literal

from imapclient import SEEN, IMAPClient  # type: ignore[import-untyped, unused-ignore]
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError  # type: ignore[import-untyped, unused-ignore]
from pydantic import BaseModel, Field, SecretStr

from notifiers.base import Fetched, Finding, Mark, Post
from notifiers.errors import ChannelUnavailable, NotifierError, TemporaryFailure
from notifiers.mail_reports import MOST_BYTES, read_mail

BATCH = 20
"""So many e-mails are read over one connection, 5 MB at most."""

BODY = f"BODY.PEEK[]<0.{MOST_BYTES}>"
"""The beginning of an e-mail, without marking it as seen."""

WHAT = "Mailbox"


class MailboxConfig(BaseModel):
    """The part of the settings that is about mail that comes in."""

    imap_host: str | None = Field(
        default=None, min_length=1, description="the mailbox's server, for bounces and replies"
    )
    imap_port: int = Field(default=993, ge=1, le=65535, description="993 with tls, 143 with starttls")
    imap_security: Literal["tls", "starttls", "none"] = Field(default="tls", description="tls, starttls or none")
    imap_username: str | None = Field(default=None, description="the log-in; that of SMTP unless set")
    imap_password: SecretStr | None = Field(default=None, description="its password; that of SMTP unless set")
    imap_folder: str = Field(default="INBOX", min_length=1, description="the folder that is read")
    imap_then: Literal["leave", "seen", "move"] = Field(default="leave", description="leave, seen or move")
    imap_move_to: str | None = Field(default=None, min_length=1, description="the folder to which e-mails are moved")
    inbound_secret: SecretStr | None = Field(
        default=None, min_length=32, description="what signs e-mails that are posted to us"
    )


class Mailbox:
    """One folder of one mailbox. It is opened anew each time, and nothing in it is ever deleted."""

    def __init__(
        self, config: MailboxConfig, *, log_in: tuple[str, str], ca_file: str | None, timeout: float, address: str
    ) -> None:
        self._config = config
        self._log_in = log_in
        self._ca_file = ca_file
        self._timeout = timeout
        self._address = address
        named = f"{log_in[0]}@{config.imap_host}/{config.imap_folder}"
        self.name = hashlib.sha256(named.encode()).hexdigest()[:40]

    def fetch(self, after: Mark | None, since: date) -> Fetched:
        """See `ReadsMailbox.fetch`."""
        with self._opened() as (client, folder):
            validity = int(folder[b"UIDVALIDITY"])
            known = after is not None and after.validity == validity
            last = after.uid if after is not None and known else 0
            # `n:*` names the last e-mail even where it lies before n.
            asked: list[Any] = ["UID", f"{last + 1}:*"] if known else ["SINCE", since]
            found = sorted(uid for uid in client.search(asked) if uid > last)
            if not found:
                return Fetched(Post(), Mark(validity, last if known else max(0, int(folder[b"UIDNEXT"]) - 1)))
            batch = found[:BATCH]
            letters = {uid: self._read(data) for uid, data in client.fetch(batch, [BODY]).items()}
        return Fetched(
            post=Post(
                tuple(one for uid in batch for one in letters.get(uid, Post()).receipts),
                tuple(one for uid in batch for one in letters.get(uid, Post()).replies),
                sum(letter.ignored for letter in letters.values()),
            ),
            mark=Mark(validity, batch[-1]),
            read=tuple(uid for uid in batch if uid in letters and not letters[uid].ignored),
            more=len(found) > BATCH,
        )

    def put_away(self, read: Sequence[int]) -> None:
        """See `ReadsMailbox.put_away`."""
        then = self._config.imap_then
        if not read or then == "leave":
            return
        with self._opened(readonly=False) as (client, _):
            client.add_flags(list(read), [SEEN])
            if then == "move" and client.has_capability("MOVE"):
                client.move(list(read), self._config.imap_move_to)

    def check(self) -> Sequence[Finding]:
        """Open the folder and count what nobody has read. See `Checks.check`."""
        try:
            with self._opened() as (client, folder):
                unseen = len(client.search(["UNSEEN"]))
                there = self._config.imap_then != "move" or client.folder_exists(self._config.imap_move_to)
                moves = self._config.imap_then != "move" or client.has_capability("MOVE")
        except NotifierError as error:
            fix = "Look at MILEPOST_NOTIFIERS__SMTP__IMAP_HOST, …__IMAP_USERNAME, …__IMAP_PASSWORD and …__IMAP_FOLDER."
            return (Finding(WHAT, False, error.detail, fix),)
        found = [Finding(WHAT, True, f"Opened; {int(folder[b'EXISTS'])} e-mails, {unseen} of them unread.")]
        if not there:
            fix = "Make the folder, or correct MILEPOST_NOTIFIERS__SMTP__IMAP_MOVE_TO."
            found.append(Finding(WHAT, False, "The folder to move e-mails to does not exist.", fix))
        if not moves:
            fix = "Set MILEPOST_NOTIFIERS__SMTP__IMAP_THEN=seen."
            found.append(
                Finding(WHAT, True, "The server cannot move e-mails; they are marked as seen.", fix, warning=True)
            )
        return tuple(found)

    def _read(self, data: dict[bytes, Any]) -> Post:
        raw = next((value for key, value in data.items() if key.startswith(b"BODY[")), None)
        return read_mail(raw, self._address) if isinstance(raw, bytes) else Post(ignored=1)

    @contextmanager
    def _opened(self, *, readonly: bool = True) -> Iterator[tuple[Any, dict[bytes, Any]]]:
        """The client and what the server says of the folder; failures are already classified."""
        client: Any = None
        try:
            client = self._connected()
            client.login(*self._log_in)
            yield client, client.select_folder(self._config.imap_folder, readonly=readonly)
        except NotifierError:
            raise
        except LoginError as error:
            if isinstance(error.__context__, IMAPClientAbortError):
                raise TemporaryFailure("The mailbox closed the connection during log-in.") from None
            raise ChannelUnavailable("The mailbox refused the log-in.") from None
        except ssl.SSLCertVerificationError:
            raise ChannelUnavailable("The mailbox's certificate is not valid for its name.") from None
        except IMAPClientError:
            raise TemporaryFailure("The mailbox's server refused, or said what cannot be read.") from None
        except (OSError, ValueError, LookupError):
            raise TemporaryFailure("The mailbox could not be reached.") from None
        finally:
            if client is not None:
                with suppress(Exception):
                    client.logout()
                with suppress(Exception):
                    client.shutdown()

    def _connected(self) -> Any:
        settings = self._config
        tls = self._tls() if settings.imap_security != "none" else None
        encrypted = settings.imap_security == "tls"
        client = IMAPClient(
            settings.imap_host, settings.imap_port, ssl=encrypted, ssl_context=tls, timeout=self._timeout
        )
        if settings.imap_security == "starttls":
            try:
                client.starttls(tls)
            except BaseException:
                with suppress(Exception):
                    client.shutdown()
                raise
        return client

    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._ca_file)
        except OSError:
            raise ChannelUnavailable("MILEPOST_NOTIFIERS__SMTP__CA_FILE cannot be read.") from None
