"""Why an export cannot be read any further, and what mends it: a quote is blamed only where there is one."""

from __future__ import annotations

import csv

QUOTE = 'Look for a quote (") that is not closed, and mend the file.'
TOO_LONG = "Shorten it; where it is no single row, save the file anew with a line end behind each row."
LINE_ENDS = 'Save the file anew as "CSV UTF-8", with the same line end behind each row.'
CONTROL = "Take it out, and put each row on one line."


def told(error: csv.Error, text: str) -> tuple[str, str]:
    """What is wrong where the rows of *text* end with *error*, and the fix."""
    said = str(error)
    if said.startswith("new-line"):
        return "a row has a line end of another kind within it", LINE_ENDS
    if '"' in text:
        return said, QUOTE
    return said, TOO_LONG


def fix_of_control(text: str) -> str:
    """What to do about a line break or control character in a value of *text*."""
    return QUOTE if '"' in text else CONTROL
