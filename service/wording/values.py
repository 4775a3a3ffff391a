"""What the catalogue's forms are filled with, computed from a request and one notice.

| value | is |
|---|---|
| `ref`, `who` | the order or orders; `who` says "2 of 5 of …" where only some pieces are meant |
| `#` | the plural category of what is spoken of, for `<is|are>` |
| `place`, `site`, `on`, `craft`, `kind` | where; the terminal there; "on Ever Aspire"; the ship; "ship", "flight" … |
| `vessel` | the bare name of the ship, the flight or nothing |
| `dates` | every date of the text in whole sentences |
| `new`, `clause`, `day` | the headline date: after "is now", in a sentence, bare |
| `moved` | the headline date, bare, only where it is not as before |
| `was`, `now` | the old date; "Now due Felixstowe Tue 13 Oct, was Fri 9 Oct" |
| `word` | the promised next word as a sentence |
| `at` | when the milestone happened |
| `reason`, `reason_undated` | the cause in a few words; the same, only where no date stands beside it |
| `sorry`, `we_are_sorry`, `bad_news` | an apology where it is due and honest |
| `part` | "2 of 5", or "part" |
| `days` | for how long nothing was heard: "5 days" |
| `charge` | what a day costs after free time: "GBP 95" |
| `papers`, `by` | the papers that are needed, and until when |
| `not_so`, `not_sure` | what we told and what did not happen; what we told and no longer know |
| `so` | what happened in fact, where its day was told wrongly |
| `unsure` | that nobody knows yet whether the date moves; nothing once the shipment is over |
| `stop`, `next`, `write`, `mail_only`, `unloading`, `date_moves` | small words, by channel and mode of transport |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from notifiers.base import Channel
from service.records.enums import Line, NoticeCode, Transport
from service.records.said import Said, SaidDate, Untrue
from service.records.text import TextRequest
from service.records.when import When
from service.wording import dates, isolation, names, reasons
from service.wording.catalogue import CATALOGUE, effective, headline, is_partial, printed
from service.wording.entries import ASKED, WORD
from service.wording.languages import Language, language_of
from service.wording.lines import CLOCKED, Spoken, capital, join, sentences, spoken
from service.wording.texts import MILESTONES

Given = Sequence[str]
"""The steps of the shrink ladder that were taken, in order."""

NOBODY = frozenset({"", "desk"})
"""Owners that are no named person: then our desk is."""

_NAMED_CRAFT = frozenset({Transport.OCEAN, Transport.AIR, Transport.UNKNOWN})
_TIMED = frozenset({NoticeCode.DELIVERED, NoticeCode.PARTIAL_DELIVERY})
_ASKING = frozenset({NoticeCode.NEARING_PORT, NoticeCode.CUSTOMS_HOLD})
"""The texts that can say which papers are needed."""


def values_of(
    request: TextRequest, said: Said, refs: Sequence[str], given: Given = (), *, inline_reason: bool = True
) -> dict[str, str]:
    """Everything that the forms of *said*'s text may use; a value that is not known is empty.

    *refs* are the orders that it speaks of, already safe to print. Without *inline_reason* the reason is left to a
    sentence of its own.
    """
    language = language_of(request.language)
    place = "" if "place" in given else _place(request, language, said.place, said.place_name)
    ref = isolation.ref(request, listed(refs, given, request.language))
    partial = is_partial(said)
    several = len(refs) > 1 or (partial and said.units_done > 1)
    count = {"done": str(said.units_done), "all": str(said.units), "ref": ref}
    values = {
        "#": language.plural(2 if several else 1),
        "ref": ref,
        "who": language.say("part.who", count) if partial else ref,
        "place": place,
        "site": _site(language, said.transport, place),
        "at": "" if "when" in given else _at(request, said, place),
        "reason": reasons.sms(said.reason, said.transport, request.language) if inline_reason else "",
        "part": language.say("part.some", count) if partial else language.say("part.any"),
        "unsure": "" if said.ended else language.say("unsure"),
        "unloading": language.say("unloading") if said.transport in {Transport.OCEAN, Transport.AIR} else "",
        "days": _plain(request, counted(language, "days", said.days)) if said.days else "",
        "charge": names.clean(said.charge),
    }
    values |= _craft(request, language, said, given)
    values |= _dates(request, said, values, given)
    values["reason_undated"] = "" if values["day"] else values["reason"]
    values |= _apology(request, language, said, given)
    values |= _untrue(request, said, refs, given)
    return values | _channel_words(request, language)


def listed(refs: Sequence[str], given: Given = (), language: str = "en") -> str:
    """`PO 1, PO 2 and 10 more`: each step "refs" names one order less, but never none."""
    words = language_of(language)
    shown = [names.elided(ref) if "ref" in given else ref for ref in refs]
    if "plain" in given:
        shown = [names.plain(ref) or words.say("your_order") for ref in shown]
    kept = max(1, len(shown) - given.count("refs"))
    hidden = len(shown) - kept
    items = [*shown[:kept], counted(words, "list.more", hidden)] if hidden else shown
    return join(words, items, "list.and")


def counted(language: Language, key: str, number: int, **values: str) -> str:
    """The text of *key* about *number* things: `5 days`, `1 day`."""
    return language.say(key, {**values, "n": str(number), "#": language.plural(number)})


def owner_of(language: Language, owner: str | None) -> str:
    """Who answers or calls: a person where one is named, else our desk."""
    name = names.clean(owner)[: names.MAX_NAME].strip()
    return language.say("our_desk") if name in NOBODY else name


def written(
    request: TextRequest, date: SaidDate, transport: Transport, given: Given = (), *, full: bool = False, more: int = 1
) -> Spoken:
    """One date in words, with a clock time where its line has one.

    The old date is as short as it is clear: the day, or the time alone where only that moved. With *full* it is whole,
    and the reader's own time is added where the clocks differ. *more* is how many orders it is the date of.
    """
    language = language_of(request.language)
    place = "" if "place" in given else _place(request, language, date.place, date.place_name)

    def day_of(when: When) -> str:
        on = dates.on(when, request.zone)
        return _plain(request, dates.day(on, request.now, language=request.language, zone=request.zone))

    def words(when: When) -> str:
        if date.line not in CLOCKED:
            return day_of(when)
        text = dates.moment(
            when, request.now, language=request.language, zone=request.zone, place_name=place, both=full
        )
        return _plain(request, text)

    new, was = words(date.when), words(date.was) if date.was else ""
    if date.was and was != new and not full:
        day = day_of(date.was)
        was = day if day != day_of(date.when) else was.removeprefix(f"{day} ")
    return spoken(
        date,
        place=place,
        transport=transport,
        new=new,
        was=was,
        language=language,
        owner=owner_of(language, request.owner),
        number=language.plural(more),
    )


def _place(request: TextRequest, language: Language, code: str | None, name: str | None) -> str:
    """A place as the reader calls it."""
    return isolation.name(request, _plain(request, names.place_in(language, code, name)))


def _plain(request: TextRequest, text: str) -> str:
    """A date or a place as its channel wants it: an SMS gives up accents that would double its price."""
    cheap = request.channel is Channel.SMS and language_of(request.language).segments == 1
    return names.plain_letters(text) if cheap else text


def _craft(request: TextRequest, language: Language, said: Said, given: Given) -> dict[str, str]:
    mode = said.transport.value
    flight = said.transport is Transport.AIR
    name = "" if "ship" in given else names.vessel((said.voyage if flight else None) or said.vessel)
    kind = language.say(f"kind.{mode}") if f"kind.{mode}" in language.texts else ""
    if name and said.transport in _NAMED_CRAFT:
        form, named = "flight" if flight else "named", {"name": isolation.name(request, name)}
        craft, on = language.say(f"craft.{form}", named), language.say(f"on.{form}", named)
        return {"kind": kind, "craft": craft, "on": on, "vessel": named["name"]}
    by = language.say(f"on.{mode}") if f"on.{mode}" in language.texts else ""
    return {"kind": kind, "craft": language.say(f"craft.{mode}") if kind else "", "on": by, "vessel": ""}


def _site(language: Language, transport: Transport, place: str) -> str:
    key = f"site.{transport.value}"
    return language.say(key if key in language.texts else "site", {"place": place})


def _at(request: TextRequest, said: Said, place: str) -> str:
    if said.at is None:
        return ""
    there = replace(said.at, on=dates.on(said.at, request.zone))
    when = there if effective(said) in _TIMED else there.as_day
    text = dates.moment(when, request.now, language=request.language, zone=request.zone, place_name=place)
    return _plain(request, text)


def _dates(request: TextRequest, said: Said, known: dict[str, str], given: Given) -> dict[str, str]:
    """The values of the dates. Texts that have no place of their own for the reason say it with the date that moved."""
    language, code = language_of(request.language), effective(said)
    several = 1 if known["#"] == "one" else 2
    every = {id(date): written(request, date, said.transport, given, more=several) for date in printed(said)}
    head = headline(said)
    main = every[id(head)] if head is not None else None
    values = dict.fromkeys(("papers", "by", "new", "clause", "day", "moved", "was", "now", "date_moves"), "")
    asked: Spoken | None = None
    if code in _ASKING and said.needs:
        asked = next((words for words in every.values() if words.line is Line.DECISION), None)
        values |= {"papers": _papers(language, said), "by": asked.new if asked else ""}
    values |= {
        "dates": sentences(
            language,
            [words for words in every.values() if words.line not in WORD | ASKED],
            known["reason"] if code in MILESTONES else "",
        ),
        "word": sentences(language, [words for words in every.values() if words.line in WORD and words is not asked]),
    }
    if main is not None:
        values |= {
            "new": main.state,
            "clause": main.said,
            "day": main.new,
            "moved": "" if main.unchanged else main.new,
            "was": main.was,
            "now": capital(main.now),
            "date_moves": language.say("date_moves"),
        }
    return values


def _papers(language: Language, said: Said) -> str:
    """The papers by name; a kind that has no name here is called a paper."""
    keys = (f"paper.{kind}" for kind in said.needs)
    return join(
        language, list(dict.fromkeys(language.say(key if key in language.texts else "paper.other") for key in keys))
    )


def _apology(request: TextRequest, language: Language, said: Said, given: Given) -> dict[str, str]:
    due = request.sorry and "sorry" not in given and reasons.may_apologise(said.reason)
    return {
        "sorry": language.say("sorry") if due else "",
        "bad_news": "" if "sorry" in given else language.say("bad_news"),
        "we_are_sorry": language.say("we_are_sorry") if due else "",
    }


def _untrue(request: TextRequest, said: Said, refs: Sequence[str], given: Given) -> dict[str, str]:
    """What we told and now take back, in the few words in which it was told, and how it was where that is known."""
    values = {"not_so": "", "not_sure": "", "so": ""}
    if said.code is not NoticeCode.CORRECTION or said.untrue is None:
        return values
    if said.untrue is Untrue.ANOTHER_DATE:
        if said.told is None or said.told_date is None:
            return values
        before = _told(request, replace(said, at=said.told_date.when), refs, given)
        return {**values, "not_so": before, "so": _told(request, said, refs, given)}
    if said.told_date is not None:
        told = written(request, replace(said.told_date, was=None), said.transport, given).said
    else:
        told = _told(request, said, refs, given)
    return {**values, "not_so" if said.untrue is Untrue.DID_NOT_HAPPEN else "not_sure": told}


def _told(request: TextRequest, said: Said, refs: Sequence[str], given: Given) -> str:
    """The milestone that a correction is about, as its own text puts it."""
    if said.told is None or said.told not in CATALOGUE or said.told is NoticeCode.CORRECTION:
        return ""
    then = replace(said, code=said.told, dates=(), untrue=None, told=None, told_date=None)
    language = language_of(request.language)
    return language.say(CATALOGUE[effective(then)].state, values_of(request, then, refs, given))


def _channel_words(request: TextRequest, language: Language) -> dict[str, str]:
    text = request.channel is Channel.SMS
    channel = "sms" if text else "email"
    return {
        "stop": language.say("stop") if text and request.two_way else "",
        "next": language.say(f"next.{channel}"),
        "write": language.say(f"write.{channel}"),
        "mail_only": "" if text else language.say("write.email"),
    }
