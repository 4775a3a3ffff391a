"""Replies: what people send us ends as a recorded choice, a rating, a need-by, or in a person's hands."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from notifiers.base import Callback, Channel, ReceivesReplies, Reply
from service.flows import answering, choosing, needing, scoring
from service.flows.choosing import Open
from service.flows.effects import Effect, Share
from service.flows.kit import Kit, Ready
from service.flows.links import link_digest
from service.policy.hours import answer_by
from service.policy.replies import Heard, Read, read_reply
from service.policy.reply_text import storable
from service.policy.timing import zone_of
from service.records.decision import NewTask
from service.records.enums import Meaning
from service.records.ids import new_id
from service.records.inbound import Person
from service.records.results import ReplyResult
from service.store import accounts, addresses, choices, directory, needs, people, preferences, senders, talks, threads
from service.store.choices import OpenChoice
from service.store.engine import Connection
from service.store.incoming import Incoming, keep_reply
from service.store.needs import Needed
from service.store.talks import Talk
from service.store.threads import Outgoing

log = logging.getLogger(__name__)

STOPPED = {Meaning.STOP: "person", Meaning.WRONG_NUMBER: "wrong_number"}
"""Who stops an address, by what was written."""

ONE_ACCOUNT = frozenset({Meaning.QUESTION, Meaning.NEED_BY})
"""What belongs to the account that wrote last; STOP, START and HELP count for everybody who uses the sender."""


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


def simulate(kit: Kit, account_id: str, channel: Channel, value: str, text: str) -> ReplyResult:
    """Act on what a person at *value* would write to a test account, and on nobody else's behalf."""
    ready, who = kit.simulator[channel], addresses.clean_value(channel, value)
    (result,) = take(kit, ready, Reply(new_id("sim"), who, ready.sender, text), only=account_id)
    return result


def take(kit: Kit, ready: Ready, reply: Reply, *, only: str | None = None) -> list[ReplyResult]:
    """Act on one text, for every account that writes from the sender it was sent to, or for one account *only*."""
    reply = replace(reply, text=storable(reply.text))
    while True:
        try:
            return _take(kit, ready, reply, only)
        except choices.Lost:
            log.info("a choice was closed in the same moment; the text is read again")


@dataclass(frozen=True, slots=True)
class Around:
    """What is known when a text comes in: whose conversations it may belong to, and what they wait for."""

    talks: Sequence[Talk]
    sender: str
    open: Open
    rating: scoring.Asked | None = None
    needed: Needed | None = None


def _take(kit: Kit, ready: Ready, reply: Reply, only: str | None) -> list[ReplyResult]:
    now = kit.clock()
    with kit.database.read() as conn:
        sender, owners = (ready.sender, [only]) if only else _sender(conn, ready, reply)
        heard = talks.heard(conn, owners, ready.name, reply.provider_id)
    if heard:
        # Read once and for all: what has happened since would make another account's, or another meaning, of it.
        return [ReplyResult(one.reply_id, one.meaning.value, one.thread_id, repeated=True) for one in heard]
    around = _around(kit, ready, reply, sender, owners, now)
    said = read_reply(
        reply.text, suppressed=any(one.suppressed for one in around.talks), asked=_asked(kit, around, now)
    )
    shares = _shares(kit, ready, around, said, now)
    read = [_read(kit, reply, one) for one in shares]

    def unit(conn: Connection) -> list[bool]:
        kept = [keep_reply(conn, one) for one, _ in read]
        kit.reach("n2")
        return kept

    kit.reach("n1")
    kept = kit.database.write(unit)
    kit.reach("n3")
    kit.database.wake("messages")
    kit.database.wake("shipments")
    kit.database.wake("changes")
    return [_result(one, words, new) for (one, words), new in zip(read, kept, strict=True)]


def _sender(conn: Connection, ready: Ready, reply: Reply) -> tuple[str, list[str]]:
    """The sender that was written to, and whose it is: people answer to any number of a pool that has one name."""
    owners = senders.accounts_of(conn, ready.notifier.channel, reply.to)
    if owners:
        return reply.to, owners
    return ready.sender, senders.accounts_of(conn, ready.notifier.channel, ready.sender)


def _around(kit: Kit, ready: Ready, reply: Reply, sender: str, owners: Sequence[str], now: datetime) -> Around:
    channel = ready.notifier.channel
    with kit.database.read() as conn:
        found = [talks.talk(conn, a, channel, reply.sender, sender) for a in owners]
        known = [one for one in found if one is not None]
        opened = choosing.standing(conn, known, sender, now)
        rating = scoring.asked(conn, known, sender, now)
        last = _last(known)
        needed = needs.needed(conn, last.account_id, last.message_id, last.shipment_id) if last else None
    if not known and owners:
        known = [_stranger(kit, owners[0], channel, reply, sender, now)]
    return Around(known, sender, opened, rating, needed)


def _last(known: Sequence[Talk]) -> Talk | None:
    """The conversation of the account that wrote last."""
    return max(known, key=lambda talk: talk.message_id or "", default=None)


def _asked(kit: Kit, around: Around, now: datetime) -> Heard:
    """What the text may be an answer to."""
    last, rating = _last(around.talks), around.rating
    today = None
    if last is not None and around.needed is not None:
        with kit.database.read() as conn:
            zone = last.zone or accounts.view(conn, last.account_id).zone
        today = now.astimezone(zone_of(zone)).date()
    return Heard(
        open=around.open.by_digit,
        single=around.open.single,
        rating=rating is not None,
        since=rating.since if rating else (),
        last=rating is not None and rating.last,
        today=today,
        name=last.ref if last else "",
    )


