"""What the catalogue's forms are filled with, computed from a request and one notice.

| value | is |
|---|---|
| `ref`, `who` | the order or orders; `who` says "2 of 5 of …" where only some pieces are meant |
| `is were have` | the verb for one or several |
| `place`, `site`, `on`, `craft`, `kind` | where; the terminal there; "on Ever Aspire"; the ship; "ship", "flight" … |
| `dates` | every date of the text in whole sentences |
| `new`, `clause`, `day` | the headline date: after "is now", in a sentence, bare |
| `was`, `now` | the old date; "Now due Felixstowe Tue 13 Oct, was Fri 9 Oct" |
| `word` | the promised next word as a sentence |
| `at` | when the milestone happened |
| `reason`, `reason_undated` | the cause in a few words; the same, only where no date stands beside it |
| `sorry`, `we_are_sorry`, `bad_news` | an apology where it is due and honest |
| `part` | "2 of 5", or "part" |
| `stop`, `next`, `write`, `mail_only`, `unloading`, `date_moves` | small words, by channel and mode of transport |
"""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.base import Channel
from service.records.enums import NoticeCode, Transport
from service.records.said import Said, SaidDate
from service.records.text import TextRequest
from service.records.when import When
from service.wording import dates, names, reasons
from service.wording.catalogue import effective, headline, is_partial, printed
from service.wording.entries import WORD
from service.wording.lines import CLOCKED, Spoken, capital, sentences, spoken
from service.wording.milestones import MILESTONES

Given = Sequence[str]
"""The steps of the shrink ladder that were taken, in order."""

KINDS = {Transport.OCEAN: "ship", Transport.AIR: "flight", Transport.RAIL: "train", Transport.ROAD: "truck"}
SITES = {
    Transport.OCEAN: ("{} port", "the port"),
    Transport.AIR: ("{} airport", "the airport"),
    Transport.RAIL: ("{} rail terminal", "the rail terminal"),
}
_WITHOUT_NAME = {Transport.AIR: "by air", Transport.RAIL: "by rail", Transport.ROAD: "by truck"}
_TIMED = frozenset({NoticeCode.DELIVERED, NoticeCode.PARTIAL_DELIVERY})


def values_of(
    request: TextRequest, said: Said, refs: Sequence[str], given: Given = (), *, inline_reason: bool = True
) -> dict[str, str]:
    """Everything that the forms of *said*'s text may use; a value that is not known is empty.

    *refs* are the orders that it speaks of, already safe to print. Without *inline_reason* the reason is left to a
    sentence of its own.
    """
    place = "" if "place" in given else names.place(said.place_name)
    ref = listed(refs, given)
    partial = is_partial(said)
    plural = len(refs) > 1
    values = {
        "ref": ref,
        "who": f"{said.units_done} of {said.units} of {ref}" if partial else ref,
        "place": place,
        "site": _site(said.transport, place),
        "at": "" if "when" in given else _at(request, said, place),
        "reason": reasons.sms(said.reason, said.transport) if inline_reason else "",
        "part": f"{said.units_done} of {said.units}" if partial else "part",
        "unloading": "Next: unloading." if said.transport in {Transport.OCEAN, Transport.AIR} else "",
    }
    values |= _verbs(plural or (partial and said.units_done > 1))
    values |= _craft(said, given)
    values |= _dates(request, said, given, values["reason"] if effective(said) in MILESTONES else "")
    values["reason_undated"] = "" if values["day"] else values["reason"]
    values |= _apology(request, said, given)
    return values | _channel_words(request)


