"""What the code of an IFTSTA status means, and by which list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from service.formats.base import Refused
from service.formats.edi import Note, Nothing, Table, clean
from service.formats.edifact import element_9011 as codes
from service.formats.edifact.iftsta_message import Status, is_old
from service.formats.edifact.iftsta_refs import Above
from service.formats.edifact.interchange import Envelope
from service.formats.edifact.segments import get
from service.formats.legs import at_wrong_end
from service.formats.x12 import element_157 as x12_157
from service.formats.x12.places import Spot
from service.records.enums import Milestone, Reason

OLD, NEW, OCEAN = Table(codes.LIST), Table(codes.NEW_LIST), Table(x12_157.LIST)

LISTS = {"9011": OLD, "4405": NEW, "157": OCEAN}
"""What the option `status_list` may say."""

_NAMED = ("9011", "REC24", "REC 24", "R24", "24")
_UN = frozenset({"", "6", "9"})


class Context(NamedTuple):
    """What a status is read with; `above` are the references of its head, `seen` counts equal statuses of a message."""

    of: Envelope
    now: datetime
    options: Mapping[str, object]
    note: Note
    seen: dict[str, int]
    above: Above


def code_of(said: Status) -> tuple[str, str]:
    """The code of the status, upper case, and the sender's own text.

    Some senders leave C555 out and put codes of their own behind the status type.
    """
    code, text = get(said.sts, 2).upper(), clean(get(said.sts, 2, 3), 80) or ""
    if not code and not text:
        code = "-".join(filter(None, (get(said.sts, 1, 1), get(said.sts, 1, 2)))).upper()
    if code.isascii() and code.isdigit():
        code = code.lstrip("0")
    return code[:40], text


def meaning_of(said: Status, context: Context, route: x12_157.Route) -> tuple[Milestone, Reason | None]:
    """What the status means. Raises `Nothing`, `Unknown`, or `Refused` where there is no code and no text."""
    code, text = code_of(said)
    if not code and not text:
        raise Refused("no_status", "`STS` holds no status.", "Send the code in C555, such as STS+1+21.", "/STS")
    name = code or text.upper()
    table = table_of(said, context)
    conditions = {codes.EMPTY: route.empty, codes.RAIL: said.mode == "rail", codes.AT_DOOR: _is_at_door(said)}
    if _chosen(context) is None and get(said.sts, 2, 2).upper() not in _UN and not (table is OLD and code in OLD):
        # The sender's own list: nothing but the account's own meaning is certain.
        return Table.own(context.options, table.vocabulary.name, name, says=text, pointer="/STS")
    milestone, reason = table.meaning(
        name,
        context.options,
        lambda when: conditions[when] if when in conditions else route.fits(when),
        says=text,
        pointer="/STS",
    )
    if why := at_wrong_end(milestone, route.here, route.origins, route.destinations):
        raise Nothing(f"{why} ({name})")
    return milestone, reason


def route_of(said: Status, spot: Spot) -> x12_157.Route:
    """What the conditions of the tables ask about."""
    return x12_157.Route(
        spot.code,
        frozenset(one for one in (code_at(said, "9", "76"), code_at(said, "88")) if one),
        frozenset(one for one in (code_at(said, "11", "12"), code_at(said, "7", "8")) if one),
        code_at(said, "11", "12"),
        _is_empty(said),
    )


def _chosen(context: Context) -> Table | None:
    return LISTS.get(str(context.options.get("status_list", "")))


def table_of(said: Status, context: Context) -> Table:
    """The list of the status codes: the account's choice, what the status names, else what its directory has."""
    named = get(said.sts, 2, 1).upper() in _NAMED
    old = named or is_old(context.of.version, context.of.release)
    return _chosen(context) or (OLD if old else NEW)


def _is_empty(said: Status) -> bool:
    return bool(said.equipment) and all(one.empty for one in said.equipment)


def _is_at_door(said: Status) -> bool:
    """The place of the status is that of delivery; where it has none, it names who gets the goods."""
    own = [one.qualifier for one in said.locs if one.stands == "own" or one.qualifier == "175"]
    return bool({"7", "8"} & set(own)) or (said.at_door and not own)


def code_at(said: Status, *qualifiers: str) -> str | None:
    """The UN/LOCODE of the first place with one of *qualifiers*, in their order."""
    return next((one.spot.code for name in qualifiers for one in said.locs if one.qualifier == name), None)
