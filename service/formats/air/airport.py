"""An airport as waybills name it, and as the place that it is."""

from __future__ import annotations

from typing import NamedTuple

from service.formats import places


class Airport(NamedTuple):
    """`iata` is compared with the ends of a waybill, `code` is kept; name and zone where the table has it."""

    iata: str | None
    code: str | None = None
    name: str | None = None
    zone: str | None = None


def airport(iata: str | None) -> Airport:
    """The airport with this code; one that is in no table is kept by it."""
    known = places.find(iata) if iata else None
    return Airport(iata, known.code, known.name, known.zone) if known else Airport(iata, iata)
