"""The words that leave: where texts are asked for, by dispatch and by preview alike, and mail to the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from notifiers.base import Channel
from service.flows.kit import Kit, Ready
from service.flows.links import link_token
from service.flows.standing import stands
from service.formats.places import find
from service.policy.choices import SERVICES, draw, offered
from service.records.decision import NewNotice
from service.records.enums import Level, Line, MessageKind, NoticeCode, Stage
from service.records.ids import new_id
from service.records.keys import DIGEST, message_key
from service.records.outbox import Candidate
from service.records.results import WouldSend
from service.records.said import Said, SaidDate
from service.records.signs import TrialState
from service.records.situation import AccountView, Follower, Situation
from service.records.text import Override, Rendered, Stands, TextRequest
from service.records.when import on_day
from service.store import choices, texts
from service.store.candidates import told_before
from service.store.threads import Outgoing
from service.wording.catalogue import effective
from service.wording.desk import DeskMail
from service.wording.hours import hours_in_words
from service.wording.owners import one_for_all, person
from service.wording.render import render, spoken_language
from service.wording.sentences import told_sentence


@dataclass(frozen=True, slots=True)
class Beside:
    """What a text says beside its news: the account's own words for it, and the person who looks after the order."""

    own: Override | None = None
    owner: str | None = None


def choices_for(
    kit: Kit,
    account: AccountView,
    ready: Ready,
    codes: Collection[NoticeCode],
    address_id: str | None,
    now: datetime,
    message_id: str = "",
) -> tuple[tuple[str, str], ...]:
    """The digits that a text to this address would offer now, each with its service.

    They are drawn before the message is claimed, because the text is; the claim proves under the address's lock that
    they are still free, and holds nothing where they are not: then they are drawn again.
    """
    services = offered(codes, account.services)
    if not services or address_id is None or ready.notifier.channel is not Channel.SMS or not ready.two_way:
        return ()
    with kit.database.read() as conn:
        if choices.shared(conn, Channel.SMS, ready.sender):
            return ()
        used = choices.used(conn, account.id, [address_id], ready.sender, now).get(address_id, [])
    return draw(services, used, message_id)


def rendered(
    kit: Kit,
    account: AccountView,
    candidate: Candidate,
    ready: Ready,
    beside: Beside,
    now: datetime,
    offers: tuple[tuple[str, str], ...] = (),
) -> Rendered:
    """The words of a message that carries notices, with the digits that it offers."""
    where = None
    if candidate.in_digest:
        with kit.database.read() as conn:
            where = stands(conn, candidate, now)
    request = _request(
        kit,
        account,
        ready,
        stage=candidate.stage,
        channel=candidate.channel,
        key=candidate.key,
        said=tuple(carried.said for carried in candidate.notices),
        now=now,
        language=candidate.language,
        zone=candidate.zone,
        sequence=max((carried.sequence for carried in candidate.notices), default=0),
        uid=calendar_uid(candidate.shipment_id, candidate.contact_id),
        history=_history(candidate.told, candidate.language),
        offers=offers,
        beside=beside,
        stands=where,
    )
    return render(request)


def beside(candidate: Candidate, own: Mapping[texts.Use, Override], owners: Mapping[str, texts.Owner]) -> Beside:
    """What a message says beside its news, of what was read for all that are due."""
    said = [one.said for one in candidate.notices]
    known = [owners[one.shipment_id] for one in candidate.notices if one.shipment_id in owners]
    return Beside(_own_words(own, said, candidate.language, candidate.channel), one_for_all(known))


def _own_words(
    own: Mapping[texts.Use, Override], said: Iterable[Said], language: str, channel: Channel
) -> Override | None:
    """The account's own words for this news; where there are several pieces of it, the oldest that are for one of them.

    The renderer says whether they can be said, and why not.
    """
    uses = {(effective(one), spoken_language(language), channel) for one in said}
    return min((own[use] for use in uses if use in own), key=lambda one: (one.version, one.code), default=None)


def _request(
    kit: Kit,
    account: AccountView,
    ready: Ready,
    *,
    stage: Stage,
    channel: Channel,
    key: str,
    said: tuple[Said, ...],
    now: datetime,
    language: str,
    zone: str | None,
    sequence: int,
    uid: str,
    history: tuple[tuple[datetime, str], ...] = (),
    offers: tuple[tuple[str, str], ...] = (),
    beside: Beside,
    stands: tuple[Stands, ...] | None = None,
) -> TextRequest:
    """A link only where there is an address, a phone only where one is set."""
    base = kit.link_base(stage)
    token = link_token(kit.secret, key)
    return TextRequest(
        brand=account.brand,
        channel=channel,
        said=said,
        now=now,
        language=language,
        zone=zone or account.zone,
        two_way=ready.two_way,
        care_phone=account.care_phone,
        care_email=account.care_email,
        owner=beside.owner,
        override=beside.own,
        stands=stands,
        hours=hours_in_words(account.hours, language),
        link=f"{base}/t/{token}" if base else None,
        stop_link=stop_link(kit, stage, channel, key),
        sequence=sequence,
        uid=uid,
        history=history,
        choices=tuple((digit, SERVICES[service]) for digit, service in offers),
    )


