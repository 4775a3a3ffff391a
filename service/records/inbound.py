"""What a format reads out of a payload: values that say what the source said, and never whom to tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.records.enums import Classifier, Milestone, Reason, ReferenceType, Transport
from service.records.when import When

FREE_TIME = "free_time"
"""The flag of a fact that says until when goods may stand free of charge. It is no estimate of their collection."""

PART = "part"
"""The flag of a fact whose `pieces` are those of one part alone, and not all so far: parts add up."""

BOOKED = "booked"
"""The flag of a planned delivery that is booked for a time or a window."""


CONTAINER = re.compile(r"[A-Z]{3}[UJZ]\d{7}")
"""The form of a container number (ISO 6346), upper case and without what people write between its parts."""

_BETWEEN = str.maketrans("", "", "-/.")


def compared(name: str) -> str:
    """*name* as references are compared: upper case, without blanks and what nobody sees, letters in one form.

    So the container MSKU 123456-5 is MSKU1234565, and an é is one however it is encoded (Unicode form NFC).
    """
    plain = "".join(name.split()).upper()
    if not plain.isascii():
        seen = "".join(char for char in plain if unicodedata.category(char) != "Cf")
        plain = unicodedata.normalize("NFC", seen)
    number = plain.translate(_BETWEEN)
    return number if CONTAINER.fullmatch(number) else plain


@dataclass(frozen=True, slots=True)
class RefValue:
    """A reference as the source wrote it (`shown`) and as it is compared (`value`)."""

    type: ReferenceType
    shown: str

    @property
    def value(self) -> str:
        """The form in which references are compared."""
        return compared(self.shown)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to tell, as an event or an import names them; at least one of `phone` (E.164) and `email`."""

    phone: str | None = None
    email: str | None = None
    name: str = ""
    language: str | None = None
    zone: str | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class FactDraft:
    """One milestone as a source states it. `place_role` is origin, destination, transshipment, delivery or None.

    `charge` is what a day costs after free time ("GBP 95"); `needs` the kinds of papers that are missing, none of them
    where it is empty, and None where the source says nothing of papers.
    """

    milestone: Milestone
    classifier: Classifier
    when: When
    part: str = ""
    unit: str | None = None
    place: str | None = None
    place_name: str | None = None
    place_role: str | None = None
    transport: Transport = Transport.UNKNOWN
    vessel: str | None = None
    imo: str | None = None
    voyage: str | None = None
    reason: Reason | None = None
    remark: str | None = None
    pieces: int | None = None
    pieces_total: int | None = None
    flags: tuple[str, ...] = ()
    charge: str | None = None
    needs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One event of a payload: the facts it states, the references it names, and its key with revision.

    `event_key` names the event, `key` the event with its revision; `digest` is the SHA-256 of its canonical
    content, so that the same key with another body can be refused. `retracts` is the event_key that it takes back.
    """

    event_key: str
    key: str
    digest: str
    facts: tuple[FactDraft, ...]
    refs: tuple[RefValue, ...]
    stated_at: datetime | None = None
    retracts: str | None = None
    customer: str | None = None
    owner: str | None = None
    tell: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one item cannot be taken: a stable `code`, what is wrong, and the `fix`; `pointer` is a JSON pointer."""

    index: int | None
    code: str
    message: str
    fix: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An item that says nothing to a customer, with the reason."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class Unmapped:
    """An item whose code stands in no table: kept as it came, until a person says what it means.

    `code` is the vocabulary and the code in it ("157:ZZ"), as `mapping` of a source names it; `says` is the sender's
    own text for it, where there is one.
    """

    index: int
    code: str
    says: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A payload, read: `items` carries (index in the payload, item)."""

    items: tuple[tuple[int, Item], ...] = ()
    ignored: tuple[Ignored, ...] = ()
    problems: tuple[Problem, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    batch: bool = True
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A port, airport or town: UN/LOCODE or IATA code, English name, ISO country, IANA zone; degrees where known."""

    code: str
    name: str
    country: str
    zone: str
    latitude: float | None = None
    longitude: float | None = None
