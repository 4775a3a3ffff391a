"""The desk e-mail at opening time: what came in, what was said, what is held, and what we owe today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from service.flows.kit import Kit
from service.flows.render import desk_outgoing
from service.flows.ways import standing
from service.policy.hours import mailed_now, opens_at
from service.policy.timing import zone_of
from service.records.situation import AccountView
from service.records.status import StatusReport
from service.store import accounts, alerts, channels, tasks, threads, ticks
from service.store.alerts import Failure
from service.store.engine import Connection
from service.store.reports import status_report
from service.store.tasks import TaskRow
from service.store.threads import Outgoing
from service.wording.desk import desk_mail, task_line
from service.wording.report import report_lines

ALERTS_LOOK_BACK = timedelta(days=1)
"""A failure that nobody was mailed about within a day, because we were down, is found by the API only."""

MOST_TASKS = 50
"""How many tasks one mail lists; the next one takes the rest."""

LATE = timedelta(hours=2)
"""A desk mail that could not be written within two hours of opening is of no use that day."""


def report(kit: Kit, account_id: str) -> StatusReport:
    """The state of one account, as `milepost status` prints it."""
    now = kit.clock()
    with kit.database.read() as conn:
        account = accounts.view(conn, account_id)
        return replace(status_report(conn, account, now), ways=standing(kit, channels.states(conn), now))


def send_alerts(kit: Kit) -> int:
    """Mail the care desk about texts that failed and calls that could not be read; returns how many mails were written.

    Each failure is mailed once: the mail's key names it.
    """
    now = kit.clock()
    with kit.database.read() as conn:
        ids = accounts.all_ids(conn)
        found = {i: (accounts.view(conn, i), alerts.unmailed(conn, i, now - ALERTS_LOOK_BACK)) for i in ids}
    written = 0
    for account_id, (account, failures) in found.items():
        if account.care_email:
            outgoing = [_alert(kit, account, one) for one in failures]
            written += len(outgoing)
            _put(kit, account_id, outgoing, now)
    return written


def send_tasks(kit: Kit) -> int:
    """Mail the care desk about tasks that it was not mailed about, all of one moment in one mail; returns how many.

    In care hours, and at once where something is due before the desk opens next.
    """
    now = kit.clock()
    with kit.database.read() as conn:
        found = {i: (accounts.view(conn, i), tasks.unmailed(conn, i, MOST_TASKS)) for i in accounts.all_ids(conn)}
    return sum(_send_tasks(kit, account, rows, now) for account, rows in found.values() if account.care_email)


def _send_tasks(kit: Kit, account: AccountView, rows: Sequence[TaskRow], now: datetime) -> bool:
    due = [row for row in rows if mailed_now(account, row.due_at, now)]
    if not due:
        return False
    base = kit.public_url or kit.local_url
    lines = [task_line(row.text, row.owner, row.due_at, _about(base, row), account.zone, now) for row in due]
    title = due[0].text if len(due) == 1 else f"{len(due)} things to do"
    mail = _mail(kit, account, f"tasks:{due[0].id}", title, [*lines, f"All that is open: {base}/v1/tasks"])
    ids = [row.id for row in due]

    def unit(conn: Connection) -> bool:
        if not tasks.mark_mailed(conn, account.id, ids, now):
            return False
        threads.add_outgoing(conn, account.id, mail, now)
        return True

    written = kit.database.write(unit)
    kit.database.wake("messages")
    return written


def _about(base: str, row: TaskRow) -> str:
    """Where what a task is about can be seen."""
    return f"{base}/v1/shipments/{row.shipment_id}/timeline" if row.shipment_id else f"{base}/v1/tasks"


def _alert(kit: Kit, account: AccountView, failure: Failure) -> Outgoing:
    base = kit.public_url or kit.local_url
    about = failure.ref or failure.subject
    lines = [failure.what, f"Why: {failure.why}", f"See {base}{failure.path}"]
    return _mail(kit, account, f"{failure.kind}:{failure.subject}", f"{failure.title} ({about})", lines)


def _put(kit: Kit, account_id: str, outgoing: Sequence[Outgoing], now: datetime) -> None:
    def unit(conn: Connection) -> None:
        for one in outgoing:
            threads.add_outgoing(conn, account_id, one, now)

    if outgoing:
        kit.database.write(unit)
        kit.database.wake("messages")


def _mail(kit: Kit, account: AccountView, key: str, title: str, lines: Sequence[str]) -> Outgoing:
    return desk_outgoing(kit, account, f"desk:{key}"[:120], desk_mail(f"{account.brand}: {title}", lines))


def send_due(kit: Kit) -> int:
    """Write the desk e-mail of every account that has just opened, once a day; returns how many were written."""
    with kit.database.read() as conn:
        ids = accounts.all_ids(conn)
    return sum(_send(kit, account_id) for account_id in ids)


def _send(kit: Kit, account_id: str) -> bool:
    now = kit.clock()
    job = f"desk:{account_id}"[:40]
    with kit.database.read() as conn:
        account = accounts.view(conn, account_id)
        done = ticks.last_tick(conn, job)
    today = now.astimezone(zone_of(account.zone)).date()
    if not account.care_email or not _just_opened(account, today, now):
        return False
    # The tick stands for the date, so that a change of hours makes no second mail that day.
    day = datetime.combine(today, time(), UTC)
    if done is not None and done >= day:
        return False
    found = report(kit, account_id)
    mail = _mail(kit, account, today.isoformat(), found.headline, report_lines(found, now, account.zone))
    written = kit.database.write(lambda conn: _write(conn, account_id, mail, job, day, now))
    kit.database.wake("messages")
    return written


def _just_opened(account: AccountView, today: date, now: datetime) -> bool:
    """Whether the desk opened for the first time today, no longer ago than a mail is of use."""
    opening = opens_at(account, datetime.combine(today, time(), zone_of(account.zone)).astimezone(UTC))
    return opening is not None and opening <= now < opening + LATE


def _write(conn: Connection, account_id: str, outgoing: Outgoing, job: str, day: datetime, now: datetime) -> bool:
    """The mail and the note that it was written are one; False where another process was first."""
    if not ticks.claim_tick(conn, job, day):
        return False
    threads.add_outgoing(conn, account_id, outgoing, now)
    ticks.finish_tick(conn, job, day, now)
    return True
