"""Replies: what people send us ends as a recorded choice or in a person's hands."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from notifiers.base import Callback, Channel, ReceivesReplies, Reply
from service.flows import choosing
from service.flows.kit import Kit, Ready
from service.flows.links import link_digest
from service.flows.render import desk_outgoing
from service.policy.hours import answer_by, open_now, opens_at
from service.policy.replies import Read, read_reply
from service.records.decision import NewTask
from service.records.enums import Level, Meaning, MessageKind, NoticeCode, Stage
from service.records.ids import new_id
from service.records.inbound import Person
from service.records.results import ReplyResult
from service.records.situation import AccountView
from service.records.text import Rendered, ServiceText
from service.store import accounts, addresses, choices, directory, people, preferences, senders, talks, threads
from service.store.choices import OpenChoice
from service.store.engine import Connection
from service.store.talks import Talk
from service.store.threads import Incoming, Outgoing, ThreadView
from service.wording.dates import instant
from service.wording.desk import reply_mail
from service.wording.hours import hours_in_words
from service.wording.render import render_service

LIFTED = frozenset({"person", "provider", "wrong_number"})
"""Whose suppression ends with START: who writes it can be reached, whatever a provider said. An operator's stays."""

log = logging.getLogger(__name__)

KEYWORDS = {
    Meaning.STOP: NoticeCode.STOP,
    Meaning.WRONG_NUMBER: NoticeCode.STOP,
    Meaning.START: NoticeCode.START,
    Meaning.HELP: NoticeCode.HELP,
}

STOPPED = {Meaning.STOP: "person", Meaning.WRONG_NUMBER: "wrong_number"}
"""Who stops an address, by what was written."""


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
    while True:
        try:
            return _take(kit, ready, reply)
        except choices.Lost:
            log.info("a choice was closed in the same moment; the text is read again")


def _take(kit: Kit, ready: Ready, reply: Reply) -> list[ReplyResult]:
    now = kit.clock()
    channel = ready.notifier.channel
    with kit.database.read() as conn:
        sender, owners = reply.to, senders.accounts_of(conn, channel, reply.to)
        if not owners:
            # One name may stand for a pool of numbers, and people answer to any of them.
            sender, owners = ready.sender, senders.accounts_of(conn, channel, ready.sender)
        heard = talks.heard(conn, owners, ready.name, reply.provider_id)
        found = [talks.talk(conn, a, channel, reply.sender, sender) for a in owners] if not heard else []
        known = [one for one in found if one is not None]
        opened = choosing.standing(conn, known, sender, now)
    if heard:
        # Read once and for all: what has happened since would make another account's, or another meaning, of it.
        return [ReplyResult(one.reply_id, one.meaning.value, one.thread_id, repeated=True) for one in heard]
    if not known and owners:
        known = [_stranger(kit, owners[0], channel, reply, sender, now)]
    # Anything but a keyword belongs to the account that wrote last; STOP counts for everybody who uses the sender.
    stopped = any(one.suppressed for one in known)
    said = read_reply(reply.text, suppressed=stopped, asked=opened.by_digit, single=opened.single)
    chosen: OpenChoice | None = None
    if said.meaning is Meaning.CHOICE and said.digit:
        talk, chosen = opened.by_digit[said.digit]
        with kit.database.read() as conn:
            known = [choosing.about(conn, talk, chosen)]
    elif said.meaning is Meaning.QUESTION:
        known = sorted(known, key=lambda t: t.message_id or "")[-1:]
    heard_as = Heard(said, sender, chosen, questions=opened.questions, closed=_closed(kit, known, sender, said))
    read = [_read(kit, ready, reply, one, heard_as, now) for one in known]
    kept = kit.database.write(lambda conn: [threads.keep_reply(conn, one) for one, _ in read])
    kit.database.wake("messages")
    kit.database.wake("changes")
    return [_result(one, words, new) for (one, words), new in zip(read, kept, strict=True)]


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as it was read: with the choice that it takes, whether a question was open, or a digit that has closed."""

    said: Read
    sender: str
    chosen: OpenChoice | None = None
    questions: bool = False
    closed: bool = False


def _closed(kit: Kit, known: Sequence[Talk], sender: str, said: Read) -> bool:
    """Whether a digit was written that had been offered once, and is not open any more."""
    if said.meaning is not Meaning.QUESTION or said.digit is None:
        return False
    with kit.database.read() as conn:
        return any(choices.offered_before(conn, one.account_id, one.address_id, sender, said.digit) for one in known)


def _stranger(kit: Kit, account_id: str, channel: Channel, reply: Reply, sender: str, now: datetime) -> Talk:
    """Somebody we never wrote to: known from now on, followed by nothing."""
    person = Person(phone=reply.sender) if channel is Channel.SMS else Person(email=reply.sender)
    kit.database.write(lambda conn: people.upsert_people(conn, account_id, [person], now, consent_how="wrote to us"))
    with kit.database.read() as conn:
        found = talks.talk(conn, account_id, channel, reply.sender, sender)
    assert found is not None, "the address was just kept"
    return found


def _read(
    kit: Kit, ready: Ready, reply: Reply, talk: Talk, heard: Heard, now: datetime
) -> tuple[Incoming, Outgoing | None]:
    """One account's share of a text: what is kept with all that it causes, and the words that go straight back."""
    with kit.database.read() as conn:
        account = accounts.view(conn, talk.account_id)
    said, reply_id = heard.said, new_id("rpl")
    meaning = said.meaning
    asks = meaning is Meaning.QUESTION
    by = answer_by(account, now) if asks or heard.chosen else None
    thread_id = (talk.thread_id or new_id("thr")) if asks else None
    took = choosing.answer(kit, ready, talk, heard.chosen, heard.sender, by, now) if heard.chosen else None
    answer = _answer(kit, ready, account, talk, heard, took, by, reply_id, thread_id, now)
    mail = _mail(kit, account, replace(talk, thread_id=thread_id or talk.thread_id), reply, meaning, reply_id, by)
    detail: dict[str, object] = {"digit": said.digit} if said.digit else {}
    if heard.chosen:
        detail |= {"choice": heard.chosen.does, "choice_id": heard.chosen.id}
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
        answer_by=by if asks else None,
        stopped=STOPPED.get(meaning, ""),
        why=_why(said, reply.text, ready.name),
        lift=meaning is Meaning.START and talk.suppressed_by in LIFTED,
        outgoing=tuple(one for one in (answer, mail) if one),
        tasks=(*_tasks(heard, talk, reply_id), *(took.tasks if took else ())),
        detail=detail | ({"closed": True} if heard.closed else {}),
        taken=took.taken if took else None,
    )
    return incoming, answer


