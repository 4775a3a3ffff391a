"""N7: one cause, one message. News of one ship joins, for everybody who waits for it."""

from __future__ import annotations

from dataclasses import dataclass

from service.records.enums import NoticeCode

_FAMILIES = {
    NoticeCode.ETA_SLIP: "delay",
    NoticeCode.ETA_SLIP_AGAIN: "delay",
    NoticeCode.ROLLED_BOOKING: "delay",
    NoticeCode.MISSED_TRANSSHIP: "delay",
    NoticeCode.DELAY_NO_DATE: "delay",
    NoticeCode.ETA_EARLIER: "early",
    NoticeCode.RECOVERED: "early",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """`key` is shared by notices of one cause; `joins` whether notices of other shipments may share a message."""

    key: str
    joins: bool


def cause_of(
    code: NoticeCode, shipment_id: str, *, vessel: str | None, imo: str | None, voyage: str | None, place: str | None
) -> Cause:
    """The cause of news: its family, ship, voyage and place where ship and voyage are named, else the shipment."""
    family = _FAMILIES.get(code, code.value)
    ship = imo or (vessel or "").strip().upper()
    if not ship or not voyage:
        return Cause(f"{family}:{shipment_id}", joins=False)
    return Cause(f"{family}:{ship}:{voyage.strip().upper()}:{(place or '').upper()}"[:160], joins=True)
