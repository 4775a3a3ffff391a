"""Simulated receipts: what follows a message of a test account by the clock, as a provider's calls would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifiers.base import Foretells, Receipt
from service.flows.kit import Kit
from service.store import simulated
from service.store.simulated import Taken


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt whose moment has come, and the attempt that it is about."""

    account_id: str
    attempt_id: str
    receipt: Receipt


def due(kit: Kit) -> Sequence[Told]:
    """The receipts whose moment has come and which were not believed yet, earliest first, repeats included.

    What is believed stands in rows, so nothing is lost or said again after a restart.
    """
    tellers = {
        channel: ready.notifier for channel, ready in kit.simulator.items() if isinstance(ready.notifier, Foretells)
    }
    now = kit.clock()
    with kit.database.read() as conn:
        taken = simulated.taken(conn, now)
    found = [moment for one in taken if one.channel in tellers for moment in _due(tellers[one.channel], one, now)]
    return [told for _, told in sorted(found, key=lambda moment: moment[0])]


def _due(teller: Foretells, one: Taken, now: datetime) -> Iterator[tuple[datetime, Told]]:
    for later in teller.later(one.to, one.provider_id):
        at = one.taken_at + later.after
        if at <= now and later.receipt.status not in one.believed:
            yield from [(at, Told(one.account_id, one.attempt_id, later.receipt))] * later.times
