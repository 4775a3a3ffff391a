"""Cargo-IMP text in parts: messages, the waybill that each is about, and its status lines. Tolerant, and read once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.formats.air.fsu_codes import CODES
from service.formats.base import unreadable
from service.formats.packing import refuse_packed

LONGEST = 1000
"""Characters of a line that are read; the standard has 69."""

MOST = 150_000
"""Status lines of one payload; the largest body that is taken holds fewer."""

_LINE = re.compile(r"[^\r\n]{4,}")
"""A line that can be something: `RCS/` is the shortest beginning of a status."""

_HEADER = re.compile(r"([A-Z]{3})/\d{1,2}(?:\s+(.*))?")
_WAYBILL = re.compile(r"\d{3}[- ]?\d{4} ?\d{4}(?!\d)", re.ASCII)
_STATUS = re.compile(r"[A-Z]{3}(?:/|$)")
_ONE_LINE = re.compile(r"\s+(?=[A-Z]{3}/)")
_FRAME = " \t\0\x01\x02\x03\x1a="
"""What teletype machines put around lines."""

STATUS_MESSAGES = frozenset({"FSU", "FSA"})
"""A status update, and the answer to a question for the status: built alike."""


class Part(NamedTuple):
    """A status line (without its continuation lines) with the waybill line above it.

    `line` counts from 1. `other` names a message that is no status update, in place of its lines. A message that ends
    before its first status is a part without text.
    """

    line: int
    waybill: str
    text: str
    other: str = ""


def parts(body: bytes) -> Iterator[Part]:
    """The parts of *body* in their order. Raises `Unreadable` for text in which no message begins."""
    refuse_packed(body)
    text = body.decode("utf-8", "replace")
    waybill: str | None = None
    asked = skipping = False
    number = at = found = begun = 0
    for match in _LINE.finditer(text):
        number += text.count("\n", at, match.start())
        at = match.start()
        line = text[at : min(match.end(), at + LONGEST)].strip(_FRAME)
        header = _HEADER.fullmatch(line)
        if header is not None and header[1] not in CODES:
            if begun:
                yield Part(begun, waybill or "", "")
            waybill, asked, skipping = "", True, header[1] not in STATUS_MESSAGES
            found += 1
            _check(found)
            begun = 0 if skipping else number + 1
            if skipping:
                yield Part(number + 1, "", "", header[1])
                continue
            line = (header[2] or "").strip()
        if skipping or not line:
            continue
        for piece in _pieces(line):
            if _WAYBILL.match(piece) or (asked and not _STATUS.match(piece)):
                waybill, asked = piece, False
            elif waybill is not None and _STATUS.match(piece):
                asked = False
                begun = 0
                found += 1
                _check(found)
                yield Part(number + 1, waybill, piece)
    if begun:
        yield Part(begun, waybill or "", "")
    if waybill is None and not found:
        raise unreadable(
            "not_fsu",
            "No Cargo-IMP message begins in the body.",
            "Send the text of the message: FSU/14, a line with the air waybill, then its status lines "
            "(`curl -d` takes line ends away, `--data-binary` does not).",
        )


def _pieces(line: str) -> list[str]:
    """The line itself, or its parts where a sender writes waybill and status on one line."""
    return _ONE_LINE.split(line) if _WAYBILL.match(line) else [line]


def _check(found: int) -> None:
    if found > MOST:
        raise unreadable(
            "too_many_lines", f"The body holds more than {MOST:,} status lines.", "Send it in several calls."
        )
