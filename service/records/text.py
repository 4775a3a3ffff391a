"""What wording is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from notifiers.base import Channel
from service.records.enums import NoticeCode, Transport
from service.records.said import Said, SaidDate
from service.records.signs import TrialState


@dataclass(frozen=True, slots=True)
class Override:
    """An account's own words in place of ours, for one code, language and channel.

    `body` is a template with declared variables only; in an e-mail it stands in place of our first sentence, and
    `subject` in place of our subject. `version` is 0 for one that is not kept yet. `trial` is where its trial stands,
    and `tried` how many messages have tried it.
    """

    code: NoticeCode
    language: str
    channel: Channel
    body: str
    subject: str | None = None
    version: int = 0
    id: str = field(default="", compare=False)
    trial: TrialState = field(default=TrialState.RELEASED, compare=False)
    tried: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Stands:
    """Where one open order stands for a reader: is it late, do we wait for an answer, and the date told last."""

    ref: str
    late: bool = False
    asked: bool = False
    told: SaidDate | None = None
    transport: Transport = Transport.UNKNOWN


@dataclass(frozen=True, slots=True)
class TextRequest:
    """Everything that a text may be made of. What is None is not there, and nothing is invented for it.

    `two_way` is False for a sender that cannot be answered: such a text offers neither "Reply" nor "STOP".
    `history` is what this person was told before, newest first, as (told at, sentence), for e-mails. `choices` are
    (digit, label): a label is the name of a choice that every language has (`ok`, `options`, `call` …) or a word of the
    account's own. `owner` is a named person; without one the text speaks of our desk.
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
    choices: tuple[tuple[str, str], ...] = ()
    override: Override | None = None
    stands: tuple[Stands, ...] | None = None


@dataclass(frozen=True, slots=True)
class ServiceText:
    """An answer or service text (S codes): `words` fills its places.

    `ref` the order, `owner` a named person, `by` when we answer, `opens` when we open, `hours`, `text` a person's
    words, `email` (any value: e-mail stays on), `subject` that of the mail answered. What was not given is not said.
    `choices` are those of `TextRequest`.
    """

    code: NoticeCode
    brand: str
    channel: Channel
    language: str = "en"
    care_phone: str | None = None
    two_way: bool = True
    link: str | None = None
    words: dict[str, str] = field(default_factory=dict)
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to leave: `text` is the SMS or the e-mail's text part; `segments` counts SMS segments.

    `shortened` names what the shrink ladder gave up to fit, in order. `own_version` is the version of the account's own
    words that it says, None where it says ours; `ours_because` then says why, where there were own words.
    """

    text: str
    segments: int
    subject: str | None = None
    html: str | None = None
    calendar: str | None = None
    shortened: tuple[str, ...] = ()
    own_version: int | None = None
    ours_because: str = ""
