"""A text as people type it, made comparable: letters without case and accents, clauses without politeness."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from service.policy import reply_words as words

TRADITIONAL = str.maketrans(
    "請別發簡訊聯繫們給個煩訂閱號錯碼對開幫嗎謝馬時後誰騷擾這種電話內刪",
    "请别发简讯联系们给个烦订阅号错码对开帮吗谢马时后谁骚扰这种电话内删",
)
"""Chinese as it is written in Taiwan and Hong Kong, read as on the mainland: the letters that these tables use."""

ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ـ": None})

_CLAUSES = re.compile(r"[.!?;,:\n\r。！？；，、؟؛،…()–—]+")
_PUNCTUATION = re.compile(r"[^\w\s]|_")
_CHINESE = re.compile(words.CHINESE_FILLERS)


def storable(text: str) -> str:
    """*text* as both stores keep it: without NUL, and with a mark in place of halves of letters that stand alone."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "\ufffd")


def bare(text: str) -> str:
    """*text* without what people write or leave out by accident: case, accents, vowel marks, width of letters."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold().replace("'", " ")
    plain = "".join(letter for letter in folded if unicodedata.category(letter) not in {"Mn", "Me", "Cf"})
    return plain.translate(ARABIC).translate(TRADITIONAL)


def western(text: str) -> str:
    """*text* with the digits of every script written 0 to 9."""
    return "".join(str(unicodedata.digit(one)) if one.isdigit() else one for one in text)


def one_word(plain: str) -> str:
    """The letters and digits of a text as one word."""
    return "".join(letter for letter in plain if letter.isalnum())


def clauses(plain: str) -> list[str]:
    """The clauses of a text, without politeness."""
    found = (polite(spaced(part)) for part in _CLAUSES.split(plain))
    return [clause for clause in found if clause]


def spaced(text: str) -> str:
    """Words with one blank between them, and no punctuation."""
    return " ".join(_PUNCTUATION.sub(" ", text).split())


def polite(clause: str) -> str:
    """A clause without the fillers at its ends and its politeness in between."""
    before = None
    while before != clause:
        before = clause
        clause = _fillers().sub(" ", f" {clause} ").strip()
        clause = _CHINESE.sub("", clause)
    return " ".join(clause.split())


@cache
def _fillers() -> re.Pattern[str]:
    phrases = (bare(phrase) for line in words.FILLERS for phrase in line.split(", "))
    listed = sorted(phrases, key=len, reverse=True)
    return re.compile("(?<= )(?:" + "|".join(re.escape(one) for one in listed) + ")(?= )")
