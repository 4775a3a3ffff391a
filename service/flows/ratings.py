"""Ratings: people are asked how it was, once after a delivery and once after a delay is over."""

from __future__ import annotations

from datetime import datetime

from service.flows.kit import Kit, Ready
from service.policy.rules import days, hours
from service.policy.scores import ASK_LASTS, HELD_AT_MOST, RATING, Asking, may_ask
from service.policy.stage import stage_under
from service.policy.timing import Reader
from service.records.enums import Level, MessageKind, NoticeCode
from service.records.ids import new_id
from service.records.situation import AccountView
from service.records.text import ServiceText
from service.store import accounts, asking_ratings, choices, talks
from service.store.asking_ratings import End, Person
from service.store.engine import Connection
from service.store.threads import Outgoing
from service.wording.render import render_service


def ask_due(kit: Kit) -> int:
    """Ask everybody who is to be asked now, in each account that lets people be asked; returns how many were."""
    with kit.database.read() as conn:
        found = [accounts.view(conn, account_id) for account_id in accounts.all_ids(conn)]
    asked = sum(_ask_account(kit, account) for account in found if RATING in account.services)
    if asked:
        kit.database.wake("messages")
    return asked


def _ask_account(kit: Kit, account: AccountView) -> int:
    now = kit.clock()
    until = now - hours(account.rules, "S05.after_hours")
    with kit.database.read() as conn:
        ends = asking_ratings.ended(conn, account.id, account.mode, until - HELD_AT_MOST, until)
    return sum(_ask(kit, account, one, now) for one in ends)


def _ask(kit: Kit, account: AccountView, one: End, now: datetime) -> bool:
    """Ask one person, if this is the moment; whoever was asked a moment ago is seen as asked."""
    if stage_under(one.mode) is not one.stage:
        return False
    with kit.database.read() as conn:
        seen = asking_ratings.person(conn, account.id, one, now)
        ways = kit.ways(one.stage, seen.channel, test=account.test) if seen else ()
        own = (way for way in ways if way.two_way and not choices.shared(conn, way.notifier.channel, way.sender))
        ready = next(own, None)
        if seen is None or ready is None:
            return False
        if not may_ask(_asking(account, seen), days(account.rules, "S05.every_days"), now):
            return False
        outgoing = _question(conn, account, one, seen, ready)
    return kit.database.write(lambda conn: asking_ratings.ask(conn, account.id, one, seen, outgoing, now))


def _asking(account: AccountView, seen: Person) -> Asking:
    reader = Reader(seen.zone or account.zone, seen.quiet_from, seen.quiet_to, weekends=not seen.business)
    return Asking(reader, seen.suppressed, seen.paused_until, seen.open_question, seen.asked_at)


def _question(conn: Connection, account: AccountView, one: End, seen: Person, ready: Ready) -> Outgoing:
    ref = talks.shipment_name(conn, account.id, one.shipment_id, one.contact_id)
    rendered = render_service(
        ServiceText(
            code=NoticeCode.CSAT,
            brand=account.brand,
            channel=seen.channel,
            language=seen.language,
            care_phone=account.care_phone,
            two_way=ready.two_way,
            words={"ref": ref, "owner": "our desk"},
        )
    )
    return Outgoing(
        id=new_id("msg"),
        key=one.key,
        kind=MessageKind.ANSWER,
        stage=one.stage,
        channel=seen.channel,
        level=Level.SYS,
        code=NoticeCode.CSAT,
        body=rendered.text,
        subject=rendered.subject,
        html=rendered.html,
        segments=rendered.segments,
        address_id=seen.address_id,
        contact_id=one.contact_id,
        shipment_id=one.shipment_id,
        lasts=ASK_LASTS,
        notifier=ready.name,
    )
