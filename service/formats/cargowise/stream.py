"""The SOAP envelope in which CargoWise's eAdaptor posts: unwrapping it, and what the eAdaptor expects to read.

`SendStreamRequest/Payload/Message` holds a document, gzipped, in Base64; `Ping` asks whether anybody is there. The
answer to both is an envelope with a timestamp; a refusal is a SOAP fault, whose sentence CargoWise shows in its log.
"""

from __future__ import annotations

import binascii
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from service.formats.base import Answer, Refused, unreadable
from service.formats.strict_xml import Node, each
from service.records.inbound import Problem

CONTENT_TYPE = "text/xml; charset=utf-8"

MAX_EXPANDED = 8_000_000
"""Bytes that all messages of one call may have once they are expanded."""

_ENVELOPE = re.compile(rb"<(?:[\w.-]+:)?Envelope[\s>]")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = 4096
_GZIP = b"\x1f\x8b"
_NAMES = frozenset({"Ping", "SendStreamRequest", "SendStream"})
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_EHUB = "http://CargoWise.com/eHub/2010/06"
_LIFE = timedelta(minutes=5)


def is_envelope(body: bytes) -> bool:
    """Whether *body* is a SOAP envelope, as far as its first bytes tell."""
    return _ENVELOPE.search(body[:_HEAD].replace(b"\0", b"")) is not None


def is_ping(body: bytes) -> bool:
    """Whether the envelope only asks if anybody is there."""
    found = next(each(body, _NAMES), None)
    return found is not None and found.name == "Ping"


def documents(body: bytes) -> Iterator[bytes | Refused]:
    """Every document in the envelope, or why it cannot be unpacked. A ping has none.

    Raises `Unreadable` for an envelope of another kind.
    """
    found = next(each(body, _NAMES), None)
    if found is None:
        raise unreadable(
            "not_a_stream",
            "The SOAP body is neither SendStream nor Ping.",
            "Let the eAdaptor post Universal XML with SendStream.",
        )
    left = MAX_EXPANDED
    for message in found.all("Payload", "Message"):
        try:
            document = _expanded(message, left)
        except Refused as refused:
            yield refused
            continue
        left -= len(document)
        yield document


def _expanded(message: Node, left: int) -> bytes:
    try:
        packed = binascii.a2b_base64("".join(message.text.split()), strict_mode=True)
    except (ValueError, binascii.Error):
        raise _broken("is not Base64") from None
    if not packed:
        raise _broken("is empty")
    if not packed.startswith(_GZIP):
        return packed
    unpacking = zlib.decompressobj(wbits=31)
    try:
        document = unpacking.decompress(packed, left + 1)
    except zlib.error:
        raise _broken("is no gzip stream") from None
    if len(document) > left:
        raise Refused(
            "too_large",
            f"The messages of the call expand to more than {MAX_EXPANDED // 1_000_000} MB.",
            "Send fewer events, and no attached documents, in one call.",
        )
    if not unpacking.eof:
        raise _broken("ends in the middle of its gzip stream")
    return document


def _broken(what: str) -> Refused:
    return Refused("bad_payload", f"The content of Message {what}.", "Send the document gzipped and in Base64.")


def acknowledgement(body: bytes, now: datetime) -> Answer:
    """What the eAdaptor expects once its call is kept."""
    inner = f'<PingResponse xmlns="{_EHUB}"><PingResult>true</PingResult></PingResponse>' if is_ping(body) else ""
    return Answer(200, CONTENT_TYPE, _envelope(inner, now))


def fault(problem: Problem, now: datetime) -> Answer:
    """What the eAdaptor expects where nothing of its call could be taken (SOAP 1.1, 4.4)."""
    words = escape(_NO_XML.sub("?", f"{problem.message} {problem.fix}"))
    code = escape(_NO_XML.sub("?", problem.code))
    inner = (
        f"<s:Fault><faultcode>s:Client</faultcode><faultstring>{words}</faultstring>"
        f"<detail><code>{code}</code></detail></s:Fault>"
    )
    return Answer(500, CONTENT_TYPE, _envelope(inner, now))


def _envelope(inner: str, now: datetime) -> bytes:
    created, expires = (f"{moment:%Y-%m-%dT%H:%M:%S}.000Z" for moment in (now.astimezone(UTC), now + _LIFE))
    return (
        f'<s:Envelope xmlns:s="{_SOAP}" xmlns:u="{_WSU}"><s:Header>'
        f'<o:Security s:mustUnderstand="1" xmlns:o="{_WSSE}"><u:Timestamp u:Id="_0">'
        f"<u:Created>{created}</u:Created><u:Expires>{expires}</u:Expires></u:Timestamp></o:Security>"
        f"</s:Header><s:Body>{inner}</s:Body></s:Envelope>"
    ).encode()
