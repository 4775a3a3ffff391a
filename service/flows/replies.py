"""Replies: what people send us ends as a recorded choice or in a person's hands."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from notifiers.base import Callback, Channel, ReceivesReplies, Reply
from service.flows.kit import Kit, Ready
from service.flows.links import link_digest
from service.flows.render import desk_outgoing
from service.policy.hours import answer_by, open_now, opens_at
from service.policy.replies import read_reply
from service.records.enums import Level, Meaning, MessageKind, NoticeCode, Stage
from service.records.ids import new_id
from service.records.inbound import Person
from service.records.results import ReplyResult
from service.records.situation import AccountView
from service.records.text import Rendered, ServiceText
from service.store import accounts, addresses, directory, people, senders, talks, threads
from service.store.talks import Talk
from service.store.threads import Incoming, Outgoing, ThreadView
from service.wording.dates import instant
from service.wording.desk import reply_mail
from service.wording.hours import hours_in_words
from service.wording.render import render_service

LIFTED = frozenset({"person", "provider"})
"""Whose suppression ends with START: who writes it can be reached, whatever a provider said. An operator's stays."""

log = logging.getLogger(__name__)

KEYWORDS = {Meaning.STOP: NoticeCode.STOP, Meaning.START: NoticeCode.START, Meaning.HELP: NoticeCode.HELP}


def receive(kit: Kit, notifier_name: str, callback: Callback) -> list[ReplyResult]:
    """Read a provider's call with what people wrote, and act on each text once.

    Raises PermissionError if the call is not the provider's, ValueError if it cannot be read, LookupError if no such
    notifier receives replies here.
    """
    for ready in kit.named(notifier_name):
        if isinstance(ready.notifier, ReceivesReplies):
            found = ready.notifier.replies(callback)
            return [result for reply in found for result in take(kit, ready, reply)]
    raise LookupError(f"no notifier named {notifier_name} that receives replies is configured")


def take(kit: Kit, ready: Ready, reply: Reply) -> list[ReplyResult]:
    """Act on one text, for every account that writes from the sender it was sent to."""
    now = kit.clock()
    channel = ready.notifier.channel
    with kit.database.read() as conn:
        sender, owners = reply.to, senders.accounts_of(conn, channel, reply.to)
        if not owners:
            # One name may stand for a pool of numbers, and people answer to any of them.
            sender, owners = ready.sender, senders.accounts_of(conn, channel, ready.sender)
        heard = talks.heard(conn, owners, ready.name, reply.provider_id)
        found = [talks.talk(conn, a, channel, reply.sender, sender) for a in owners] if not heard else []
    if heard:
        # Read once and for all: what has happened since would make another account's, or another meaning, of it.
        return [ReplyResult(one.reply_id, one.meaning.value, one.thread_id, repeated=True) for one in heard]
    known = [one for one in found if one is not None]
    if not known and owners:
        known = [_stranger(kit, owners[0], channel, reply, sender, now)]
    # Anything but a keyword belongs to the account that wrote last; STOP counts for everybody who uses the sender.
    meaning = read_reply(reply.text, suppressed=any(one.suppressed for one in known))
    if meaning is Meaning.QUESTION:
        known = sorted(known, key=lambda t: t.message_id or "")[-1:]
    read = [_read(kit, ready, reply, one, meaning, now) for one in known]
    kept = kit.database.write(lambda conn: [threads.keep_reply(conn, one) for one, _ in read])
    kit.database.wake("messages")
    kit.database.wake("changes")
    return [_result(one, words, new) for (one, words), new in zip(read, kept, strict=True)]


def _stranger(kit: Kit, account_id: str, channel: Channel, reply: Reply, sender: str, now: datetime) -> Talk:
    """Somebody we never wrote to: known from now on, followed by nothing."""
    person = Person(phone=reply.sender) if channel is Channel.SMS else Person(email=reply.sender)
    kit.database.write(lambda conn: people.upsert_people(conn, account_id, [person], now, consent_how="wrote to us"))
    with kit.database.read() as conn:
        found = talks.talk(conn, account_id, channel, reply.sender, sender)
    assert found is not None, "the address was just kept"
    return found


def _read(
    kit: Kit, ready: Ready, reply: Reply, talk: Talk, meaning: Meaning, now: datetime
) -> tuple[Incoming, Outgoing | None]:
    """One account's share of a text: what is kept with all that it causes, and the words that go straight back."""
    with kit.database.read() as conn:
        account = accounts.view(conn, talk.account_id)
    reply_id = new_id("rpl")
    asks = meaning is Meaning.QUESTION
    by = answer_by(account, now) if asks else None
    thread_id = (talk.thread_id or new_id("thr")) if asks else None
    answer = _answer(kit, ready, account, talk, meaning, by, reply_id, thread_id, now)
    mail = _mail(kit, account, replace(talk, thread_id=thread_id or talk.thread_id), reply, meaning, reply_id, by)
    incoming = Incoming(
        reply_id=reply_id,
        talk=talk,
        notifier=ready.name,
        provider_id=reply.provider_id,
        sender=reply.to,
        text=reply.text,
        meaning=meaning,
        received_at=now,
        thread_id=thread_id,
        new_thread=asks and talk.thread_id is None,
        answer_by=by,
        suppress=meaning is Meaning.STOP,
        lift=meaning is Meaning.START and talk.suppressed_by in LIFTED,
        outgoing=tuple(one for one in (answer, mail) if one),
    )
    return incoming, answer


