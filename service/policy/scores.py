"""Ratings: when people are asked how it was, and what a text says that answers the question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.policy.need_words import MONTHS, TIMES
from service.policy.reply_text import bare, one_word, polite, spaced, western
from service.policy.reply_words import ONES, YES
from service.policy.timing import Reader, speak_at
from service.records.enums import Level

RATING = "rating"
"""The service by which an account lets people be asked; it is no digit's, so no text offers it."""

ASKED_WITHIN = timedelta(days=7)
"""How long an answer to the question is read as one."""

SCORES = (1, 2, 3, 4, 5)
"""From poor to great."""

POOR = 2
"""From this score down a person of ours must act."""

READ_WITHIN = timedelta(hours=1)
"""Within so many open hours somebody reads what was said in words, or a poor score."""

LEAST_FOR_MEAN = 20
"""A mean of fewer scores than these says nothing and is not shown."""

ASK_LASTS = timedelta(hours=1)
"""How long the question may wait for its turn to leave; later it may be night."""

HELD_AT_MOST = timedelta(days=4)
"""News is asked about for so long: a text of Friday may leave on Monday, and another question may stand open."""

_SCORE = re.compile(
    r"[\s#(\"'“„«*]*(\d{1,4})(?!\d)(?:\s*(?:/|out of|of|von|sur|de|من)\s*(\d{1,2})(?!\d))?", re.IGNORECASE
)
_UNIT = re.compile(
    r"\s*(?:stars?|sterne?n?|estrellas?|[ée]toiles?|points?|punkte?|puntos?|نجوم|نجمة|نقاط|颗星|顆星|分|星|★+|⭐+)(?!\w)",
    re.IGNORECASE,
)
_MORE_DIGITS = re.compile(r"\s*(?:[:.,/+–-]\s*)?\d|\s*%")
_BETWEEN = re.compile(r"^[\W_]+")
_IN_WORDS = {bare(one): score for score, group in enumerate(ONES, 1) for one in group}
_AGREEING = frozenset(bare(one) for line in YES for one in line.split())
_ASKS = re.compile(r"[?؟？]")


@dataclass(frozen=True, slots=True)
class Score:
    """How somebody found it: from 1 (poor) to 5 (great), or None where they only wrote words."""

    score: int | None
    words: str = ""

    @property
    def wants_a_person(self) -> bool:
        """Whether somebody must read it: a poor score, or anything in words."""
        return bool(self.words) or (self.score is not None and self.score <= POOR)


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who may be asked how it was: when they may be disturbed, and what stands against it.

    `open_question` says that a digit stands open for their phone, `asked_at` when they were last asked.
    """

    reader: Reader
    suppressed: bool = False
    paused_until: datetime | None = None
    open_question: bool = False
    asked_at: datetime | None = None


def may_ask(one: Asking, every: timedelta, now: datetime) -> bool:
    """Whether somebody may be asked now: never after STOP, in a pause, beside another question, at night, or often."""
    if one.suppressed or one.open_question or (one.paused_until is not None and one.paused_until > now):
        return False
    if one.asked_at is not None and now < one.asked_at + every:
        return False
    return all(speak_at(at, Level.INFO, one.reader) == at for at in (now, now + ASK_LASTS))


def mean(counted: Mapping[int | None, int]) -> float | None:
    """The mean of so many ratings of each score; None where there are too few for it to say anything."""
    scores = {score: n for score, n in counted.items() if score is not None}
    total = sum(scores.values())
    return round(sum(score * n for score, n in scores.items()) / total, 2) if total >= LEAST_FOR_MEAN else None


def read_score(text: str) -> Score | None:
    """The score that begins *text*, with the words behind it; None where there is none from 1 to 5."""
    if (told := _IN_WORDS.get(polite(spaced(bare(_UNIT.sub("", text)))))) is not None:
        return Score(told)
    found = _SCORE.match(text)
    if found is None:
        return None
    score, of, rest = int(western(found[1])), found[2], text[found.end() :]
    if not 1 <= score <= 5 or (of is not None and western(of) != "5"):
        return None
    rest = _UNIT.sub("", rest, count=1) if _UNIT.match(rest) else rest
    if (rest[:1].isalpha() and rest[:1].isascii()) or _MORE_DIGITS.match(rest):
        return None
    plain = spaced(bare(rest))
    first = western(plain).split(" ")[:2]
    if first[0] in TIMES or any(one.isdigit() or one in MONTHS for one in first):
        return None
    return Score(score, _BETWEEN.sub("", rest).strip() if _says_something(plain) else "")


def read_words(text: str) -> Score | None:
    """*text* as an answer in words alone; None for a question, for a number, and where there is nothing to read."""
    plain = spaced(western(bare(text)))
    if not one_word(plain) or _ASKS.search(text) or plain[0].isdigit():
        return None
    return Score(None, text.strip() if _says_something(plain) else "")


def _says_something(plain: str) -> bool:
    """Whether more is said than thanks or yes."""
    left = polite(plain)
    return bool(one_word(left)) and left not in _AGREEING
