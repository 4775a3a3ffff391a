"""What wording is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from notifiers.base import Channel
from service.records.enums import NoticeCode
from service.records.said import Said


@dataclass(frozen=True, slots=True)
class TextRequest:
    """Everything that a text may be made of. What is None is not there, and nothing is invented for it.

    `two_way` is False for a sender that cannot be answered: such a text offers neither "Reply" nor "STOP".
    `history` is what this person was told before, newest first, as (told at, sentence), for e-mails.
    """

    brand: str
    channel: Channel
    said: tuple[Said, ...]
    now: datetime
    language: str = "en"
    zone: str = "UTC"
    two_way: bool = True
    care_phone: str | None = None
    care_email: str | None = None
    owner: str | None = None
    hours: str | None = None
    link: str | None = None
    stop_link: str | None = None
    sequence: int = 0
    uid: str = ""
    sorry: bool = True
    history: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceText:
    """An answer or service text (S codes): `words` fills its places, such as `owner`, `by` or `text`."""

    code: NoticeCode
    brand: str
    channel: Channel
    language: str = "en"
    care_phone: str | None = None
    two_way: bool = True
    link: str | None = None
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to leave: `text` is the SMS or the e-mail's text part; `segments` counts SMS segments.

    `shortened` names what the shrink ladder gave up to fit, in order.
    """

    text: str
    segments: int
    subject: str | None = None
    html: str | None = None
    calendar: str | None = None
    shortened: tuple[str, ...] = ()
