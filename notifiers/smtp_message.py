"""One e-mail, written out: header fields that cannot be broken, a text and an HTML part, attachments."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Mapping
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

from notifiers.base import Attachment, Message
from notifiers.errors import PermanentFailure

ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,253}")
"""A plain mailbox: no name beside it, no quotation, no second mailbox."""

DEAD_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""Enhanced status codes (RFC 3463, RFC 7505) that say that the mailbox does not exist or takes nothing any more."""

_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_POLICY = policy.SMTP.clone(max_line_length=78)


def domain_of(address: str) -> str:
    """The domain of *address* in ASCII (IDNA)."""
    return address.rpartition("@")[2].encode("idna").decode("ascii")


def is_mailbox(address: str) -> bool:
    """Whether *address* is one plain mailbox whose domain can be written."""
    try:
        return bool(ADDRESS.fullmatch(address) and domain_of(address))
    except UnicodeError:
        return False


def compose(
    message: Message, *, from_address: str, from_name: str | None, unsubscribe_mailto: str | None, date: str
) -> EmailMessage:
    """Write *message* as an e-mail. Raises `PermanentFailure` for what cannot be written safely."""
    _refuse_line_breaks(message, from_address, from_name)
    try:
        return _written(message, from_address, from_name, unsubscribe_mailto, date)
    except (ValueError, MessageError, LookupError, TypeError):
        raise PermanentFailure("The e-mail holds something that cannot be written as an e-mail.") from None


def envelope(mail: EmailMessage, session: smtplib.SMTP) -> tuple[str, str, list[str], bytes]:
    """Sender, recipient, MAIL options and bytes for *session*. Raises `PermanentFailure` if it cannot carry them.

    An address with letters outside ASCII needs a server that speaks SMTPUTF8 (RFC 6531).
    """
    sender, to = mail["From"].addresses[0].addr_spec, mail["To"].addresses[0].addr_spec
    plain = sender.isascii() and to.isascii()
    if not plain and not session.has_extn("smtputf8"):
        raise PermanentFailure("The mail server cannot carry an address with letters outside ASCII.")
    try:
        payload = mail.as_bytes(policy=_POLICY if plain else _POLICY.clone(utf8=True))
    except (ValueError, MessageError, LookupError):
        raise PermanentFailure("The e-mail holds something that cannot be written as an e-mail.") from None
    options = [] if plain else ["SMTPUTF8", "BODY=8BITMIME"]
    if session.has_extn("dsn"):  # RFC 3461: a bounce then names our id, whatever a relay makes of the Message-ID
        options += [f"ENVID={mail['X-Milepost-Id']}", "RET=HDRS"]
    if session.has_extn("size"):
        options.append(f"SIZE={len(payload)}")
    return sender, to, options, payload if payload.endswith(b"\r\n") else payload + b"\r\n"


def _written(
    message: Message, from_address: str, from_name: str | None, unsubscribe_mailto: str | None, date: str
) -> EmailMessage:
    domain = domain_of(from_address)
    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = f"<{_token(message.id)}@{domain}>"
    mail["Date"] = date
    mail["From"] = _mailbox(from_address, from_name)
    mail["To"] = _mailbox(message.to, None)
    mail["Subject"] = message.subject or ""
    if message.reply_to:
        mail["Reply-To"] = _mailbox(message.reply_to, None)
    if message.thread and message.thread != message.id:
        mail["In-Reply-To"] = mail["References"] = f"<{_token(message.thread)}@{domain}>"
    mail["X-Milepost-Id"] = _token(message.id)  # some relays put a Message-ID of their own in place of ours
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: holiday replies stay away
    for name, value in _unsubscribe(message.unsubscribe_url, unsubscribe_mailto or from_address).items():
        mail[name] = value
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        _attach(mail, attachment)
    return mail


def _unsubscribe(url: str | None, mailto: str) -> Mapping[str, str]:
    """RFC 2369, and one click (RFC 8058), which is defined for https only."""
    if not url:
        return {"List-Unsubscribe": f"<mailto:{mailto}?subject=unsubscribe>"}
    if re.search(r"[\s<>,]", url) or not url.startswith(("https://", "http://")):
        raise ValueError("not an address")
    if url.startswith("https://"):
        return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return {"List-Unsubscribe": f"<{url}>"}


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    header = EmailMessage(policy=_POLICY)
    header["Content-Type"] = attachment.content_type
    parsed = header["Content-Type"]
    params = dict(parsed.params)
    if parsed.content_type == "text/calendar":  # an entry to keep (RFC 5546), not an invitation to answer
        params = {"method": "PUBLISH", "charset": "utf-8", **params}
    mail.add_attachment(
        attachment.content,
        maintype=parsed.maintype,
        subtype=parsed.subtype,
        filename=attachment.name,
        params=params,
    )


def _mailbox(address: str, name: str | None) -> Address:
    if not is_mailbox(address):
        raise ValueError("not one mailbox")
    local = address.rpartition("@")[0]
    return Address(name or "", local, domain_of(address))


def _token(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,200}", value):
        raise ValueError("not an id")
    return value


def _refuse_line_breaks(message: Message, from_address: str, from_name: str | None) -> None:
    """A line break in a header field starts another field (header injection), so none is let near one."""
    fields = {
        "id": message.id,
        "to": message.to,
        "from": from_address,
        "sender_name": from_name,
        "subject": message.subject,
        "reply_to": message.reply_to,
        "thread": message.thread,
        "unsubscribe_url": message.unsubscribe_url,
        **{f"attachment {number}": part.name for number, part in enumerate(message.attachments, 1)},
        **{f"type of attachment {number}": part.content_type for number, part in enumerate(message.attachments, 1)},
    }
    for name, value in fields.items():
        if value is not None and _BREAKS.search(value):
            raise PermanentFailure(f"The field {name} holds a line break or a control character.")
