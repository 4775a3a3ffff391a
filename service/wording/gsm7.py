"""How many SMS segments a text takes, and the punctuation that keeps it in one.

The alphabet and the lengths are those of 3GPP TS 23.038 and TS 23.040: 160 septets in one message, 153 in each
part of a longer one; outside the alphabet 70 and 67 UTF-16 units.
"""

from __future__ import annotations

import re
import unicodedata

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters that cost one septet."""

EXTENDED = "^{}\\[~]|€\f"
"""Characters that cost two: an escape and themselves."""

SINGLE, PART = 160, 153
SINGLE_UCS2, PART_UCS2 = 70, 67

_ALPHABET = re.compile(f"[{re.escape(BASIC)}{re.escape(EXTENDED)}]*")
_EXTENDED = re.compile(f"[{re.escape(EXTENDED)}]")

_PLAIN: dict[str, str | int | None] = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "),
    **dict.fromkeys("\u2022\u00b7", "-"),
    "\u2026": "...",
    "\u00ad": None,
    "\u2028": "\n",
    "\u2029": "\n",
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}
_FOLDED = str.maketrans(_PLAIN)
"""Typographic and full-width forms, and the plain character that says the same."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories that nobody sees: control, format (bidirectional, zero-width), surrogates, private, unassigned."""


def septets(text: str) -> int | None:
    """The cost of *text* in septets; None where a character needs UCS-2."""
    if not _ALPHABET.fullmatch(text):
        return None
    return len(text) + len(_EXTENDED.findall(text))


def segments(text: str) -> int:
    """How many SMS segments *text* takes; an empty text takes one."""
    total = septets(text)
    if total is None:
        return _parts([2 if ord(char) > 0xFFFF else 1 for char in text], SINGLE_UCS2, PART_UCS2)
    if total <= SINGLE:
        return 1
    return _parts([2 if char in EXTENDED else 1 for char in text], SINGLE, PART)


def fold(text: str) -> str:
    """*text* with plain quotes, dashes and spaces, and without characters that nobody sees.

    Letters stay as they are, line breaks too: only what looks the same may change.
    """
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_FOLDED)
    if plain.isascii() and plain.isprintable():
        return plain
    seen = (char for char in plain if char == "\n" or unicodedata.category(char) not in _UNSEEN)
    return unicodedata.normalize("NFC", "".join(seen))


def visible(text: str) -> str:
    """*text* without characters that nobody sees; for writing that is not in the SMS alphabet anyway."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(char for char in plain if char == "\n" or unicodedata.category(char) not in _UNSEEN)


def _parts(costs: list[int], single: int, part: int) -> int:
    """The number of parts when a character of cost two is never cut in half."""
    if sum(costs) <= single:
        return 1
    count, used = 1, 0
    for cost in costs:
        if used + cost > part:
            count, used = count + 1, 0
        used += cost
    return count
