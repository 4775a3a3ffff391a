"""Incoming e-mail: bounces, complaints and answers, fetched from a mailbox or posted to us."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog

from notifiers.base import Callback, Fetched, Post, ReadsMailbox, TakesMail
from notifiers.errors import NotifierError
from service.flows.kit import Kit, Ready
from service.store import accounts, mailboxes

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=3)
"""How old the e-mails are that a mailbox is read from the first time, and when its server has numbered it anew."""


def reading(kit: Kit) -> list[Ready]:
    """The notifiers with a mailbox to read."""
    return [r for r in kit.real if isinstance(r.notifier, ReadsMailbox) and r.notifier.mailbox is not None]


def fetch(kit: Kit, ready: Ready) -> Fetched | None:
    """The next e-mails behind those that were read; None while the mailbox cannot be read."""
    notifier = ready.notifier
    assert isinstance(notifier, ReadsMailbox)
    assert notifier.mailbox is not None
    name = notifier.mailbox
    with kit.database.read() as conn:
        after = mailboxes.mark_of(conn, name)
    try:
        found = notifier.fetch(after, (kit.clock() - LOOK_BACK).date())
    except NotifierError as error:
        log.warning("the mailbox could not be read", notifier=ready.name, why=error.detail)
        return None
    return replace(found, post=_of_people(kit, found.post))


def done(kit: Kit, ready: Ready, found: Fetched) -> None:
    """Note that these e-mails were believed, and put them away.

    Noted only now: after a crash they are read again, and believed once all the same.
    """
    notifier = ready.notifier
    assert isinstance(notifier, ReadsMailbox)
    assert notifier.mailbox is not None
    name, now = notifier.mailbox, kit.clock()
    kit.database.write(lambda conn: mailboxes.note(conn, name, found.mark, now))
    try:
        notifier.put_away(found.read)
    except NotifierError as error:
        log.warning("e-mails could not be put away", notifier=ready.name, why=error.detail)
    if found.read or found.post.ignored:
        counts = {"receipts": len(found.post.receipts), "replies": len(found.post.replies)}
        log.info("mailbox read", notifier=ready.name, ignored=found.post.ignored, **counts)


def take(kit: Kit, notifier_name: str, callback: Callback) -> tuple[Ready, Post]:
    """Read an e-mail that was posted to us.

    Raises PermissionError if it is not signed as agreed, LookupError if no such notifier takes e-mails here.
    """
    for ready in kit.named(notifier_name):
        if isinstance(ready.notifier, TakesMail):
            return ready, _of_people(kit, ready.notifier.mail(callback))
    raise LookupError(f"no notifier named {notifier_name} that takes e-mails is configured")


def _of_people(kit: Kit, post: Post) -> Post:
    """Without what our own desk answers to the mail that it gets from us."""
    if not post.replies:
        return post
    with kit.database.read() as conn:
        rows = [accounts.get(conn, account_id) for account_id in accounts.all_ids(conn)]
    desks = {row.care_email.lower() for row in rows if row is not None and row.care_email}
    kept = tuple(reply for reply in post.replies if reply.sender not in desks)
    return replace(post, replies=kept, ignored=post.ignored + len(post.replies) - len(kept))
