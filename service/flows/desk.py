"""The desk e-mail at opening time: what came in, what was said, what is held, and what we owe today."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from notifiers.base import Channel
from service.flows.kit import Kit
from service.policy.hours import opens_at
from service.records.enums import Level, MessageKind, Stage
from service.records.ids import new_id
from service.records.status import StatusReport
from service.store import accounts, threads, ticks
from service.store.reports import status_report
from service.store.threads import Outgoing
from service.wording.desk import desk_mail
from service.wording.report import report_lines

LATE = timedelta(hours=2)
"""A desk mail that could not be written within two hours of opening is of no use that day."""


def report(kit: Kit, account_id: str) -> StatusReport:
    """The state of one account, as `milepost status` prints it."""
    now = kit.clock()
    with kit.database.read() as conn:
        account = accounts.view(conn, account_id)
        return status_report(conn, account, now)


def send_due(kit: Kit) -> int:
    """Write the desk e-mail of every account that has just opened, once a day; returns how many were written."""
    with kit.database.read() as conn:
        ids = accounts.all_ids(conn)
    return sum(_send(kit, account_id) for account_id in ids)


def _send(kit: Kit, account_id: str) -> bool:
    now = kit.clock()
    with kit.database.read() as conn:
        account = accounts.view(conn, account_id)
    opening = opens_at(account, now - LATE)
    if not account.care_email or opening is None or not opening <= now < opening + LATE:
        return False
    if kit.database.write(lambda conn: ticks.claim_tick(conn, f"desk:{account_id}"[:40], opening)) is False:
        return False
    found = report(kit, account_id)
    mail = desk_mail(f"{account.brand}: {found.headline}", report_lines(found, now, account.zone))
    outgoing = Outgoing(
        id=new_id("msg"),
        key=f"desk:{opening.isoformat()}",
        kind=MessageKind.DESK,
        stage=Stage.LIVE if Channel.EMAIL in kit.live else Stage.REHEARSAL,
        channel=Channel.EMAIL,
        level=Level.SYS,
        body=mail.text,
        subject=mail.subject,
        html=mail.html,
        to=account.care_email,
    )
    kit.database.write(lambda conn: _write(conn, account_id, outgoing, opening, now))
    kit.database.wake("messages")
    return True


def _write(conn: Connection, account_id: str, outgoing: Outgoing, opening: datetime, now: datetime) -> None:
    threads.add_outgoing(conn, account_id, outgoing, now)
    ticks.finish_tick(conn, f"desk:{account_id}"[:40], opening, now)
