"""What crosses the wall when a machine's endpoint is called: the answer, and what a caller must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Refused(ValueError):
    """The URL is not one that we may call; the message is a sentence that does not repeat it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call. `status` is None where no answer came, and `detail` then says why.

    `said` is the beginning of an answer that is no 2xx, as plain text; `retry_after` is in seconds.
    """

    status: int | None
    detail: str
    said: str = ""
    retry_after: float | None = None


class Caller(Protocol):
    """Signs and makes calls. Safe to use from several threads."""

    def check(self, url: str) -> None:
        """Raise `Refused` where *url* can be seen to lead where we may not call."""
        ...

    def secrets_for(self, name: str, generation: int) -> tuple[str, ...]:
        """What the endpoint *name* checks calls with, the newest first; `whsec_…`, always the same."""
        ...

    def call(self, url: str, key: str, body: str, secrets: tuple[str, ...]) -> Answer:
        """Post *body* under the id *key*, signed with each of *secrets*. Raises nothing."""
        ...
