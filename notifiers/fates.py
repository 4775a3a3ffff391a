"""What becomes of a message that a provider answered with a code: the words that every table of codes is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from notifiers.errors import ChannelUnavailable, NotifierError, PermanentFailure, TemporaryFailure, UncertainOutcome


class Fate(StrEnum):
    """What becomes of a message that the provider answered with a code."""

    TEMPORARY = "temporary"
    """Not taken; the same message may pass later."""
    PERMANENT = "permanent"
    """Not taken and never will be; another channel or sender may reach the person."""
    SUPPRESS = "suppress"
    """As permanent, and this address must not be written to again."""
    UNAVAILABLE = "unavailable"
    """Nothing passes until a person mends the account, the sender or the settings."""
    UNCERTAIN = "uncertain"
    """Nobody can say from the answer alone."""


def failure(fate: Fate, detail: str, *, code: str | None = None, retry_after: float | None = None) -> NotifierError:
    """The failure to raise for *fate*; *retry_after* counts for a temporary one only."""
    if fate is Fate.TEMPORARY:
        return TemporaryFailure(detail, code=code, retry_after=retry_after)
    if fate is Fate.UNAVAILABLE:
        return ChannelUnavailable(detail, code=code)
    if fate is Fate.UNCERTAIN:
        return UncertainOutcome(detail, code=code)
    return PermanentFailure(detail, code=code, suppress=fate is Fate.SUPPRESS)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code: its fate and one sentence without personal data.

    With *says* the row counts only where the provider's own title holds that word: some use one code for two things.
    """

    code: str
    fate: Fate
    sentence: str
    says: str = ""


_BY_STATUS: Mapping[int, Fate] = MappingProxyType(
    {
        401: Fate.UNAVAILABLE,
        402: Fate.UNAVAILABLE,
        403: Fate.UNAVAILABLE,
        404: Fate.UNAVAILABLE,
        405: Fate.UNAVAILABLE,
        407: Fate.UNAVAILABLE,
        408: Fate.UNCERTAIN,
        409: Fate.UNCERTAIN,
        429: Fate.TEMPORARY,
    }
)
"""HTTP status alone, where no code that we know came with it."""


class Codes:
    """A provider's table of codes. *by_status* adds to what an HTTP status alone means."""

    def __init__(self, provider: str, rows: Sequence[Meaning], by_status: Mapping[int, Fate] | None = None) -> None:
        self._provider = provider
        self._rows = {row.code: row for row in rows}
        self._by_status = {**_BY_STATUS, **(by_status or {})}

    @property
    def rows(self) -> Sequence[Meaning]:
        """Every code that we know."""
        return tuple(self._rows.values())

    def meaning(self, code: str | None, title: str = "") -> Meaning | None:
        """The row of *code*, or None; *title* is the provider's own word for it."""
        row = self._rows.get(code or "")
        return row if row is not None and row.says.lower() in title.lower() else None

    def failure(
        self, status: int, code: str | None, title: str = "", *, retry_after: float | None = None
    ) -> NotifierError:
        """The failure to raise for an answer with HTTP *status* and, where one came, the provider's *code*.

        A 5xx proves nothing whatever its code: the message may have been taken. A redirect was certainly not obeyed,
        so nothing passes until the address of the API is mended. A code that we do not know is judged by the status.
        """
        row = self.meaning(code, title)
        if status >= 500:
            fate = Fate.UNCERTAIN
        elif row is not None:
            fate = row.fate
        elif 300 <= status < 400:
            fate = Fate.UNAVAILABLE
        else:
            fate = self._by_status.get(status, Fate.PERMANENT)
        return failure(fate, self.sentence(status, code, title), code=code or str(status), retry_after=retry_after)

    def sentence(self, status: int, code: str | None, title: str = "") -> str:
        """One sentence about the answer, without the recipient and without the provider's own words."""
        row = self.meaning(code, title)
        if row is not None:
            return row.sentence
        return f"{self._provider} answered with " + (f"code {code}." if code else f"HTTP {status}.")

    def suppresses(self, code: str | None, title: str = "") -> bool:
        """Whether *code*, in an answer or in a receipt, says that the address must not be written to again."""
        row = self.meaning(code, title)
        return row is not None and row.fate is Fate.SUPPRESS
