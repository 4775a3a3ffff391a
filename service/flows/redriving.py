"""Owed again: messages that reached nobody are shown with their reason, then decided afresh; never sent again as is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from service.flows.kit import Kit
from service.policy.decide import decide
from service.policy.redriving import reopened, still_owed
from service.records.enums import MessageState
from service.records.ids import new_id
from service.records.redriving import Dead, Verdict
from service.records.situation import Situation
from service.store import audit, plans, redriving, situations
from service.store.engine import Connection

MOST = 200
"""So many messages are in one plan; make another one for more."""

KIND = "redrive"


@dataclass(frozen=True, slots=True)
class RedrivePlan:
    """What making these messages owed again would mean. `unknown_left` may have arrived and were not asked for."""

    id: str
    verdicts: tuple[Verdict, ...]
    unknown_left: int
    more: bool

    @property
    def owed(self) -> int:
        """How many messages have news that is still owed."""
        return sum(one.owed for one in self.verdicts)


def plan(kit: Kit, account_id: str, *, days: int, unknown: bool) -> RedrivePlan:
    """Show what ended in the last *days* without reaching anybody, and what of it is still owed now.

    Only with *unknown* those that may have arrived after all. Keeps the plan and changes nothing else.
    """
    now = kit.clock()
    with kit.database.read() as conn:
        found = redriving.dead(conn, account_id, now - timedelta(days=days), MOST + 1)
        asked = [one for one in found[:MOST] if unknown or one.state is not MessageState.UNKNOWN]
        shipments = sorted({news.shipment_id for one in asked for news in one.news})
        seen = {one.shipment.id: one for one in situations.situations(conn, [(account_id, i) for i in shipments])}
    verdicts = tuple(_verdict(kit, one, seen, asked) for one in asked)
    left = sum(one.state is MessageState.UNKNOWN for one in found[:MOST]) if not unknown else 0
    view = RedrivePlan(new_id("rdv"), verdicts, left, more=len(found) > MOST)
    shown = {"messages": [one.dead.message_id for one in verdicts], "owed": view.owed}
    scope = {"kind": KIND, "days": days, "unknown": unknown}
    kit.database.write(lambda conn: plans.keep(conn, account_id, view.id, scope, shown, now))
    return view


def _verdict(kit: Kit, one: Dead, seen: dict[str, Situation], asked: Sequence[Dead]) -> Verdict:
    """What decide would say of the news of one message, if all that is asked for were open again."""
    ids = {news.notice_id for dead in asked for news in dead.news}
    answers = []
    for news in one.news:
        situation = reopened(seen[news.shipment_id], ids)
        spoken = next((said for said in situation.spoken if said.id == news.notice_id), None)
        if spoken is not None:
            answers.append(still_owed(decide(situation, kit.clock()), spoken))
    owed = next((answer for answer in answers if answer[0]), None)
    return Verdict(one, *(owed or (answers[-1] if answers else (False, "its shipment is not there any more"))))


def apply(kit: Kit, account_id: str, plan_id: str, *, by: str, why: str) -> dict[str, Any]:
    """Make what a plan showed owed again; decide then says what is still true. Nothing is sent by this itself.

    Raises LookupError for an unknown plan, ValueError for one that was applied before.
    """
    with kit.database.read() as conn:
        kept = plans.get(conn, account_id, plan_id)
    if kept is None or kept.scope.get("kind") != KIND:
        raise LookupError("this account has no such plan; make one with `milepost redrive --plan`")
    ids = [str(one) for one in kept.shown["messages"]]
    now = kit.clock()

    def unit(conn: Connection) -> dict[str, Any]:
        messages, shipments = redriving.reopen(conn, account_id, ids, f"{why} ({by})", now)
        result = {"messages": messages, "shipments": len(shipments), "left": len(ids) - messages}
        if not plans.applied(conn, account_id, plan_id, result, now):
            raise ValueError("this plan was applied before; make a new one with `milepost redrive --plan`")
        audit.record(conn, account_id, by, "redrive", plan_id, why, result, now)
        return result

    result = kit.database.write(unit)
    kit.database.wake("shipments")
    return result
