"""The ledger as values: what became of promises, entry by entry, and the seals over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one promise. `content` holds the promise as it then was: ids, kinds, dates and times only.

    `content["step"]` counts the entries of a promise from 1; `seal` is None until the entry is sealed.
    """

    account_id: str
    id: str
    promise_id: str
    event: str
    entered_at: datetime
    content: Mapping[str, object]
    seal: int | None = None

    @property
    def step(self) -> int:
        """Its number among the entries of its promise."""
        step = self.content.get("step")
        return step if isinstance(step, int) else 0


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain: the digest of `entries` entries, made with the digest of the link before it."""

    account_id: str
    number: int
    first_id: str
    last_id: str
    entries: int
    digest: str
    previous: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """A promise as its row has it now, in the form in which entries keep it (without the step)."""

    id: str
    state: str
    content: Mapping[str, object]
