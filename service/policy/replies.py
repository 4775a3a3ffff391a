"""What a reply means: words that the law and the carriers obey come first, everything else is a question."""

from __future__ import annotations

import unicodedata

from service.policy.hours import answer_by, open_now, opens_at
from service.records.enums import Meaning

__all__ = ["HELP", "START", "STOP", "answer_by", "open_now", "opens_at", "read_reply"]

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
"""Twilio's opt-out words (https://help.twilio.com/articles/223134027)."""

START = frozenset({"START", "UNSTOP"})
"""Words that opt in again. YES is one only for somebody who had stopped."""

HELP = frozenset({"HELP", "INFO"})


def read_reply(text: str, *, suppressed: bool = False) -> Meaning:
    """Read the whole of *text*; case, blanks around and between, and punctuation do not matter ("Stop.", "opt-out")."""
    word = "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isalnum())
    if word in STOP:
        return Meaning.STOP
    if word in START or (suppressed and word == "YES"):
        return Meaning.START
    if word in HELP:
        return Meaning.HELP
    return Meaning.QUESTION
