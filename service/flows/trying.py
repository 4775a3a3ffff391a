"""Trials of changed texts: released by themselves when all is well, held with a task for a person when it is not."""

from __future__ import annotations

from datetime import datetime

from service.flows.kit import Kit
from service.policy.canary import verdict
from service.records.decision import NewTask
from service.records.pauses import MILEPOST
from service.records.signs import TrialState, Tried
from service.store import accounts, audit, tasks, trials
from service.store.engine import Connection
from service.store.trials import OnTrial


def judge_due(kit: Kit) -> int:
    """Judge every text that is being tried; returns how many trials ended."""
    now = kit.clock()
    ended: list[tuple[OnTrial, TrialState, Tried]] = []
    with kit.database.read() as conn:
        for one in trials.trying(conn):
            found = trials.outcome(conn, one.account_id, one.id)
            state = verdict(found, accounts.view(conn, one.account_id).rules, now)
            if state is not TrialState.TRYING:
                ended.append((one, state, found))
    if not ended:
        return 0

    def unit(conn: Connection) -> int:
        return sum(_end(conn, one, state, found, now) for one, state, found in ended)

    number = kit.database.write(unit)
    kit.database.wake("messages")
    return number


def _end(conn: Connection, one: OnTrial, state: TrialState, found: Tried, now: datetime) -> bool:
    if not trials.end(conn, one.account_id, one.id, state, since=TrialState.TRYING):
        return False
    numbers = {"tried": found.number, "failed": found.failed, "stopped": found.stopped}
    name = f"{one.code.value} ({one.language}, {one.channel.value}) version {one.version}"
    released = state is TrialState.RELEASED
    why = f"{found.number} messages tried it; {found.failed} failed and {found.stopped} were answered with STOP"
    audit.record(conn, one.account_id, MILEPOST, "text.release" if released else "text.hold", one.id, why, numbers, now)
    if not released:
        where = f"{one.code.value} --language {one.language} --channel {one.channel.value}"
        text = (
            f"Your words for {name} are held: {why}. Ours are said in their place. "
            f"`milepost texts release {where}` says yours all the same, `withdraw` those before."
        )
        task = NewTask(key=f"canary:{one.id}", kind="text", text=text, due_at=now)
        tasks.open_tasks(conn, one.account_id, [task], now)
    return True
