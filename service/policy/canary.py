"""The trial of a changed text: a few people read it first, and what becomes of those messages decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from service.policy.catalogue import loudness
from service.policy.rules import DEFAULTS, minutes
from service.policy.timing import Reader, speak_at
from service.records.enums import Level
from service.records.outbox import Candidate
from service.records.signs import TrialState, Tried
from service.records.text import Override

LOOK = timedelta(minutes=1)
"""How often a message that waits for a trial looks how it stands."""


def places(rules: Mapping[str, float]) -> int:
    """How many messages try a text."""
    return round(rules.get("canary.texts", DEFAULTS["canary.texts"]))


def has_place(own: Override, planned: int, rules: Mapping[str, float]) -> bool:
    """Whether one more message may try *own*, of which *planned* are about to besides those that did."""
    return own.trial is TrialState.TRYING and own.tried + planned < places(rules)


def waits_until(
    one: Candidate, own: Override, reader: Reader, rules: Mapping[str, float], now: datetime
) -> datetime | None:
    """When a message looks again how a trial without a place for it stands; None where it says our words at once.

    Nothing waits for words that are held. What must be acted on never waits for its wording, and nothing waits until it
    would be too late, or into the quiet hours of its reader, after which it might be.
    """
    latest = one.send_before - minutes(rules, "canary.spare_minutes")
    if own.trial is TrialState.HELD or loudness(one.level) >= loudness(Level.ACTION) or now >= latest:
        return None
    until = min(now + LOOK, latest)
    return until if speak_at(until, one.level, reader) <= until else None


def verdict(tried: Tried, rules: Mapping[str, float], now: datetime) -> TrialState:
    """How the trial stands. Too many that failed or were answered with STOP hold the text, before all have tried it.

    It is released when the provider has spoken of all, or a while after the last: in some countries it never does.
    """
    number = places(rules)
    if tried.failed + tried.stopped > number * rules.get("canary.bad_share", DEFAULTS["canary.bad_share"]):
        return TrialState.HELD
    if tried.number < number or tried.last_at is None:
        return TrialState.TRYING
    over = tried.pending == 0 or now >= tried.last_at + minutes(rules, "canary.wait_minutes")
    return TrialState.RELEASED if over else TrialState.TRYING
