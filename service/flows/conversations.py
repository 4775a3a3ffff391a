"""Conversations: a person of ours answers in their own words."""

from __future__ import annotations

from notifiers.base import Channel
from service.flows.kit import Kit
from service.records.enums import Level, MessageKind, NoticeCode
from service.records.ids import new_id
from service.records.situation import AccountView
from service.records.text import Rendered, ServiceText
from service.store import accounts, threads
from service.store.threads import Outgoing, ThreadView
from service.wording.render import render_service

MOST_SEGMENTS = 4
"""A person's answer may be longer than a notice, but not a letter."""


def answer(kit: Kit, account_id: str, thread_id: str, text: str, by: str) -> str:
    """Send a person's words back on a conversation; returns the message's id.

    Raises LookupError where there is no such conversation, ValueError where the words cannot be sent.
    """
    now = kit.clock()
    with kit.database.read() as conn:
        view = threads.thread_view(conn, account_id, thread_id)
        account = accounts.view(conn, account_id)
    if view is None:
        raise LookupError("this account has no conversation of that id")
    rendered = _by_hand(account, view, text)
    message_id = new_id("msg")
    outgoing = Outgoing(
        id=message_id,
        key=message_id,
        kind=MessageKind.HUMAN,
        stage=view.stage,
        channel=view.channel,
        level=Level.SYS,
        code=NoticeCode.HUMAN,
        body=rendered.text,
        subject=rendered.subject,
        html=rendered.html,
        segments=rendered.segments,
        address_id=view.address_id,
        contact_id=view.contact_id,
        shipment_id=view.shipment_id,
        thread_id=thread_id,
        params={"by": by},
        notifier=view.notifier,
    )
    kit.database.write(lambda conn: threads.answer_thread(conn, account_id, thread_id, outgoing, now))
    kit.database.wake("messages")
    return message_id


def _by_hand(account: AccountView, view: ThreadView, text: str) -> Rendered:
    """A person's words as they leave. Raises ValueError where they cannot."""
    words = text.strip()
    if not words:
        raise ValueError("the answer is empty; write what the customer should read")
    if view.suppressed:
        kind, other = ("texts", "write an e-mail") if view.channel is Channel.SMS else ("e-mails", "text them")
        raise ValueError(f"this person has stopped {kind} from us; call them or {other}")
    rendered = render_service(
        ServiceText(
            code=NoticeCode.HUMAN,
            brand=account.brand,
            channel=view.channel,
            care_phone=account.care_phone,
            words={"text": words, "ref": view.ref},
        )
    )
    if view.channel is Channel.SMS and rendered.segments > MOST_SEGMENTS:
        raise ValueError(f"the answer takes {rendered.segments} text messages; shorten it to at most {MOST_SEGMENTS}")
    return rendered
