"""Texts for a phone: brand, fact, dates, next step, a way to a person, link; as many of them as fit."""

from __future__ import annotations

from collections.abc import Sequence

from service.records.said import Said
from service.records.text import Rendered, TextRequest
from service.wording import isolation, names
from service.wording.catalogue import CATALOGUE, LADDER, effective
from service.wording.entries import DROPPABLE, Entry, Part
from service.wording.forms import Values, choose
from service.wording.gsm7 import fold, segments, visible
from service.wording.ladder import fit
from service.wording.languages import Language, language_of
from service.wording.lines import join
from service.wording.values import Given, values_of

MAX_LABEL = 20
"""What is printed of a choice's label, in characters."""

MAX_LISTED = 12
"""At most so many orders are tried to be named in one text."""


def one_news(request: TextRequest, said: Said, refs: Sequence[str]) -> Rendered:
    """One piece of news about one or several orders, in one segment if it can be, else in two."""
    entry, language = CATALOGUE[effective(said)], language_of(request.language)
    hidden = max(0, len(refs) - MAX_LISTED)

    def make(given: Given) -> str:
        given = (*given, *["refs"] * hidden)
        values = values_of(request, said, refs, given)
        route = way_to_a_person(request, given, always=entry.route)
        text = body(language, entry, values, given, has_route=bool(route))
        parts = (text, for_what(request, text, route, given), link(request, given))
        return signed(request, join_lines(request, parts), given)

    long_names = (("ship", _long_vessel(said)), ("place", _long_place(said, language)))
    early = [step for step, long in long_names if long]
    spare = ["refs"] * max(0, len(refs) - hidden - 2)
    steps = [*early, *spare, *(step for step in LADDER if step not in early), "refs"]
    budget = language.segments
    text, shortened = fit(make, [(budget, steps), (budget + 1, [*steps, "ref", "plain"])])
    return Rendered(text=text, segments=segments(text), shortened=shortened)


def body(
    language: Language,
    entry: Entry,
    values: Values,
    given: Given = (),
    *,
    has_route: bool = True,
    parts: frozenset[Part] | None = None,
) -> str:
    """The entry's pieces in sentences; only those of *parts* where given."""
    said = []
    for piece in entry.pieces:
        if parts is not None and piece.part not in parts:
            continue
        if piece.part in DROPPABLE and "tail" in given:
            continue
        if piece.part is Part.NEXT and values.get("word"):
            continue
        if piece.part is Part.ASK and not has_route:
            continue
        said.append(choose(language.forms(*piece.keys), values))
    return language.space.join(text for text in said if text)


def way_to_a_person(request: TextRequest, given: Given = (), *, always: bool = True) -> str:
    """How the reader reaches us: their choices, a reply, the phone, else the mailbox; nothing that does not exist.

    A text that does not *always* need one names the phone only where it cannot be answered. Choices are never given
    up, and offered only where an answer reaches us.
    """
    language = language_of(request.language)
    phone, mailbox = names.phone(request.care_phone), names.email(request.care_email)
    if "spaces" in given:
        phone = names.compact(phone)
    values = {"phone": isolation.own_line(phone, request.language), "mailbox": mailbox}
    if request.two_way and request.choices:
        offered = choices_in_words(language, request.choices)
        return offered if not phone or "phone" in given else f"{offered} {phone}"
    if request.two_way:
        if not always:
            return ""
        return language.say("route.reply" if not phone or "phone" in given else "route.reply_or_call", values)
    if not always and "call" in given:
        return ""
    if phone:
        return language.say("route.call", values)
    return language.say("route.write", values) if mailbox and always else ""


def choices_in_words(language: Language, choices: Sequence[tuple[str, str]]) -> str:
    """`Reply 1 OK, 2 options, 3 call me.`: a label is the name of a choice (`ok`, `call` …) or a word of the account's.

    Digits stay Western, so that the answer matches.
    """
    said = [language.say("choice", {"digit": digit, "label": _label(language, label)}) for digit, label in choices]
    return language.say("choices", {"choices": join(language, said)})


def _label(language: Language, label: str) -> str:
    key = f"choice.{label}"
    return language.say(key) if key in language.texts else names.clean(label)[:MAX_LABEL].strip() or "-"


def for_what(request: TextRequest, text: str, route: str, given: Given = ()) -> str:
    """The way to a person, with what it is for where that is a bare "Reply here."; *text* may just have asked that."""
    language = language_of(request.language)
    bare = route == language.say("route.reply") and not text.endswith(("?", "؟", "？")) and "question" not in given
    return language.say("route.questions", {"route": route}) if bare else route


def join_lines(request: TextRequest, parts: Sequence[str]) -> str:
    """The parts of a text one after the other; the link on its own line where the text runs from right to left."""
    language = language_of(request.language)
    said = [part for part in parts if part]
    if request.link and said and said[-1] == request.link:
        return f"{language.space.join(said[:-1])}{chr(10) if language.rtl else ' '}{said[-1]}"
    return language.space.join(said)


def link(request: TextRequest, given: Given = ()) -> str:
    """The link, unless it was given up or there is none."""
    return "" if "link" in given else request.link or ""


def signed(request: TextRequest, text: str, given: Given = (), *, gap: str = " ") -> str:
    """The text as it leaves: the brand first, in characters that cost no second segment."""
    brand = names.brand(request.brand)
    if "plain" in given:
        brand = names.plain(brand)
    language = language_of(request.language)
    whole = isolation.tidy(f"{brand}:{gap}{text}" if brand else text, request.language)
    return fold(whole) if language.segments == 1 else visible(whole)


def _long_vessel(said: Said) -> bool:
    return names.is_long(names.vessel(said.vessel), names.USUAL_VESSEL)


def _long_place(said: Said, language: Language) -> bool:
    """Letters of its own cost a language nothing more if it is not written in the SMS alphabet anyway."""
    every = ((said.place, said.place_name), *((date.place, date.place_name) for date in said.dates))
    places = [names.place_in(language, code, name) for code, name in every]
    if language.segments > 1:
        return any(len(place) > names.USUAL_PLACE for place in places)
    return any(names.is_long(place, names.USUAL_PLACE) for place in places)
