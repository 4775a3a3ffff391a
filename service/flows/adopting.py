"""Adopting: a message whose words have left already, as a provider's list shows, is taken as sent and not repeated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog

from notifiers.base import Channel
from service.flows.checks import beside_of, context
from service.flows.holding import Around
from service.flows.kit import Kit, Ready
from service.flows.render import rendered
from service.policy.choices import DIGITS, offered
from service.records.enums import MessageKind, Stage
from service.records.outbox import Candidate
from service.store import candidates, strays
from service.store.strays import StrayRow
from service.wording.words import digest, same

log = structlog.get_logger(__name__)


def adopt_waiting(kit: Kit) -> int:
    """Hold every text that is listed and unknown against all that waits for its recipient; returns how many fit."""
    now = kit.clock()
    with kit.database.read() as conn:
        if not strays.any_open(conn):
            return 0
        found = candidates.waiting_for(conn, {one.to for one in strays.open_ones(conn)}, now)
        around = context(conn, found, now)
    return len(adopt(kit, found, around, now))


def adopt(kit: Kit, found: Sequence[Candidate], around: Around, now: datetime) -> frozenset[str]:
    """The ids of those messages that have left already, as the list shows, and are taken as sent from now on."""
    live = [one for one in found if one.stage is Stage.LIVE and all(news.fresh for news in one.notices)]
    with kit.database.read() as conn:
        listed = strays.open_to(conn, {one.to for one in live})
    adopted: set[str] = set()
    for one in live:
        for by in listed.get(one.to, ()):
            words = next(
                (words for ready in _ways(kit, one, by) if (words := _says(kit, one, ready, around, by))), None
            )
            if words is not None and _taken(kit, one, by, words, now):
                adopted.add(one.message_id)
                listed[one.to].remove(by)
                break
    if adopted:
        kit.database.wake("shipments")
    return frozenset(adopted)


def _ways(kit: Kit, one: Candidate, by: StrayRow) -> Iterable[Ready]:
    return (ready for ready in kit.named(by.notifier) if ready.notifier.channel is one.channel)


def _taken(kit: Kit, one: Candidate, by: StrayRow, words: str, now: datetime) -> bool:
    news = digest(words) if one.kind is MessageKind.NOTICE and not one.in_digest else None
    done = kit.database.write(lambda conn: strays.adopt(conn, one, by, news, kit.worker_id, now))
    if done:
        log.info("message adopted", trace_id=one.trace_id, message_id=one.message_id, notifier=by.notifier)
    return done


def _says(kit: Kit, one: Candidate, ready: Ready, around: Around, by: StrayRow) -> str | None:
    """What the message would have said when the text left, where that is what it said; None where it is not.

    A link has another token after a shipment was taken in anew, and digits are those that were free then.
    """
    if one.kind is not MessageKind.NOTICE:
        given = one.body or ""
        return given if same(by.text, given, given) else None
    account = around.accounts[one.account_id]
    beside = beside_of(one, around)

    def said(digits: Sequence[str]) -> str:
        offers = tuple(zip(digits, asked, strict=False))
        return rendered(kit, account, one, ready, beside, by.sent_at, offers).text

    services = offered({news.code for news in one.notices}, account.services)
    asked = services if one.channel is Channel.SMS and ready.two_way else ()
    plain = said(())
    if same(by.text, plain, plain) or (asked and same(by.text, said(DIGITS), said(DIGITS[::-1]))):
        return plain
    return None