def _why(said: Read, text: str, notifier: str) -> str:
    """How a stop reads in the list of those who are not written to."""
    if said.meaning is Meaning.WRONG_NUMBER:
        return f"they told {notifier} that it is a wrong number"
    if said.sentence:
        return f"they asked {notifier} in their own words to stop"
    return f"they wrote {text.strip()[:20].upper()} to {notifier}"


def _tasks(heard: Heard, talk: Talk, reply_id: str) -> tuple[NewTask, ...]:
    """What a person must do because of a text that stops us."""
    about = talk.ref or "no shipment"
    if heard.said.meaning is Meaning.WRONG_NUMBER:
        kind, text = "wrong_number", f"The number we had about {about} is somebody else's: find the right one."
    elif heard.said.meaning is Meaning.STOP and heard.questions:
        kind = "call_me"
        text = f"They stopped texts while we asked about {about}; they probably meant the delivery: call them."
    else:
        return ()
    return (NewTask(f"{kind}:{reply_id}", kind, text, talk.owner, talk.shipment_id, talk.contact_id),)


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
    heard: Heard,
    took: choosing.Answer | None,
    by: datetime | None,
    reply_id: str,
    thread_id: str | None,
    now: datetime,
) -> Outgoing | None:
    """The words that go straight back, if any do."""
    if _unanswered(ready, talk, heard.said):
        return None
    code = NoticeCode.OPTIONS if took else _code(account, heard, now)
    text = ServiceText(
        code=code,
        brand=account.brand,
        channel=ready.notifier.channel,
        language=talk.language,
        care_phone=account.care_phone,
        two_way=ready.two_way,
        words=_words(account, talk, by, now) | ({"text": took.text} if took else {}),
        choices=took.offers if took else (),
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


def _unanswered(ready: Ready, talk: Talk, said: Read) -> bool:
    """A provider may answer its own keywords; and who has stopped texts and asks gets a person, and no text."""
    if said.meaning is Meaning.QUESTION:
        return talk.suppressed
    return said.carrier and bool(getattr(ready.notifier, "answers_keywords", False))


def _code(account: AccountView, heard: Heard, now: datetime) -> NoticeCode:
    if heard.closed:
        return NoticeCode.CHOICE_CLOSED
    closed = bool(account.hours) and not open_now(account, now)
    return KEYWORDS.get(heard.said.meaning) or (NoticeCode.AFTER_HOURS if closed else NoticeCode.REPLY_ACK)


def _words(account: AccountView, talk: Talk, by: datetime | None, now: datetime) -> dict[str, str]:
    """What an answer may name: the shipment, the owner, by when we answer, and when we are there."""
    words = {"ref": talk.ref, "owner": "our desk"}
    if by is not None:
        words["by"] = instant(by, now, language=talk.language, zone=account.zone)
    if hours := hours_in_words(account.hours, talk.language):
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

    def unit(conn: Connection) -> None:
        if addresses.suppress(conn, account_id, address_id, "person", "stop link", now):
            who = addresses.contacts_at(conn, account_id, [address_id])
            detail = {"stop": Channel.EMAIL.value}
            preferences.note(conn, account_id, who, now, by="the person", how="stop link", detail=detail)

    kit.database.write(unit)
    return True
