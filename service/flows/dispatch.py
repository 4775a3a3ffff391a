"""Dispatch: due messages go out. Claim, hand over with no transaction open, settle the outcome."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random

from notifiers.base import Accepted, Attachment, Channel, Message
from notifiers.errors import NotifierError, UncertainOutcome
from service.flows.checks import Going, check, context
from service.flows.kit import Kit, Ready
from service.flows.links import link_digest, link_token
from service.flows.render import rendered
from service.policy.sending import SendVerdict, after_attempt
from service.records.enums import AttemptOutcome, MessageKind, MessageState
from service.records.ids import new_id
from service.records.outbox import Candidate, Claim, Postponed, Settled
from service.records.situation import AccountView
from service.records.text import Rendered
from service.store import channels, outbox
from service.store.candidates import candidates
from service.store.claiming import claim
from service.store.engine import Connection
from service.store.settling import settle

log = logging.getLogger(__name__)

STOP_WAIT = 10.0
"""Seconds that calls in flight are given when the process is asked to stop."""


PAUSE_LOOK = timedelta(seconds=30)
"""How long a message that met the kill switch waits before it is looked at again."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """One call of a notifier, finished."""

    claim: Claim
    ready: Ready
    verdict: SendVerdict
    outcome: AttemptOutcome
    provider_id: str | None = None
    code: str | None = None


class Dispatcher:
    """Hands messages over through a bounded pool of senders; at most the free seats are claimed.

    Outcomes are settled together by one thread, each seat being free again only when its outcome is durable.
    """

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._pool = ThreadPoolExecutor(kit.senders, thread_name_prefix="milepost-send")
        self._free = kit.senders
        self._gate = threading.Lock()
        self._claiming = threading.Lock()
        self._done: queue.SimpleQueue[_Sent | None] = queue.SimpleQueue()
        self._idle = threading.Condition(self._gate)
        self._stopped = False
        self._settler = threading.Thread(target=self._settle_all, name="milepost-settle", daemon=True)
        self._settler.start()

    def run_due(self) -> int:
        """Claim what is due and may leave, and start handing it over; returns how many messages were claimed."""
        with self._claiming:
            seats = self._seats()
            if seats == 0 or self._stopped or self._kit.pause_file.exists():
                return 0
            read_at = self._kit.clock()
            with self._kit.database.read() as conn:
                found = candidates(conn, read_at, seats)
                around = context(conn, {one.account_id for one in found}, read_at) if found else None
            if around is None:
                return 0
            checked = check(self._kit, around, found, read_at)
            claims = [self._intend(one, around.accounts[one.candidate.account_id], read_at) for one in checked.going]
            held = self._claim(claims, checked.postponed, read_at)
            for claim, going in zip(claims, checked.going, strict=True):
                if claim.attempt_id in held:
                    self._start(claim, going.ready)
            return len(held)

    def wait_idle(self, timeout: float) -> bool:
        """Wait until nothing is being handed over; False where that takes longer than *timeout* seconds."""
        with self._idle:
            return self._idle.wait_for(lambda: self._free == self._kit.senders, timeout)

    def stop(self, timeout: float = STOP_WAIT) -> None:
        """Claim no more, give calls in flight their time, and settle what has come back."""
        with self._claiming:
            if self._stopped:
                return
            self._stopped = True
        self.wait_idle(timeout)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._done.put(None)
        self._settler.join()

    def _seats(self) -> int:
        with self._gate:
            return self._free

    def _intend(self, going: Going, account: AccountView, now: datetime) -> Claim:
        """The message as it will leave: rendered now, from what is true now."""
        candidate = going.candidate
        words = self._words(candidate, account, going.ready, now)
        linked = bool(candidate.notices) and self._kit.link_base(candidate.stage) is not None
        return Claim(
            candidate=candidate,
            attempt_id=new_id("att"),
            worker_id=self._kit.worker_id,
            notifier=going.ready.name,
            sender=going.ready.sender,
            body=words.text,
            segments=words.segments,
            subject=words.subject,
            html=words.html,
            calendar=words.calendar,
            link_digest=link_digest(link_token(self._kit.secret, candidate.key)) if linked else None,
        )

    def _words(self, candidate: Candidate, account: AccountView, ready: Ready, now: datetime) -> Rendered:
        if candidate.kind is MessageKind.NOTICE:
            return rendered(self._kit, account, candidate, ready, now)
        return Rendered(text=candidate.body or "", segments=1, subject=candidate.subject, html=candidate.html)

    def _claim(self, claims: Sequence[Claim], postponed: Sequence[Postponed], read_at: datetime) -> set[str]:
        if not claims and not postponed:
            return set()
        now = self._kit.clock()

        def unit(conn: Connection) -> list[str]:
            outbox.postpone(conn, postponed, now)
            return claim(conn, claims, read_at, now)

        held = set(self._kit.database.write(unit))
        if postponed:
            self._kit.database.wake("shipments")
        return held

    def _start(self, claim: Claim, ready: Ready) -> None:
        with self._gate:
            self._free -= 1
        self._pool.submit(self._hand_over, claim, ready)

    def _hand_over(self, claim: Claim, ready: Ready) -> None:
        """Ask the provider, once. Whatever happens here ends as an outcome: nothing may fall between."""
        if self._kit.pause_file.exists():
            self._done.put(_paused(claim, ready, self._kit.clock()))
            return
        answer: Accepted | NotifierError
        try:
            answer = ready.notifier.send(self._message(claim))
        except NotifierError as error:
            answer = error
        except Exception as error:  # a notifier that breaks its contract may have sent: never again by machine
            log.exception("notifier %s raised outside its contract", ready.name)
            answer = UncertainOutcome(f"{type(error).__name__} in the notifier")
        candidate = claim.candidate
        verdict = after_attempt(
            answer,
            tries=candidate.tries,
            refusals=candidate.refusals,
            now=self._kit.clock(),
            jitter=random(),  # noqa: S311 - spreads retries, guards nothing
            send_before=candidate.send_before,
        )
        self._done.put(
            _Sent(
                claim=claim,
                ready=ready,
                verdict=verdict,
                outcome=verdict.outcome,
                provider_id=answer.provider_id if isinstance(answer, Accepted) else None,
                code=answer.code if isinstance(answer, NotifierError) else None,
            )
        )

    def _message(self, claim: Claim) -> Message:
        candidate, kit = claim.candidate, self._kit
        base = kit.link_base(candidate.stage)
        token = link_token(kit.secret, candidate.key)
        email = candidate.channel is Channel.EMAIL
        calendar = Attachment("delivery.ics", "text/calendar", claim.calendar.encode()) if claim.calendar else None
        thread = f"{candidate.shipment_id}.{candidate.contact_id}" if candidate.shipment_id else None
        return Message(
            id=candidate.message_id,
            channel=candidate.channel,
            to=candidate.to,
            text=claim.body,
            sender=claim.sender,
            sender_name=str(candidate.params.get("brand") or "") or None,
            subject=claim.subject,
            html=claim.html,
            attachments=(calendar,) if calendar else (),
            reply_to=str(candidate.params.get("reply_to") or "") or None,
            thread=thread if email else None,
            unsubscribe_url=f"{base}/u/{token}" if base and email and candidate.notices else None,
            callback_url=self._callback(claim),
            valid_for=max(candidate.send_before - kit.clock(), timedelta(seconds=60)),
        )

    def _callback(self, claim: Claim) -> str | None:
        base = self._kit.public_url
        if base is None:
            return None
        return f"{base}/v1/callbacks/{claim.notifier}/{claim.candidate.account_id}/{claim.attempt_id}"

    def _settle_all(self) -> None:
        while (first := self._done.get()) is not None:
            batch = [first]
            while not self._done.empty():
                one = self._done.get()
                if one is None:
                    self._settle(batch)
                    return
                batch.append(one)
            self._settle(batch)

    def _settle(self, batch: Sequence[_Sent]) -> None:
        now = self._kit.clock()
        outcomes = [_settled(one) for one in batch]
        pauses = [
            (one.ready.name, now + one.verdict.pause_for, one.verdict.detail)
            for one in batch
            if one.verdict.pause_channel
        ]
        well = {one.ready.name for one in batch if one.outcome is AttemptOutcome.ACCEPTED}
        try:
            self._kit.database.write(lambda conn: _write_outcomes(conn, outcomes, pauses, well, now))
        except Exception:  # kept as `sending`, which only a person or a proof of death may move: never sent twice
            log.exception("outcomes of %d calls could not be written", len(batch))
        finally:
            with self._idle:
                self._free += len(batch)
                self._idle.notify_all()
            self._kit.database.wake("messages")
            self._kit.database.wake("shipments")
            self._kit.database.wake("changes")


def _write_outcomes(
    conn: Connection,
    outcomes: Sequence[Settled],
    pauses: Sequence[tuple[str, datetime, str]],
    well: set[str],
    now: datetime,
) -> None:
    settle(conn, outcomes, now)
    for name, until, why in pauses:
        channels.pause(conn, name, until, why, now)
    for name in sorted(well - {name for name, _, _ in pauses}):
        channels.resume(conn, name, now)


def _settled(one: _Sent) -> Settled:
    verdict = one.verdict
    return Settled(
        account_id=one.claim.candidate.account_id,
        message_id=one.claim.candidate.message_id,
        attempt_id=one.claim.attempt_id,
        outcome=one.outcome,
        state=verdict.state,
        provider_id=one.provider_id,
        code=one.code,
        detail=verdict.detail,
        due_at=verdict.due_at,
        refused=verdict.state is MessageState.WAITING and not verdict.spent,
        suppress=verdict.suppress,
        suppress_why=verdict.detail,
    )


def _paused(claim: Claim, ready: Ready, now: datetime) -> _Sent:
    """The kill switch fell between the claim and the call: nothing was asked, and the message waits again."""
    outcome = AttemptOutcome.TEMPORARY
    verdict = SendVerdict(MessageState.WAITING, outcome, due_at=now + PAUSE_LOOK, detail="sending is paused")
    return _Sent(claim, ready, verdict, outcome)


def cancel(kit: Kit, account_id: str, message_id: str, *, by: str, why: str) -> str:
    """Cancel a message that was not handed over yet; returns the state that it is in afterwards.

    Raises LookupError where the account has no such message.
    """
    now = kit.clock()
    state = kit.database.write(
        lambda conn: outbox.cancel(conn, account_id, message_id, f"cancelled by {by}: {why}".rstrip(": "), now)
    )
    if state is None:
        raise LookupError("this account has no message of that id")
    kit.database.wake("shipments")
    return state
