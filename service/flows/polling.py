"""Polling: what providers list is read where they cannot call us, and what they listed while we were down."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from notifiers.base import Lists, Receipt, Reply
from notifiers.errors import NotifierError
from service.flows.kit import Kit, Ready

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(hours=24)
"""A receipt may come a day after its text."""


def listing(kit: Kit) -> list[Ready]:
    """The notifiers that must be asked: those with a list, where there is no address at which they could call us."""
    if kit.public_url is not None:
        return []
    return [ready for ready in kit.real if isinstance(ready.notifier, Lists)]


def ask(ready: Ready, now: datetime) -> tuple[list[Receipt], list[Reply]]:
    """What the provider's list says of the last day: receipts of our texts, and texts to us.

    Texts come oldest first. Empty while the provider is away.
    """
    notifier = ready.notifier
    assert isinstance(notifier, Lists)
    try:
        seen = notifier.since(now - LOOK_BACK)
    except NotifierError as error:
        log.warning("the list of %s could not be read: %s", ready.name, error.detail)
        return [], []
    receipts = [
        Receipt(one.provider_id, one.status, one.code, one.detail, one.suppress)
        for one in seen
        if one.outbound and one.status is not None
    ]
    # In the order in which they were written: of STOP and START the later one counts.
    heard = sorted((one for one in reversed(seen) if not one.outbound), key=lambda one: one.at)
    return receipts, [Reply(one.provider_id, one.sender, one.to, one.text) for one in heard]
