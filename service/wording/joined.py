"""Several notices in one message: one sentence where the news is the same, else a line for each order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.records.enums import Level, Line
from service.records.said import Said
from service.records.text import Rendered, TextRequest
from service.wording import names
from service.wording.catalogue import CATALOGUE, effective, headline, is_partial
from service.wording.gsm7 import segments
from service.wording.ladder import fit
from service.wording.languages import language_of
from service.wording.lines import join, lower
from service.wording.sms import body, for_what, join_lines, link, one_news, signed, way_to_a_person
from service.wording.texts import DELAYS
from service.wording.values import Given, counted, listed, values_of

_LOUDEST_FIRST = list(reversed(Level))


@dataclass(frozen=True, slots=True)
class News:
    """The same news about one or several orders. `refs` are safe to print."""

    said: Said
    refs: tuple[str, ...]


def gathered(request: TextRequest) -> tuple[News, ...]:
    """The notices of a request by what they say: those that read alike but for the order are one, in order."""
    found: dict[str, tuple[Said, dict[str, None]]] = {}
    unnamed = language_of(request.language).say("your_order")
    for said in request.said:
        key = f"{effective(said)} {_without_ref(request, said)}" if len(request.said) > 1 else ""
        refs = dict.fromkeys(names.ref(ref, unnamed) for ref in (said.ref, *said.other_refs))
        _, known = found.setdefault(key, (said, {}))
        known.update(refs)
    return tuple(News(said, tuple(refs)) for said, refs in found.values())


def several_news(request: TextRequest, news: Sequence[News]) -> Rendered:
    """A line for each order with what is new, the loudest first; what does not fit into two segments is counted."""
    if len(news) == 1:
        return one_news(request, news[0].said, news[0].refs)
    language = language_of(request.language)
    always = any(CATALOGUE[effective(item.said)].route for item in news)

    def make(given: Given) -> str:
        lines = lines_of(request, news, given)
        kept = max(1, len(lines) - given.count("lines"))
        hidden = len(lines) - kept
        last = [
            counted(language, "list.and_more", hidden) if hidden else "",
            for_what(request, "", way_to_a_person(request, given, always=always), given),
        ]
        tail = join_lines(request, (*last, link(request, given)))
        return signed(request, "\n".join([*lines[:kept], tail] if tail else lines[:kept]), given, gap="\n")

    steps = ("call", "ship", "link", "spaces", "phone", "question", "place")
    fewer = (
        "call",
        "ship",
        "spaces",
        "phone",
        *["states"] * len(news),
        *["lines"] * len(news),
        "link",
        "question",
        "place",
        "ref",
        "plain",
    )
    text, shortened = fit(make, [(language.segments, steps), (language.segments + 1, fewer)])
    return Rendered(text=text, segments=segments(text), shortened=shortened)


def lines_of(request: TextRequest, news: Sequence[News], given: Given) -> list[str]:
    """One line for each group of orders that share all their news."""
    by_ref: dict[str, list[Said]] = {}
    for item in sorted(news, key=lambda item: _LOUDEST_FIRST.index(CATALOGUE[effective(item.said)].level)):
        for ref in item.refs:
            by_ref.setdefault(ref, []).append(item.said)
    by_text: dict[str, list[str]] = {}
    for ref, every in by_ref.items():
        by_text.setdefault(_state(request, every, given), []).append(ref)
    language = language_of(request.language)
    return [
        language.say(
            "list.line",
            {
                "refs": listed(refs, (*given, *["refs"] * max(0, len(refs) - 3)), request.language),
                "text": text,
            },
        )
        for text, refs in by_text.items()
    ]


def _state(request: TextRequest, every: Sequence[Said], given: Given) -> str:
    """The news of one order in a few words, the loudest first; each line of speech with one date only.

    Each step "states" says one less.
    """
    language = language_of(request.language)
    parts: list[str] = []
    dated: set[Line] = set()
    for said in every[: max(1, len(every) - given.count("states"))]:
        code = effective(said)
        values = values_of(request, said, ("",), given)
        main = headline(said)
        part = language.say(CATALOGUE[code].state, values)
        if main is not None and main.line not in dated:
            dated.add(main.line)
            date = lower(values["now"]) if values["was"] else values["clause"]
            part = language.say("state.dated", {"state": part, "date": date})
        if code in DELAYS and values["reason"]:
            part = language.say("because", {"text": part, "reason": values["reason"]})
        parts.append(part)
    return join(language, list(dict.fromkeys(parts)), "state.next", "state.next").strip()


def _without_ref(request: TextRequest, said: Said) -> str:
    entry = CATALOGUE[effective(said)]
    bare = replace(said, other_refs=())
    return body(language_of(request.language), entry, values_of(request, bare, ("-",))) + (
        f" {said.ref}" if is_partial(said) else ""
    )
