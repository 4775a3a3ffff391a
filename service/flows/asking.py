"""One call of a notifier: the intent before it, the message that is handed over, and what its answer means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from notifiers.base import Accepted, Attachment, Channel, Foretells, Lists, Message, ReportsDelivery
from notifiers.errors import NotifierError, UncertainOutcome
from service.flows.checks import Going
from service.flows.holding import pause_on
from service.flows.kit import Kit, Ready
from service.flows.links import callback_url, link_digest, link_token
from service.flows.render import choices_for, rendered, stop_link
from service.flows.ways import allowed
from service.policy.choices import LASTS
from service.policy.sending import SendVerdict, after_attempt, hand_on_at, receipt_by
from service.records.enums import AttemptOutcome, MessageKind, MessageState, Stage
from service.records.ids import new_id
from service.records.outbox import HELD, Candidate, Claim, Settled
from service.records.pauses import SwitchRow
from service.records.situation import AccountView
from service.records.text import Rendered
from service.store.errors import StoreError
from service.wording.words import digest

log = structlog.get_logger(__name__)

MOMENT = timedelta(seconds=0.5)
"""A claim that is older when its call begins is held against the pauses once more."""

STALE = timedelta(seconds=2)
"""Nobody is asked about a claim that is older, because calls hang or the process stood still: it may have been held for
dead meanwhile, and its message handed over by another. Far below every sane quarantine."""

LEAST_VALID = timedelta(seconds=60)
"""A provider is never told that a message is worth less time than this."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A message as it is about to leave, worded at `made_at`.

    Who takes it, in whose name it is written, and whether receipts reach us.
    """

    claim: Claim
    ready: Ready
    account: AccountView
    made_at: datetime
    called_back: bool = False

    def settled(
        self, verdict: SendVerdict, now: datetime, provider_id: str | None = None, code: str | None = None
    ) -> Settled:
        """How the call ended at *now*, as it is written down."""
        return Settled(
            account_id=self.claim.candidate.account_id,
            message_id=self.claim.candidate.message_id,
            attempt_id=self.claim.attempt_id,
            outcome=verdict.outcome,
            state=verdict.state,
            provider_id=provider_id,
            code=code,
            detail=verdict.detail,
            due_at=verdict.due_at,
            refused=verdict.state is MessageState.WAITING and not verdict.spent,
            suppress=verdict.suppress,
            suppress_why=verdict.detail,
            receipt_by=self._receipt_by(verdict, now),
            onward_at=self._onward_at(verdict, now),
        )

    def _onward_at(self, verdict: SendVerdict, now: datetime) -> datetime | None:
        """N14: from when on urgent news that was refused goes by the next channel."""
        candidate = self.claim.candidate
        if verdict.state not in {MessageState.WAITING, MessageState.EXPIRED}:
            return None
        return hand_on_at(candidate, self.account.rules, candidate.tried_since or now)

    def _receipt_by(self, verdict: SendVerdict, now: datetime) -> datetime | None:
        """A receipt is waited for where the provider says what became of a text, by calling us or in its list."""
        notifier = self.ready.notifier
        simulated = isinstance(notifier, Foretells)
        told = (isinstance(notifier, ReportsDelivery) and self.called_back) or isinstance(notifier, Lists) or simulated
        if verdict.state is not MessageState.ACCEPTED or not told:
            return None
        return receipt_by(self.claim.candidate, self.account.rules, now, simulated=simulated)


@dataclass(frozen=True, slots=True)
class Sent:
    """One call of a notifier, finished."""

    ready: Ready
    verdict: SendVerdict
    settled: Settled


def intend(kit: Kit, going: Going, account: AccountView) -> Intent:
    """The message as it will leave: rendered now, from what is true now."""
    candidate, now = going.candidate, kit.clock()
    words, offers, bare = _words(kit, going, account, now)
    linked = bool(candidate.notices) and kit.link_base(candidate.stage) is not None
    claim = Claim(
        candidate=candidate,
        attempt_id=new_id("att"),
        worker_id=kit.worker_id,
        notifier=going.ready.name,
        sender=going.ready.sender,
        body=words.text,
        segments=words.segments,
        subject=words.subject,
        html=words.html,
        calendar=words.calendar,
        link_digest=link_digest(link_token(kit.secret, candidate.key)) if linked else None,
        choices=offers,
        choices_until=now + LASTS if offers else None,
        text_version=words.own_version,
        text_note=words.ours_because or going.note,
        trial=going.trial if words.own_version is not None else None,
        trial_places=going.places,
        words=digest(bare) if _is_news(candidate) else None,
    )
    return Intent(claim, going.ready, account, now, called_back=kit.public_url is not None)


def _is_news(one: Candidate) -> bool:
    """Whether it is live news, which is not said twice in the same words; a digest repeats by its nature."""
    return one.stage is Stage.LIVE and one.kind is MessageKind.NOTICE and not one.in_digest


def _words(
    kit: Kit, going: Going, account: AccountView, now: datetime
) -> tuple[Rendered, tuple[tuple[str, str], ...], str]:
    """The words, the digits that they offer, and the same without digits, which differ each time."""
    candidate = going.candidate
    if candidate.kind is not MessageKind.NOTICE:
        given = candidate.body or ""
        return Rendered(text=given, segments=1, subject=candidate.subject, html=candidate.html), (), given
    codes = {one.code for one in candidate.notices}
    offers = choices_for(kit, account, going.ready, codes, candidate.address_id, now, candidate.message_id)
    words = rendered(kit, account, candidate, going.ready, going.beside, now, offers)
    if not offers:
        return words, (), words.text
    without = rendered(kit, account, candidate, going.ready, going.beside, now).text
    # An account's own words for a text may have no place for a question.
    return words, () if words.text == without else offers, without


def ask(kit: Kit, intent: Intent, *, waited: float = 0.0) -> Sent:
    """Ask the provider, once. Whatever happens ends as an outcome: nothing may fall between.

    *waited* are the machine's seconds since the claim, which count also where the clock was set back.
    """
    stop = _stopped(kit, intent, timedelta(seconds=waited))
    if stop is not None:
        return stop
    answer = _answer(kit, intent)
    candidate = intent.claim.candidate
    verdict = after_attempt(
        answer,
        tries=candidate.tries,
        refusals=candidate.refusals,
        now=kit.clock(),
        jitter=kit.chance(),
        send_before=candidate.send_before,
        others=len(allowed(kit, candidate, test=intent.account.test)) - 1,
    )
    provider_id = answer.provider_id if isinstance(answer, Accepted) else None
    code = answer.code if isinstance(answer, NotifierError) else None
    log.info(
        "message handed over",
        trace_id=candidate.trace_id,
        message_id=candidate.message_id,
        attempt_id=intent.claim.attempt_id,
        notifier=intent.ready.name,
        outcome=verdict.outcome.value,
        code=code,
    )
    return Sent(intent.ready, verdict, intent.settled(verdict, kit.clock(), provider_id, code))


def _answer(kit: Kit, intent: Intent) -> Accepted | NotifierError:
    try:
        return intent.ready.notifier.send(_message(kit, intent))
    except NotifierError as error:
        return error
    except Exception as error:  # a notifier that breaks its contract may have sent: never again by machine
        kind = type(error).__name__
        # Its words may name a person, so they are not logged.
        log.error(  # noqa: TRY400
            "notifier broke its contract",
            trace_id=intent.claim.candidate.trace_id,
            notifier=intent.ready.name,
            kind=kind,
        )
        return UncertainOutcome(f"{kind} in the notifier")


def put_back(kit: Kit, intent: Intent, why: str, pause: SwitchRow | None = None) -> Sent:
    """Nobody was asked: the message waits again, behind *pause* where there is one."""
    now = kit.clock()
    due_at = intent.claim.candidate.send_before if pause else now
    verdict = SendVerdict(MessageState.WAITING, AttemptOutcome.TEMPORARY, due_at=due_at, detail=why)
    settled = intent.settled(verdict, now, code=HELD)
    return Sent(intent.ready, verdict, replace(settled, held_by=pause.id) if pause else settled)


def _stopped(kit: Kit, intent: Intent, waited: timedelta) -> Sent | None:
    """What becomes of a message for which no call may begin now; None where one may."""
    if kit.pause_file.exists():
        return put_back(kit, intent, "sending is paused by the pause file")
    now = kit.clock()
    age = max(waited, (now - intent.made_at) / kit.pace)
    if age > STALE:
        return put_back(kit, intent, "it waited too long for its turn")
    if age <= MOMENT:
        return None
    try:
        with kit.database.read() as conn:
            pause = pause_on(conn, intent.claim.candidate, now)
    except StoreError:
        return put_back(kit, intent, "the database was away, so that nobody could say whether this is paused")
    return put_back(kit, intent, f"paused: {pause.why}", pause) if pause else None


def _message(kit: Kit, intent: Intent) -> Message:
    claim, account = intent.claim, intent.account
    candidate = claim.candidate
    email = candidate.channel is Channel.EMAIL
    calendar = Attachment("delivery.ics", "text/calendar", claim.calendar.encode()) if claim.calendar else None
    thread = f"{candidate.shipment_id}.{candidate.contact_id}" if candidate.shipment_id else None
    stop = stop_link(kit, candidate.stage, candidate.channel, candidate.key) if candidate.notices else None
    return Message(
        id=candidate.message_id,
        channel=candidate.channel,
        to=candidate.to,
        text=claim.body,
        sender=claim.sender,
        sender_name=account.brand if email else None,
        subject=claim.subject,
        html=claim.html,
        attachments=(calendar,) if calendar else (),
        reply_to=account.care_email if email and candidate.kind is not MessageKind.DESK else None,
        thread=thread if email else None,
        unsubscribe_url=stop,
        callback_url=callback_url(kit, claim.notifier, candidate.account_id, claim.attempt_id),
        valid_for=max(candidate.send_before - kit.clock(), LEAST_VALID),
        attempt=candidate.tries + candidate.refusals + 1,
    )
