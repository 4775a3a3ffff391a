"""From drafts to notices: numbers, promises, ways, and the moment at which each may leave."""

from __future__ import annotations

from collections.abc import Iterable

from notifiers.base import Channel
from service.policy.catalogue import loudness
from service.policy.look import Closing, Draft, Listener, Look
from service.policy.timing import deadline_of, quiet_verdict, send_before, speak_at
from service.records.decision import NewNotice, NewPromise, Verdict
from service.records.enums import Level, Line, NoticeCode, NoticeState
from service.records.keys import DIGEST, DIGEST_WITHIN
from service.records.situation import Spoken

Way = tuple[Channel, str]

_WAYS = {Channel.SMS: "text", Channel.EMAIL: "e-mail"}


class Numbers:
    """Gives the next ordinals of one listener within one decision; each is given once."""

    def __init__(self, listener: Listener) -> None:
        self._lines = {line: told.next_ordinal for line, told in listener.lines.items()}
        self._notices: dict[tuple[NoticeCode, str], int] = {}
        for one in listener.spoken:
            key = (one.code, one.subject)
            self._notices[key] = max(self._notices.get(key, 0), one.ordinal)

    def promise(self, line: Line) -> int:
        """The next word of *line*."""
        ordinal = self._lines[line]
        self._lines[line] = ordinal + 1
        return ordinal

    def notice(self, code: NoticeCode, subject: str) -> int:
        """The next notice of *code* about *subject*."""
        ordinal = self._notices.get((code, subject), 0) + 1
        self._notices[(code, subject)] = ordinal
        return ordinal


def notice(look: Look, listener: Listener, draft: Draft, numbers: Numbers, replaced: Spoken | None) -> NewNotice:
    """A notice that waits to be said. One that replaces another does not wait longer than that one would have."""
    wanted = max(look.now, min(draft.wanted, replaced.not_before)) if replaced else draft.wanted
    reader = listener.reader(look.situation)
    in_digest = draft.cause == DIGEST
    not_before = wanted if in_digest else speak_at(wanted, draft.level, reader, deadline_of(draft.said.dates))
    promises = _promises(look, listener, draft, numbers, "")
    subject = f"{draft.line.value}:{promises[0].ordinal}" if draft.line and promises else draft.subject
    ways = tuple(way for way in _ways(listener) if not in_digest or way[0] is Channel.EMAIL)
    also = () if in_digest else _also(ways, draft.level)
    quiet = () if in_digest else (quiet_verdict(wanted, not_before, reader),)
    why = (*draft.why, *quiet, _channel_verdict(ways, also))
    return NewNotice(
        contact_id=listener.follower.contact_id,
        stage=look.stage,
        code=draft.code,
        subject=subject,
        ordinal=numbers.notice(draft.code, subject),
        cause=draft.cause,
        level=draft.level,
        state=NoticeState.WAITING,
        not_before=not_before,
        send_before=not_before + DIGEST_WITHIN if in_digest else send_before(draft.code, not_before),
        params=draft.said.to_json(),
        why=why,
        promises=promises,
        channels=ways,
        also=also,
        joins=draft.joins,
        gathers=not in_digest and (not_before > wanted or any(one.rule == "pause" for one in draft.why)),
    )


def closed(
    look: Look, listener: Listener, closings: Iterable[Closing], numbers: Numbers
) -> tuple[tuple[NewNotice, ...], tuple[NewPromise, ...]]:
    """Baselines of what is not said: the notices that say why, and the dates that are compared with from now on."""
    notices: list[NewNotice] = []
    promises: list[NewPromise] = []
    for one in closings:
        words = _promises(look, listener, one.draft, numbers, one.why.text) if one.dates else ()
        promises += words
        subject = f"{one.draft.line.value}:{words[0].ordinal}" if one.draft.line and words else one.draft.subject
        notices.append(
            NewNotice(
                contact_id=listener.follower.contact_id,
                stage=look.stage,
                code=one.draft.code,
                subject=subject,
                ordinal=numbers.notice(one.draft.code, subject),
                cause=one.draft.cause,
                level=one.draft.level,
                state=NoticeState.BASELINE,
                not_before=look.now,
                send_before=look.now,
                params=one.draft.said.to_json(),
                why=(*one.draft.why, one.why),
            )
        )
    return tuple(notices), tuple(promises)


def _promises(look: Look, listener: Listener, draft: Draft, numbers: Numbers, why: str) -> tuple[NewPromise, ...]:
    """A promise for each date that the text says anew; a date said again is the promise already made."""
    return tuple(
        NewPromise(
            contact_id=listener.follower.contact_id,
            stage=look.stage,
            line=date.line,
            unit_group="",
            ordinal=numbers.promise(date.line),
            when=date.when,
            place=date.place,
            reason=draft.said.reason,
            why=why[:200],
        )
        for date in draft.said.dates
        if not date.unchanged
    )


def _ways(listener: Listener) -> tuple[Way, ...]:
    return tuple((one.channel, one.id) for one in listener.follower.addresses if not one.suppressed)


def _also(ways: tuple[Way, ...], level: Level) -> tuple[Way, ...]:
    """N14: what needs action goes out on a second channel at once."""
    if not ways or loudness(level) < loudness(Level.ACTION):
        return ()
    return tuple(way for way in ways if way[0] is not ways[0][0])[:1]


def _channel_verdict(ways: tuple[Way, ...], also: tuple[Way, ...]) -> Verdict:
    text = f"it goes by {_WAYS[ways[0][0]]} first" if ways else "there is no address to send it to"
    return Verdict("N14", True, text + (f", and at once by {_WAYS[also[0][0]]} too" if also else ""))
