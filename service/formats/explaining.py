"""What a code means: every row of a format's lists that has it, for people and for programs."""

from __future__ import annotations

from typing import Any, NamedTuple

from service.formats.base import Format
from service.formats.legs import TRANSFER
from service.formats.vocabulary import ELSEWHERE, Code, Vocabulary, key
from service.records.enums import Milestone, Reason
from service.records.meanings import FAMILY, FAMILY_SAYS, MILESTONE_SAYS


class Meaning(NamedTuple):
    """One row that has the code, and the list in which it stands."""

    vocabulary: Vocabulary
    row: Code

    @property
    def becomes(self) -> str:
        """What an event with this code becomes, in words."""
        made = self.row.becomes
        if isinstance(made, Milestone):
            return f"{made}" + (f", reason {self.row.reason}" if self.row.reason else "")
        if made == ELSEWHERE:
            return made
        return f"reason {made}" if isinstance(made, Reason) else f"ignored: {made}"

    @property
    def sentence(self) -> str:
        """What a customer reads; empty where nobody hears of it."""
        made = self.row.becomes
        if isinstance(made, Milestone):
            return MILESTONE_SAYS[made]
        return FAMILY_SAYS[FAMILY[made]] if isinstance(made, Reason) else ""

    @property
    def at_transfer(self) -> Milestone | None:
        """What it becomes where the message shows that its place is neither of the two ends; None where nothing else.

        A list that names transfers itself means the ends by its other codes.
        """
        named = {row.becomes for row in self.vocabulary.rows if isinstance(row.becomes, Milestone)}
        made = self.row.becomes
        if not isinstance(made, Milestone) or named >= set(TRANSFER.values()):
            return None
        return TRANSFER.get(made)

    @property
    def source(self) -> str:
        """Where the meaning stands."""
        return self.row.source or self.vocabulary.source

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        made, reason = self.row.becomes, self.row.reason
        return {
            "list": self.vocabulary.name,
            "title": self.vocabulary.title,
            "code": key(self.vocabulary.name, self.row.code),
            "says": self.row.says,
            "when": self.row.when,
            "milestone": made if isinstance(made, Milestone) else None,
            "reason": made if isinstance(made, Reason) else reason,
            "ignored": None if isinstance(made, Milestone | Reason) or made == ELSEWHERE else made,
            "sentence": self.sentence or None,
            "at_transfer": self.at_transfer,
            "source": self.source,
        }


def explain(format_: Format | type[Format], asked: str) -> list[Meaning]:
    """Every meaning of a code, named alone or with its list (`x12-157:VD`), in any case where it has one only."""
    lists = format_.vocabularies
    name, colon, code = asked.partition(":")
    if colon and any(one.name == name.lower() for one in lists):
        lists = tuple(one for one in lists if one.name == name.lower())
    else:
        code = asked
    exact = [Meaning(one, row) for one in lists for row in one.meanings(code)]
    return exact or [Meaning(one, row) for one in lists for row in one.rows if row.code.lower() == code.lower()]
