"""From notices to the words that leave: the one place where texts are asked for, by dispatch and by preview alike."""

from __future__ import annotations

from datetime import date, datetime

from notifiers.base import Channel
from service.flows.kit import Kit, Ready
from service.flows.links import link_token
from service.formats.places import find
from service.records.decision import NewNotice
from service.records.enums import Line, NoticeCode
from service.records.keys import message_key
from service.records.outbox import Candidate
from service.records.results import WouldSend
from service.records.said import Said, SaidDate
from service.records.situation import AccountView, Situation
from service.records.text import Rendered, TextRequest
from service.records.when import on_day
from service.wording.hours import hours_in_words
from service.wording.render import render
from service.wording.sentences import told_sentence


def text_request(kit: Kit, account: AccountView, candidate: Candidate, ready: Ready, now: datetime) -> TextRequest:
    """What wording is asked for: a link only where there is an address, a phone only where one is set."""
    base = kit.link_base(candidate.stage)
    token = link_token(kit.secret, candidate.key)
    return TextRequest(
        brand=account.brand,
        channel=candidate.channel,
        said=tuple(carried.said for carried in candidate.notices),
        now=now,
        language=candidate.language,
        zone=candidate.zone or account.zone,
        two_way=ready.two_way,
        care_phone=account.care_phone,
        care_email=account.care_email,
        hours=hours_in_words(account.hours),
        link=f"{base}/t/{token}" if base else None,
        stop_link=f"{base}/u/{token}" if base and candidate.channel is Channel.EMAIL else None,
        sequence=max((carried.sequence for carried in candidate.notices), default=0),
        uid=calendar_uid(candidate.shipment_id, candidate.contact_id),
        history=tuple((at, _earlier(text)) for at, text in candidate.told),
    )


def calendar_uid(shipment_id: str | None, contact_id: str | None) -> str:
    """One calendar entry per person and shipment, which moves when the date does."""
    return f"{shipment_id}.{contact_id}@milepost"


def _earlier(text: str) -> str:
    line, day, *place = text.split(" ")
    known = find(place[0]) if place else None
    told = SaidDate(
        line=Line(line),
        when=on_day(date.fromisoformat(day)),
        place=known.code if known else None,
        place_name=known.name if known else None,
    )
    return told_sentence(Said(code=NoticeCode.DEPARTED, ref="", dates=(told,)))


def rendered(kit: Kit, account: AccountView, candidate: Candidate, ready: Ready, now: datetime) -> Rendered:
    """The words of a message that carries notices."""
    return render(text_request(kit, account, candidate, ready, now))


def would_say(
    kit: Kit, found: Situation, notice: NewNotice, channel: Channel, address_id: str, to: str, now: datetime
) -> WouldSend:
    """A notice as the text that it would become, at the time at which it would leave."""
    ready = kit.ready(notice.stage, channel) or kit.loopback[channel]
    follower = next(f for f in found.followers if f.contact_id == notice.contact_id)
    key = message_key(
        shipment_id=found.shipment.id,
        contact_id=notice.contact_id,
        stage=notice.stage,
        code=notice.code,
        subject=notice.subject,
        ordinal=notice.ordinal,
        channel=channel,
        address_id=address_id,
    )
    base = kit.link_base(notice.stage)
    token = link_token(kit.secret, key)
    at = max(now, notice.not_before)
    said = Said.from_json(notice.params)
    words = render(
        TextRequest(
            brand=found.account.brand,
            channel=channel,
            said=(said,),
            now=at,
            language=follower.language,
            zone=follower.zone or found.account.zone,
            two_way=ready.two_way,
            care_phone=found.account.care_phone,
            care_email=found.account.care_email,
            hours=hours_in_words(found.account.hours),
            link=f"{base}/t/{token}" if base else None,
            stop_link=f"{base}/u/{token}" if base and channel is Channel.EMAIL else None,
            sequence=max((word.ordinal for word in notice.promises), default=0),
            uid=calendar_uid(found.shipment.id, notice.contact_id),
        )
    )
    return WouldSend(
        shipment_ref=said.ref,
        contact_id=notice.contact_id,
        to=to,
        channel=channel,
        stage=notice.stage,
        code=notice.code,
        level=notice.level,
        text=words.text,
        segments=words.segments,
        language=follower.language,
        at=at,
        send_before=notice.send_before,
        why=notice.why,
        subject=words.subject,
        html=words.html,
    )
