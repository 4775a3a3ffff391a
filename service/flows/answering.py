"""What goes straight back to whoever wrote, and the mail by which the desk hears of it."""

from __future__ import annotations

from datetime import datetime

from service.flows.effects import Effect, Share
from service.flows.kit import Kit, Ready
from service.flows.render import desk_outgoing
from service.policy.hours import open_now, opens_at
from service.records.enums import Level, Meaning, MessageKind, NoticeCode, Stage
from service.records.ids import new_id
from service.records.situation import AccountView
from service.records.text import ServiceText
from service.store.talks import Talk
from service.store.threads import Outgoing
from service.wording.dates import instant
from service.wording.desk import reply_mail
from service.wording.hours import hours_in_words
from service.wording.render import render_service

KEYWORDS = {
    Meaning.STOP: NoticeCode.STOP,
    Meaning.WRONG_NUMBER: NoticeCode.STOP,
    Meaning.START: NoticeCode.START,
    Meaning.HELP: NoticeCode.HELP,
}


def answer(kit: Kit, one: Share, effect: Effect, thread_id: str | None) -> Outgoing | None:
    """The words that go straight back, if any do."""
    if _unanswered(one):
        return None
    channel = one.ready.notifier.channel
    code = NoticeCode.OPTIONS if effect.text else _code(one)
    words = words_of(one.account, one.talk, one.by, one.now)
    if effect.text:
        words |= {"text": effect.text} | ({} if effect.names_order else {"ref": ""})
    text = ServiceText(
        code=code,
        brand=one.account.brand,
        channel=channel,
        language=one.talk.language,
        care_phone=one.account.care_phone,
        two_way=one.ready.two_way,
        words=words,
        choices=effect.offers,
    )
    rendered = render_service(text)
    return Outgoing(
        id=new_id("msg"),
        key=f"{one.reply_id}:answer",
        kind=MessageKind.ANSWER,
        stage=_stage(kit, one.ready),
        channel=channel,
        level=Level.SYS,
        code=code,
        body=rendered.text,
        subject=rendered.subject,
        html=rendered.html,
        segments=rendered.segments,
        address_id=one.talk.address_id,
        contact_id=one.talk.contact_id,
        shipment_id=one.talk.shipment_id,
        thread_id=thread_id,
        notifier=one.ready.name,
    )


def mail(kit: Kit, one: Share, text: str, thread_id: str | None) -> Outgoing | None:
    """Every reply is mailed to the care e-mail with its context; without one it is in the API only."""
    if not one.account.care_email:
        return None
    written = reply_mail(
        brand=one.account.brand,
        ref=one.talk.ref,
        text=text,
        meaning=one.said.meaning.value,
        stays_stopped=one.stays_stopped,
        channel=one.ready.notifier.channel,
        link=f"{kit.public_url or kit.local_url}/v1/threads/{thread_id}" if thread_id else None,
        answer_by=one.by,
        zone=one.account.zone,
        now=one.now,
    )
    shipment_id = one.talk.shipment_id
    return desk_outgoing(
        kit, one.account, f"{one.reply_id}:desk", written, shipment_id=shipment_id, thread_id=thread_id
    )


def words_of(account: AccountView, talk: Talk, by: datetime | None, now: datetime) -> dict[str, str]:
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


def _unanswered(one: Share) -> bool:
    """A provider may answer its own keywords; and who has stopped texts and asks gets a person, and no text.

    So does who wants texts again where START does not bring them back: they would be told what is not so.
    """
    if one.stays_stopped:
        return True
    if one.said.meaning in {Meaning.QUESTION, Meaning.RATING, Meaning.NEED_BY}:
        return one.talk.suppressed
    return one.said.carrier and bool(getattr(one.ready.notifier, "answers_keywords", False))


def _code(one: Share) -> NoticeCode:
    if one.closed:
        return NoticeCode.CHOICE_CLOSED
    closed = bool(one.account.hours) and not open_now(one.account, one.now)
    return KEYWORDS.get(one.said.meaning) or (NoticeCode.AFTER_HOURS if closed else NoticeCode.REPLY_ACK)


def _stage(kit: Kit, ready: Ready) -> Stage:
    """An answer goes back the way the text came in."""
    return Stage.LIVE if ready in kit.real else Stage.REHEARSAL