def stop_link(kit: Kit, stage: Stage, channel: Channel, key: str) -> str | None:
    """Where the reader of an e-mail stops more of them; None for a text, and where there is no address to lead to."""
    base = kit.link_base(stage)
    if base is None or channel is not Channel.EMAIL:
        return None
    return f"{base}/u/{link_token(kit.secret, key)}"


def calendar_uid(shipment_id: str | None, contact_id: str | None) -> str:
    """One calendar entry per person and shipment, which moves when the date does."""
    return f"{shipment_id}.{contact_id}@milepost"


def _history(told: Sequence[tuple[datetime, str]], language: str) -> tuple[tuple[datetime, str], ...]:
    """What this person was told before, in sentences."""
    return tuple((at, _earlier(text, language)) for at, text in told)


def _earlier(text: str, language: str) -> str:
    line, day, *place = text.split(" ")
    known = find(place[0]) if place else None
    told = SaidDate(
        line=Line(line),
        when=on_day(date.fromisoformat(day)),
        place=known.code if known else None,
        place_name=known.name if known else None,
    )
    return told_sentence(Said(code=NoticeCode.DEPARTED, ref="", dates=(told,)), language=language)


def would_say(
    kit: Kit, found: Situation, notice: NewNotice, channel: Channel, address_id: str, to: str, now: datetime
) -> WouldSend:
    """A notice as the text that it would become, at the time at which it would leave."""
    follower = next(f for f in found.followers if f.contact_id == notice.contact_id)
    at = max(now, notice.not_before)
    said = Said.from_json(notice.params)
    words = _would_render(kit, found, notice, follower, said, channel, address_id, at)
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
        text_version=words.own_version,
        text_note=words.ours_because,
    )


def _would_render(
    kit: Kit,
    found: Situation,
    notice: NewNotice,
    follower: Follower,
    said: Said,
    channel: Channel,
    address_id: str,
    at: datetime,
) -> Rendered:
    shipment, account_id = found.shipment, found.account.id
    key = message_key(
        shipment_id=shipment.id,
        contact_id=notice.contact_id,
        stage=notice.stage,
        code=notice.code,
        subject=notice.subject,
        ordinal=notice.ordinal,
        channel=channel,
        address_id=address_id,
    )
    ready = kit.ready(notice.stage, channel, test=found.account.test) or kit.loopback[channel]
    with kit.database.read() as conn:
        own = texts.active(conn, account_id, {effective(said)})
        own = {use: words for use, words in own.items() if words.trial is not TrialState.HELD}
        registered = texts.operator_name(conn, account_id, shipment.owner)
        pair = (notice.contact_id, shipment.id)
        told = told_before(conn, account_id, {pair} if channel is Channel.EMAIL else set())[pair]
    request = _request(
        kit,
        found.account,
        ready,
        stage=notice.stage,
        channel=channel,
        key=key,
        said=(said,),
        now=at,
        language=follower.language,
        zone=follower.zone,
        sequence=max((word.ordinal for word in notice.promises), default=0),
        uid=calendar_uid(shipment.id, notice.contact_id),
        history=_history(told, follower.language),
        offers=choices_for(kit, found.account, ready, {notice.code}, address_id, at),
        beside=Beside(_own_words(own, (said,), follower.language, channel), person(shipment.owner, registered)),
        # Which other orders the digest will name by then is not known yet.
        stands=() if notice.cause == DIGEST else None,
    )
    return render(request)


def desk_outgoing(
    kit: Kit,
    account: AccountView,
    key: str,
    mail: DeskMail,
    *,
    shipment_id: str | None = None,
    thread_id: str | None = None,
) -> Outgoing:
    """A mail to the account's own desk, written once under *key*; it leaves for real only where e-mail does."""
    return Outgoing(
        id=new_id("msg"),
        key=key,
        kind=MessageKind.DESK,
        stage=Stage.LIVE if Channel.EMAIL in kit.live and not account.test else Stage.REHEARSAL,
        channel=Channel.EMAIL,
        level=Level.SYS,
        body=mail.text,
        subject=mail.subject,
        html=mail.html,
        to=account.care_email,
        shipment_id=shipment_id,
        thread_id=thread_id,
    )
