"""Going live: shown first, then applied to the facts as they are then. Not one text about the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from notifiers.base import PERSONAL
from service.flows.kit import Kit
from service.flows.looking import decide_and_write
from service.policy.journey import fold
from service.policy.summary import summarise
from service.records.enums import Line, Mode
from service.records.ids import new_id
from service.records.situation import Situation
from service.store import accounts, audit, customers, plans, shipments, situations, twins
from service.store.engine import Connection

BATCH = 50
WHY = "went live later"
SAMPLES = 5

ROUNDS = 20
"""How often a shipment that changes while it is baselined is tried again."""


@dataclass(frozen=True, slots=True)
class LateOne:
    """A shipment whose truth differs from the date that the account had promised."""

    shipment_id: str
    ref: str
    told: str
    truth: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """What going live would mean. `texts_now` is 0 unless late shipments are told as news.

    `notes` says how many shipments `keep_their_own_mode`, because they or their customer were switched by name.
    """

    id: str
    scope: str
    tell_late: bool
    shipments: int
    people: int
    unreachable: tuple[tuple[str, str], ...] = ()
    followed_by_nobody: int = 0
    texts_now: int = 0
    segments_now: int = 0
    samples: tuple[str, ...] = ()
    late: tuple[LateOne, ...] = ()
    missing: tuple[str, ...] = ()
    notes: dict[str, Any] = field(default_factory=dict)


def plan(kit: Kit, account_id: str, scope: str = "all", tell_late: bool = False) -> PlanView:
    """Show what going live would mean for *scope*: `all`, `customer:CODE` or `shipment:ID`. Changes nothing else.

    Raises LookupError for a scope that names nothing.
    """
    with kit.database.read() as conn:
        if twins.is_twin(conn, account_id):
            raise LookupError("this is the test account of a test key, which only rehearses; use a live key")
    found, left = _concerned(kit, account_id, scope)
    view = _look(kit, account_id, scope, tell_late, new_id("pln"), found)
    if left:
        view = replace(view, notes={"keep_their_own_mode": left})
    now = kit.clock()
    kit.database.write(
        lambda conn: plans.keep(conn, account_id, view.id, {"scope": scope, "tell_late": tell_late}, asdict(view), now)
    )
    return view


def _look(kit: Kit, account_id: str, scope: str, tell_late: bool, plan_id: str, found: Sequence[Situation]) -> PlanView:
    ids = [one.shipment.id for one in found]
    with kit.database.read() as conn:
        told = shipments.told_dates(conn, account_id, ids)
        names = shipments.names(conn, account_id, ids)
        samples = plans.rehearsed(conn, account_id, SAMPLES)
    dues = _dues(found, kit.clock())
    people = {f.contact_id: f for one in found for f in one.followers}
    late = tuple(
        LateOne(i, names.get(i, i), day.isoformat(), dues[i].isoformat())
        for i, day in sorted(told.items())
        if i in dues and dues[i] != day
    )
    followed = {one.shipment.id: len(one.followers) for one in found}
    texts = sum(followed.get(one.shipment_id, 0) for one in late) if tell_late else 0
    return PlanView(
        id=plan_id,
        scope=scope,
        tell_late=tell_late,
        shipments=len(found),
        people=len(people),
        unreachable=tuple(_unreachable(one) for one in people.values() if not _reachable(kit, one.addresses)),
        followed_by_nobody=sum(1 for count in followed.values() if count == 0),
        texts_now=texts,
        segments_now=texts,
        samples=tuple(samples),
        late=late,
        missing=tuple(c.value for c in PERSONAL if c not in kit.live),
    )


def _dues(found: Sequence[Situation], now: datetime) -> dict[str, date]:
    """The headline date of each shipment that has one, folded now: an engine may not have looked yet."""
    folded = ((one.shipment.id, summarise(fold(one.facts, now, one.shipment.refs)).due) for one in found)
    return {shipment_id: due.on for shipment_id, due in folded if due is not None}


def _reachable(kit: Kit, ways: Sequence[Any]) -> bool:
    return any(not way.suppressed and way.channel in kit.live for way in ways)


def _unreachable(follower: Any) -> tuple[str, str]:
    if not follower.addresses:
        return follower.contact_id, "has no phone and no e-mail"
    if all(way.suppressed for way in follower.addresses):
        return follower.contact_id, "has stopped messages, or every address has failed"
    channels = ", ".join(sorted({way.channel.value for way in follower.addresses}))
    return follower.contact_id, f"is reached by {channels} only, and no notifier for that is configured"


APPLIED = "this plan was applied before; make a new one with `milepost golive --plan`"


def apply(kit: Kit, account_id: str, plan_id: str, *, tell_late: bool | None = None, by: str = "") -> dict[str, Any]:
    """Go live as planned, on the facts as they are now; returns what was done and what changed since the plan.

    Every follower's present truth is baselined first, so that the first text is the first change afterwards. With
    *tell_late* a date that differs from the one promised is told as news. Raises LookupError for an unknown plan,
    ValueError for one that was applied before.
    """
    with kit.database.read() as conn:
        kept = plans.get(conn, account_id, plan_id)
    if kept is None or "scope" not in kept.scope:
        raise LookupError("this account has no plan of that id; make one with `milepost golive --plan`")
    if kept.applied_at is not None:
        raise ValueError(APPLIED)
    scope = str(kept.scope["scope"])
    late_too = bool(kept.scope["tell_late"]) if tell_late is None else tell_late
    found, _ = _concerned(kit, account_id, scope)
    before = _look(kit, account_id, scope, late_too, plan_id, found)
    ids = [one.shipment.id for one in found]
    told_late = _baseline(kit, account_id, ids, {one.shipment_id for one in before.late} if late_too else set())
    now = kit.clock()
    result = {
        "shipments": len(ids),
        "people": before.people,
        "told_late": told_late,
        "changed_since_plan": _differences(kept.shown, asdict(before)),
    }
    kit.database.write(lambda conn: _switch(conn, account_id, scope, plan_id, result, by, now))
    kit.database.wake("shipments")
    return result


def _switch(
    conn: Connection, account_id: str, scope: str, plan_id: str, result: dict[str, Any], by: str, now: datetime
) -> None:
    if scope == "all":
        accounts.update_account(conn, account_id, now, mode=Mode.LIVE, live_since=now)
    elif scope.startswith("customer:"):
        code = customers.clean_code(scope.removeprefix("customer:"))
        customers.set_mode(conn, account_id, customers.by_codes(conn, account_id, [code])[code], Mode.LIVE, now)
    else:
        shipments.set_mode(conn, account_id, scope.removeprefix("shipment:"), Mode.LIVE, now)
    if not plans.applied(conn, account_id, plan_id, result, now):
        raise ValueError(APPLIED)
    audit.record(conn, account_id, by=by, action="golive", subject=scope, why="", detail={"plan": plan_id}, now=now)


def _baseline(kit: Kit, account_id: str, ids: Sequence[str], tell: set[str]) -> int:
    """Close what is owed now for each shipment; declared dates stand before that, or (told as news) after it."""
    now = kit.clock()
    with kit.database.read() as conn:
        told = shipments.told_dates(conn, account_id, ids)
    _declare(kit, account_id, [(i, told[i]) for i in ids if i in told and i not in tell], now)
    left = list(ids)
    for _ in range(ROUNDS):
        left = _close(kit, account_id, left, now)
        if not left:
            break
    else:
        raise ValueError(f"{len(left)} shipments changed again and again meanwhile; apply the plan once more")
    late = [(i, told[i]) for i in ids if i in tell and i in told]
    _declare(kit, account_id, late, now)
    return len(late)


def _declare(kit: Kit, account_id: str, told: Sequence[tuple[str, date]], now: datetime) -> None:
    with kit.database.read() as conn:
        lines = {i: plans.due_line(conn, account_id, i) for i, _ in told}
    for start in range(0, len(told), BATCH):
        chunk = told[start : start + BATCH]
        kit.database.write(partial(_declare_each, account_id=account_id, told=chunk, lines=lines, now=now))


def _declare_each(
    conn: Connection,
    *,
    account_id: str,
    told: Sequence[tuple[str, date]],
    lines: Mapping[str, Line | None],
    now: datetime,
) -> None:
    for shipment_id, day in told:
        shipments.declare_told(conn, account_id, shipment_id, day, lines[shipment_id] or Line.DELIVERY, now)


def _close(kit: Kit, account_id: str, ids: Sequence[str], now: datetime) -> list[str]:
    """Baseline each shipment as if it were live already; returns those that changed meanwhile."""
    again: list[str] = []
    for start in range(0, len(ids), BATCH):
        found = _situations(kit, account_id, ids[start : start + BATCH])
        closing = [
            replace(
                one,
                account=replace(one.account, mode=Mode.LIVE),
                shipment=replace(one.shipment, mode=None, customer_mode=None),
                close_as=WHY,
            )
            for one in found
        ]
        written = decide_and_write(kit, closing, now)
        again += [one.shipment.id for one, done in zip(found, written, strict=True) if not done]
    return again


def _concerned(kit: Kit, account_id: str, scope: str) -> tuple[list[Situation], int]:
    """The open shipments that would go live with *scope*, and how many others it leaves as they are.

    Whoever has a mode of its own keeps it until it is named itself: a shipment under its customer, and either
    under the account.
    """
    found = _situations(kit, account_id, _ids(kit, account_id, scope))
    going = found
    if scope == "all":
        going = [one for one in found if one.shipment.mode is None and one.shipment.customer_mode is None]
    elif scope.startswith("customer:"):
        going = [one for one in found if one.shipment.mode is None]
    return going, len(found) - len(going)


def _ids(kit: Kit, account_id: str, scope: str) -> list[str]:
    with kit.database.read() as conn:
        if scope == "all":
            return shipments.open_ids(conn, account_id)
        kind, _, value = scope.partition(":")
        if kind == "shipment":
            found = shipments.open_ids(conn, account_id, shipment_id=value)
            if not found:
                raise LookupError(f"this account has no open shipment {value}")
            return found
        if kind == "customer":
            code = customers.clean_code(value)
            known = customers.by_codes(conn, account_id, [code])
            if code not in known:
                raise LookupError(f"this account has no customer with the code {value}")
            return shipments.open_ids(conn, account_id, customer_id=known[code])
    raise LookupError("a plan is made for `all`, `customer:CODE` or `shipment:ID`")


def _situations(kit: Kit, account_id: str, ids: Sequence[str]) -> list[Situation]:
    with kit.database.read() as conn:
        return situations.situations(conn, [(account_id, i) for i in ids])


def _differences(shown: Any, now: dict[str, Any]) -> dict[str, list[Any]]:
    """What the plan said against what is so now, for its figures."""
    names = ("shipments", "people", "followed_by_nobody", "texts_now")
    return {name: [shown.get(name), now[name]] for name in names if shown.get(name) != now[name]}


__all__ = ["LateOne", "PlanView", "apply", "plan"]
