"""The tone rules, T1 to T15, as checks over a finished text.

They hold the catalogue to its own manners, and whatever an account writes in its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

RULES: dict[str, str] = {
    "T1": "the new date before the old one",
    "T2": "one apology at most, in one word",
    "T3": "an unknown cause is not known yet",
    "T4": "nobody is blamed, and nobody hides behind the passive",
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

_APOLOGY = re.compile(r"\bsorry\b|\bapolog\w+", re.IGNORECASE)
_GROVEL = re.compile(r"\b(very|so|deeply|terribly) sorry\b", re.IGNORECASE)
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} \w{3}"
_PATTERNS: dict[str, re.Pattern[str]] = {
    "T3": re.compile(r"(cause|reason) (is )?(unknown|not known)(?! yet)|unknown (cause|reason)", re.IGNORECASE),
    "T4": re.compile(
        r"\bfault of\b|\b(carrier|customer|driver|port)'s fault\b|mistakes were made|it was decided", re.IGNORECASE
    ),
    "T8": re.compile(
        r"unfortunately|please be advised|as per |unforeseen|we value|inconvenience|\bASAP\b|kindly|click here|!",
        re.IGNORECASE,
    ),
    "T9": re.compile(
        r"\b(ETA|ETD|POD|B/L|BL number|transship\w*|rolled|discharged?|demurrage|detention|exam|consignee|"
        r"gate[- ]?(in|out)|deconsolidat\w+|LCL|FCL)\b"
    ),
    "T11": re.compile(r"\b(GBP|USD|EUR) ?\d|[£$€] ?\d|\bvalue of\b|\bgoods worth\b"),
    "T12": re.compile(r"\b(today|tomorrow|tonight|yesterday)\b", re.IGNORECASE),
    "T13": re.compile(
        r"\b(great|good|wonderful|fantastic) news\b|\b(happy|delighted|pleased|excited) to\b", re.IGNORECASE
    ),
    "T14": re.compile(r"\bon time\b", re.IGNORECASE),
    "T15": re.compile(r"\b(shortly|soon|as quickly as possible|in due course)\b", re.IGNORECASE),
}
_BAD_NEWS = re.compile(
    r"\b(late|delayed|holding|damaged|missed|could not deliver|cannot find|no news)\b", re.IGNORECASE
)
_WAY_ON = re.compile(rf"\b(Reply|Call|Write to|Next|You hear|We call|We answer|Phone)\b|{_DAY}|https?://")
_CHOICES = re.compile(r"\bReply (\d)\b")
_CALL_ME = re.compile(r"\b\d (call me|talk|to talk)\b", re.IGNORECASE)
_SHOUT = re.compile(r"\b[A-Z]{4,}\b")
_KEYWORDS = frozenset({"STOP", "HELP", "START"})
_LINK = re.compile(r"https?://\S+|\S+@\S+")
_SENTENCE_END = re.compile(r"[.?](?:\s|$)|[:;]\s|\n")


def lint(text: str, names: Iterable[str] = ()) -> list[str]:
    """The ids of the rules that *text* breaks, in order. *names* (references, ships, places) are not judged."""
    for name in sorted((name for name in names if name), key=len, reverse=True):
        text = text.replace(name, "X")
    bare = _LINK.sub("X", text)
    broken = {rule for rule, pattern in _PATTERNS.items() if pattern.search(bare)}
    broken |= {rule for rule, check in _CHECKS.items() if check(bare)}
    return [rule for rule in RULES if rule in broken]


def _old_date_first(text: str) -> bool:
    old = re.search(rf"\b(?:was|earlier than) {_DAY}", text)
    new = re.search(rf"(?<!\bwas )(?<!\bthan ){_DAY}", text)
    return bool(old and (new is None or new.start() > old.start()))


def _apologies(text: str) -> bool:
    return len(_APOLOGY.findall(text)) > 1 or bool(_GROVEL.search(text))


def _no_way_on(text: str) -> bool:
    return bool(_BAD_NEWS.search(text)) and not _WAY_ON.search(text)


def _two_questions(text: str) -> bool:
    return text.count("?") > 1


def _choices_without_a_call(text: str) -> bool:
    return bool(_CHOICES.search(text)) and not _CALL_ME.search(text)


def _shouts(text: str) -> bool:
    if any(word not in _KEYWORDS for word in _SHOUT.findall(text)):
        return True
    return any(unicodedata.category(char) in {"So", "Sk", "Cs"} or char in "\u2018\u2019\u201c\u201d" for char in text)


def _long_sentence(text: str) -> bool:
    return any(len(sentence.split()) > MAX_WORDS for sentence in _SENTENCE_END.split(text))


_CHECKS: dict[str, Callable[[str], bool]] = {
    "T1": _old_date_first,
    "T2": _apologies,
    "T5": _no_way_on,
    "T6": _two_questions,
    "T7": _choices_without_a_call,
    "T8": _shouts,
    "T10": _long_sentence,
}
