"""An account's own words in place of ours: what they may be made of, and when they can be said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from service.records.said import Said
from service.records.text import Override, Rendered, TextRequest
from service.wording import isolation, names
from service.wording.catalogue import effective, printed
from service.wording.entries import WORD
from service.wording.forms import Values, fill
from service.wording.forms import names as names_in
from service.wording.gsm7 import segments
from service.wording.joined import News
from service.wording.ladder import fit
from service.wording.languages import language_of
from service.wording.sms import link, signed, way_to_a_person
from service.wording.values import Given, owner_of, values_of

VARIABLES: dict[str, str] = {
    "brand": "your short name; it always comes first, so it need not be written",
    "ref": "the customer's name for the order",
    "place": "where it happened",
    "vessel": "the ship or flight",
    "at": "when it happened",
    "date": "the new date, with nothing around it",
    "was": "the date that was told before",
    "dates": "all dates in whole sentences: Now due Felixstowe Tue 13 Oct, was Fri 9 Oct.",
    "reason": "the cause in a few words",
    "next_word": "the promised next word as a sentence: Next text by Fri 18 Sep 12:00.",
    "owner": "the named person, else our desk",
    "part": "2 of 5",
    "days": "for how long nothing was heard: 5 days",
    "papers": "the papers that are needed",
    "by": "until when they are needed",
    "phone": "your care phone",
    "contact": "how to reach you, as a sentence: Reply here or call +44 20 7946 0018.",
    "link": "the link to the tracking page",
}
"""What a template may use, and what it stands for. The text is not said where one of them is unknown, unless it stands
in square brackets."""

_GROUP = re.compile(r"\[[^\[\]]*\]")
_RENAMED = {"date": "day", "next_word": "word"}
_STEPS = ("link", "ship", "spaces", "when", "place", "ref")


def variables(request: TextRequest, values: Values, given: Given = ()) -> dict[str, str]:
    """The variables of a template, from the values of the catalogue's own forms."""
    phone = names.phone(request.care_phone)
    known = {name: values.get(_RENAMED.get(name, name), "") for name in VARIABLES}
    return {
        **known,
        "brand": names.brand(request.brand),
        "owner": isolation.name(request, owner_of(language_of(request.language), request.owner)),
        "phone": isolation.name(request, names.compact(phone) if "spaces" in given else phone),
        "contact": way_to_a_person(request, given),
        "link": link(request, given),
    }


def own_text(request: TextRequest, news: Sequence[News]) -> Rendered | str:
    """The account's own SMS; or why ours is said, which is empty where there are no own words for this news."""
    override = request.override
    if override is None or (why := why_not(request, override, news)) is not None:
        return "" if override is None else instead(override, why or "")
    said, refs = news[0].said, news[0].refs
    if not says_every_date(override, said):
        return instead(override, "they leave out a date that is promised")
    text = measured(request, override, said, refs)
    if text is None:
        return instead(override, lacking(override.body, variables(request, values_of(request, said, refs))))
    limit = language_of(request.language).segments + 1
    if text.segments > limit:
        return instead(override, f"they would take {text.segments} segments, and {limit} are the most")
    return replace(text, own_version=override.version)


def why_not(request: TextRequest, override: Override, news: Sequence[News]) -> str | None:
    """Why *override* is not for this message; None where it is, empty where it never was."""
    if len(news) != 1:
        return "the message carries several pieces of news"
    return None if is_meant(request, override, news[0].said) else ""


def instead(override: Override, why: str) -> str:
    """That ours is said in place of *override*, in one sentence; empty where there is nothing to explain."""
    return f"Our words are said in place of version {override.version} of your own: {why}." if why else ""


def lacking(form: str, values: Values) -> str:
    """Which values *form* cannot do without and has not, in words."""
    missing = sorted(name for name in names_in(_GROUP.sub("", form)) if not values.get(name))
    return f"they need {', '.join(f'{{{name}}}' for name in missing)}, which is not known here"


def measured(request: TextRequest, override: Override, said: Said, refs: Sequence[str]) -> Rendered | None:
    """The template as an SMS, as short as it can be made; None where a value that it needs is not known."""
    own_brand = override.body.lstrip().startswith("{brand}")

    def make(given: Given) -> str:
        text = fill(override.body, variables(request, values_of(request, said, refs, given), given))
        if text is None:
            return whole
        return signed(_unbranded(request) if own_brand else request, text, given)

    whole = ""
    whole = make(())
    if not whole:
        return None
    budget = language_of(request.language).segments
    text, shortened = fit(make, [(budget, _STEPS), (budget + 1, _STEPS)])
    return Rendered(text=text, segments=segments(text), shortened=shortened)


def says_every_date(override: Override, said: Said) -> bool:
    """Whether the template prints each date that sending the text promises."""
    used = names_in(override.body)
    shown = printed(said)
    words = [date for date in shown if date.line in WORD]
    dates = [date for date in shown if date.line not in WORD]
    if words and not {"next_word", "by"} & used:
        return False
    return not dates or "dates" in used or ("date" in used and len(dates) == 1)


def is_meant(request: TextRequest, override: Override, said: Said) -> bool:
    """Whether it is for this code, channel and language."""
    return (
        override.channel is request.channel
        and override.code is effective(said)
        and language_of(override.language) is language_of(request.language)
    )


def _unbranded(request: TextRequest) -> TextRequest:
    return replace(request, brand="")
