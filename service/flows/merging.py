"""Making one shipment of two, because an event or a person says that they are one, and taking them apart again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from service.flows.kit import Kit
from service.policy.merging import doubt, doubt_task, merged
from service.records.decision import NewTask
from service.records.situation import Situation
from service.store import merges, merging, situations, splitting
from service.store.engine import Connection
from service.store.errors import StoreError
from service.store.merges import Merge
from service.store.merging import Two
from service.store.splitting import Flying
from service.store.tasks import open_tasks

log = logging.getLogger(__name__)

TRIES = 5
"""So often both are read again because something became of one of them meanwhile."""

__all__ = ["Flying", "merge", "run_asked", "split"]


def run_asked(kit: Kit) -> int:
    """Make one shipment of every two that events have taken for one; returns how many pairs were dealt with."""
    with kit.database.read() as conn:
        asked = merges.asked(conn)
    for one in asked:
        try:
            _settle(kit, one)
        except StoreError:
            raise
        except Exception:
            # Neither is looked at while this is open, so it must come to an end.
            log.exception("shipments %s and %s cannot be made one; a person is asked", one.older_id, one.younger_id)
            task = NewTask(
                f"merge:{one.older_id}:{one.younger_id}",
                "merge",
                f"{one.younger_id} seems to be one with {one.older_id}, and could not be merged: see the log.",
                shipment_id=one.older_id,
            )
            _leave(kit, one, task)
    return len(asked)


def _settle(kit: Kit, one: Merge) -> None:
    with kit.database.read() as conn:
        pair = sorted({merges.survivor(conn, one.account_id, each) for each in (one.older_id, one.younger_id)})
        found = situations.situations(conn, [(one.account_id, each) for each in pair])
    if len(found) < 2:
        now = kit.clock()
        kit.database.write(lambda conn: merges.end(conn, one, "known", now))
        return
    older, younger = sorted(found, key=lambda each: each.shipment.id)
    why = doubt(older, younger)
    if why is not None:
        _leave(kit, one, doubt_task(older, younger, why))
        return
    if not _make(kit, one, older.shipment.id, younger.shipment.id):
        raise RuntimeError("one of them has become part of another meanwhile")


def _leave(kit: Kit, one: Merge, task: NewTask) -> None:
    """Let a person say whether they are one; until then they are two."""
    now = kit.clock()

    def unit(conn: Connection) -> None:
        merges.end(conn, one, "doubt", now)
        open_tasks(conn, one.account_id, [task], now)

    kit.database.write(unit)
    kit.database.wake("shipments")


def merge(kit: Kit, account_id: str, one_id: str, other_id: str, *, why: str, by: str) -> str:
    """Make one shipment of two; returns the id of the older, which stays.

    Raises LookupError for an unknown one, ValueError where they are one already or cannot be made one.
    """
    with kit.database.read() as conn:
        pair = sorted({merges.survivor(conn, account_id, each) for each in (one_id, other_id)})
        found = situations.situations(conn, [(account_id, each) for each in pair])
    if len(found) < len(pair):
        raise LookupError("this account has no shipment of that id")
    if len(pair) < 2:
        raise ValueError("they are one shipment already")
    if not _make(kit, Merge(account_id, "", pair[0], pair[1], by, why), pair[0], pair[1]):
        raise ValueError("one of them has become part of another meanwhile")
    return pair[0]


def _make(kit: Kit, one: Merge, older_id: str, younger_id: str) -> bool:
    """Read both, say how they become one, and write that if both still are as they were read.

    Where something becomes of them at every moment, the last try reads them while it holds them.
    """
    keys = [(one.account_id, older_id), (one.account_id, younger_id)]
    for last in (*[False] * TRIES, True):
        now = kit.clock()
        if last:
            made = kit.database.write(partial(_hold_and_make, one=one, keys=keys, now=now))
        else:
            with kit.database.read() as conn:
                two = _two(situations.situations(conn, keys), now)
            made = two is not None and kit.database.write(partial(merging.make_one, two=two, one=one, now=now))
        if made:
            kit.database.wake("shipments")
            kit.database.wake("changes")
            return True
    return False


def _hold_and_make(conn: Connection, one: Merge, keys: list[tuple[str, str]], now: datetime) -> bool:
    merging.lock_both(conn, one.account_id, [shipment_id for _, shipment_id in keys])
    two = _two(situations.situations(conn, keys), now)
    return two is not None and merging.make_one(conn, two, one, now)


def _two(found: Sequence[Situation], now: datetime) -> Two | None:
    if len(found) < 2:
        return None
    older, younger = sorted(found, key=lambda each: each.shipment.id)
    return Two(older, younger, merged(older, younger, now))


def split(kit: Kit, account_id: str, younger_id: str, *, why: str, by: str) -> str:
    """Take a merged shipment out of the one that it went into; returns that one's id.

    Raises LookupError for a shipment that is part of no other, `Flying` while a text about it may be under way.
    """
    now = kit.clock()

    def unit(conn: Connection) -> str | None:
        holding = merges.holding(conn, account_id, younger_id)
        return splitting.take_apart(conn, holding, by=by, why=why, now=now) if holding else None

    older = kit.database.write(unit)
    if older is None:
        raise LookupError("this shipment is part of no other")
    kit.database.wake("shipments")
    kit.database.wake("changes")
    return older
