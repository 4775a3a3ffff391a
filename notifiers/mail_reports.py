"""E-mails about our e-mails: bounces (RFC 3464 and older ones), complaints (RFC 5965), and what people answer. Pure.

An e-mail speaks to us only if it names one of ours by the Message-ID that we gave it, in its returned headers, its
envelope id or its references. What comes from a machine is never taken for the words of a person.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import all_failures

from notifiers.base import Post, Receipt, ReceiptStatus, Reply
from notifiers.mail_words import own_words, said
from notifiers.smtp_message import DEAD_ADDRESS, domain_of, is_mailbox

MOST_BYTES = 262_144
"""So much of an e-mail is read: reports are short, and what they return comes after them."""

UNWANTED = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
"""Feedback types (RFC 5965, RFC 6650) by which a reader has had enough of us."""

OURS = re.compile(r"\bmsg_[0-9a-hjkmnp-tv-z]{26}\b")
"""Our id of a message, from which its Message-ID is made."""

OUR_NAMES = ("X-Milepost-Id", "Message-ID", "Original-Message-ID")
"""Header fields that name an e-mail: ours first, which no relay replaces."""

_NAMING = re.compile(r"^[>\s]*(?:x-milepost-id|message-id):(.*)$", re.IGNORECASE | re.MULTILINE)
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_THREAD = re.compile(r"<(?:msg|shp)_[0-9a-z._]{20,160}@([^<>\s]{1,253})>")
_ACTIONS = ("failed", "delivered", "relayed", "expanded", "delayed")
"""What a mail server did (RFC 3464, section 2.3.3), the weightiest first."""

_WORDS = (
    (re.compile(r"over quota|quota exceeded|mailbox (is )?full|insufficient storage", re.IGNORECASE), "5.2.2"),
    (
        re.compile(
            r"user unknown|unknown user|no such (user|recipient|mailbox)|(user|address|recipient|mailbox|account)"
            r" (does not|doesn't|doesn=27t) exist|no mailbox here by that name",
            re.IGNORECASE,
        ),
        "5.1.1",
    ),
)
"""What bounces without a code say, and the code that means it."""

_MACHINES = re.compile(r"(mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)

_AWAY = re.compile(
    r"(auto(matic)?[ -]?(reply|response)|out of (the )?office|automatische antwort|abwesenheit|réponse automatique"
    r"|respuesta automática|fuera de la oficina|自动回复|自動回覆|رد تلقائي)",
    re.IGNORECASE,
)
"""How holiday notes begin whose program does not say that it is one."""

# It logs which of its readers looks at what, and every one that fails; what failed here is counted, not logged.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


def read_mail(raw: bytes, mailbox: str) -> Post:
    """What an e-mail to *mailbox*, the address that ours come from, says to us.

    Whatever cannot be read is ignored: anybody may write anything to a mailbox.
    """
    try:
        return _read(message_from_bytes(raw[:MOST_BYTES]), raw[:MOST_BYTES], mailbox)
    except Exception:  # noqa: BLE001, RUF100 - a hostile e-mail may break any reader in any way
        return Post(ignored=1)


def _read(mail: Message, raw: bytes, mailbox: str) -> Post:
    parts = list(_parts(mail))
    kinds = {part.get_content_type() for part in parts}
    if "message/feedback-report" in kinds:
        receipt = _complaint(parts, raw)
    elif "message/delivery-status" in kinds:
        receipt = _report(parts, raw)
    elif _by_machine(mail):
        receipt = _older_bounce(mail, parts, raw)
    else:
        reply = _reply(mail, parts, mailbox)
        return Post(replies=(reply,)) if reply else Post(ignored=1)
    if receipt is None:
        return Post(ignored=1)
    return Post(receipts=(replace(receipt, provider_id=f"<{receipt.provider_id}@{domain_of(mailbox)}>"),))


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= 200:
            return
        yield part


def _report(parts: list[Message], raw: bytes) -> Receipt | None:
    """A delivery status notification. Our e-mails have one recipient, so the weightiest block is about theirs."""
    fields = [
        block for part in parts if part.get_content_type() == "message/delivery-status" for block in _blocks(part)
    ]
    blocks = [block for block in fields if _field(block, "Action")]
    ours = _named(parts, raw, next((_field(one, "Original-Envelope-Id") for one in fields if one), ""))
    ranked = [one for action in _ACTIONS for one in blocks if _field(one, "Action").lower().startswith(action)]
    if not ours or not ranked:
        return None
    action, code = _field(ranked[0], "Action").lower(), _status(ranked[0])
    if action.startswith("failed"):
        return _bounce(ours, code, [_field(ranked[0], "Final-Recipient").rpartition(";")[2]])
    if action.startswith("delayed"):
        return None
    status = ReceiptStatus.DELIVERED if action.startswith("delivered") else ReceiptStatus.SENT
    return Receipt(ours, status, code or None)


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _status(block: Message) -> str:
    """The enhanced code; that of the other server where ours to tell says no more than its class."""
    found = _ENHANCED.search(_field(block, "Status"))
    told = _ENHANCED.search(_field(block, "Diagnostic-Code"))
    code = found.group(1) if found else ""
    return told.group(1) if told and (not code or code.endswith(".0.0")) else code


def _bounce(ours: str, code: str, about: Iterable[str]) -> Receipt:
    """*about* are the addresses that could not be reached, which need not be the one that we wrote to."""
    named = frozenset(bare for one in about if (bare := one.strip().strip("<>").casefold()))
    dead = code in DEAD_ADDRESS
    return Receipt(ours, ReceiptStatus.UNDELIVERED, code or None, _sentence(code), suppress=dead, about=named)


def _sentence(code: str) -> str:
    """One sentence without personal data: what servers write in their own words often names people."""
    if code in DEAD_ADDRESS:
        return "The mailbox does not exist or takes nothing any more."
    if code == "5.2.2":
        return "The mailbox is full."
    if code.startswith("4."):
        return "The mail servers gave up after trying for long."
    return "The e-mail came back."


def _older_bounce(mail: Message, parts: list[Message], raw: bytes) -> Receipt | None:
    """A bounce from before the standard, as far as the library knows its kind."""
    _, permanent = all_failures(mail)
    ours = _named(parts, raw)
    if not permanent or not ours:
        return None
    words = said(parts[0] if not mail.is_multipart() else next((p for p in parts if not p.is_multipart()), mail))
    found = next((one for one in _ENHANCED.findall(words) if one.startswith("5.")), "")
    code = found or next((code for known, code in _WORDS if known.search(words)), "")
    return _bounce(ours, code, (one.decode("ascii", "replace") for one in permanent))


def _complaint(parts: list[Message], raw: bytes) -> Receipt | None:
    """An abuse report in ARF."""
    report = next(part for part in parts if part.get_content_type() == "message/feedback-report")
    kind = next((_field(block, "Feedback-Type").lower() for block in _blocks(report)), "")
    ours = _named(parts, raw)
    if kind not in UNWANTED or not ours:
        return None
    return Receipt(ours, ReceiptStatus.COMPLAINED, kind, "The reader reported the e-mail as unwanted.", suppress=True)


def _named(parts: list[Message], raw: bytes, envelope: str = "") -> str | None:
    """Our id of the e-mail that this one is about; None where it names none of ours, or several.

    What only refers to one of ours, as an answer that our desk wrote by hand, is not ours.
    """
    blocks = [block for part in parts[1:] for block in (part, *_headers(part))]
    names = [_field(block, name) for name in OUR_NAMES for block in blocks]
    for text in (*names, envelope):
        if one := OURS.search(text):
            return one.group()
    if any(names):
        return None
    body = re.split(r"\r?\n\r?\n", raw.decode("ascii", "replace"), maxsplit=1)[-1]
    several = set(OURS.findall(" ".join(_NAMING.findall(body)) or body))
    return several.pop() if len(several) == 1 else None


def _headers(part: Message) -> list[Message]:
    """The returned header fields that a part holds as text."""
    if part.get_content_type() != "text/rfc822-headers":
        return []
    payload = part.get_payload(decode=True)
    return [message_from_bytes(payload)] if isinstance(payload, bytes) else []


def _by_machine(mail: Message) -> bool:
    """Whether no person wrote this (RFC 3834): holiday notes, lists, and whatever wants no answer."""
    submitted = _field(mail, "Auto-Submitted").lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or _field(mail, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
        or _field(mail, "Return-Path").strip() == "<>"
        or any(_field(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients", "List-Id"))
        or mail.get_content_type() == "multipart/report"
        or bool(_MACHINES.search(_field(mail, "From")))
        or bool(_AWAY.match(_subject(mail)))
    )


def _reply(mail: Message, parts: list[Message], mailbox: str) -> Reply | None:
    """What a person answers to one of our e-mails, or the request to be written to no more that we offer by mailto."""
    sender = parseaddr(_field(mail, "From"))[1].lower()
    if not is_mailbox(sender) or sender == mailbox.lower():
        return None
    subject = _subject(mail).lower()
    domain = mailbox.rpartition("@")[2].lower()
    referred = _THREAD.findall(f"{_field(mail, 'In-Reply-To')} {_field(mail, 'References')}")
    if subject == "unsubscribe":
        text = "STOP"
    elif domain in {one.lower() for one in referred}:
        text = own_words(parts)
    else:
        return None
    name = _field(mail, "Message-ID") or f"{sender} {_field(mail, 'Date')} {text}"
    return Reply("mail_" + hashlib.sha256(name.encode()).hexdigest()[:40], sender, mailbox, text) if text else None


def _subject(mail: Message) -> str:
    """The subject in plain letters, as far as it can be read."""
    raw = _field(mail, "Subject").strip()
    try:
        return str(make_header(decode_header(raw))).strip()
    except (HeaderParseError, LookupError, ValueError):
        return raw


def _field(part: Message, name: str) -> str:
    """A header field as text, empty where there is none; never longer than a field may sensibly be."""
    value = part.get(name)
    return str(value)[:2000].encode("utf-8", "replace").decode() if value is not None else ""
