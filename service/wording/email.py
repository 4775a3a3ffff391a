"""E-mails: the answer first, then why, what happens next, a person, what was told before, how to stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.records.enums import NoticeCode
from service.records.text import Rendered, ServiceText, TextRequest
from service.wording import calendar, dates, names, reasons
from service.wording.catalogue import CATALOGUE, effective, headline, printed
from service.wording.entries import DROPPABLE, Part
from service.wording.forms import Values, fill
from service.wording.gsm7 import fold, segments
from service.wording.joined import News, gathered
from service.wording.languages import Language, language_of
from service.wording.letter import Item, Letter, Person, html_part, one_line, text_part
from service.wording.lines import Spoken, capital, lower
from service.wording.own import instead, lacking, variables, why_not
from service.wording.sms import body, choices_in_words
from service.wording.texts import mail_key
from service.wording.values import counted, listed, owner_of, values_of, written

MAX_ITEMS, MAX_HISTORY, MAX_REFS = 25, 12, 30
"""Longer lists are cut and the rest counted, so that an e-mail stays below 40 KB."""

_MAX_SENTENCE = 200


def render_email(request: TextRequest) -> Rendered:
    """The e-mail for a request, with a calendar entry where it speaks of one order and one date."""
    news = gathered(request)
    told = language_of(request.language).say("told.begins")
    own, why = _own_words(request, news)
    letter = Letter(
        subject=_subject(request, news, own),
        brand=names.brand(request.brand),
        items=tuple(_item(request, one, own) for one in news[:MAX_ITEMS]),
        person=person_of(request),
        language=request.language,
        more=max(0, len(news) - MAX_ITEMS),
        link=request.link or "",
        history=tuple(
            (
                dates.instant(at, request.now, language=request.language, zone=request.zone),
                capital(one_line(sentence, _MAX_SENTENCE).removeprefix(told)),
            )
            for at, sentence in request.history[:MAX_HISTORY]
        ),
        stop_link=request.stop_link or "",
        stop_mailbox=names.email(request.care_email),
    )
    version = request.override.version if request.override and own else None
    return replace(rendered_letter(letter, _calendar(request, news)), own_version=version, ours_because=why)


def service_email(text: ServiceText, words: str) -> Rendered:
    """An answer, or a person's words, as an e-mail.

    In `text.words`, `subject` is that of the mail which it answers, and `ref` the order.
    """
    language = language_of(text.language)
    title = language.say(mail_key(f"{text.code.value}.title"))
    ref = text.words.get("ref")
    brand = names.brand(text.brand)
    by_person = language.say("mail.wrote", {"brand": brand}) if text.code is NoticeCode.HUMAN and brand else title
    about = language.say("mail.about", {"ref": names.ref(ref), "title": title}) if ref else by_person
    letter = Letter(
        subject=one_line(text.words.get("subject") or about),
        brand=brand,
        items=(Item(what=words),),
        person=Person(
            name=one_line(owner_of(language, text.words.get("owner"))),
            phone=names.phone(text.care_phone),
            dial=_dial(text.care_phone),
            hours=one_line(text.words.get("hours", "")),
            reply=text.two_way,
        ),
        language=text.language,
        link=text.link or "",
    )
    return rendered_letter(letter, None)


def rendered_letter(letter: Letter, attached: str | None) -> Rendered:
    """A letter in both its parts, with what is *attached*."""
    plain = text_part(letter)
    return Rendered(
        text=plain, segments=segments(plain), subject=letter.subject, html=html_part(letter), calendar=attached
    )


def _item(request: TextRequest, news: News, own: str = "") -> Item:
    said, language = news.said, language_of(request.language)
    code = effective(said)
    given = ("refs",) * max(0, len(news.refs) - MAX_REFS)
    values = values_of(request, said, news.refs, given, inline_reason=False)
    entry = CATALOGUE[code]
    wanted = {Part.WHAT} if values["day"] else {Part.WHAT, Part.DATES}
    what = own or body(language, entry, values, parts=frozenset(wanted))
    after = body(language, entry, values, parts=DROPPABLE, has_route=person_of(request).reachable)
    offered = choices_in_words(language, request.choices) if request.choices and person_of(request).reply else ""
    return Item(
        what=_begun(what, values),
        rows=_rows(request, news, code),
        why=reasons.sentence(said.reason, said.transport, values["place"], request.language),
        then=" ".join(part for part in (after, offered) if part),
    )


def _begun(text: str, values: Values) -> str:
    """*text* with a capital first letter, unless it begins with a reference."""
    return text if text.startswith((values["ref"], values["who"])) else capital(text)


def _own_words(request: TextRequest, news: Sequence[News]) -> tuple[str, str]:
    """The account's own sentence in place of ours, where all that it says is known; and why not, where it is not."""
    override = request.override
    if override is None:
        return "", ""
    why = why_not(request, override, news)
    if why is not None:
        return "", instead(override, why)
    refs = news[0].refs
    known = variables(request, values_of(request, news[0].said, refs, ("refs",) * max(0, len(refs) - MAX_REFS)))
    own = fill(override.body, known) or ""
    return own, "" if own else instead(override, lacking(override.body, known))


def _rows(request: TextRequest, news: News, code: NoticeCode) -> tuple[tuple[str, str], ...]:
    """The answer box: each date with its label, the old one below it."""
    language = language_of(request.language)
    rows: list[tuple[str, str]] = []
    for date in printed(news.said):
        words = written(request, date, news.said.transport, full=True)
        label = words.label
        if code is NoticeCode.PARTIAL_DELIVERY and date is headline(news.said):
            label = language.say("mail.rest", {"label": label, "lower": lower(label)})
        moved = language.say("mail.now", {"label": label, "lower": lower(label)}) if words.was else label
        rows.append((moved, _new(language, words)))
        if words.was:
            rows.append((language.say("mail.before"), words.was))
    return tuple(rows)


def _new(language: Language, words: Spoken) -> str:
    return language.say("mail.as_before", {"date": words.new}) if words.unchanged else words.new


def _subject(request: TextRequest, news: Sequence[News], own_words: str) -> str:
    """Fact, reference and date; for several pieces of news how many, and about which orders."""
    language = language_of(request.language)
    refs = list(dict.fromkeys(ref for one in news for ref in one.refs))
    given = ("refs",) * max(0, len(refs) - 2)
    if len(news) > 1:
        return one_line(counted(language, "mail.updates", len(news), refs=listed(refs, given, request.language)))
    values = values_of(request, news[0].said, news[0].refs, given)
    own = request.override.subject if request.override and own_words else None
    text = fill(own, variables(request, values)) if own else None
    return one_line(_begun(text or language.say(CATALOGUE[effective(news[0].said)].subject, values), values))


def person_of(request: TextRequest) -> Person:
    """Whom the reader may ask, and how."""
    mailbox = fold(request.care_email or "").strip()
    return Person(
        name=one_line(owner_of(language_of(request.language), request.owner)),
        phone=names.phone(request.care_phone),
        dial=_dial(request.care_phone),
        hours=one_line(request.hours or ""),
        mailbox=mailbox,
        reply=request.two_way and bool(mailbox),
    )


def _dial(phone: str | None) -> str:
    return names.compact(names.phone(phone))


def _calendar(request: TextRequest, news: Sequence[News]) -> str | None:
    """The entry for the headline date of one order; several orders have several dates, and one UID."""
    date = headline(news[0].said)
    if len(news) != 1 or len(news[0].refs) != 1 or date is None:
        return None
    return calendar.entry(request, news[0].refs[0], date, written(request, date, news[0].said.transport))
