"""What is closed without being said: going live, a first load, somebody whom nothing reaches."""

from __future__ import annotations

from service.policy.catalogue import code_of, level_of
from service.policy.clocks import as_said, says_the_same
from service.policy.drafts import HANDLED
from service.policy.lines import DATED, LINES, LineTruth
from service.policy.look import WELCOME, Closing, Draft, Listener, Look, Wanted
from service.records.decision import NewPromise, Verdict
from service.records.enums import Level, Line, NoticeCode
from service.records.said import Said
from service.records.when import When


def close_all(look: Look, listener: Listener, reason: str) -> Wanted:
    """Today's truth is taken as known: every occurrence and every date, and the welcome."""
    why = Verdict("baseline", False, reason)
    closings = [Closing(_silent(look, NoticeCode.WATCH_STARTED, WELCOME), why)]
    for one in look.occurrences:
        code = code_of(one.happening)
        if code is not None and level_of(code) is not Level.PAGE:
            closings.append(Closing(_silent(look, code, one.key, at=one.happening.when), why))
    unhandled = tuple(one for one in closings if not _handled(listener, one.draft))
    return Wanted(closings=unhandled, baselines=_lines(look, listener, reason))


def first_load(look: Look, listener: Listener) -> tuple[NewPromise, ...]:
    """The dates that held at the first load, for those who followed then: compared with, never printed."""
    loaded = look.shipment.first_load_at
    if loaded is None or listener.follower.since > loaded or look.situation.close_as:
        return ()
    held = []
    for line in DATED:
        truth = look.journey.lines.get(line)
        if truth is None or truth.fulfilled or listener.lines[line].last is not None:
            continue
        facts = [fact for since, fact in truth.history if since <= loaded]
        if facts and facts[-1] is not None:
            when = as_said(facts[-1], line, listener.reader(look.situation).zone)
            held.append(_promise(look, listener, line, when, "it was known when the shipment was first loaded (N13)"))
    return tuple(held)


def _lines(look: Look, listener: Listener, reason: str) -> tuple[NewPromise, ...]:
    found: list[NewPromise] = []
    for line in LINES:
        truth: LineTruth | None = look.journey.lines.get(line)
        told = listener.lines[line].compare
        if truth is None or truth.when is None or truth.current is None:
            continue
        when = as_said(truth.current, line, listener.reader(look.situation).zone)
        if told is None or not says_the_same(told, when):
            found.append(_promise(look, listener, line, when, reason))
    return tuple(found)


def _promise(look: Look, listener: Listener, line: Line, when: When, why: str) -> NewPromise:
    current = look.journey.lines[line].current
    return NewPromise(
        contact_id=listener.follower.contact_id,
        stage=look.stage,
        line=line,
        unit_group="",
        ordinal=listener.lines[line].next_ordinal,
        when=when,
        place=current.place if current else None,
        reason=current.reason if current else None,
        why=why[:200],
    )


def _silent(look: Look, code: NoticeCode, subject: str, at: When | None = None) -> Draft:
    return Draft(code, subject, level_of(code), Said(code=code, ref=look.ref, at=at), (), look.now, "")


def _handled(listener: Listener, draft: Draft) -> bool:
    past = listener.past(draft.code, draft.subject)
    return past is not None and (past.state in HANDLED or past in listener.flying)
