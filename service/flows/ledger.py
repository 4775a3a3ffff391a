"""The ledger of promises: sealing what was entered, and proving that nothing was changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.flows.kit import Kit
from service.policy import chain
from service.records.ledger import Entry, Seal
from service.store import accounts
from service.store import ledger as store
from service.store.engine import Connection
from service.store.readable import Unreadable

MOST = 1_000
"""The most entries of one seal."""

Tell = Callable[[int, int], None]
"""Is told how much of how much is done."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at. `fault` is the first thing that does not fit, in one sentence; None where all fits."""

    seals: int
    entries: int
    unsealed: int
    promises: int
    digest: str
    fault: str | None = None


def seal_due(kit: Kit) -> int:
    """Seal what every account has entered since; returns how many entries were sealed."""
    with kit.database.read() as conn:
        ids = accounts.all_ids(conn)
    return sum(_seal_account(kit, account_id) for account_id in ids)


def _seal_account(kit: Kit, account_id: str) -> int:
    sealed = 0
    while True:
        now = kit.clock()
        with kit.database.read() as conn:
            last = store.last_seal(conn, account_id)
            older = store.unentered(conn, account_id, MOST) if last is None else []
            entries = store.unsealed(conn, account_id, MOST)
        if older:
            _take_in(kit, account_id, older, now)
            continue
        if not entries or not _keep(kit, last, entries, now):
            return sealed
        sealed += len(entries)
        if len(entries) < MOST:
            return sealed


def _take_in(kit: Kit, account_id: str, ids: list[str], now: datetime) -> None:
    """Enter promises that are older than the ledger, before its first seal."""

    def unit(conn: Connection) -> None:
        missing = set(store.unentered(conn, account_id, MOST)) & set(ids)
        store.enter(conn, account_id, missing, now)

    kit.database.write(unit)


def _keep(kit: Kit, last: Seal | None, entries: list[Entry], now: datetime) -> bool:
    made = chain.seal(last, entries, now)
    ids = [one.id for one in entries]
    return kit.database.write(lambda conn: store.keep_seal(conn, made, ids))


def verify(kit: Kit, account_id: str, tell: Tell | None = None) -> Verified:
    """Make the chain again, and hold every promise against its entries, in one snapshot."""
    report = tell or (lambda _done, _total: None)
    with kit.database.read() as conn:
        counts = store.counts(conn, account_id)
        last: Seal | None = None
        try:
            last = store.last_seal(conn, account_id)
            fault = next(_faults(conn, account_id, counts, report), None)
        except Unreadable as error:
            fault = str(error)
    return Verified(
        seals=counts["seals"],
        entries=counts["entries"],
        unsealed=counts["unsealed"],
        promises=counts["promises"],
        digest=last.digest if last else chain.START,
        fault=fault,
    )


def _faults(conn: Connection, account_id: str, counts: Mapping[str, int], tell: Tell) -> Iterator[str]:
    """What does not fit, first the chain, then the promises."""
    total = counts["entries"] + counts["promises"]
    before: Seal | None = None
    done = 0
    for one in store.seals(conn, account_id):
        entries = store.covered(conn, one)
        if wrong := chain.misfit_seal(one, before, entries):
            yield wrong
        before = one
        done += len(entries)
        tell(done, total)
    number = before.number if before else 0
    if counts["last"] > number:
        yield f"Seal {number + 1} is missing: entries name it."
    if counts["entries"] - counts["unsealed"] != done:
        yield "An entry names a seal that does not cover it: an entry was added or moved."
    for kept, entries in store.promises(conn, account_id):
        if wrong := chain.misfit_promise(kept, entries, opened=before is not None):
            yield wrong
        done += 1
        tell(min(done, total), total)
    if gone := store.orphan(conn, account_id):
        yield f"Promise {gone} is gone, and the ledger tells of it."
