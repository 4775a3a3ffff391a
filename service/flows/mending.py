"""What mends a message that has left: the facts that it rests on, to be taken back."""

from __future__ import annotations

from service.flows.kit import Kit
from service.policy.journey import fold
from service.policy.mending import facts_behind
from service.records.said import Said
from service.store import situations, views_messages

MOST = 5
"""So many facts are named; whoever is told of many orders at once corrects them one by one."""


def facts_said(kit: Kit, account_id: str, message_id: str) -> tuple[str, ...]:
    """The ids of the facts that a message rests on and that still stand; none where it carries no news."""
    with kit.database.read() as conn:
        notices = views_messages.notices_of(conn, account_id, [message_id]).get(message_id, [])
        shipments = dict.fromkeys(str(one["shipment_id"]) for one in notices)
        found = situations.situations(conn, [(account_id, shipment) for shipment in shipments])
    journeys = {one.shipment.id: fold(one.facts, kit.clock(), one.shipment.refs) for one in found}
    facts: list[str] = []
    for one in notices:
        facts += facts_behind(journeys[one["shipment_id"]], str(one["subject"]), Said.from_json(one["params"]))
    return tuple(dict.fromkeys(facts))[:MOST]
