"""The tone rules, T1 to T15, as checks over a finished text, in every language.

They hold the catalogue to its own manners, and whatever an account writes in its place. What a rule looks for in a
language stands in that language's `TONE`; a text is judged by its own language's words and by the marks that all share.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from service.wording import dates
from service.wording.languages import Language, language_of

RULES: dict[str, str] = {
    "T1": "the new date before the old one",
    "T2": "one apology at most, in one word",
    "T3": "an unknown cause is not known yet",
    "T4": "nobody is blamed, nobody hides behind the passive, and no act is claimed that no person has done",
    "T5": "bad news says what happens next, or whom to ask",
    "T6": "one question at most",
    "T7": "choices are digits; the last is always a call",
    "T8": "no stock phrases, no shouting, no exclamation marks, no emoji, no curly quotes",
    "T9": "no jargon",
    "T10": "at most 20 words in a sentence",
    "T11": "no value, no goods, no personal data",
    "T12": "dates, not today or tomorrow",
    "T13": "good news is calm",
    "T14": "as planned, never on time",
    "T15": "a time, or that we do not know it yet; never soon",
}

MAX_WORDS = 20
"""In one sentence; in Chinese, which has no spaces, three characters count as a word."""

_WORDED = ("T3", "T4", "T8", "T9", "T11", "T12", "T13", "T14", "T15")
_CASED = frozenset({"T9"})
_MARKS: dict[str, re.Pattern[str]] = {
    "T8": re.compile(r"[!！¡]"),
    "T11": re.compile(r"\b(GBP|USD|EUR|AED|CNY) ?\d|[£$€¥] ?\d|\d ?€"),
}
_SHOUT = re.compile(r"\b[A-Z]{4,}\b")
_KEYWORDS = frozenset({"STOP", "HELP", "START"})
_LINK = re.compile(r"https?://\S+|\S+@\S+")
_SENTENCE_END = re.compile(r"[.?؟](?:\s|$)|[。？！；：]|[:;؛]\s|\n")
_CURLY = "\u2018\u2019\u201c\u201d"


def lint(text: str, names: Iterable[str] = (), language: str = "en") -> list[str]:
    """The ids of the rules that *text* breaks, in order. *names* (references, ships, places) are not judged."""
    spoken = language_of(language)
    for name in sorted((name for name in names if name), key=len, reverse=True):
        text = text.replace(name, "X")
    bare = _LINK.sub("X", text)
    broken = {rule for rule in _WORDED if _pattern(spoken, rule).search(bare)}
    broken |= {rule for rule, pattern in _MARKS.items() if pattern.search(bare)}
    broken |= {rule for rule, check in _CHECKS.items() if check(spoken, bare)}
    return [rule for rule in RULES if rule in broken]


@lru_cache(maxsize=256)
def _pattern(language: Language, name: str) -> re.Pattern[str]:
    return re.compile(language.tone[name], 0 if name in _CASED else re.IGNORECASE)


@lru_cache(maxsize=16)
def _ordered(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A date that is said to be the old one, and any date."""
    day = dates.pattern(language.tag)
    return re.compile(rf"(?:{language.tone['was']})[ :]*({day})", re.IGNORECASE), re.compile(day)


def _old_date_first(language: Language, text: str) -> bool:
    was, any_day = _ordered(language)
    old = [found.start(1) for found in was.finditer(text)]
    new = [found.start() for found in any_day.finditer(text) if found.start() not in old]
    return bool(old) and (not new or min(new) > min(old))


def _apologies(language: Language, text: str) -> bool:
    return len(_pattern(language, "apology").findall(text)) > 1 or bool(_pattern(language, "grovel").search(text))


def _no_way_on(language: Language, text: str) -> bool:
    if not _pattern(language, "trouble").search(text):
        return False
    on = (_pattern(language, "way_on"), _ordered(language)[1])
    return not any(way.search(text) for way in on) and "https://" not in text and "http://" not in text


def _two_questions(_: Language, text: str) -> bool:
    return sum(text.count(mark) for mark in "?؟？") > 1


def _choices_without_a_call(language: Language, text: str) -> bool:
    return bool(_pattern(language, "choices").search(text)) and not _pattern(language, "call_me").search(text)


def _shouts(_: Language, text: str) -> bool:
    if any(word not in _KEYWORDS for word in _SHOUT.findall(text)):
        return True
    return any(unicodedata.category(char) in {"So", "Sk", "Cs"} or char in _CURLY for char in text)


def _long_sentence(language: Language, text: str) -> bool:
    sentences = _SENTENCE_END.split(text)
    if not language.space:
        return any(len(sentence) > 3 * MAX_WORDS for sentence in sentences)
    return any(len(sentence.split()) > MAX_WORDS for sentence in sentences)


_CHECKS: dict[str, Callable[[Language, str], bool]] = {
    "T1": _old_date_first,
    "T2": _apologies,
    "T5": _no_way_on,
    "T6": _two_questions,
    "T7": _choices_without_a_call,
    "T8": _shouts,
    "T10": _long_sentence,
}
