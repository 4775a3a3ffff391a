"""What a status code of air cargo means at its airport; the same for FSU texts, XFSU and ONE Record."""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern
from typing import NamedTuple

from service.formats import places
from service.formats.air import fsu_codes as codes
from service.formats.gathering import Nothing, Strange
from service.formats.legs import placed
from service.formats.roles import DESTINATION, ORIGIN, ROLE, TRANSSHIPMENT
from service.formats.vocabulary import IGNORE, Code, own_meaning
from service.records.enums import Milestone, Reason
from service.records.inbound import PART

_HUB = frozenset({Milestone.TRANSSHIPMENT_UNLOADED})
OWN = "Your own mapping says that this code means nothing to customers."


class Route(NamedTuple):
    """The ends of an air waybill, IATA codes, each None where the message does not give it."""

    origin: str | None = None
    destination: str | None = None

    def normal(self, airport: str | None) -> str | None:
        """*airport* by the name under which the waybill knows it: LHR is LON where the waybill begins in London."""
        if airport is None:
            return None
        for end in (self.origin, self.destination):
            if end is not None and places.same_city(airport, end):
                return end
        return airport

    def where(self, airport: str | None) -> str | None:
        """At which end *airport* lies, in the words of `fsu_codes`, or None where that cannot be said."""
        here = self.normal(airport)
        if here is None:
            return None
        if here == self.origin:
            return codes.AT_ORIGIN
        if here == self.destination:
            return codes.AT_DESTINATION
        return codes.BETWEEN if self.origin and self.destination else None


class Said(NamedTuple):
    """What a status means: a milestone, the role of its airport, why, and flags."""

    milestone: Milestone
    role: str | None
    reason: Reason | None = None
    flags: tuple[str, ...] = ()


def meaning(
    code: str, discrepancy: str | None, airport: str | None, route: Route, options: Mapping[str, object], text: str = ""
) -> Said:
    """What *code* says at *airport*; *text* is the sender's own words for it.

    Raises `Nothing` for what is no news, and `Strange` for a code that no table has.
    """
    if code == "DIS" and discrepancy:
        vocabulary, asked, table = codes.FSU_DIS.name, discrepancy, codes.DISCREPANCIES
    else:
        vocabulary, asked, table = codes.FSU.name, code, codes.CODES
    own = own_meaning(options, vocabulary, asked)
    if own is not None:
        return _own(own, airport, route)
    rows = table.get(asked)
    if rows is None:
        raise Strange(vocabulary, asked, text)
    row = _fitting(rows, route.where(airport))
    if not isinstance(row.becomes, Milestone):
        raise Nothing(intern(f"{row.becomes} ({asked}: {row.says})"))
    milestone, role = at_airport(row.becomes, airport, route)
    return Said(milestone, role, row.reason, ("lost",) if asked in codes.LOST else ())


def at_airport(milestone: Milestone, airport: str | None, route: Route) -> tuple[Milestone, str | None]:
    """*milestone* as it is at *airport*, and what the airport is to the shipment, where the waybill says so."""
    milestone, role = placed(milestone, route.normal(airport), route.origin, route.destination)
    if role is not None:
        return milestone, role
    if milestone in _HUB:
        return milestone, TRANSSHIPMENT
    side, where = ROLE.get(milestone), route.where(airport)
    if (side, where) in {(ORIGIN, codes.AT_ORIGIN), (DESTINATION, codes.AT_DESTINATION)}:
        return milestone, side
    return milestone, None


def check_part(milestone: Milestone, part: bool, total: int | None) -> None:
    """Raise `Nothing` for a delivery of some pieces, where nobody says of how many: it is not "delivered"."""
    if part and not total and milestone is Milestone.DELIVERED:
        raise Nothing("Only a part was delivered, and nothing says of how many pieces.")


def part_of(part: bool, total: int | None) -> tuple[str, ...]:
    """The flag of a status about some pieces of a known number: the next part's pieces come on top."""
    return (PART,) if part and total else ()


def _own(own: Milestone | Reason | str, airport: str | None, route: Route) -> Said:
    if own == IGNORE:
        raise Nothing(OWN)
    if isinstance(own, Reason):
        return Said(Milestone.DELAYED, None, own)
    milestone, role = at_airport(Milestone(own), airport, route)
    return Said(milestone, role)


def _fitting(rows: tuple[Code, ...], where: str | None) -> Code:
    for row in rows:
        if row.when in {where, ""}:
            return row
    return rows[-1]
