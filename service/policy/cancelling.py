"""Until when a message can be cancelled, and what its state means for whoever would stop it."""

from __future__ import annotations

from service.records.enums import MessageState

ENDED = frozenset({MessageState.FAILED, MessageState.EXPIRED, MessageState.SUPERSEDED})
"""Ends of which it is certain that nobody got the message."""


def ended(state: str) -> bool:
    """Whether a message in *state* will not leave anyway."""
    return MessageState(state) in ENDED
