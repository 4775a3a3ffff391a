"""When nothing is heard: a date that passed without word (D03), and a silence on the way (D04).

Measured against the next thing that is expected, and the time that its source usually takes to report; a quiet ship
at sea is no news. The owner knows first, then the people who wait, with a time of the next word that is itself
promised; after two texts a person of ours must speak.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from service.policy.catalogue import level_of, reaches
from service.policy.drafts import HANDLED, nobody, too_quiet
from service.policy.hours import opens_at
from service.policy.journey import BOOKING_OPEN, DATE_OPEN, Journey
from service.policy.lines import DATED, LineTruth, in_the_way
from service.policy.look import Closing, Draft, Listener, Look, Wanted
from service.policy.rules import about, days, hours, in_words, minutes
from service.policy.status import PHYSICAL
from service.policy.timing import Reader, speak_at
from service.records.decision import Held, NewNotice, NewTask, Verdict
from service.records.enums import Level, Line, NoticeCode, NoticeState
from service.records.said import Said, SaidDate, dates_of
from service.records.situation import Situation, Spoken
from service.records.when import When, at_minute
from service.wording.dates import day

LOOK_AGAIN = timedelta(hours=6)
"""How often it is looked whether a source that stopped sending is heard again."""

BEFORE_WORD = timedelta(hours=1)
"""The second text leaves so long before the time that the first one promised."""

LONGEST = timedelta(days=14)
"""What was expected longer ago than this is no news any more when we first come to see it."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Something was expected and nothing came.

    `line` and `when` are the date that passed, None where no date is known; `due` is when it should have been heard
    of, `owner_at` when the owner hears, `tell_at` when the people who wait do.
    """

    line: Line | None
    when: When | None
    due: datetime
    owner_at: datetime
    tell_at: datetime
    source_id: str

    @property
    def subject(self) -> str:
        """What its notices are about; another date is another silence."""
        return f"{self.line.value}:{self.when.on}" if self.line and self.when else f"quiet:{self.due.date()}"


def silence_of(situation: Situation, journey: Journey, rules: Mapping[str, float]) -> Silence | None:
    """The silence that there is, or that will be if nothing comes; None where nothing is expected."""
    if journey.status.closed or DATE_OPEN in journey.flags or not journey.facts:
        return None
    truth = _next_expected(journey)
    if truth is not None and truth.when is not None and truth.current is not None:
        due, source_id = truth.when.end, truth.current.source_id
        feed = situation.feeds.get(source_id)
        lag = feed.lag if feed and feed.lag is not None else hours(rules, "D03.lag_hours")
    elif _is_on_the_way(journey) and journey.last_fact_at is not None:
        due, lag = journey.last_fact_at + days(rules, "D04.undated_days"), timedelta()
        source_id = max(journey.facts, key=lambda fact: (fact.received_at, fact.id)).source_id
    else:
        return None
    owner_at = due + lag
    if situation.resumed_at is not None:
        # While we were away nobody could tell us: what was sent meanwhile is still coming in.
        owner_at = max(owner_at, situation.resumed_at + lag)
    tell_at = owner_at + minutes(rules, "D03.grace_minutes")
    line, when = (truth.line, truth.when) if truth else (None, None)
    return Silence(line, when, due, owner_at, tell_at, source_id)


def _is_on_the_way(journey: Journey) -> bool:
    """Whether the goods move, whatever became of their booking."""
    return journey.status.word == "in_transit" or (BOOKING_OPEN in journey.flags and journey.reached(*PHYSICAL))


def _next_expected(journey: Journey) -> LineTruth | None:
    """The line whose date comes first of those that are still open and can still hold."""
    dated = [truth for line in DATED if (truth := journey.lines.get(line)) and in_the_way(journey.lines, line) is None]
    ahead = [(truth.when.end, truth) for truth in dated if truth.when]
    return min(ahead, key=lambda one: one[0], default=(None, None))[1]


def owner_task(look: Look, silence: Silence | None) -> NewTask | None:
    """What the owner has to look into, once for each silence."""
    if silence is None or look.now < silence.owner_at or _is_history(look, silence):
        return None
    what = f"was due {day(silence.when.on, look.now)}" if silence.when else "has no date"
    quiet = about(look.now - (look.journey.last_fact_at or silence.due))
    feed = _feed_is_silent(look, silence)
    source = " Its source has stopped sending, so nobody else is told." if feed else ""
    return NewTask(
        key=_key(look.situation, silence.subject),
        kind="silence",
        shipment_id=look.shipment.id,
        owner=look.shipment.owner,
        text=f"{look.ref} {what}, and nothing has been heard of it for {quiet}.{source}",
        due_at=silence.tell_at,
    )


def ended_silences(
    situation: Situation, journey: Journey, rules: Mapping[str, float], silence: Silence | None, now: datetime
) -> tuple[str, ...]:
    """The keys of the tasks of silences that are over: about what was expected before and is not *silence* any more."""
    dates = {
        (line, fact.when.on)
        for line, truth in journey.lines.items()
        for _, fact in truth.history
        if fact is not None and fact.when.end <= now
    }
    subjects = {f"{line.value}:{on}" for line, on in dates}
    subjects |= {f"quiet:{on}" for on in _quiet_days(situation, days(rules, "D04.undated_days"), now)}
    still = silence.subject if silence else None
    return tuple(_key(situation, subject) for subject in sorted(subjects) if subject != still)


def _quiet_days(situation: Situation, span: timedelta, now: datetime) -> set[date]:
    """The days on which something should have been heard after each fact, as far as they are past."""
    return {(fact.received_at + span).date() for fact in situation.facts if fact.received_at + span <= now}


def _key(situation: Situation, subject: str) -> str:
    return f"silence:{situation.shipment.id}:{subject}"


def silences(look: Look, listener: Listener, silence: Silence | None) -> Wanted:
    """The text about a silence that is owed now, or what holds it back."""
    if silence is None or look.now < silence.due or not _concerns(look, listener, silence):
        return Wanted()
    code = _code(listener, silence)
    first = _past(listener, silence.subject)
    if first is not None and first.state in HANDLED:
        return _second(look, listener, silence, code, first)
    why = _why(look, silence)
    if (held := _held(look, listener, silence, code, why)) is not None:
        return Wanted(held=(held,))
    return _owed(listener, _draft(look, listener, silence, code, silence.subject, why, with_word=True))


def close(look: Look, listener: Listener, silence: Silence | None, reason: str) -> tuple[Closing, ...]:
    """Take a silence that has begun as known: this person is not told of it afterwards."""
    if silence is None or look.now < silence.due or _past(listener, silence.subject) is not None:
        return ()
    code = NoticeCode.SILENCE
    said = Said(code=code, ref=look.ref)
    draft = Draft(code, silence.subject, level_of(code), said, (), look.now, "")
    return (Closing(draft, Verdict("baseline", False, reason)),)


def _concerns(look: Look, listener: Listener, silence: Silence) -> bool:
    """Whether this person waits for it: they follow since before, and it is not what was loaded as history."""
    return listener.follower.since < silence.due and not _is_history(look, silence)


def _is_history(look: Look, silence: Silence) -> bool:
    loaded = look.shipment.first_load_at
    return (loaded is not None and silence.due <= loaded) or look.now - silence.due > LONGEST


def _code(listener: Listener, silence: Silence) -> NoticeCode:
    """D03 for somebody who was told the date that has passed; any other hears of the silence."""
    if silence.line in (None, Line.DEPARTURE) or silence.when is None:
        return NoticeCode.SILENCE
    told = listener.lines[silence.line].compare
    return NoticeCode.OVERDUE_NO_NEWS if told is not None and told.on == silence.when.on else NoticeCode.SILENCE


def _past(listener: Listener, subject: str) -> Spoken | None:
    both = (listener.past(code, subject) for code in (NoticeCode.OVERDUE_NO_NEWS, NoticeCode.SILENCE))
    return next((one for one in both if one is not None), None)


def _why(look: Look, silence: Silence) -> tuple[Verdict, ...]:
    lag = silence.owner_at - silence.due
    if silence.when is None:
        quiet = about(silence.due - (look.journey.last_fact_at or silence.due))
        text = f"no date is known and nothing was heard for {quiet}"
        return (Verdict("D04", True, text),)
    text = f"it was due {day(silence.when.on, look.now)}; its source usually reports within {in_words(lag)} and has not"
    return (Verdict("D03", True, text),)


def _held(look: Look, listener: Listener, silence: Silence, code: NoticeCode, why: tuple[Verdict, ...]) -> Held | None:
    line = silence.line or Line.ARRIVAL
    if _feed_is_silent(look, silence):
        feed = Verdict("D03", False, "its source has sent nothing at all lately, which is ours to look into")
        return Held(listener.follower.contact_id, look.stage, code, line, (*why, feed), look.now + LOOK_AGAIN)
    if look.now < silence.tell_at:
        grace = Verdict("D03", False, "the owner of this shipment is asked first")
        return Held(listener.follower.contact_id, look.stage, code, line, (*why, grace), silence.tell_at)
    level = level_of(code)
    if not reaches(level, listener.follower.level):
        quiet = too_quiet(level, listener.follower.level)
        return Held(listener.follower.contact_id, look.stage, code, line, (*why, quiet))
    return None


def _feed_is_silent(look: Look, silence: Silence) -> bool:
    feed = look.situation.feeds.get(silence.source_id)
    if feed is None or feed.last_call_at is None:
        return False
    return look.now - feed.last_call_at > hours(look.rules, "D03.feed_hours")


def _second(look: Look, listener: Listener, silence: Silence, code: NoticeCode, first: Spoken) -> Wanted:
    """The word that the first text promised, said before its time even if there is nothing new; after it no other."""
    promised = next((date.when for date in _said_dates(first) if date.line is Line.NEXT_WORD), None)
    subject = f"{silence.subject}:2"
    past = _past(listener, subject)
    if first.state is NoticeState.BASELINE or promised is None or look.rules.get("D03.most_texts", 2) < 2:
        return Wanted()
    if past is not None and past.state in HANDLED:
        return Wanted()
    at = promised.start - BEFORE_WORD
    why = Verdict("D03", True, "the next word was promised, and there is nothing new")
    if look.now < at:
        waits = Verdict("D03", False, "the next word was promised for later")
        line = silence.line or Line.ARRIVAL
        return Wanted(held=(Held(listener.follower.contact_id, look.stage, code, line, (waits,), at),))
    return _owed(listener, _draft(look, listener, silence, code, subject, (why,), with_word=False))


def _said_dates(one: Spoken) -> tuple[SaidDate, ...]:
    return dates_of(one.params)


def _owed(listener: Listener, draft: Draft) -> Wanted:
    if not listener.reachable:
        return Wanted(closings=(Closing(draft, nobody(listener)),))
    return Wanted(drafts=(draft,))


def _draft(
    look: Look,
    listener: Listener,
    silence: Silence,
    code: NoticeCode,
    subject: str,
    why: tuple[Verdict, ...],
    *,
    with_word: bool,
) -> Draft:
    level = level_of(code)
    waiting = next((one for one in listener.waiting if one.subject == subject), None)
    # From the moment at which it was first owed, so that a later look finds the same words.
    leaves = speak_at(waiting.created_at if waiting else look.now, level, listener.reader(look.situation))
    dates: list[SaidDate] = []
    if code is NoticeCode.OVERDUE_NO_NEWS and silence.line and silence.when:
        current = look.journey.lines[silence.line].current
        place, name = (current.place, current.place_name) if current else (None, None)
        dates.append(SaidDate(silence.line, silence.when.as_day, None, place, name, unchanged=True))
    if with_word:
        dates.append(SaidDate(Line.NEXT_WORD, next_word(look, leaves, level, listener.reader(look.situation))))
    last = look.journey.done[-1] if look.journey.done else None
    said = Said(
        code=code,
        ref=look.ref,
        dates=tuple(dates),
        place=last.place if last else None,
        place_name=last.place_name if last else None,
        transport=look.journey.transport,
        days=max(1, round((leaves - (look.journey.last_fact_at or silence.due)) / timedelta(days=1))),
    )
    return Draft(code, subject, level, said, why, look.now, f"{code.value}:{look.shipment.id}")


def next_word(look: Look, after: datetime, level: Level, reader: Reader) -> When:
    """When we speak again: a day later, at a full hour at which the desk is open and the reader long awake.

    What is promised for it leaves earlier, so that it is there in time.
    """
    account = look.situation.account
    at = after + hours(look.rules, "D03.next_word_hours")
    at = max(at, opens_at(account, at) or at)
    at = max(at, speak_at(at - BEFORE_WORD, level, reader) + BEFORE_WORD).astimezone(UTC)
    full = at.replace(minute=0, second=0, microsecond=0)
    return at_minute(full if full == at else full + timedelta(hours=1), account.zone)


def next_words(spoken: Iterable[Spoken], notices: Iterable[NewNotice]) -> list[datetime]:
    """When a promised word must be said, and when it is known whether it was."""
    open_ones = [one.params for one in spoken if one.state in {NoticeState.WAITING, NoticeState.SAID}]
    found: list[datetime] = []
    for params in (*open_ones, *(one.params for one in notices)):
        for said in dates_of(params, Line.NEXT_WORD):
            found += [said.when.start - BEFORE_WORD, said.when.end]
    return found
