"""The pseudo-locale en-XA: English with every letter accented, made by machine.

Whatever reads as plain English in it was not written as a text of the language, but somewhere in the code.
"""

from __future__ import annotations

import re

from service.wording.languages.base import Language, Status, Texts

TAG = "en-XA"

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "àƀçđéƒğĥîĵķļɱñöþǫŕšţûṽŵẋýžÀƁÇĐÉƑĞĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
_TABLE = str.maketrans(_PLAIN, _ACCENTED)
_NAME = re.compile(r"(\{\w+\})")


def accented(text: str) -> str:
    """*text* in pseudo-English; the names of values stay as they are."""
    return "".join(part if index % 2 else part.translate(_TABLE) for index, part in enumerate(_NAME.split(text)))


def pseudo(english: Language) -> Language:
    """The pseudo-locale of *english*."""
    texts: Texts = {
        key: accented(text) if isinstance(text, str) else tuple(accented(form) for form in text)
        for key, text in english.texts.items()
    }
    return Language(
        tag=TAG,
        name=accented(english.name),
        locale=english.locale,
        texts=texts,
        tone=english.tone,
        days=english.days,
        segments=2,
        status=Status.MACHINE,
    )
