"""What a source format is, and how a payload that cannot be read says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from service.formats.vocabulary import Vocabulary
from service.records.inbound import Problem, Reading


class Unreadable(Exception):
    """The payload as a whole cannot be taken; `problem` says why and names the fix (its `index` is None)."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.message} {problem.fix}")
        self.problem = problem


def unreadable(code: str, message: str, fix: str, pointer: str = "") -> Unreadable:
    """An `Unreadable` from its words."""
    return Unreadable(Problem(index=None, code=code, message=message, fix=fix, pointer=pointer))


class Refused(Exception):
    """One item cannot be taken. A format raises it while reading the item, and makes it a problem of the reading."""

    def __init__(self, code: str, message: str, fix: str, pointer: str = "") -> None:
        super().__init__(f"{message} {fix}")
        self.code = code
        self.message = message
        self.fix = fix
        self.pointer = pointer

    def problem(self, index: int, base: str = "") -> Problem:
        """The same as a value; *base* is the JSON pointer of the item."""
        return Problem(index=index, code=self.code, message=self.message, fix=self.fix, pointer=base + self.pointer)


class Format(Protocol):
    """Reads what one kind of system posts. A class of its own file, found by entry point, made without arguments.

    `name` is its entry point's name, `title` what people call it. `content_types` are the media types that it
    reads, the usual one first. `answer_status` is the HTTP status that its senders expect on success.
    `default_scheme` names a row of `service.formats.signatures.SCHEMES`. `options` maps each option of a source
    that the format understands to a sentence. `vocabularies` are its tables of codes, for docs and operators; a
    format without closed lists has none.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    content_types: ClassVar[tuple[str, ...]]
    answer_status: ClassVar[int]
    default_scheme: ClassVar[str]
    options: ClassVar[Mapping[str, str]]
    vocabularies: ClassVar[tuple[Vocabulary, ...]]

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Say what *body* says. Pure: the same arguments give the same reading.

        *headers* have lower-case names; *options* are those of the source. Raises `Unreadable`, and nothing else,
        for a payload of which no item can be found. An item that cannot be taken becomes a problem, one that says
        nothing to a customer is ignored with the reason, one whose code stands in no table is unmapped. *options*
        may hold `mapping`, the account's own meanings (see `service.formats.vocabulary.own_meaning`): they come first.
        """
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sender reads in place of our own JSON."""

    status: int
    content_type: str
    body: bytes


@runtime_checkable
class Answering(Protocol):
    """A format whose senders expect words of their own, such as a SOAP envelope. Formats without it answer our JSON."""

    def answer(self, body: bytes, refused: Problem | None, *, now: datetime) -> Answer | None:
        """What the sender of *body* is told, or None for our own answer. *now* is for stamps in it.

        *refused* is None once the call is kept, even if some of its items were not taken; where nothing of it could
        be taken it is the first problem. It is asked only for calls that came from the source. Never raises.
        """
        ...


@runtime_checkable
class Faulting(Protocol):
    """A format whose senders read a refusal in words of their own before they are known to be the source."""

    def fault(self, body: bytes, refused: Problem, *, now: datetime) -> Answer | None:
        """What a caller is told that did not prove to be the source, or None for our own answer. Never raises."""
        ...
