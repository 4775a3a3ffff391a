"""The one renderer: from a request to the text that leaves. SMS, e-mail, preview and demo all come through here."""

from __future__ import annotations

from dataclasses import replace

from notifiers.base import Channel
from service.records.enums import NoticeCode
from service.records.text import Rendered, ServiceText, TextRequest
from service.wording import isolation, names
from service.wording.digest import render_digest
from service.wording.email import render_email, service_email
from service.wording.gsm7 import fold, segments, visible
from service.wording.joined import gathered, several_news
from service.wording.ladder import fit
from service.wording.languages import SPOKEN, language_of
from service.wording.lines import capital
from service.wording.own import own_text
from service.wording.sms import body, choices_in_words
from service.wording.texts import ANSWERS, ANSWERS_BY_MAIL
from service.wording.values import Given, owner_of

LANGUAGES = SPOKEN
"""Languages that the catalogue is written in. Any other reads English, dates included: half a language is none."""

_SERVICE_LADDER = ("link", "tail", "spaces")
_MAX_OWNER, _MAX_WORD = 30, 40


def render(request: TextRequest) -> Rendered:
    """The text for one or several notices. Raises ValueError where there is nothing to say or no zone in `now`."""
    if not request.said and request.stands is None:
        raise ValueError("a text needs at least one notice")
    if request.now.tzinfo is None:
        raise ValueError("`now` needs a zone")
    request = replace(request, language=spoken_language(request.language))
    if request.stands is not None:
        return render_digest(request)
    if request.channel is Channel.EMAIL:
        return render_email(request)
    news = gathered(request)
    own = own_text(request, news)
    return own if isinstance(own, Rendered) else replace(several_news(request, news), ours_because=own)


def render_service(text: ServiceText) -> Rendered:
    """An answer, or a person's own words. Raises ValueError for a code that is no service text.

    A person's words leave whole, however long; only what a phone would show differently is made plain.
    """
    if text.code not in ANSWERS:
        raise ValueError(f"{text.code.value} is no service text; its code begins with S")
    text = replace(text, language=spoken_language(text.language))
    entry, language = ANSWERS[text.code], language_of(text.language)
    if text.channel is Channel.EMAIL:
        mailed = ANSWERS_BY_MAIL[text.code]
        return service_email(text, capital(body(language, mailed, _words(text), has_route=bool(text.care_phone))))
    brand = names.brand(text.brand)

    def make(given: Given) -> str:
        values = _words(text, given)
        words = body(language, entry, values, given, has_route=bool(values["phone"]))
        whole = isolation.tidy(f"{brand}: {words}" if brand else words, text.language)
        return fold(whole) if language.segments == 1 else visible(whole)

    if text.code is NoticeCode.HUMAN:
        whole = make(())
        return Rendered(text=whole, segments=segments(whole))
    budget = language.segments
    fitted, shortened = fit(make, [(budget, _SERVICE_LADDER), (budget + 1, _SERVICE_LADDER)])
    return Rendered(text=fitted, segments=segments(fitted), shortened=shortened)


def spoken_language(language: str) -> str:
    """The language in which the catalogue answers a reader of *language*."""
    return language_of(language).tag


def _words(text: ServiceText, given: Given = ()) -> dict[str, str]:
    """The values of a service text: what was handed over, made safe, and what the account has."""
    language = language_of(text.language)
    owner = owner_of(language, text.words.get("owner"))[:_MAX_OWNER]
    phone = names.phone(text.care_phone)
    if "spaces" in given:
        phone = names.compact(phone)
    apart = isolation.own_line(phone, text.language) if text.channel is Channel.SMS else phone
    said = {name: names.clean(text.words.get(name))[:_MAX_WORD] for name in ("by", "opens", "hours")}
    ref = names.ref(text.words["ref"], language.say("your_order")) if text.words.get("ref") else ""
    return {
        **said,
        "ref": isolation.own_line(ref, text.language) if text.channel is Channel.SMS else ref,
        "text": fold(text.words.get("text", "")).strip(),
        "owner": owner,
        "Owner": capital(owner),
        "phone": apart,
        "call": language.say("route.call", {"phone": apart}),
        "choices": choices_in_words(language, text.choices) if text.choices and text.two_way else "",
        "link": "" if "link" in given else text.link or "",
        "email_stays": language.say("S06.email_stays") if text.words.get("email") else "",
    }
