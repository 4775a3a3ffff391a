"""Cells that a spreadsheet would take for a formula: an apostrophe before them, as spreadsheets have it."""

from __future__ import annotations

import re

from service.formats.fields import UNWANTED

_FORMULA = re.compile(r"\s*'*\s*[=+\-@＝＋－＠]")
_ESCAPED = re.compile(r"'+\s*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]\d[\d ]*(?:[.,]\d+)?", re.ASCII)


def neutral(value: str) -> str:
    """*value* as it may stand in a file that people open: no formula, and no control characters or line ends.

    Numbers, and telephone numbers, stay as they are.
    """
    plain = UNWANTED.sub("", re.sub(r"[\r\n\t]+", " ", value))
    return f"'{plain}" if _FORMULA.match(plain) and not _NUMBER.fullmatch(plain.strip()) else plain


def read_back(value: str) -> str:
    """What *value*, a cell without outer blanks, was before `neutral`."""
    return value[1:].strip() if value.startswith("'") and _ESCAPED.match(value) else value