def _stranger(kit: Kit, account_id: str, channel: Channel, reply: Reply, sender: str, now: datetime) -> Talk:
    """Somebody we never wrote to: known from now on, followed by nothing."""
    person = Person(phone=reply.sender) if channel is Channel.SMS else Person(email=reply.sender)
    kit.database.write(lambda conn: people.upsert_people(conn, account_id, [person], now, consent_how="wrote to us"))
    with kit.database.read() as conn:
        found = talks.talk(conn, account_id, channel, reply.sender, sender)
    assert found is not None, "the address was just kept"
    return found


def _shares(kit: Kit, ready: Ready, around: Around, said: Read, now: datetime) -> list[Share]:
    """Whose text it is: all that use the sender, or the one account that it answers."""
    choice: OpenChoice | None = None
    found = list(around.talks)
    if said.meaning is Meaning.CHOICE and said.digit:
        talk, choice = around.open.by_digit[said.digit]
        with kit.database.read() as conn:
            found = [choosing.about(conn, talk, choice)]
    elif said.meaning is Meaning.RATING and around.rating is not None:
        found = [around.rating.talk]
    elif said.meaning in ONE_ACCOUNT and (last := _last(found)) is not None:
        found = [last]
    with kit.database.read() as conn:
        account = {one.account_id: accounts.view(conn, one.account_id) for one in found}
        closed = _closed(conn, found, around.sender, said)
    waits = said.meaning in {Meaning.QUESTION, Meaning.CHOICE, Meaning.NEED_BY}
    return [
        Share(
            ready=ready,
            account=account[one.account_id],
            talk=one,
            sender=around.sender,
            said=said,
            reply_id=new_id("rpl"),
            now=now,
            by=answer_by(account[one.account_id], now) if waits else None,
            choice=choice,
            questions=around.open.questions,
            closed=closed,
            needed=around.needed,
        )
        for one in found
    ]


def _closed(conn: Connection, found: Sequence[Talk], sender: str, said: Read) -> bool:
    """Whether a digit was written that had been offered once, and is not open any more."""
    if said.meaning is not Meaning.QUESTION or said.digit is None:
        return False
    return any(choices.offered_before(conn, one.account_id, one.address_id, sender, said.digit) for one in found)


def _read(kit: Kit, reply: Reply, one: Share) -> tuple[Incoming, Outgoing | None]:
    """One account's share of a text: what is kept with all that it causes, and the words that go straight back."""
    said, talk, effect = one.said, one.talk, _effect(kit, one)
    asks = said.meaning is Meaning.QUESTION or effect.person
    thread_id = (talk.thread_id or new_id("thr")) if asks else None
    answer = answering.answer(kit, one, effect, thread_id)
    mail = answering.mail(kit, one, reply.text, thread_id or talk.thread_id)
    detail: dict[str, object] = {"digit": said.digit} if said.digit else {}
    incoming = Incoming(
        reply_id=one.reply_id,
        talk=talk,
        notifier=one.ready.name,
        provider_id=reply.provider_id,
        sender=reply.to,
        text=reply.text,
        meaning=said.meaning,
        received_at=one.now,
        thread_id=thread_id,
        new_thread=asks and talk.thread_id is None,
        answer_by=one.by if said.meaning is Meaning.QUESTION else None,
        stopped=STOPPED.get(said.meaning, ""),
        why=_why(said, reply.text, one.ready.name),
        lift=one.lifts,
        outgoing=tuple(out for out in (answer, mail) if out),
        tasks=effect.tasks,
        detail=detail | dict(effect.detail) | ({"closed": True} if one.closed else {}),
        taken=effect.taken,
        undo=effect.undo if answer else None,
        rating=effect.rating,
        need=effect.need,
    )
    return incoming, answer


def _effect(kit: Kit, one: Share) -> Effect:
    if one.said.meaning is Meaning.CHOICE:
        return choosing.taken(kit, one)
    if one.said.meaning is Meaning.RATING:
        return scoring.scored(one)
    if one.said.meaning is Meaning.NEED_BY:
        return needing.needed(kit, one)
    return Effect(tasks=_tasks(one), person=one.stays_stopped)


def _why(said: Read, text: str, notifier: str) -> str:
    """How a stop reads in the list of those who are not written to."""
    if said.meaning is Meaning.WRONG_NUMBER:
        return f"they told {notifier} that it is a wrong number"
    if said.sentence:
        return f"they asked {notifier} in their own words to stop"
    return f"they wrote {text.strip()[:20].upper()} to {notifier}"


def _tasks(one: Share) -> tuple[NewTask, ...]:
    """What a person must do because of a text that stops us."""
    talk = one.talk
    about = talk.ref or "no shipment"
    if one.said.meaning is Meaning.WRONG_NUMBER:
        kind, text = "wrong_number", f"The number we had about {about} is somebody else's: find the right one."
    elif one.said.meaning is Meaning.STOP and one.questions:
        kind = "call_me"
        text = f"They stopped texts while we asked about {about}; they probably meant the delivery: call them."
    else:
        return ()
    return (NewTask(f"{kind}:{one.reply_id}", kind, text, talk.owner, talk.shipment_id, talk.contact_id),)


def _result(one: Incoming, answer: Outgoing | None, kept: bool) -> ReplyResult:
    log.info("reply %s read as %s%s", one.reply_id, one.meaning.value, "" if kept else ", which was kept before")
    return ReplyResult(
        reply_id=one.reply_id,
        meaning=one.meaning.value,
        thread_id=one.thread_id,
        answer=answer.body if answer and kept else None,
        repeated=not kept,
    )


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
