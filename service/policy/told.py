"""What a person was told: the last word of each line, which is all that the truth is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.records.enums import Line, Origin, PromiseState, Stage
from service.records.situation import Word
from service.records.when import When


@dataclass(frozen=True, slots=True)
class Told:
    """One line of speech in one stage.

    `last` is the word to compare with: told, unknown or baselined, or intended by something on its way. `said` is the
    last word that a notifier took (or that the account declared): the only one that a text may print as "was".
    """

    last: Word | None
    said: Word | None
    next_ordinal: int

    @property
    def compare(self) -> When | None:
        """The date to compare the truth with."""
        return self.last.when if self.last else None

    def against(self, when: When | None) -> When | None:
        """The date that *when* is a move from.

        A word that was closed unsaid, such as one that a person stopped, is known while its date stands; what comes
        after it is a move from what was really told.
        """
        last = self.last
        unsaid = last is not None and last.state is PromiseState.BASELINE and last.origin is Origin.MESSAGE
        stands = last is not None and last.when is not None and when is not None and last.when.on == when.on
        return self.was if unsaid and self.was is not None and not stands else self.compare

    @property
    def was(self) -> When | None:
        """The date that may be printed as the earlier one."""
        return self.said.when if self.said else None


def told(words: Iterable[Word], contact_id: str, stage: Stage, line: Line, *, reopened: frozenset[str]) -> Told:
    """The last word of a line. *reopened* are waiting notices that are being judged afresh: their words do not count.

    A word that was never told is as if it had not been said, but keeps its number.
    """
    mine = sorted(
        (
            word
            for word in words
            if word.contact_id == contact_id and word.stage is stage and word.line is line and not word.unit_group
        ),
        key=lambda word: word.ordinal,
    )
    counted = [
        word
        for word in mine
        if word.state is not PromiseState.NEVER_TOLD
        and not (word.state is PromiseState.INTENDED and word.notice_id in reopened)
    ]
    said = [word for word in counted if word.state is PromiseState.TOLD]
    return Told(
        last=counted[-1] if counted else None,
        said=said[-1] if said else None,
        next_ordinal=(mine[-1].ordinal if mine else 0) + 1,
    )
