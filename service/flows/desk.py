"""The desk e-mail at opening time: what came in, what was said, what is held, and what we owe today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from notifiers.base import Channel
from service.flows.kit import Kit
from service.policy.hours import opens_at
from service.records.enums import Level, MessageKind, Stage
from service.records.ids import new_id
from service.records.situation import AccountView
from service.records.status import StatusReport
from service.store import accounts, alerts, threads, ticks
from service.store.alerts import Failure
from service.store.engine import Connection
from service.store.reports import status_report
from service.store.threads import Outgoing
from service.wording.desk import desk_mail
from service.wording.report import report_lines

ALERTS_LOOK_BACK = timedelta(days=1)
"""A failure that nobody was mailed about within a day, because we were down, is found by the API only."""

LATE = timedelta(hours=2)
"""A desk mail that could not be written within two hours of opening is of no use that day."""


def report(kit: Kit, account_id: str) -> StatusReport:
    """The state of one account, as `milepost status` prints it."""
    now = kit.clock()
    with kit.database.read() as conn:
        account = accounts.view(conn, account_id)
        return status_report(conn, account, now)


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


def _alert(kit: Kit, account: AccountView, failure: Failure) -> Outgoing:
    base = kit.public_url or kit.local_url
    about = failure.ref or failure.subject
    lines = [failure.what, f"Why: {failure.why}", f"See {base}{failure.path}"]
    return _desk_outgoing(kit, account, f"{failure.kind}:{failure.subject}", f"{failure.title} ({about})", lines)


def _put(kit: Kit, account_id: str, outgoing: Sequence[Outgoing], now: datetime) -> None:
    def unit(conn: Connection) -> None:
        for one in outgoing:
            threads.add_outgoing(conn, account_id, one, now)

    if outgoing:
        kit.database.write(unit)
        kit.database.wake("messages")


def _desk_outgoing(kit: Kit, account: AccountView, key: str, title: str, lines: Sequence[str]) -> Outgoing:
    mail = desk_mail(f"{account.brand}: {title}", lines)
    return Outgoing(
        id=new_id("msg"),
        key=f"desk:{key}"[:120],
        kind=MessageKind.DESK,
        stage=Stage.LIVE if Channel.EMAIL in kit.live else Stage.REHEARSAL,
        channel=Channel.EMAIL,
        level=Level.SYS,
        body=mail.text,
        subject=mail.subject,
        html=mail.html,
        to=account.care_email,
    )


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
    lines = report_lines(found, now, account.zone)
    outgoing = _desk_outgoing(kit, account, opening.isoformat(), found.headline, lines)
    kit.database.write(lambda conn: _write(conn, account_id, outgoing, opening, now))
    kit.database.wake("messages")
    return True


def _write(conn: Connection, account_id: str, outgoing: Outgoing, opening: datetime, now: datetime) -> None:
    threads.add_outgoing(conn, account_id, outgoing, now)
    ticks.finish_tick(conn, f"desk:{account_id}"[:40], opening, now)
