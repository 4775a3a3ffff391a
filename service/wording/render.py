"""The one renderer: from a request to the text that leaves. SMS, e-mail, preview and demo all come through here."""

from __future__ import annotations

from dataclasses import replace

from notifiers.base import Channel
from service.records.enums import NoticeCode
from service.records.text import Rendered, ServiceText, TextRequest
from service.wording import names
from service.wording.answers import ANSWERS
from service.wording.email import render_email, service_email
from service.wording.gsm7 import fold, segments
from service.wording.joined import gathered, several_news
from service.wording.ladder import MAX_SEGMENTS, fit
from service.wording.lines import capital
from service.wording.sms import body
from service.wording.values import Given

LANGUAGES = ("en",)
"""Languages that the catalogue is written in. Any other reads English, dates included: half a language is none."""

_SERVICE_LADDER = ("link", "tail", "spaces")
_MAX_OWNER, _MAX_WORD = 30, 40


def render(request: TextRequest) -> Rendered:
    """The text for one or several notices. Raises ValueError where there is nothing to say or no zone in `now`."""
    if not request.said:
        raise ValueError("a text needs at least one notice")
    if request.now.tzinfo is None:
        raise ValueError("`now` needs a zone")
    request = replace(request, language=spoken_language(request.language))
    if request.channel is Channel.EMAIL:
        return render_email(request)
    return several_news(request, gathered(request))


def render_service(text: ServiceText) -> Rendered:
    """An answer, or a person's own words. Raises ValueError for a code that is no service text.

    A person's words leave whole, however long; only what a phone would show differently is made plain.
    """
    if text.code not in ANSWERS:
        raise ValueError(f"{text.code.value} is no service text; its code begins with S")
    text = replace(text, language=spoken_language(text.language))
    entry = ANSWERS[text.code]
    if text.channel is Channel.EMAIL:
        return service_email(text, capital(body(entry, _words(text), has_route=bool(text.care_phone))))
    brand = names.brand(text.brand)

    def make(given: Given) -> str:
        values = _words(text, given)
        words = body(entry, values, given, has_route=bool(values["phone"]))
        return fold(f"{brand}: {words}" if brand else words)

    if text.code is NoticeCode.HUMAN:
        whole = make(())
        return Rendered(text=whole, segments=segments(whole))
    fitted, shortened = fit(make, [(1, _SERVICE_LADDER), (MAX_SEGMENTS, _SERVICE_LADDER)])
    return Rendered(text=fitted, segments=segments(fitted), shortened=shortened)


def spoken_language(language: str) -> str:
    """The language in which the catalogue answers a reader of *language*."""
    base = language.replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else LANGUAGES[0]


def _words(text: ServiceText, given: Given = ()) -> dict[str, str]:
    """The values of a service text: what was handed over, made safe, and what the account has."""
    owner = names.clean(text.words.get("owner"))[:_MAX_OWNER]
    if owner in {"", "desk"}:
        owner = "our desk"
    phone = names.phone(text.care_phone)
    if "spaces" in given:
        phone = names.compact(phone)
    said = {name: names.clean(text.words.get(name))[:_MAX_WORD] for name in ("by", "opens", "hours")}
    return {
        **said,
        "ref": names.ref(text.words["ref"]) if text.words.get("ref") else "",
        "text": fold(text.words.get("text", "")).strip(),
        "owner": owner,
        "Owner": capital(owner),
        "phone": phone,
        "call": f"Call {phone}." if phone else "",
        "link": "" if "link" in given else text.link or "",
        "email_stays": "Email stays on unless you change it." if text.words.get("email") else "",
    }
