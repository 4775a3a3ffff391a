"""The digest by e-mail: what waits for an answer, what moved, what happened, what is late, and what has no news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.records.enums import NoticeCode
from service.records.text import Rendered, Stands, TextRequest
from service.wording import dates, names
from service.wording.catalogue import effective
from service.wording.email import person_of, rendered_letter
from service.wording.joined import News, gathered, lines_of
from service.wording.languages import Language, language_of
from service.wording.letter import Item, Letter, one_line
from service.wording.lines import join
from service.wording.values import counted, written

MOVED = frozenset(
    {
        NoticeCode.ETA_EARLIER,
        NoticeCode.NOW_HAS_DATE,
        NoticeCode.ETA_SLIP,
        NoticeCode.ETA_SLIP_AGAIN,
        NoticeCode.ROLLED_BOOKING,
        NoticeCode.MISSED_TRANSSHIP,
        NoticeCode.RECOVERED,
        NoticeCode.PORT_CHANGED,
    }
)
"""News of a date."""

MOST = 40
"""So many orders are named under one heading; the rest is counted."""


def render_digest(request: TextRequest) -> Rendered:
    """The digest for a request with `stands`; its news comes from `said`, which may be empty."""
    assert request.stands is not None, "a digest says where orders stand"
    language = language_of(request.language)
    news = gathered(request) if request.said else ()
    moved = [one for one in news if effective(one.said) in MOVED]
    happened = [one for one in news if effective(one.said) not in MOVED]
    named = {ref for one in news for ref in one.refs}
    stands = [one for one in request.stands if names.ref(one.ref) not in named]
    sections = (
        ("digest.asked", _named(language, [one for one in request.stands if one.asked])),
        ("digest.moved", _news(request, moved)),
        ("digest.happened", _news(request, happened)),
        ("digest.late", [_dated(request, one) for one in stands if one.late]),
        ("digest.quiet", _named(language, [one for one in stands if not one.late])),
    )
    items = [Item(what=language.say(key), lines=_cut(language, lines)) for key, lines in sections if lines]
    items = items or [Item(what=language.say("digest.nothing"))]
    if request.said:
        items[-1] = replace(items[-1], then=language.say("digest.why"))
    letter = Letter(
        subject=one_line(language.say("digest.subject", {"day": _day(request)})),
        brand=names.brand(request.brand),
        items=tuple(items),
        person=person_of(request),
        language=request.language,
        link=(request.link or "") if request.said else "",
        stop_link=request.stop_link or "",
        stop_mailbox=names.email(request.care_email),
    )
    return rendered_letter(letter, None)


def _news(request: TextRequest, news: Sequence[News]) -> list[str]:
    return lines_of(request, news, ()) if news else []


def _named(language: Language, orders: Sequence[Stands]) -> list[str]:
    """Orders by name only, in one line."""
    refs = [names.ref(one.ref) for one in orders]
    more = [counted(language, "list.more", len(refs) - MOST)] if len(refs) > MOST else []
    return [join(language, [*refs[:MOST], *more], "list.and")] if refs else []


def _dated(request: TextRequest, one: Stands) -> str:
    """An order with the date that was told last."""
    ref = names.ref(one.ref)
    if one.told is None:
        return ref
    language = language_of(request.language)
    text = written(request, one.told, one.transport).said
    return language.say("list.line", {"refs": ref, "text": text})


def _cut(language: Language, lines: Sequence[str]) -> tuple[str, ...]:
    hidden = len(lines) - MOST
    return (*lines[:MOST], counted(language, "list.and_more", hidden)) if hidden > 0 else tuple(lines)


def _day(request: TextRequest) -> str:
    here = request.now.astimezone(dates.zone_of(request.zone)).date()
    return dates.day(here, request.now, language=request.language)
