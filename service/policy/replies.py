"""What a reply means: what the law and the carriers obey comes first, then answers to our questions, then people."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from service.policy import reply_words as words
from service.policy.need_by import read_need_by
from service.policy.reply_text import bare, clauses, one_word, polite, spaced, western
from service.policy.scores import Score, read_score, read_words
from service.records.enums import Meaning

YES_SIGNS = frozenset("👍👌✅")

_DIGIT = re.compile(r"(?:no|nr|option|opcion|numero|num|number|nummer|choix|choice|reply|الخيار|选)?\s*([1-9])")


@dataclass(frozen=True, slots=True)
class Read:
    """What a text means. `digit` is the choice that it names; `sentence` says that it stops us in words of its own.

    `carrier` marks a word to which providers answer themselves. `score` is set for a rating, `day` for a need-by.
    """

    meaning: Meaning
    digit: str | None = None
    sentence: bool = False
    carrier: bool = False
    score: Score | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text may answer: the digits that stand `open`, and the one that "yes", "ok" or a thumb means (`single`).

    `rating` says that we asked how it was; the digits `since` were offered after that, so that they are no scores. With
    `last` nothing was said after the question: words alone are an answer too. `today` is the reader's date where a
    need-by can be noted, for the order that they call `name`.
    """

    open: Collection[str] = ()
    single: str | None = None
    rating: bool = False
    since: Collection[str] = ()
    last: bool = False
    today: date | None = None
    name: str = ""


NOTHING = Heard()


def read_reply(text: str, *, suppressed: bool = False, asked: Heard = NOTHING) -> Read:
    """Read *text*: stop, start or help; a choice; a wrong number; a rating; a need-by; else a question for a person.

    YES starts texts again for somebody who had stopped them. A digit that is not open is named and is a question: it
    never acts.
    """
    plain = bare(text)
    if (keyword := _keyword(plain, suppressed=suppressed)) is not None:
        return Read(keyword, carrier=one_word(plain) in CARRIER)
    parts = clauses(plain)
    if _revokes(plain, parts):
        return Read(Meaning.STOP, sentence=True)
    digit = _digit(plain) or (asked.single if asked.single and _agrees(text, plain) else None)
    if digit in asked.open:
        return Read(Meaning.CHOICE, digit)
    if _wrong_number(parts):
        return Read(Meaning.WRONG_NUMBER)
    return _answer(text, digit, asked)


def _answer(text: str, digit: str | None, asked: Heard) -> Read:
    """A text that is no order to us and takes no choice."""
    if asked.rating and digit not in asked.since and (score := read_score(text)) is not None:
        return Read(Meaning.RATING, score=score)
    if digit is not None:
        return Read(Meaning.QUESTION, digit)
    if asked.today is not None and (day := read_need_by(text, asked.today, asked.name)) is not None:
        return Read(Meaning.NEED_BY, day=day)
    if asked.rating and asked.last and (words_alone := read_words(text)) is not None:
        return Read(Meaning.RATING, score=words_alone)
    return Read(Meaning.QUESTION)


def _keyword(plain: str, *, suppressed: bool) -> Meaning | None:
    """The whole text as one word; blanks around and between, and punctuation, do not count ("Stop.", "opt-out")."""
    word = one_word(plain)
    if word in STOP:
        return Meaning.STOP
    if word in START or (suppressed and word in YES):
        return Meaning.START
    return Meaning.HELP if word in HELP else None


def _revokes(plain: str, parts: Iterable[str]) -> bool:
    """Whether a clause takes back the leave to write, and nothing in the text makes that depend on anything."""
    whole = spaced(plain)
    if _conditions().search(f" {whole} "):
        return False
    return any(_fits(_revocations(), clause) for clause in (*parts, polite(whole)))


def _wrong_number(parts: list[str]) -> bool:
    """Whether the whole text says no more than that we write to somebody else."""
    said = [_fits(_wrong_numbers(), clause) for clause in parts]
    rest = [clause for clause, wrong in zip(parts, said, strict=True) if not wrong]
    return any(said) and all(clause in ASIDES or _fits(_revocations(), clause) for clause in rest)


def _digit(plain: str) -> str | None:
    """The digit that is the whole text, politeness aside: "1", "1.", "#1", "1 ok", "１", "١", "one"."""
    text = spaced(western(plain))
    for clause in (text, polite(text)):
        told = " ".join(word for word in clause.split() if word not in YES)
        if (found := _DIGIT.fullmatch(told)) is not None:
            return found[1]
        if told in NUMBERS:
            return NUMBERS[told]
    return None


def _agrees(text: str, plain: str) -> bool:
    word = one_word(plain)
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
