"""The e-mail skeleton: a filled letter, and its text and HTML parts from the templates beside this file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from service.wording.dates import any_date
from service.wording.gsm7 import fold
from service.wording.isolation import isolated
from service.wording.languages import language_of
from service.wording.values import counted

MAX_SUBJECT = 150

_TEMPLATES = Environment(
    loader=PackageLoader("service.wording", "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def together(text: str) -> str:
    """*text* with its dates held together, so that no line breaks inside one."""
    return any_date().sub(lambda date: date.group().replace(" ", "\u00a0"), text)


_TEMPLATES.filters["together"] = together
_TEMPLATES.filters["isolated"] = isolated
_TEXT, _HTML = _TEMPLATES.get_template("mail.txt"), _TEMPLATES.get_template("mail.html")


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news: what changed, its dates as (label, date) rows, why, and what happens next.

    A list has a heading and `lines`.
    """

    what: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    why: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to ask, and how: only ways that exist. `dial` is the phone without spaces; `reply`: answering reaches us."""

    name: str = ""
    phone: str = ""
    dial: str = ""
    hours: str = ""
    mailbox: str = ""
    reply: bool = False

    @property
    def reachable(self) -> bool:
        """Whether there is any way to reach us."""
        return bool(self.phone or self.mailbox or self.reply)


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that an e-mail says, in order. `history` is (when, what) of earlier words, newest first."""

    subject: str
    brand: str
    items: tuple[Item, ...]
    person: Person
    language: str = "en"
    more: int = 0
    link: str = ""
    history: tuple[tuple[str, str], ...] = ()
    stop_link: str = ""
    stop_mailbox: str = ""


def text_part(letter: Letter) -> str:
    """The plain text, which stands alone."""
    return _tidy(_TEXT.render(_context(letter)))


def html_part(letter: Letter) -> str:
    """The same as HTML: 600 pixels wide, readable in dark mode, without pictures, scripts or tracking."""
    return _HTML.render(_context(letter))


def one_line(text: str, limit: int = MAX_SUBJECT) -> str:
    """*text* as a header may carry it: no line breaks, no invisible characters, not too long."""
    plain = " ".join(fold(text).split())
    return plain if len(plain) <= limit else f"{plain[: limit - 3].rstrip()}..."


def _context(letter: Letter) -> dict[str, object]:
    language = language_of(letter.language)

    def say(key: str, **values: str) -> str:
        return language.say(key, values)

    return {
        **{name: getattr(letter, name) for name in Letter.__dataclass_fields__},
        "direction": language.direction,
        "language": language.tag,
        "say": say,
        "and_more": counted(language, "mail.more", letter.more),
    }


def _tidy(text: str) -> str:
    """One empty line between blocks, none at the ends."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
