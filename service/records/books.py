"""The books: how many notices and messages ended how, what does not fit, and what providers list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit: what, how often, and the ids of the first."""

    what: str
    number: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """Every notice and message of an account by state, against how many there are; `faults` is what does not fit."""

    notices: dict[str, int]
    notices_total: int
    messages: dict[str, int]
    messages_total: int
    faults: tuple[Fault, ...]

    @property
    def balanced(self) -> bool:
        """Whether everything is accounted for."""
        counted = (sum(self.notices.values()), sum(self.messages.values()))
        return not self.faults and counted == (self.notices_total, self.messages_total)


@dataclass(frozen=True, slots=True)
class ListBooks:
    """One provider's list against ours.

    `orphans` left our sender and are not known to us, `duplicates` are those of them that repeat a text of ours,
    `missing` are held for sent and not listed: all by the provider's ids. `read` is False where it could not be read.
    """

    notifier: str
    channel: str
    read: bool
    receipts: int = 0
    replies: int = 0
    orphans: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the list was read and is ours."""
        return self.read and not (self.orphans or self.duplicates or self.missing)


@dataclass(frozen=True, slots=True)
class Books:
    """The lists of all providers that keep one, and our own balance."""

    lists: tuple[ListBooks, ...]
    balance: Balance

    @property
    def balanced(self) -> bool:
        """Whether every list and our own books fit."""
        return self.balance.balanced and all(one.fits for one in self.lists)
