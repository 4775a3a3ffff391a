"""The chain of seals: what is hashed, and what does not fit.

A seal's digest is SHA-256 over the digest before it and canonical JSON lines: one for the seal itself, then one per
entry in id order. JSON is canonical with sorted keys, no spaces and UTF-8, so that a store may order keys as it likes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from service.records.enums import PromiseState
from service.records.ledger import Entry, KeptPromise, Seal

START = "0" * 64
"""The digest before the first seal."""

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def seal(last: Seal | None, entries: Sequence[Entry], now: datetime) -> Seal:
    """The seal over *entries* (at least one, in id order) that follows *last*."""
    made = Seal(
        account_id=entries[0].account_id,
        number=last.number + 1 if last else 1,
        first_id=entries[0].id,
        last_id=entries[-1].id,
        entries=len(entries),
        digest="",
        previous=last.digest if last else START,
        sealed_at=now,
    )
    return replace(made, digest=digest(made, entries))


def digest(of: Seal, entries: Sequence[Entry]) -> str:
    """The digest that the seal *of* must have with *entries*, in hexadecimal."""
    found = hashlib.sha256(of.previous.encode())
    head = [of.account_id, of.number, of.first_id, of.last_id, of.entries, _instant(of.sealed_at)]
    for line in (head, *(_line(entry) for entry in entries)):
        found.update(b"\n" + _CANONICAL(line).encode())
    return found.hexdigest()


def misfit_seal(one: Seal, before: Seal | None, entries: Sequence[Entry]) -> str | None:
    """What is wrong with a seal, given the one before it and the entries that it covers; None where it fits."""
    number = before.number + 1 if before else 1
    if one.number != number:
        return f"Seal {number} is missing: seal {one.number} follows {before.number if before else 'the beginning'}."
    if one.previous != (before.digest if before else START):
        return f"Seal {one.number} does not follow the one before it: a seal was changed or removed."
    if len(entries) != one.entries:
        return f"Seal {one.number} covers {one.entries} entries and {len(entries)} are there: an entry was removed."
    if digest(one, entries) != one.digest:
        return f"Seal {one.number} does not fit its entries: one of them, or the seal, was changed."
    return None


def misfit_promise(one: KeptPromise, entries: Sequence[Entry], *, opened: bool) -> str | None:
    """What is wrong with a promise against its entries; None where it fits.

    *opened* says that the ledger has taken in what was there before it, so that a promise without entries is wrong.
    """
    if not entries:
        wrong = opened and one.state != PromiseState.INTENDED
        return f"Promise {one.id} is {one.state} and the ledger has no entry of it." if wrong else None
    ordered = sorted(entries, key=lambda entry: entry.step)
    if [entry.step for entry in ordered] != list(range(1, len(ordered) + 1)):
        return f"Promise {one.id} lacks an entry: the ledger has steps {_steps(ordered)}."
    last = {name: value for name, value in ordered[-1].content.items() if name != "step"}
    changed = sorted(name for name in {*last, *one.content} if last.get(name) != one.content.get(name))
    if changed:
        return f"Promise {one.id} is not as the ledger has it: {', '.join(changed)} changed."
    return None


def _line(entry: Entry) -> list[object]:
    return [entry.account_id, entry.id, entry.promise_id, entry.event, _instant(entry.entered_at), dict(entry.content)]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _steps(entries: Sequence[Entry]) -> str:
    return ", ".join(str(entry.step) for entry in entries)
