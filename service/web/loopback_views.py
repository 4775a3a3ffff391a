"""The phone and the inbox in words: stored messages in, what the templates print out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup, escape

from service.store.views_loopback import Heard, Shown
from service.wording import dates

LINK = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text on the phone; `ours` was sent by the service."""

    id: str
    ours: bool
    text: Markup
    at: str
    sort: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """One person's phone with its texts, oldest first; `sender` is the number they answer to.

    `test`: a test account writes to it.
    """

    number: str
    name: str
    sender: str
    bubbles: list[Bubble] = field(default_factory=list)
    test: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail in the inbox. `test`: a test account wrote it."""

    id: str
    to: str
    subject: str
    at: str
    text: str
    calendar: bool
    html: bool
    test: bool = False


def phones(
    shown: Sequence[Shown],
    heard: Sequence[Heard],
    *,
    zone: str,
    names: Mapping[str, str] | None = None,
    sender: str = "",
    test: bool = False,
) -> list[Phone]:
    """A phone for each number, the one with the latest text first; those in *names* before their first text, too."""
    found = {number: Phone(number, name, sender, test=test) for number, name in (names or {}).items()}
    for one in shown:
        phone = found.setdefault(one.to, Phone(one.to, "", one.sender, test=test))
        note = f"{one.segments} SMS" if one.segments and one.segments > 1 else ""
        phone.bubbles.append(Bubble(one.id, True, linked(one.text), _at(one.at, zone), one.at, note))
    for reply in heard:
        if reply.sender in found:
            bubble = Bubble(reply.id, False, Markup(escape(reply.text)), _at(reply.at, zone), reply.at)  # noqa: S704
            found[reply.sender].bubbles.append(bubble)
    for phone in found.values():
        phone.bubbles.sort(key=lambda bubble: (bubble.sort, bubble.ours, bubble.id))
    return latest_first(found.values())


def latest_first(phones: Iterable[Phone]) -> list[Phone]:
    """The phone with the latest text first."""
    return sorted(phones, key=lambda one: one.bubbles[-1].sort.timestamp() if one.bubbles else 0, reverse=True)


def mails(shown: Sequence[Shown], *, zone: str, test: bool = False) -> list[Mail]:
    """The inbox, newest first."""
    return [
        Mail(
            id=one.id,
            to=one.to,
            subject=one.subject or "(no subject)",
            at=_at(one.at, zone),
            text=one.text,
            calendar=bool(one.calendar),
            html=bool(one.html),
            test=test,
        )
        for one in reversed(shown)
    ]


def linked(text: str) -> Markup:
    """*text* escaped, with its addresses as links, as a phone shows them."""
    pieces, end = [], 0
    for match in LINK.finditer(text):
        href = match.group().rstrip(".,)")
        pieces.append(escape(text[end : match.start()]))
        pieces.append(Markup('<a href="{0}" target="_blank" rel="noopener">{1}</a>').format(href, short(href)))
        end = match.start() + len(href)
    return Markup("").join([*pieces, escape(text[end:])])


def short(href: str) -> str:
    """An address without its scheme, as a phone shows it."""
    return href.partition("://")[2]


def _at(at: datetime, zone: str) -> str:
    return dates.instant(at, zone=zone)
