"""Events in the API's own shapes: what a webhook carries is what a call would answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.api import tasks as task_shapes
from service.api import threads
from service.api.answers import encoded
from service.api.message_shapes import message_entry
from service.api.shipments import shaped
from service.api.webhooks import shown as endpoint
from service.flows.kit import Kit
from service.store import tasks, views_deliveries, views_shipments, webhooks

Row = dict[str, Any]


class Shown:
    """See `service.flows.births.Shapes`."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def shown(self, conn: Any, account_id: str, topic: str, ids: Sequence[str]) -> dict[str, Row]:
        """What the API shows of the things of one topic, by id."""
        match topic:
            case "shipment":
                rows = shaped(self._kit, conn, account_id, views_shipments.some(conn, account_id, ids, merged=True))
            case "message":
                rows = [message_entry(row) for row in views_deliveries.messages(conn, account_id, ids)]
            case "reply":
                rows = [reply(row) for row in views_deliveries.replies(conn, account_id, ids)]
            case "task":
                rows = [task_shapes.shown(row) for row in tasks.some(conn, account_id, ids)]
            case _:
                rows = [endpoint(row) for row in webhooks.some(conn, account_id, ids)]
        return {row["id"]: row for row in rows}

    def encoded(self, value: object) -> bytes:
        """*value* as the API writes JSON."""
        return encoded(value)


def reply(row: Row) -> Row:
    """What a person wrote, who it was, and where it belongs; a STOP is of all contacts that have the address."""
    places = {"thread": ("/v1/threads", row["thread_id"]), "contact": ("/v1/contacts", row["contact_id"])}
    return {
        **threads.reply(row),
        "channel": row["channel"],
        "contact_id": row["contact_id"],
        "contact_ids": row["contact_ids"],
        "thread_id": row["thread_id"],
        "shipment_id": row["shipment_id"],
        "links": {name: f"{where}/{one}" for name, (where, one) in places.items() if one},
    }
