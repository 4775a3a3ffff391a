"""The feed behind webhooks skips nothing and repeats nothing, whoever writes and however many read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from notifiers.stand_in_receiver import StandInReceiver
from service.api.webhook_shapes import Shown
from service.clock import ManualClock
from service.flows import births
from service.flows.kit import Kit
from service.records.decision import NewTask
from service.records.webhooks import Born, WebhookEvent
from service.store import deliveries, tasks
from service.store.engine import open_database
from tests.hooks import Hooks
from tests.kits import Works, running

WRITERS, EACH = 6, 20

KNOWN = "whd_gg3a08dmkr8ck5cw4qrsxnwy5m"


@pytest.fixture
def receiver() -> Iterator[StandInReceiver]:
    with StandInReceiver() as found:
        yield found


def task(key: str) -> NewTask:
    return NewTask(key, "call_me", "Call.")


def test_many_writers_and_two_readers_make_each_event_once(works: Works, receiver: StandInReceiver) -> None:
    hooks = Hooks(works)
    hooks.add(receiver, events=[WebhookEvent.TASK_OPENED])
    done = threading.Event()

    def write(writer: int) -> None:
        for number in range(EACH):
            key, now = f"k:{writer}:{number}", works.clock()
            works.database.write(lambda conn: tasks.open_tasks(conn, works.account_id, [task(key)], now))  # noqa: B023

    def read(kit: Kit) -> None:
        while not done.is_set():
            births.bear(kit, Shown(kit))

    with running(works.database, works.clock) as second, ThreadPoolExecutor(WRITERS + 2) as pool:
        twin = Hooks(second)
        readers = [pool.submit(read, one.kit) for one in (hooks, twin)]
        for writing in [pool.submit(write, writer) for writer in range(WRITERS)]:
            writing.result(60)
        done.set()
        for reading in readers:
            reading.result(60)
        hooks.bear()
        twin.courier.stop()
    log = hooks.log()
    assert len({row.subject_id for row in log}) == WRITERS * EACH
    assert [row.number for row in log] == list(range(1, WRITERS * EACH + 1))
    hooks.courier.stop()


def test_a_change_that_commits_late_is_not_passed_over(
    migrated_pg_url: str, clock: ManualClock, receiver: StandInReceiver
) -> None:
    """PostgreSQL alone commits out of order."""
    with closing(open_database(migrated_pg_url)) as database, running(database, clock) as works:
        hooks = Hooks(works)
        hooks.add(receiver)
        now = clock()
        with database.engine.connect() as slow, slow.begin():
            tasks.open_tasks(slow, works.account_id, [task("late")], now)
            database.write(lambda conn: tasks.open_tasks(conn, works.account_id, [task("soon")], now))
            births.bear(works.kit, Shown(works.kit))
            assert hooks.log() == []
        hooks.bear()
        assert len(hooks.log()) == 2
        hooks.courier.stop()


def test_whoever_comes_second_writes_nothing(works: Works, receiver: StandInReceiver) -> None:
    hooks = Hooks(works)
    found, now = hooks.add(receiver), works.clock()
    seen = (found.seen[0], found.seen[1] + 1)
    born = [Born(WebhookEvent.TASK_OPENED, "k", "tsk_1", None, now, '{"data":{}}')]
    assert works.database.write(lambda conn: deliveries.keep(conn, found, seen, born, now))
    assert not works.database.write(lambda conn: deliveries.keep(conn, found, seen, born, now))
    assert len(hooks.log()) == 1
    hooks.courier.stop()


def test_an_event_has_the_same_id_whenever_it_is_made() -> None:
    """Also in a database that was put back: a receiver then knows what it had."""
    assert deliveries.id_of("whk_1", "message.delivered:msg_1") == KNOWN
    assert len({deliveries.id_of(hook, key) for hook in ("whk_1", "whk_2") for key in ("a", "b")}) == 4
