"""What a person chose for themselves: a pause, and how late a delay must be before they hear of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from service.policy.catalogue import loudness
from service.policy.delays import Slip
from service.policy.look import WELCOME, Closing, Draft, Listener, Look, Wanted
from service.policy.rules import in_words
from service.records.decision import Verdict
from service.records.enums import Level
from service.records.situation import Follower
from service.wording.dates import instant

LEVELS: Mapping[str, Level] = {
    "only_when_i_must_act": Level.ACTION,
    "important": Level.INFO,
    "every_step": Level.DIGEST,
}
"""What people choose from, and the quietest level that then reaches them."""


LONGEST_PAUSE = timedelta(days=366)
"""Nobody pauses for longer; who wants no texts at all stops them."""


def level_word(level: Level) -> str:
    """The choice that *level* comes nearest to."""
    if loudness(level) >= loudness(Level.ACTION):
        return "only_when_i_must_act"
    return "important" if loudness(level) >= loudness(Level.INFO) else "every_step"


def level_chosen(word: str, present: Level) -> Level:
    """The level that a choice stands for; a choice that says what holds already changes nothing."""
    return present if level_word(present) == word else LEVELS[word]


def paused(follower: Follower, level: Level, now: datetime) -> datetime | None:
    """Until when *follower* asked not to hear news of *level*; None where it may be said. Critical news passes."""
    until = follower.paused_until
    if until is None or until <= now or level is Level.CRITICAL:
        return None
    return until


def rest(look: Look, listener: Listener, wanted: Wanted) -> Wanted:
    """What is wanted, as a pause leaves it.

    Dates, what needs action and the first word of a shipment wait until it ends; other milestones are closed, for
    they would be old news by then.
    """
    drafts: list[Draft] = []
    closings = list(wanted.closings)
    for draft in wanted.drafts:
        until = paused(listener.follower, draft.level, look.now)
        if until is None:
            drafts.append(draft)
            continue
        asked = f"this person asked for a pause until {_moment(look, listener, until)}"
        if _keeps(draft):
            waits = Verdict("pause", False, f"{asked}, so it waits")
            drafts.append(replace(draft, wanted=max(draft.wanted, until), why=(*draft.why, waits)))
        else:
            closings.append(Closing(draft, Verdict("pause", False, f"{asked}, and it would be old news by then")))
    return replace(wanted, drafts=tuple(drafts), closings=tuple(closings))


def _keeps(draft: Draft) -> bool:
    """Whether news is still worth saying after a pause: a date is said as it then is, a milestone has gone by."""
    milestone = draft.line is None and draft.code.value.startswith("M") and draft.subject != WELCOME
    return not milestone or loudness(draft.level) >= loudness(Level.ACTION)


def _moment(look: Look, listener: Listener, until: datetime) -> str:
    zone = listener.reader(look.situation).zone
    return f"{instant(until, look.now, zone=zone)} {zone}"


def as_patient(follower: Follower, slip: Slip, *, needed: bool = False) -> Slip:
    """*slip* as this person wants to hear of it: of delays only those of more than so many days.

    *needed* says that the new date passes the day by which the goods are needed, which is news to everybody.
    """
    days = follower.late_over_days
    if days is None or needed or not (slip.news and slip.late) or slip.by > timedelta(days=days):
        return slip
    chosen = in_words(timedelta(days=days)) if days > 1 else "a day"
    text = f"it is {in_words(slip.by)} late, and this person hears of delays of more than {chosen}"
    return replace(slip, news=False, ripe=None, verdicts=(*slip.verdicts, Verdict("N2", False, text)))
