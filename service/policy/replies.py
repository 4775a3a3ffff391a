"""What a reply means: what the law and the carriers obey comes first, then answers to our questions, then people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from service.policy import reply_words as words
from service.policy.hours import answer_by, open_now, opens_at
from service.records.enums import Meaning

__all__ = ["HELP", "START", "STOP", "Read", "answer_by", "bare", "open_now", "opens_at", "read_reply"]

TRADITIONAL = str.maketrans(
    "請別發簡訊聯繫們給個煩訂閱號錯碼對開幫嗎謝馬時後誰騷擾這種電話內刪",
    "请别发简讯联系们给个烦订阅号错码对开帮吗谢马时后谁骚扰这种电话内删",
)
"""Chinese as it is written in Taiwan and Hong Kong, read as on the mainland: the letters that these tables use."""

ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ـ": None})

YES_SIGNS = frozenset("👍👌✅")

_CLAUSES = re.compile(r"[.!?;,:\n\r。！？；，、؟؛،…()–—]+")
_DIGIT = re.compile(r"(?:no|nr|option|opcion|numero|num|number|nummer|choix|choice|reply|الخيار|选)?\s*([1-9])")

_PUNCTUATION = re.compile(r"[^\w\s]|_")
_CHINESE = re.compile(words.CHINESE_FILLERS)


@dataclass(frozen=True, slots=True)
class Read:
    """What a text means. `digit` is the choice that it names; `sentence` says that it stops us in words of its own.

    `carrier` marks a word to which providers answer themselves.
    """

    meaning: Meaning
    digit: str | None = None
    sentence: bool = False
    carrier: bool = False


def bare(text: str) -> str:
    """*text* without what people write or leave out by accident: case, accents, vowel marks, width of letters."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold().replace("'", " ")
    plain = "".join(letter for letter in folded if unicodedata.category(letter) not in {"Mn", "Me", "Cf"})
    return plain.translate(ARABIC).translate(TRADITIONAL)


def read_reply(text: str, *, suppressed: bool = False, asked: Collection[str] = (), single: str | None = None) -> Read:
    """Read *text*: stop, start or help; a choice; a wrong number; else a question for a person.

    *asked* are the digits that stand open. *single* is the one that "yes", "ok" or a thumb means: only where a single
    question is open. YES starts texts again for somebody who had stopped them. A digit that is not open is named and is
    a question: it never acts.
    """
    plain = bare(text)
    if (keyword := _keyword(plain, suppressed=suppressed)) is not None:
        return Read(keyword, carrier=_word(plain) in CARRIER)
    clauses = _clauses(plain)
    if _revokes(plain, clauses):
        return Read(Meaning.STOP, sentence=True)
    digit = _digit(plain) or (single if single and _agrees(text, plain) else None)
    if digit is not None:
        return Read(Meaning.CHOICE if digit in asked else Meaning.QUESTION, digit)
    if _wrong_number(clauses):
        return Read(Meaning.WRONG_NUMBER)
    return Read(Meaning.QUESTION)


def _keyword(plain: str, *, suppressed: bool) -> Meaning | None:
    """The whole text as one word; blanks around and between, and punctuation, do not count ("Stop.", "opt-out")."""
    word = _word(plain)
    if word in STOP:
        return Meaning.STOP
    if word in START or (suppressed and word in YES):
        return Meaning.START
    return Meaning.HELP if word in HELP else None


def _word(plain: str) -> str:
    return "".join(letter for letter in plain if letter.isalnum())


def _clauses(plain: str) -> list[str]:
    """The clauses of a text, without politeness."""
    found = (_polite(_spaced(part)) for part in _CLAUSES.split(plain))
    return [clause for clause in found if clause]


def _spaced(text: str) -> str:
    """Words with one blank between them, and no punctuation."""
    return " ".join(_PUNCTUATION.sub(" ", text).split())


def _polite(clause: str) -> str:
    """A clause without the fillers at its ends and its politeness in between."""
    before = None
    while before != clause:
        before = clause
        clause = _fillers().sub(" ", f" {clause} ").strip()
        clause = _CHINESE.sub("", clause)
    return " ".join(clause.split())


def _revokes(plain: str, clauses: Iterable[str]) -> bool:
    """Whether a clause takes back the leave to write, and nothing in the text makes that depend on anything."""
    whole = _spaced(plain)
    if _conditions().search(f" {whole} "):
        return False
    return any(_fits(_revocations(), clause) for clause in (*clauses, _polite(whole)))


def _wrong_number(clauses: list[str]) -> bool:
    """Whether the whole text says no more than that we write to somebody else."""
    said = [_fits(_wrong_numbers(), clause) for clause in clauses]
    rest = [clause for clause, wrong in zip(clauses, said, strict=True) if not wrong]
    return any(said) and all(clause in ASIDES or _fits(_revocations(), clause) for clause in rest)


def _digit(plain: str) -> str | None:
    """The digit that is the whole text, politeness aside: "1", "1.", "#1", "1 ok", "１", "١", "one"."""
    western = "".join(str(unicodedata.digit(one)) if one.isdigit() else one for one in plain)
    text = _spaced(western)
    for clause in (text, _polite(text)):
        told = " ".join(word for word in clause.split() if word not in YES)
        if (found := _DIGIT.fullmatch(told)) is not None:
            return found[1]
        if told in NUMBERS:
            return NUMBERS[told]
    return None


def _agrees(text: str, plain: str) -> bool:
    word = _word(plain)
    return word in YES or (not word and any(sign in text for sign in YES_SIGNS))


def _fits(patterns: tuple[re.Pattern[str], ...], clause: str) -> bool:
    return any(pattern.fullmatch(clause) for pattern in patterns)


def _set(lists: Iterable[str]) -> frozenset[str]:
    return frozenset(bare(word) for line in lists for word in line.split())


@cache
def _revocations() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_pattern(one)) for language in words.REVOCATIONS for one in language)


@cache
def _wrong_numbers() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_pattern(one)) for language in words.WRONG_NUMBERS for one in language)


def _pattern(source: str) -> str:
    """A pattern in the letters that `bare` leaves."""
    return "".join(bare(letter) if letter.isalpha() and not letter.isascii() else letter for letter in source)


@cache
def _fillers() -> re.Pattern[str]:
    phrases = (bare(phrase) for line in words.FILLERS for phrase in line.split(", "))
    listed = sorted(phrases, key=len, reverse=True)
    return re.compile("(?<= )(?:" + "|".join(re.escape(one) for one in listed) + ")(?= )")


@cache
def _conditions() -> re.Pattern[str]:
    spaced = "|".join(sorted(_set(words.CONDITIONS[:-1])))
    together = "|".join(words.CONDITIONS[-1].split())
    return re.compile(f" (?:{spaced}) |{together}")


STOP = _set(words.STOP)
"""Words that stop texts."""

START = _set(words.START)
"""Words that start them again; "yes" does so only for somebody who had stopped."""

HELP = _set(words.HELP)
YES = _set(words.YES)
CARRIER = frozenset({*_set(words.STOP[:1]), "start", "unstop", "yes", "help", "info"} - {"arret", "remove", "td"})
ASIDES = frozenset(bare(one) for one in words.ASIDES)
NUMBERS = {bare(word): str(number) for number, group in enumerate(words.ONES, 1) for word in group}
