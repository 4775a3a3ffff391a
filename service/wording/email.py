"""E-mails: the answer first, then why, what happens next, a person, what was told before, how to stop."""

from __future__ import annotations

from collections.abc import Sequence

from service.records.enums import NoticeCode
from service.records.text import Rendered, ServiceText, TextRequest
from service.wording import calendar, dates, names, reasons
from service.wording.catalogue import CATALOGUE, TITLES, effective, headline, printed
from service.wording.entries import Part
from service.wording.forms import choose
from service.wording.gsm7 import fold, segments
from service.wording.joined import News, gathered
from service.wording.letter import Item, Letter, Person, html_part, one_line, text_part
from service.wording.lines import Spoken, capital
from service.wording.sms import body
from service.wording.values import listed, values_of, written

MAX_ITEMS, MAX_HISTORY, MAX_REFS = 25, 12, 30
"""Longer lists are cut and the rest counted, so that an e-mail stays below 40 KB."""

_MAX_SENTENCE = 200
_NOBODY = frozenset({"", "desk"})


def render_email(request: TextRequest) -> Rendered:
    """The e-mail for a request, with a calendar entry where it speaks of one order and one date."""
    news = gathered(request)
    letter = Letter(
        subject=_subject(request, news),
        brand=names.brand(request.brand),
        items=tuple(_item(request, one) for one in news[:MAX_ITEMS]),
        person=_person(request),
        language=request.language,
        more=max(0, len(news) - MAX_ITEMS),
        link=request.link or "",
        history=tuple(
            (
                dates.instant(at, request.now, language=request.language, zone=request.zone),
                capital(one_line(sentence, _MAX_SENTENCE).removeprefix("Told: ")),
            )
            for at, sentence in request.history[:MAX_HISTORY]
        ),
        stop_link=request.stop_link or "",
        stop_mailbox=names.email(request.care_email),
    )
    return _rendered(letter, _calendar(request, news))


def service_email(text: ServiceText, words: str) -> Rendered:
    """An answer, or a person's words, as an e-mail.

    In `text.words`, `subject` is that of the mail which it answers, and `ref` the order.
    """
    title = TITLES[text.code]
    ref = text.words.get("ref")
    brand = names.brand(text.brand)
    by_person = f"{brand} wrote to you" if text.code is NoticeCode.HUMAN and brand else title
    letter = Letter(
        subject=one_line(text.words.get("subject") or (f"{names.ref(ref)}: {title}" if ref else by_person)),
        brand=brand,
        items=(Item(what=words),),
        person=Person(
            name=_named(text.words.get("owner")),
            phone=names.phone(text.care_phone),
            dial=_dial(text.care_phone),
            hours=one_line(text.words.get("hours", "")),
            reply=text.two_way,
        ),
        language=text.language,
        link=text.link or "",
    )
    return _rendered(letter, None)


def _rendered(letter: Letter, attached: str | None) -> Rendered:
    plain = text_part(letter)
    return Rendered(
        text=plain, segments=segments(plain), subject=letter.subject, html=html_part(letter), calendar=attached
    )


def _item(request: TextRequest, news: News) -> Item:
    said = news.said
    code = effective(said)
    given = ("refs",) * max(0, len(news.refs) - MAX_REFS)
    values = values_of(request, said, news.refs, given, inline_reason=False)
    entry = CATALOGUE[code]
    ref = values["ref"]
    rows = _rows(request, news, code)
    wanted = {Part.WHAT} if values["day"] else {Part.WHAT, Part.DATES}
    what = body(entry, values, parts=frozenset(wanted))
    return Item(
        what=what if what.startswith((ref, values["who"])) else capital(what),
        rows=rows,
        why=reasons.sentence(said.reason, said.transport, values["place"]),
        then=body(entry, values, parts=frozenset({Part.NEXT, Part.ASK}), has_route=_person(request).reachable),
    )


def _rows(request: TextRequest, news: News, code: NoticeCode) -> tuple[tuple[str, str], ...]:
    """The answer box: each date with its label, the old one below it."""
    rows: list[tuple[str, str]] = []
    for date in printed(news.said):
        words = written(request, date, news.said.transport, full=True)
        label = words.label
        if code is NoticeCode.PARTIAL_DELIVERY and date is headline(news.said):
            label = f"The rest: {label[:1].lower()}{label[1:]}"
        rows.append((f"Now {label[:1].lower()}{label[1:]}" if words.was else label, _new(words)))
        if words.was:
            rows.append(("We told you before", words.was))
    return tuple(rows)


def _new(words: Spoken) -> str:
    return f"{words.new}, as before" if words.unchanged else words.new


def _subject(request: TextRequest, news: Sequence[News]) -> str:
    """Fact, reference and date; for several pieces of news how many, and about which orders."""
    refs = list(dict.fromkeys(ref for one in news for ref in one.refs))
    given = ("refs",) * max(0, len(refs) - 2)
    if len(news) > 1:
        return one_line(f"{listed(refs, given)}: {len(news)} updates")
    values = values_of(request, news[0].said, news[0].refs, given)
    text = choose(CATALOGUE[effective(news[0].said)].subject, values)
    return one_line(text if text.startswith((values["ref"], values["who"])) else capital(text))


def _person(request: TextRequest) -> Person:
    mailbox = fold(request.care_email or "").strip()
    return Person(
        name=_named(request.owner),
        phone=names.phone(request.care_phone),
        dial=_dial(request.care_phone),
        hours=one_line(request.hours or ""),
        mailbox=mailbox,
        reply=request.two_way and bool(mailbox),
    )


def _named(owner: str | None) -> str:
    """Who answers: a person where one is named, else our desk."""
    name = one_line(owner or "", names.MAX_NAME)
    return "our desk" if name in _NOBODY else name


def _dial(phone: str | None) -> str:
    return names.compact(names.phone(phone))


def _calendar(request: TextRequest, news: Sequence[News]) -> str | None:
    """The entry for the headline date of one order; several orders have several dates, and one UID."""
    date = headline(news[0].said)
    if len(news) != 1 or len(news[0].refs) != 1 or date is None:
        return None
    return calendar.entry(request, news[0].refs[0], date, written(request, date, news[0].said.transport))
