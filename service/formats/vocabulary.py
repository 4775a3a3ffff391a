"""Tables of codes in one shape: readers, docs and `milepost formats explain` use the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from service.records.enums import Milestone, Reason

IGNORE = "ignore"
"""What an account's own mapping says of a code that means nothing to its customers."""


ELSEWHERE = "as its status says"
"""What a finer code says that adds nothing: the coarser code beside it decides."""


class Code(NamedTuple):
    """One meaning of a code. `becomes` is a milestone, a reason, or the sentence that says why it is ignored.

    `when` says in words what else must be so where one code has several meanings; the first row that fits counts.
    `says` is the vocabulary's meaning in our own words, `source` where that stands if not in the vocabulary's source.
    """

    code: str
    says: str
    becomes: Milestone | Reason | str
    when: str = ""
    reason: Reason | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A closed list of codes, such as X12 element 157. `name` stands before the code wherever a code is named."""

    name: str
    title: str
    source: str
    rows: tuple[Code, ...]

    def meanings(self, code: str) -> tuple[Code, ...]:
        """The rows of *code*, none where the list does not have it."""
        return tuple(row for row in self.rows if row.code == code)


def key(vocabulary: str, code: str) -> str:
    """How a code is named to people and in the mapping of a source: `157:VD`."""
    return f"{vocabulary}:{code}"


def own_meaning(options: Mapping[str, object], vocabulary: str, code: str) -> Milestone | Reason | str | None:
    """What the account itself says that a code means: a milestone, a reason, IGNORE, or None where it says nothing.

    *options* are those of the source; its `mapping` holds `157:VD` to the value of a milestone or reason, or "ignore".
    """
    mapping = options.get("mapping")
    said = mapping.get(key(vocabulary, code)) if isinstance(mapping, Mapping) else None
    return meaning_of(said) if isinstance(said, str) else None


def meaning_of(said: str) -> Milestone | Reason | str | None:
    """The milestone or reason of that name, IGNORE, or None for a word that is none of them."""
    if said == IGNORE:
        return IGNORE
    for words in (Milestone, Reason):
        try:
            return words(said)
        except ValueError:
            continue
    return None


def index(rows: Iterable[Code]) -> dict[str, tuple[Code, ...]]:
    """Rows by code, in order, for readers that look up many."""
    found: dict[str, tuple[Code, ...]] = {}
    for row in rows:
        found[row.code] = (*found.get(row.code, ()), row)
    return found
