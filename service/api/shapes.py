"""A shipment as the API shows it: what is due, and beside it what each person was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service.records.enums import Line, Stage
from service.records.meanings import family_of
from service.records.when import When, when_from_json
from service.wording.dates import on

Row = dict[str, Any]

DUE_LINES = {"arrival": Line.ARRIVAL, "ready": Line.READY, "delivery": Line.DELIVERY}
"""The line of speech on which each kind of due date is told."""

DUE_WORDS = {"arrival": "port", "ready": "collection", "delivery": "door"}


def shipment(row: Row, refs: list[Row], words: list[Row], followers: list[Row], owners: dict[str, Row]) -> Row:
    """One shipment. `told` is the latest word told to a real person; it agrees only if all who follow were told so."""
    summary = row["summary"] or {}
    return {
        "id": row["id"],
        "refs": references(refs),
        "status": row["status"],
        "status_text": summary.get("status_text", ""),
        "late": row["late_days"] > 0,
        "due": due(row, summary),
        "told": told(row, words, followers),
        "told_to": told_to(row, words),
        "delay": delay(row, summary, words),
        "units": {"total": summary.get("units", 0), "done": summary.get("units_done", 0)},
        "flags": summary.get("flags", []),
        "customer": {"id": row["customer_id"], "name": row["customer_name"]} if row["customer_id"] else None,
        "owner": owner(row["owner"], owners),
        "followers": len({one["contact_id"] for one in followers}),
        "need_by": row["need_by"],
        "mode": row["mode"],
        "rules": row["rules"] or {},
        "merged_into": row["merged_into"],
        "last_fact_at": kept_instant(summary.get("last_fact_at")),
        "closed_at": row["closed_at"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "links": links(row["id"]),
    }


def links(shipment_id: str) -> dict[str, str]:
    """Where more about a shipment is found."""
    here = f"/v1/shipments/{shipment_id}"
    return {"self": here, "timeline": f"{here}/timeline", "messages": f"{here}/messages"}


def references(refs: list[Row]) -> dict[str, list[str]]:
    """References by type, as their sources wrote them."""
    found: dict[str, list[str]] = {}
    for ref in refs:
        found.setdefault(str(ref["type"]), []).append(ref["shown"])
    return found


def due(row: Row, summary: Row) -> Row | None:
    """The truth: the one headline date, or None where none is known."""
    when = when_from_json(summary.get("due"))
    if when is None:
        return None
    return {
        "kind": row["due_kind"],
        "at": DUE_WORDS.get(row["due_kind"] or ""),
        **moment(when),
        "place": summary.get("due_place"),
        "late_days": row["late_days"],
    }


def moment(when: When) -> Row:
    """A moment as far as it is known; `instant` only where it is known to the minute, `until` the end of a window."""
    return {
        "date": when.on,
        "instant": when.at,
        "until": when.until,
        "precision": when.precision,
        "time_zone": when.zone,
    }


def kept_instant(text: str | None) -> datetime | None:
    """An instant that was kept as text, so that it is written as every other."""
    return datetime.fromisoformat(text) if text else None


def path(summary: Row) -> list[Row]:
    """The stops of a shipment, in order."""
    return [
        {
            "milestone": stop["milestone"],
            "place": stop["place"],
            "place_name": stop["place_name"],
            "state": stop["state"],
            "vessel": stop["vessel"],
            **(moment(when) if (when := when_from_json(stop["when"])) else {"date": None}),
        }
        for stop in summary.get("stops", ())
    ]


def headline(row: Row, words: list[Row], stage: Stage) -> dict[str, Row]:
    """The last word on the headline date, by contact, in one stage."""
    line = DUE_LINES.get(row["due_kind"] or "")
    found: dict[str, Row] = {}
    for word in words:
        if word["line"] == line and word["stage"] == stage:
            found[word["contact_id"]] = word
    return found


def told(row: Row, words: list[Row], followers: list[Row]) -> Row | None:
    """The latest word told to anybody about the headline date, or None where nobody was told any."""
    last = headline(row, words, Stage.LIVE)
    if not last:
        return None
    latest = max(last.values(), key=_told_at)
    mine = [word for word in words if word["line"] == latest["line"] and word["stage"] == Stage.LIVE]
    first = min(mine, key=_told_at)
    who = {one["contact_id"] for one in followers} or set(last)
    return {
        "promise_id": latest["id"],
        "date": latest["at_date"],
        "at": latest["told_at"] or latest["made_at"],
        "first_date": first["at_date"],
        "origin": latest["origin"],
        "agrees_with_due": all(contact in last and agrees(last[contact], row) for contact in who),
    }


def told_to(row: Row, words: list[Row]) -> list[Row]:
    """The last word of every line to every person, in each stage."""
    last: dict[tuple[str, str, str, str], Row] = {}
    for word in words:
        last[(word["contact_id"], word["stage"], word["line"], word["unit_group"])] = word
    line = DUE_LINES.get(row["due_kind"] or "")
    return [
        {
            "contact_id": word["contact_id"],
            "stage": word["stage"],
            "line": word["line"],
            "unit_group": word["unit_group"],
            "date": word["at_date"],
            "at": word["told_at"] or word["made_at"],
            "origin": word["origin"],
            "promise_id": word["id"],
            "agrees_with_due": agrees(word, row) if word["line"] == line else None,
        }
        for word in last.values()
    ]


def agrees(word: Row, row: Row) -> bool:
    """Whether what was told is the date that is due, as the day that it is where the reader is."""
    due = when_from_json((row["summary"] or {}).get("due"))
    return due is not None and word["at_date"] == on(due, word["zone"])


def delay(row: Row, summary: Row, words: list[Row]) -> Row | None:
    """How late it is against the date first told, and why; None where it is not late."""
    if row["late_days"] <= 0:
        return None
    late = [word for word in words if word["reason"] and word["stage"] == Stage.LIVE]
    first = min(late, key=_told_at) if late else None
    return {
        "days": row["late_days"],
        "reason": summary.get("reason"),
        "delay_family": family_of(summary.get("reason")),
        "first_told_at": (first["told_at"] or first["made_at"]) if first else None,
    }


def owner(owner_id: str, owners: dict[str, Row]) -> Row:
    """Who looks after a shipment; an owner that the feed named and nobody registered has an id only."""
    known = owners.get(owner_id)
    if known is None:
        return {"id": owner_id, "name": "Desk" if owner_id == "desk" else owner_id, "phone": None}
    return {"id": owner_id, "name": known["name"], "phone": known["phone"]}


def _told_at(word: Row) -> tuple[Any, int]:
    return (word["told_at"] or word["made_at"], word["ordinal"])
