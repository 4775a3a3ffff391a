"""N10: what waits is compared with what should wait. What says the truth stays; anything else is superseded first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.policy.look import IN_FLIGHT, Draft, Listener, Look
from service.policy.moves import in_flight
from service.policy.news import MOVES
from service.records.decision import Ended, Held
from service.records.enums import Level, NoticeState, Stage
from service.records.situation import Situation, Spoken
from service.wording.catalogue import TITLES


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`fresh` are drafts to intend, each with the waiting notice that it replaces, if any."""

    still: tuple[str, ...]
    ended: tuple[Ended, ...]
    fresh: tuple[tuple[Draft, Spoken | None], ...]
    held: tuple[Held, ...]


def reconcile(look: Look, listener: Listener, drafts: Iterable[Draft]) -> Reconciled:
    """Match *drafts* with what waits for this listener."""
    wanted = list(drafts)
    still = [one.id for one in listener.flying]
    ended: list[Ended] = []
    replaced: list[tuple[Draft, Spoken]] = []
    for one in listener.waiting:
        same = next((draft for draft in wanted if _about(one, draft)), None)
        if same is not None and one.params == same.said.to_json():
            still.append(one.id)
            wanted.remove(same)
            continue
        if same is not None:
            replaced.append((same, one))
        ended.append(Ended(one.id, NoticeState.SUPERSEDED, _why(look, one, same, wanted)))
    fresh: list[tuple[Draft, Spoken | None]] = []
    held: list[Held] = []
    for draft in wanted:
        busy = sorted(draft.lines & listener.blocked)
        if busy and draft.level is not Level.CRITICAL:
            held.append(in_flight(look, listener, draft.code, busy[0], draft.why))
        else:
            fresh.append((draft, next((old for new, old in replaced if new is draft), None)))
    return Reconciled(tuple(still), tuple(ended), tuple(fresh), tuple(held))


def orphans(situation: Situation, stage: Stage | None) -> tuple[Ended, ...]:
    """Waiting notices that nobody is owed any more: another stage holds now, or the person no longer follows.

    What may have been taken cannot be ended.
    """
    people = {follower.contact_id for follower in situation.followers}
    ended = []
    for one in situation.spoken:
        if one.state is not NoticeState.WAITING or one.message in IN_FLIGHT:
            continue
        if stage is None:
            ended.append(Ended(one.id, NoticeState.SUPERSEDED, "this shipment was switched off"))
        elif one.stage is not stage:
            ended.append(Ended(one.id, NoticeState.SUPERSEDED, f"this shipment is at the {stage.value} stage now"))
        elif one.contact_id not in people:
            ended.append(Ended(one.id, NoticeState.SUPERSEDED, "this person no longer follows the shipment"))
    return tuple(ended)


def _about(one: Spoken, draft: Draft) -> bool:
    """Whether a waiting notice and a draft are the same news: the same occurrence, or a move of the same line."""
    if draft.line is not None:
        return one.code in MOVES and one.subject.partition(":")[0] == draft.line.value
    return one.code is draft.code and one.subject == draft.subject


def _why(look: Look, one: Spoken, same: Draft | None, drafts: list[Draft]) -> str:
    if look.situation.close_as:
        return look.situation.close_as
    if same is not None:
        return "what it says has changed, so it is said anew"
    if one.code in MOVES:
        if any(one.subject.partition(":")[0] in {line.value for line in draft.lines} for draft in drafts):
            return "another text carries this date"
        return "the date is no longer news against what was told"
    if one.subject not in {occurrence.key for occurrence in look.occurrences} | {"welcome"}:
        return "what it says is no longer true"
    return (
        f'it was overtaken by "{TITLES[drafts[-1].code]}" ({drafts[-1].code.value})'
        if drafts
        else "it is no longer owed"
    )
