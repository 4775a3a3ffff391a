"""Messages that ended without reaching anybody, and what of them is still owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.records.enums import MessageState, NoticeState, PromiseState

REOPENED = frozenset({NoticeState.BASELINE, NoticeState.UNKNOWN, NoticeState.UNSAID})
"""Notices that count as done although nobody may have got them: once they are open, they are decided afresh."""

TAKEN_BACK = frozenset({PromiseState.BASELINE, PromiseState.UNKNOWN, PromiseState.INTENDED})
"""Their words, which then were never told."""


@dataclass(frozen=True, slots=True)
class DeadNews:
    """A notice that a dead message carried."""

    notice_id: str
    shipment_id: str


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that ended `failed`, `undelivered`, `expired` or `unknown`, with why, and what it should have said.

    `evidence` has a line for each call: what the provider answered, and how often it was looked for in its list.
    """

    message_id: str
    state: MessageState
    channel: str
    ended_at: datetime
    why: str
    news: tuple[DeadNews, ...]
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of a dead message: whether any of its news is still owed, and why or why not."""

    dead: Dead
    owed: bool
    text: str
