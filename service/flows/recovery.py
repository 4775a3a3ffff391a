"""Being alive: saying so, noticing gaps, and taking over what a dead worker left behind."""

from __future__ import annotations

from service.flows import draining
from service.flows.kit import Kit
from service.policy.draining import was_away
from service.store import deliveries, proving, pulse, settling, workers
from service.store.engine import Connection
from service.store.locks import worker_alive


def start(kit: Kit) -> int:
    """Say that this worker begins, after what dead ones were sending has become uncertain; returns how much.

    What should have left while nobody was there leaves in turn.
    """
    found = recover(kit)
    now = kit.clock()
    with kit.database.read() as conn:
        last = pulse.last_beat(conn, pulse.ENGINE)
    if last is not None and was_away(last.beat_at, now):
        draining.after_away(kit.database, now, kit.drain_per_minute)
    kit.database.write(lambda conn: workers.started(conn, kit.worker_id, now))
    beat(kit)
    return found


def recover(kit: Kit) -> int:
    """Find workers that are proven dead; what they were sending may have been taken: only webhooks are sent again."""
    with kit.database.read() as conn:
        # One that was held for dead and lives on has said that it ended, and may be sending all the same.
        others = sorted({*workers.unfinished(conn), *settling.senders(conn)} - {kit.worker_id})
    dead = [worker for worker in others if not worker_alive(kit.database, worker)]
    if not dead:
        return 0
    now = kit.clock()

    def unit(conn: Connection) -> int:
        left = settling.recover(conn, dead, now) + deliveries.recover(conn, dead, now)
        for worker in dead:
            workers.stopped(conn, worker, now)
        kit.reach("r0")
        return left

    found = kit.database.write(unit)
    if found:
        kit.database.wake("shipments")
    return found


def give_up_doubt(kit: Kit) -> int:
    """End uncertain messages whose time has passed as unknown; a later receipt still settles them."""
    now = kit.clock()
    ended = kit.database.write(lambda conn: proving.give_up(conn, now))
    if ended:
        kit.database.wake("shipments")
    return ended


def beat(kit: Kit) -> None:
    """Say that the engine lives; a gap since the last time is kept."""
    now = kit.clock()
    kit.database.write(lambda conn: pulse.beat(conn, pulse.ENGINE, now))


def stop(kit: Kit) -> None:
    """Say that this worker has ended by itself; unless a call outlasted it, which the next start must find."""
    now = kit.clock()

    def unit(conn: Connection) -> None:
        if not settling.sends(conn, kit.worker_id) and not deliveries.sends(conn, kit.worker_id):
            workers.stopped(conn, kit.worker_id, now)

    kit.database.write(unit)
