"""Texts for a phone: brand, fact, dates, next step, a way to a person, link; as many of them as fit."""

from __future__ import annotations

from collections.abc import Sequence

from service.records.said import Said
from service.records.text import Rendered, TextRequest
from service.wording import names
from service.wording.catalogue import CATALOGUE, LADDER, effective
from service.wording.entries import DROPPABLE, Entry, Part
from service.wording.forms import Values, choose
from service.wording.gsm7 import fold, segments
from service.wording.ladder import MAX_SEGMENTS, fit
from service.wording.values import Given, values_of

REPLY = "Reply here."

MAX_LISTED = 12
"""At most so many orders are tried to be named in one text."""


def one_news(request: TextRequest, said: Said, refs: Sequence[str]) -> Rendered:
    """One piece of news about one or several orders, in one segment if it can be, else in two."""
    entry = CATALOGUE[effective(said)]
    hidden = max(0, len(refs) - MAX_LISTED)

    def make(given: Given) -> str:
        given = (*given, *["refs"] * hidden)
        values = values_of(request, said, refs, given)
        route = way_to_a_person(request, given, always=entry.route)
        text = body(entry, values, given, has_route=bool(route))
        parts = (text, for_what(text, route, given), link(request, given))
        return signed(request, " ".join(part for part in parts if part), given)

    early = [step for step, long in (("ship", _long_vessel(said)), ("place", _long_place(said))) if long]
    spare = ["refs"] * max(0, len(refs) - hidden - 2)
    steps = [*early, *spare, *(step for step in LADDER if step not in early), "refs"]
    text, shortened = fit(make, [(1, steps), (MAX_SEGMENTS, [*steps, "ref", "plain"])])
    return Rendered(text=text, segments=segments(text), shortened=shortened)


def body(
    entry: Entry, values: Values, given: Given = (), *, has_route: bool = True, parts: frozenset[Part] | None = None
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
        said.append(choose(piece.forms, values))
    return " ".join(text for text in said if text)


def way_to_a_person(request: TextRequest, given: Given = (), *, always: bool = True) -> str:
    """How the reader reaches us: a reply, the phone, else the mailbox; nothing that does not exist.

    A text that does not *always* need one names the phone only where it cannot be answered.
    """
    phone, mailbox = names.phone(request.care_phone), names.email(request.care_email)
    if "spaces" in given:
        phone = names.compact(phone)
    if request.two_way:
        if not always:
            return ""
        return REPLY if not phone or "phone" in given else f"Reply here or call {phone}."
    if not always and "call" in given:
        return ""
    if phone:
        return f"Call {phone}."
    return f"Write to {mailbox}." if mailbox and always else ""


def for_what(text: str, route: str, given: Given = ()) -> str:
    """The way to a person, with what it is for where that is a bare "Reply here."; *text* may just have asked that."""
    bare = route == REPLY and not text.endswith("?") and "question" not in given
    return f"Questions? {route}" if bare else route


def link(request: TextRequest, given: Given = ()) -> str:
    """The link, unless it was given up or there is none."""
    return "" if "link" in given else request.link or ""


def signed(request: TextRequest, text: str, given: Given = (), *, gap: str = " ") -> str:
    """The text as it leaves: the brand first, in characters that cost no second segment."""
    brand = names.brand(request.brand)
    if "plain" in given:
        brand = names.plain(brand)
    return fold(f"{brand}:{gap}{text}" if brand else text)


def _long_vessel(said: Said) -> bool:
    return names.is_long(names.vessel(said.vessel), names.USUAL_VESSEL)


def _long_place(said: Said) -> bool:
    places = (said.place_name, *(date.place_name for date in said.dates))
    return any(names.is_long(names.place(place), names.USUAL_PLACE) for place in places)