def _result(one: Incoming, answer: Outgoing | None, kept: bool) -> ReplyResult:
    log.info("reply %s read as %s%s", one.reply_id, one.meaning.value, "" if kept else ", which was kept before")
    return ReplyResult(
        reply_id=one.reply_id,
        meaning=one.meaning.value,
        thread_id=one.thread_id,
        answer=answer.body if answer and kept else None,
        repeated=not kept,
    )


def _answer(
    kit: Kit,
    ready: Ready,
    account: AccountView,
    talk: Talk,
    meaning: Meaning,
    by: datetime | None,
    reply_id: str,
    thread_id: str | None,
    now: datetime,
) -> Outgoing | None:
    """The words that go straight back, if any do."""
    if _unanswered(ready, talk, meaning):
        return None
    code = _code(account, meaning, now)
    text = ServiceText(
        code=code,
        brand=account.brand,
        channel=ready.notifier.channel,
        language=talk.language,
        care_phone=account.care_phone,
        two_way=ready.two_way,
        words=_words(account, talk, by, now),
    )
    rendered = render_service(text)
    return Outgoing(
        id=new_id("msg"),
        key=f"{reply_id}:answer",
        kind=MessageKind.ANSWER,
        stage=_stage(kit, ready),
        channel=ready.notifier.channel,
        level=Level.SYS,
        code=code,
        body=rendered.text,
        subject=rendered.subject,
        html=rendered.html,
        segments=rendered.segments,
        address_id=talk.address_id,
        contact_id=talk.contact_id,
        shipment_id=talk.shipment_id,
        thread_id=thread_id,
    )


def _unanswered(ready: Ready, talk: Talk, meaning: Meaning) -> bool:
    """A provider may answer a keyword itself; and who has stopped texts and asks gets a person, and no text."""
    if meaning is Meaning.QUESTION:
        return talk.suppressed
    return bool(getattr(ready.notifier, "answers_keywords", False))


def _code(account: AccountView, meaning: Meaning, now: datetime) -> NoticeCode:
    closed = bool(account.hours) and not open_now(account, now)
    return KEYWORDS.get(meaning) or (NoticeCode.AFTER_HOURS if closed else NoticeCode.REPLY_ACK)


def _words(account: AccountView, talk: Talk, by: datetime | None, now: datetime) -> dict[str, str]:
    """What an answer may name: the shipment, the owner, by when we answer, and when we are there."""
    words = {"ref": talk.ref, "owner": "our desk"}
    if by is not None:
        words["by"] = instant(by, now, language=talk.language, zone=account.zone)
    if hours := hours_in_words(account.hours):
        words["hours"] = hours
    opens = opens_at(account, now)
    if opens is not None:
        words["opens"] = instant(opens, now, language=talk.language, zone=account.zone)
    return words


def _stage(kit: Kit, ready: Ready) -> Stage:
    """An answer goes back the way the text came in."""
    return Stage.LIVE if kit.live.get(ready.notifier.channel) is ready else Stage.REHEARSAL


def _mail(
    kit: Kit,
    account: AccountView,
    talk: Talk,
    reply: Reply,
    meaning: Meaning,
    reply_id: str,
    by: datetime | None,
) -> Outgoing | None:
    """Every reply is mailed to the care e-mail with its context; without one it is in the API only."""
    if not account.care_email:
        return None
    mail = reply_mail(
        brand=account.brand,
        ref=talk.ref,
        text=reply.text,
        meaning=meaning.value,
        link=f"{kit.public_url or kit.local_url}/v1/threads/{talk.thread_id}" if talk.thread_id else None,
        answer_by=by,
        zone=account.zone,
        now=kit.clock(),
    )
    return desk_outgoing(kit, account, f"{reply_id}:desk", mail, shipment_id=talk.shipment_id, thread_id=talk.thread_id)


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
        raise ValueError("this person has stopped texts from us; call them or write an e-mail")
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


MOST_SEGMENTS = 4
"""A person's answer may be longer than a notice, but not a letter."""


def unsubscribe(kit: Kit, token: str) -> bool:
    """Stop writing to the address behind an e-mail's stop link; False where the link is not ours."""
    now = kit.clock()
    with kit.database.read() as conn:
        found = directory.resolve(conn, "link", link_digest(token))
        address_id = threads.mailbox_of(conn, found[0], found[1]) if found else None
    if found is None or address_id is None:
        return False
    account_id = found[0]
    kit.database.write(lambda conn: addresses.suppress(conn, account_id, address_id, "person", "stop link", now))
    return True
