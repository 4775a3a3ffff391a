"""Latin names inside a text that is written from right to left.

In an e-mail they stand between FSI and PDI (U+2068 and U+2069, Unicode Annex 9), so that their digits and dots keep
their order. Phones treat these marks differently, so in an SMS references and phone numbers stand on a line of their
own, and no mark is needed.
"""

from __future__ import annotations

import re

from notifiers.base import Channel
from service.records.text import TextRequest
from service.wording.languages import language_of

FSI, PDI = "\u2068", "\u2069"

_LATIN = re.compile(r"[A-Za-z0-9]")
_AROUND = re.compile(r"[ \t]*\n[\s:.,;،؛]*")


def isolated(text: str, direction: str) -> str:
    """*text* between FSI and PDI where it is Latin and the text around it runs from right to left."""
    return f"{FSI}{text}{PDI}" if direction == "rtl" and _LATIN.search(text) else text


def name(request: TextRequest, text: str) -> str:
    """A ship's or a place's name."""
    return text if request.channel is Channel.SMS else isolated(text, language_of(request.language).direction)


def ref(request: TextRequest, text: str) -> str:
    """One or several references."""
    if request.channel is Channel.SMS:
        return own_line(text, request.language)
    return isolated(text, language_of(request.language).direction)


def own_line(text: str, language: str) -> str:
    """*text* on a line of its own in a text from right to left; unchanged in another."""
    return f"\n{text}\n" if text and language_of(language).rtl else text


def tidy(text: str, language: str) -> str:
    """*text* without the spaces and the punctuation that would begin a line."""
    return _AROUND.sub("\n", text).strip() if language_of(language).rtl else text
