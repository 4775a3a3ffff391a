"""Everything that happened around a shipment as one ordered list, each entry with its `kind`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from service.api.message_shapes import message_entry, notice_entry, why_sentence
from service.api.shapes import kept_instant
from service.policy.standing import RETRACTION
from service.records.meanings import family_of
from service.store import views_timeline

Row = dict[str, Any]


def read(conn: Any, account_id: str, shipment: Row) -> list[Row]:
    """The timeline of one shipment, oldest first. `at` is when it became known or was done here."""
    shipment_id = shipment["id"]
    entries = fact_entries(views_timeline.facts(conn, account_id, shipment_id))
    entries += [promise_entry(row) for row in views_timeline.promises(conn, account_id, shipment_id)]
    for row in views_timeline.notices(conn, account_id, shipment_id):
        entries.append({"kind": "notice", "at": row["created_at"], **notice_entry(row)})
    for row in views_timeline.messages(conn, account_id, shipment_id):
        entries.append({"kind": "message", "at": row["handed_at"] or row["created_at"], **message_entry(row)})
    entries += [reply_entry(row) for row in views_timeline.replies(conn, account_id, shipment_id)]
    entries += [rating_entry(row) for row in views_timeline.ratings(conn, account_id, shipment_id)]
    entries += [hold_entry(row, shipment["updated_at"]) for row in (shipment["summary"] or {}).get("held", ())]
    return sorted(entries, key=_in_order)


def fact_entries(rows: Sequence[Row]) -> list[Row]:
    """What sources said of one shipment; what was taken back since, by a statement that is not older, is marked."""
    taken: dict[tuple[str, str], datetime] = {}
    for row in rows:
        if row["retracts"]:
            event = (row["source_id"], row["retracts"])
            taken[event] = max(taken.get(event, row["stated_at"]), row["stated_at"])
    return [fact_entry(row, taken.get((row["source_id"], row["event_key"]))) for row in rows]


def fact_entry(row: Row, taken_at: datetime | None) -> Row:
    """A fact: what a source said happened, or will. What only takes an event back states nothing itself."""
    states = row["part"] != RETRACTION
    return {
        "kind": "fact",
        "at": row["received_at"],
        "id": row["id"],
        "milestone": row["milestone"] if states else None,
        "classifier": row["classifier"] if states else None,
        "part": row["part"] or None,
        "retracts": row["retracts"],
        "retracted": states and taken_at is not None and row["stated_at"] <= taken_at,
        "occurred": _occurred(row) if states else None,
        "place": row["place"],
        "place_name": row["place_name"],
        "place_role": row["place_role"],
        "unit": row["unit"],
        "transport": row["transport"],
        "vessel": row["vessel"],
        "voyage": row["voyage"],
        "reason": row["reason"],
        "delay_family": family_of(row["reason"]),
        "charge": row["charge"],
        "needs": row["needs"],
        "remark": row["remark"],
        "stated_at": row["stated_at"],
        "received_at": row["received_at"],
        "source": row["source_name"] or row["source_id"],
        "event_id": row["event_key"],
        "call_id": row["call_id"],
    }


def _occurred(row: Row) -> Row:
    return {
        "date": row["at_date"],
        "instant": row["at"],
        "until": row["until"],
        "precision": row["precision"],
        "time_zone": row["zone"],
        "time_zone_known": bool(row["zone"] and row["zone_known"]),
    }


def promise_entry(row: Row) -> Row:
    """A word to one person: intended, told, or closed unsaid with the reason."""
    return {
        "kind": "promise",
        "at": row["told_at"] or row["made_at"],
        "id": row["id"],
        "contact_id": row["contact_id"],
        "stage": row["stage"],
        "line": row["line"],
        "unit_group": row["unit_group"],
        "ordinal": row["ordinal"],
        "state": row["state"],
        "origin": row["origin"],
        "date": row["at_date"],
        "instant": row["at"],
        "until": row["until"],
        "place": row["place"],
        "reason": row["reason"],
        "why": row["why"],
        "outcome": row["outcome"],
        "notice_id": row["notice_id"],
        "message_id": row["message_id"],
    }


def reply_entry(row: Row) -> Row:
    """What a person wrote."""
    return {
        "kind": "reply",
        "at": row["received_at"],
        "id": row["id"],
        "meaning": row["meaning"],
        "text": row["text"],
        "message_id": row["message_id"],
        "thread_id": row["thread_id"],
        "thread_state": row["thread_state"],
        "owner": row["thread_owner"],
    }


def rating_entry(row: Row) -> Row:
    """How a person found it: a score from 1 to 5, words, or both."""
    return {
        "kind": "rating",
        "at": row["at"],
        "id": row["id"],
        "score": row["score"],
        "words": row["words"],
        "contact_id": row["contact_id"],
        "reply_id": row["reply_id"],
    }


def hold_entry(row: Row, looked_at: datetime) -> Row:
    """News that a rule holds back at present."""
    return {
        "kind": "hold",
        "at": looked_at,
        "contact_id": row["contact_id"],
        "stage": row["stage"],
        "code": row["code"],
        "line": row["line"],
        "until": kept_instant(row["until"]),
        "why": why_sentence(row["why"], held=True),
        "rules": row["why"],
    }


ORDER = {"fact": 0, "notice": 1, "promise": 2, "message": 3, "reply": 4, "rating": 5, "hold": 6}
"""At the same instant: first what was learnt, then what followed from it."""


def _in_order(entry: Row) -> tuple[datetime, int, str]:
    return (entry["at"], ORDER[entry["kind"]], entry.get("id", ""))
