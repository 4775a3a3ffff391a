"""Digits that people answer with, as the store hands them to policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DigitUse:
    """When a digit was last offered to an address by a sender.

    `message_id` and `does` are of the question that holds it open; None and "" where none does.
    """

    digit: str
    last: datetime
    message_id: str | None = None
    does: str = ""
