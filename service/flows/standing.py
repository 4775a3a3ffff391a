"""Where the orders of one person stand, for the digest by e-mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from service.formats.places import find
from service.policy.look import shown
from service.records.outbox import Candidate
from service.records.own_names import own_name
from service.records.said import SaidDate
from service.records.text import Stands
from service.store import views_orders
from service.store.engine import Connection


def stands(conn: Connection, one: Candidate, now: datetime) -> tuple[Stands, ...]:
    """The open orders of whom the digest is for. One is late by what is known, or when the date told has passed."""
    if one.contact_id is None:
        return ()
    found = views_orders.orders(conn, one.account_id, one.contact_id, one.stage, now)
    names = views_orders.own_names(conn, one.account_id, one.contact_id)
    return tuple(
        Stands(
            ref=own_name(names, (ref.shown for ref in order.refs)) or shown(order.refs) or order.shipment_id,
            late=order.late_days > 0 or (order.told is not None and order.told.when.end <= now),
            asked=order.asked,
            told=_placed(order.told),
        )
        for order in found
    )


def _placed(told: SaidDate | None) -> SaidDate | None:
    """A told date with the name of its place."""
    known = find(told.place) if told and told.place else None
    return replace(told, place_name=known.name) if told and known else told
