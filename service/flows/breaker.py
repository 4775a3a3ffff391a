"""The breaker at work: a look at the counters; on a bad sign everything is held at once and a person is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from service.flows.kit import Kit
from service.policy.breaker import DAYS, GRACE, Trip, hurried, judge, widest
from service.policy.timing import zone_of
from service.records.decision import NewTask
from service.records.pauses import ACCOUNT, GLOBAL, MILEPOST
from service.records.signs import MishapKind, Signs
from service.records.situation import AccountView
from service.store import accounts, audit, signs, strays, switches, tasks
from service.store.engine import Connection
from service.store.signs import Wrong

log = structlog.get_logger(__name__)

HOUR = timedelta(hours=1)

EVERY_ACCOUNT = ""
"""Where an account's id would stand: what holds of all together."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What one look reads: of whom anything is to be judged, and the counters."""

    now: datetime
    views: Mapping[str, AccountView]
    paces: Mapping[str, int]
    together: int
    day: Mapping[str, int]
    hour: Mapping[str, int]
    wrong: tuple[Wrong, ...]
    lifted: Mapping[str, datetime]
    held: frozenset[str]


def watch(kit: Kit) -> int:
    """Judge each account that has sent or met trouble lately, then all together; returns how many holds were set.

    It reads counters by their index and nothing else; where it cannot read, nothing is held and nothing is lifted.
    """
    now = kit.clock()
    with kit.database.read() as conn:
        ground = _read(conn, now)
        if ground is None:
            return 0
        found = {one: trip for one in ground.views if (trip := _judge(conn, ground, one))}
        if not found and len(ground.views) > 1 and (trip := _judge(conn, ground, EVERY_ACCOUNT)):
            found = {EVERY_ACCOUNT: trip}
    for account_id, trip in found.items():
        kit.database.write(lambda conn, one=account_id, why=trip: _hold(conn, one, why, now))  # type: ignore[misc]
        log.error("everything is held", sign=trip.sign, account_id=account_id or "all", why=trip.text)
    return len(found)


def forget(kit: Kit) -> None:
    """Drop counters that nobody compares with any more."""
    now = kit.clock()

    def unit(conn: Connection) -> None:
        signs.prune(conn, now)
        strays.prune(conn, now)

    kit.database.write(unit)


def _read(conn: Connection, now: datetime) -> _Ground | None:
    held = signs.held(conn, now)
    if EVERY_ACCOUNT in held:
        return None
    lifted = signs.lifted(conn)
    wrong = tuple(one for one in signs.mishaps(conn, now) if _unseen(one, lifted))
    paces = signs.paces(conn, now)
    concerned = ({one.account_id for one in wrong} | set(paces)) - held
    if not concerned:
        return None
    return _Ground(
        now=now,
        views={one: accounts.view(conn, one) for one in sorted(concerned)},
        paces=paces,
        together=signs.together(conn, now),
        day=signs.sent(conn, now - 24 * HOUR),
        hour=signs.sent(conn, now - HOUR),
        wrong=wrong,
        lifted=lifted,
        held=held,
    )


def _unseen(one: Wrong, lifted: Mapping[str, datetime]) -> bool:
    """What went wrong before a person looked and lifted the hold is settled; a minute counts as a whole."""
    return all(one.at > at for key in (one.account_id, EVERY_ACCOUNT) if (at := lifted.get(key)) is not None)


def _judge(conn: Connection, ground: _Ground, account_id: str) -> Trip | None:
    """The signs of one account, or of all, against its numbers."""
    alone = account_id != EVERY_ACCOUNT
    rules = ground.views[account_id].rules if alone else widest(view.rules for view in ground.views.values())
    pace = ground.paces.get(account_id, 0) if alone else ground.together
    lifts = [ground.lifted[key] for key in {account_id, EVERY_ACCOUNT} if key in ground.lifted]
    pace = 0 if any(ground.now < at + GRACE for at in lifts) else pace
    usual: tuple[int, ...] = ()
    if hurried(pace, rules):
        zone = ground.views[account_id].zone if alone else "UTC"
        usual = signs.usual(conn, account_id or None, _same_hour(ground.now, zone))
    mine = [one for one in ground.wrong if not alone or one.account_id == account_id]
    found = Signs(
        pace=pace,
        usual=usual,
        day=ground.day.get(account_id, 0) if alone else sum(ground.day.values()),
        hour=ground.hour.get(account_id, 0) if alone else sum(ground.hour.values()),
        mishaps=_counted(mine),
        fresh=_counted(one for one in mine if one.at > ground.now - HOUR),
    )
    return judge(found, rules)


def _counted(wrong: Iterable[Wrong]) -> Mapping[MishapKind, int]:
    found: Counter[MishapKind] = Counter()
    for one in wrong:
        found[one.kind] += one.number
    return found


def _same_hour(now: datetime, zone: str) -> list[tuple[datetime, datetime]]:
    """The hour of now by the account's clock on each of the days before, with the hour on either side of it."""
    place = zone_of(zone)
    local = now.astimezone(place).replace(minute=0, second=0, microsecond=0)
    begins = [(local - timedelta(days=days)).astimezone(now.tzinfo) for days in range(1, DAYS + 1)]
    return [(begin - HOUR, begin + 2 * HOUR) for begin in begins]


def _hold(conn: Connection, account_id: str, trip: Trip, now: datetime) -> None:
    """Hold one account, or all; each account that is held hears of it, and may lift it."""
    everybody = accounts.all_ids(conn)
    home = account_id or everybody[0]
    scope = ACCOUNT if account_id else GLOBAL
    hold_id = switches.set_switch(conn, home, scope, "", by=MILEPOST, why=f"breaker: {trip.text}", now=now)
    audit.record(conn, home, MILEPOST, "pause", hold_id, trip.text, {"sign": trip.sign}, now)
    whose = "this account" if account_id else "every account"
    text = f"Nothing of {whose} leaves any more: {trip.text}. Look at what left last, then: milepost resume {hold_id}."
    task = NewTask(key=f"breaker:{hold_id}", kind="breaker", text=text, due_at=now)
    for one in [account_id] if account_id else everybody:
        tasks.open_tasks(conn, one, [task], now)
