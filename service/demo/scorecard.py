"""What the tape came to, counted from the records and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.demo.tape import EVENTS, ZONE
from service.records.enums import MessageKind, Outcome
from service.records.said import Said
from service.store.views_loopback import Heard, Shown, TapeFact, TapeHeld, TapeNotice
from service.wording import dates

DELAYS = frozenset({"D01", "D02"})
"""The codes of a date that slipped."""

LOST = ("failed", "undelivered", "uncertain", "expired", "unknown", "sending")
"""States in which a message did not arrive, or nobody knows."""


@dataclass(frozen=True, slots=True)
class Records:
    """What is read for the scorecard. `counts` has messages by channel and state, `outcomes` how told dates ended."""

    facts: Sequence[TapeFact]
    notices: Sequence[TapeNotice]
    texts: Sequence[Shown]
    mails: Sequence[Shown]
    replies: Sequence[Heard]
    counts: Mapping[str, int]
    outcomes: Sequence[Outcome]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The figures of a run. `held` is (news, rules with numbers); `early` has whole hours, one for each delay told."""

    facts: int
    texts: Sequence[Shown]
    mails: Sequence[Shown]
    desk: Sequence[Shown]
    replies: Sequence[Heard]
    held: Sequence[tuple[str, str]]
    waited: int
    dropped: Sequence[str]
    early: Sequence[int]
    kept: int
    broken: int
    replaced: int
    missing: Sequence[str]

    @property
    def complete(self) -> bool:
        """Whether everything that was posted and said has arrived."""
        return not self.missing

    @property
    def short(self) -> list[str]:
        """The figures in a few words each."""
        hours = f"the delay told {min(self.early)} h early" if self.early else "no delay to tell"
        return [
            f"{self.facts} facts in",
            f"{len(self.texts)} texts and {len(self.mails)} e-mails out",
            f"{len(self.held)} held by a rule",
            f"{self.waited} waited for the morning",
            f"{len(self.dropped)} dropped as untrue",
            hours,
            f"{self.kept} dates kept, {self.replaced} changed in time, {self.broken} broken",
        ]


def card_of(records: Records, held: Sequence[TapeHeld], refused: Sequence[str]) -> Scorecard:
    """The scorecard of *records*. *held* is what was seen held on the way, *refused* what the service did not take."""
    facts = sum(fact.accepted for fact in records.facts)
    mails = [mail for mail in records.mails if mail.kind != MessageKind.DESK]
    return Scorecard(
        facts=facts,
        texts=records.texts,
        mails=mails,
        desk=[mail for mail in records.mails if mail.kind == MessageKind.DESK],
        replies=records.replies,
        held=[(f"{records.names.get(one.shipment_id, '')} {one.code}", _why(one)) for one in held],
        waited=sum(1 for notice in records.notices if _waited(notice)),
        dropped=[_dropped(notice, records.names) for notice in records.notices if notice.state == "superseded"],
        early=[hours for notice in records.notices for hours in _early(notice)],
        kept=records.outcomes.count(Outcome.KEPT),
        broken=records.outcomes.count(Outcome.BROKEN),
        replaced=records.outcomes.count(Outcome.REPLACED_IN_TIME),
        missing=list(_missing(records, refused, facts)),
    )


def lines_of(card: Scorecard) -> Iterator[str]:
    """The scorecard as it is printed."""
    for text in card.texts:
        yield f"{_at(text.at)}  text    {text.to}  {text.text}"
    for mail in card.mails:
        yield f"{_at(mail.at)}  e-mail  {mail.to}  {mail.subject}"
    for mail in card.desk:
        yield f"{_at(mail.at)}  desk    {mail.to}  {mail.subject}"
    for reply in card.replies:
        yield f"{_at(reply.at)}  reply   {reply.sender}  {reply.text}"
    yield ""
    yield f"facts posted       {card.facts}"
    yield f"texts              {len(card.texts)}"
    yield f"e-mails            {len(card.mails)}"
    yield f"replies            {len(card.replies)}"
    yield f"held by a rule     {len(card.held)}"
    for name, why in card.held:
        yield f"                   {name}: {why}"
    yield f"waited for morning {card.waited} (N9)"
    yield f"dropped            {len(card.dropped)}"
    for line in card.dropped:
        yield f"                   {line}"
    yield f"told early         {', '.join(f'{hours} h' for hours in card.early) or 'no delay'}"
    yield f"dates told         {card.kept} kept, {card.replaced} changed in time, {card.broken} broken"
    for line in card.missing:
        yield f"MISSING            {line}"


def _why(held: TapeHeld) -> str:
    return "; ".join(f"{one['rule']} {one['text']}" for one in held.why if not one["passed"])


def _waited(notice: TapeNotice) -> bool:
    return any(one["rule"] == "N9" and not one["passed"] for one in notice.why)


def _dropped(notice: TapeNotice, names: Mapping[str, str]) -> str:
    last = notice.why[-1] if notice.why else {"rule": "", "text": ""}
    return f"{names.get(notice.shipment_id, '')} {notice.code}: {last['rule']} {last['text']}"


def _early(notice: TapeNotice) -> Iterator[int]:
    """How many hours before the old date began a slip was told."""
    if notice.code not in DELAYS or notice.handed_at is None:
        return
    for date in Said.from_json(notice.params).dates[:1]:
        if date.was is not None:
            yield int((date.was.start - notice.handed_at).total_seconds() // 3600)


def _missing(records: Records, refused: Sequence[str], facts: int) -> Iterator[str]:
    yield from refused
    if facts != EVENTS:
        yield f"{EVENTS - facts} of {EVENTS} facts were not kept"
    for way in ("sms", "email"):
        for state in LOST:
            if count := records.counts.get(f"{way}.{state}"):
                yield f"{count} messages by {way} ended {state}"
    if not records.texts:
        yield "no text arrived"
    if not records.mails:
        yield "no e-mail arrived"
    if not records.replies:
        yield "no reply arrived"
    for mail in records.mails:
        if not (mail.html and mail.text):
            yield f"an e-mail came without its HTML or its text part: {mail.subject}"


def _at(at: datetime) -> str:
    return dates.instant(at, zone=ZONE)
