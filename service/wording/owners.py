"""Who is named as the person that looks after an order: nobody whom the account did not name."""

from __future__ import annotations

from collections.abc import Iterable

from service.wording.names import clean
from service.wording.values import NOBODY

_AROUND = frozenset(" .'-\u2019")


def person(owner: str, registered: str | None = None) -> str | None:
    """The name of *owner*: that of the operator *registered* under it, else the owner itself where it reads as a name.

    None for the desk, and for what is an id, a login or an address: then a text speaks of our desk.
    """
    if clean(owner).casefold() in NOBODY:
        return None
    name = clean(registered or owner)
    return name if registered or _reads_as_a_name(name) else None


def one_for_all(owners: Iterable[tuple[str, str | None]]) -> str | None:
    """The one person who looks after all of these (owner, registered name); None where it is not one person."""
    named = {person(owner, registered) for owner, registered in owners}
    return named.pop() if len(named) == 1 else None


def _reads_as_a_name(text: str) -> bool:
    """Letters, with blanks, dots, hyphens and apostrophes between them; not all small or all capital, as codes are."""
    letters = [char for char in text if char not in _AROUND]
    written = len(letters) > 1 and all(char.isalpha() for char in letters)
    return written and not text.islower() and not text.isupper()
