"""What became of a call whose end is not known: proven by the provider's own list, never guessed.

First a quarantine, longer than a provider takes to accept late and to list what it accepted. Then the list is asked:
what is there was taken; what is absent twice, a minute apart, was not, and may be tried again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifiers.base import Channel, Seen
from service.policy.sending import CALLS
from service.records.doubt import Doubt

AGAIN = timedelta(seconds=60)
"""How long after a look in vain, or a list that could not be read, it is asked once more."""

LOOKS = 2
"""So many looks in vain prove that a call was not taken."""

BEFORE = timedelta(minutes=10)
"""How much earlier than our call a provider's clock may date it."""

MAILS = 2
"""So many calls may an e-mail have whose server keeps no list: its Message-ID is the same, so readers see one."""


@dataclass(frozen=True, slots=True)
class Found:
    """The provider has it."""

    seen: Seen


@dataclass(frozen=True, slots=True)
class Absent:
    """The provider does not have it, which is `proven` once it was looked for twice.

    With `again` it may be handed over once more; where it may not, what is proven has failed.
    """

    again: bool
    proven: bool = False


def look_at(doubt: Doubt, quarantine: timedelta) -> datetime:
    """When the list is asked for a call next."""
    if doubt.looked_at is not None:
        return doubt.looked_at + AGAIN
    return doubt.started_at + quarantine


def judge(doubt: Doubt, listed: Iterable[Seen], known: Collection[str], now: datetime) -> Found | Absent:
    """What a list says of a call. *known* are the provider's ids of our other messages: those are not this one."""
    mine = [one for one in listed if one.provider_id not in known and _matches(doubt, one)]
    if mine:
        return Found(min(mine, key=lambda one: (one.at, one.provider_id)))
    proven = doubt.absent + 1 >= LOOKS
    return Absent(again=proven and doubt.tries < CALLS and now < doubt.send_before, proven=proven)


def mail_again(doubt: Doubt, now: datetime) -> bool:
    """Whether an e-mail may be handed over once more without a proof: at most one that arrives twice, never two."""
    return doubt.channel is Channel.EMAIL and doubt.tries < MAILS and now < doubt.send_before


def _matches(doubt: Doubt, seen: Seen) -> bool:
    """The same sender, recipient and words, not long before our call. A pool of senders shows as any of its numbers."""
    sender = seen.sender == doubt.sender or not doubt.sender.startswith("+")
    same = seen.outbound and sender and seen.to == doubt.to and seen.text == doubt.body
    return same and seen.at >= doubt.started_at - BEFORE
