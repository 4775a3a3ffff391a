"""The catalogue as an account's people look at it: what there is, who has read it, and how a text comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from notifiers.base import Channel
from service.records.enums import Level, NoticeCode
from service.records.text import Override, Rendered, ServiceText, TextRequest
from service.wording.catalogue import CATALOGUE, TEXTS_NOW
from service.wording.languages import LANGUAGES, SPOKEN, Language, Status, language_of
from service.wording.overrides import check_form
from service.wording.render import render, render_service
from service.wording.samples import answer_request, corrections, longest, longest_request, request, typical
from service.wording.texts import ANSWERS

LEAST_FIRST = (Status.MACHINE, Status.DRAFT, Status.NATIVE_REVIEWED)
"""Review statuses, the one that deserves least trust first."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A text of the catalogue. `said` is False for one that nothing says yet; an answer can not be written over."""

    code: NoticeCode
    title: str
    level: Level
    said: bool
    may_be_own: bool
    status: dict[str, Status]


@dataclass(frozen=True, slots=True)
class House:
    """What of an account stands in a text."""

    brand: str
    care_phone: str | None = None
    care_email: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as it comes out: with `usual` or the `longest` values, to somebody who can answer it or cannot."""

    values: str
    two_way: bool
    done: Rendered


def catalogue() -> tuple[Listed, ...]:
    """Every text, in the order of a journey."""
    return tuple(
        Listed(
            code=code,
            title=entry.title,
            level=entry.level,
            said=code in TEXTS_NOW,
            may_be_own=code not in ANSWERS,
            status={tag: status_of(LANGUAGES[tag], code) for tag in SPOKEN},
        )
        for code, entry in CATALOGUE.items()
    )


def status_of(language: Language, code: NoticeCode) -> Status:
    """How far the sentences of a text have been reviewed in *language*: what holds of all of them."""
    found = {language.status_of(key) for key in language.texts if key.startswith(f"{code.value}.")}
    return next(status for status in LEAST_FIRST if status in found)


def reviewed(language: Language) -> dict[str, int]:
    """How many strings of *language* have each status."""
    counts = Counter(language.status_of(key) for key in language.texts)
    return {status.value: counts[status] for status in LEAST_FIRST if counts[status]}


def samples(
    code: NoticeCode, channel: Channel, language: str, house: House, override: Override | None = None
) -> tuple[Sample, ...]:
    """How the text comes out with usual and with the longest values, two-way and one-way.

    *override* are the account's own words; ours are shown where their form is unsound or they cannot be said.
    """
    sound = override if override is not None and not check_form(override) else None
    return tuple(_samples(code, channel, language_of(language).tag, house, sound))


def _samples(
    code: NoticeCode, channel: Channel, language: str, house: House, override: Override | None
) -> Iterator[Sample]:
    for long, two_way in product((False, True), (True, False)):
        if code in ANSWERS:
            answer = answer_request(code, channel=channel, language=language, two_way=two_way, long=long)
            done = render_service(answer if long else _answered(answer, house))
        else:
            done = render(_asked(code, channel, language, house, override, two_way=two_way, long=long))
        yield Sample("longest" if long else "usual", two_way, done)


def _answered(answer: ServiceText, house: House) -> ServiceText:
    return replace(answer, brand=house.brand, care_phone=house.care_phone)


def _asked(
    code: NoticeCode,
    channel: Channel,
    language: str,
    house: House,
    override: Override | None,
    *,
    two_way: bool,
    long: bool,
) -> TextRequest:
    """The request, with the account's own names where the values are the usual ones."""
    if long:
        asked = longest_request(longest(code), language=language, two_way=two_way, override=override)
        return replace(asked, channel=channel)
    said = corrections()[0] if code is NoticeCode.CORRECTION else typical(code)
    asked = request(said, channel=channel, language=language, two_way=two_way, override=override)
    return replace(asked, brand=house.brand, care_phone=house.care_phone, care_email=house.care_email)