def listed(refs: Sequence[str], given: Given = ()) -> str:
    """`PO 1, PO 2 and 10 more`: each step "refs" names one order less, but never none."""
    shown = [names.elided(ref) if "ref" in given else ref for ref in refs]
    if "plain" in given:
        shown = [names.plain(ref) or "your order" for ref in shown]
    kept = max(1, len(shown) - given.count("refs"))
    hidden = len(shown) - kept
    items = [*shown[:kept], f"{hidden} more"] if hidden else shown
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def written(
    request: TextRequest, date: SaidDate, transport: Transport, given: Given = (), *, full: bool = False
) -> Spoken:
    """One date in words, with a clock time where its line has one.

    The old date is as short as it is clear: the day, or the time alone where only that moved. With *full* it is whole,
    and the reader's own time is added where the clocks differ.
    """
    place = "" if "place" in given else names.place(date.place_name)

    def words(when: When) -> str:
        if date.line not in CLOCKED:
            return dates.day(when.on, request.now, language=request.language, zone=request.zone)
        return dates.moment(
            when, request.now, language=request.language, zone=request.zone, place_name=place, both=full
        )

    new, was = words(date.when), words(date.was) if date.was else ""
    if date.was and was != new and not full:
        day = dates.day(date.was.on, request.now, language=request.language, zone=request.zone)
        was = day if date.was.on != date.when.on else was.removeprefix(f"{day} ")
    return spoken(date, place=place, transport=transport, new=new, was=was)


def _verbs(plural: bool) -> dict[str, str]:
    if plural:
        return {"is": "are", "were": "were", "have": "have"}
    return {"is": "is", "were": "was", "have": "has"}


def _craft(said: Said, given: Given) -> dict[str, str]:
    kind = KINDS.get(said.transport, "")
    flight = said.transport is Transport.AIR
    name = "" if "ship" in given else names.vessel((said.voyage if flight else None) or said.vessel)
    if name and said.transport in {Transport.OCEAN, Transport.AIR, Transport.UNKNOWN}:
        craft = f"flight {name}" if flight else name
        return {"kind": kind, "craft": craft, "on": f"on {craft}"}
    return {"kind": kind, "craft": f"the {kind}" if kind else "", "on": _WITHOUT_NAME.get(said.transport, "")}


def _site(transport: Transport, place: str) -> str:
    named, unnamed = SITES.get(transport, ("{}", ""))
    return named.format(place) if place else unnamed


def _at(request: TextRequest, said: Said, place: str) -> str:
    if said.at is None:
        return ""
    if effective(said) in _TIMED:
        return dates.moment(said.at, request.now, language=request.language, zone=request.zone, place_name=place)
    return dates.day(said.at.on, request.now, language=request.language, zone=request.zone)


def _dates(request: TextRequest, said: Said, given: Given, moved: str) -> dict[str, str]:
    """The values of the dates; *moved* is the reason, for texts that have no place of their own for it."""
    every = {id(date): written(request, date, said.transport, given) for date in printed(said)}
    head = headline(said)
    main = every[id(head)] if head is not None else None
    values = {
        "dates": sentences([words for words in every.values() if words.line not in WORD], moved),
        "word": sentences([words for words in every.values() if words.line in WORD]),
        "new": "",
        "clause": "",
        "day": "",
        "was": "",
        "now": "",
        "date_moves": "",
    }
    if main is not None:
        still = "still" if main.unchanged and not main.was else "now"
        values |= {
            "new": f"{main.state} {main.new}",
            "clause": f"{main.verb} {main.new}",
            "day": main.new,
            "was": main.was,
            "now": capital(main.clause if main.was else f"{still} {main.verb} {main.new}"),
            "date_moves": "the date moves",
        }
    return values


def _apology(request: TextRequest, said: Said, given: Given) -> dict[str, str]:
    due = request.sorry and "sorry" not in given and reasons.may_apologise(said.reason)
    return {
        "sorry": "sorry, " if due else "",
        "bad_news": "" if "sorry" in given else "bad news: ",
        "we_are_sorry": "We are sorry." if due else "",
    }


def _channel_words(request: TextRequest) -> dict[str, str]:
    text = request.channel is Channel.SMS
    return {
        "stop": "Reply STOP to end, HELP for a person." if text and request.two_way else "",
        "next": "Next text" if text else "Next message",
        "write": "will text" if text else "will write",
        "mail_only": "" if text else "will write",
    }
