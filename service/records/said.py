"""What a notice may say: the values that policy hands to wording, kept on the notice as its `params`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.records.enums import Line, NoticeCode, Reason, Transport
from service.records.when import When, when_from_json, when_to_json


class Untrue(StrEnum):
    """What a correction (D16) says of the word that proved false."""

    ANOTHER_DATE = "another_date"
    DID_NOT_HAPPEN = "did_not_happen"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A date born from a promise: the new one, and `was`, the one last told (None where nothing was told)."""

    line: Line
    when: When
    was: When | None = None
    place: str | None = None
    place_name: str | None = None
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One notice's content. `dates` holds the headline date first and may be empty ("no date known").

    `ref` is the customer's own name for the order; `at` when the milestone happened (a fact, not a promise). `days` is
    for how long nothing was heard; `needs` the kinds of papers that are missing (`packing_list`, `invoice` and so on),
    until the date of the decision line; `charge` what a day costs after free time ("GBP 95"); `ended` whether the
    shipment was over, so that no date of it can move. A correction says with
    `untrue` how the word proved false: `told` is the code of what was told, or `told_date` the date; neither is a
    promise of the correction.
    """

    code: NoticeCode
    ref: str
    dates: tuple[SaidDate, ...] = ()
    place: str | None = None
    place_name: str | None = None
    at: When | None = None
    vessel: str | None = None
    voyage: str | None = None
    transport: Transport = Transport.UNKNOWN
    reason: Reason | None = None
    units_done: int = 0
    units: int = 0
    other_refs: tuple[str, ...] = ()
    days: int = 0
    needs: tuple[str, ...] = ()
    untrue: Untrue | None = None
    told: NoticeCode | None = None
    told_date: SaidDate | None = None
    charge: str | None = None
    ended: bool = False

    def to_json(self) -> dict[str, Any]:
        """The JSON form that notices keep."""
        return {
            "code": self.code.value,
            "ref": self.ref,
            "dates": [_date_to_json(d) for d in self.dates],
            "place": self.place,
            "place_name": self.place_name,
            "at": when_to_json(self.at),
            "vessel": self.vessel,
            "voyage": self.voyage,
            "transport": self.transport.value,
            "reason": self.reason.value if self.reason else None,
            "units_done": self.units_done,
            "units": self.units,
            "other_refs": list(self.other_refs),
            "days": self.days,
            "needs": list(self.needs),
            "untrue": self.untrue.value if self.untrue else None,
            "told": self.told.value if self.told else None,
            "told_date": _date_to_json(self.told_date) if self.told_date else None,
            **({"charge": self.charge} if self.charge else {}),
            **({"ended": True} if self.ended else {}),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Said:
        """Read what `to_json` wrote, now or before it had all of its fields."""
        untrue, told, told_date = value.get("untrue"), value.get("told"), value.get("told_date")
        return cls(
            code=NoticeCode(value["code"]),
            ref=value["ref"],
            dates=tuple(_date(d) for d in value["dates"]),
            place=value["place"],
            place_name=value["place_name"],
            at=when_from_json(value["at"]),
            vessel=value["vessel"],
            voyage=value["voyage"],
            transport=Transport(value["transport"]),
            reason=Reason(value["reason"]) if value["reason"] else None,
            units_done=value["units_done"],
            units=value["units"],
            other_refs=tuple(value["other_refs"]),
            days=value.get("days", 0),
            needs=tuple(value.get("needs", ())),
            untrue=Untrue(untrue) if untrue else None,
            told=NoticeCode(told) if told else None,
            told_date=_date(told_date) if told_date else None,
            charge=value.get("charge"),
            ended=bool(value.get("ended")),
        )


def dates_of(kept: Mapping[str, Any], line: Line | None = None) -> tuple[SaidDate, ...]:
    """The dates alone of what `to_json` wrote; only those of *line* where one is given."""
    return tuple(_date(one) for one in kept.get("dates") or () if line is None or one["line"] == line)


def _date_to_json(date: SaidDate) -> dict[str, Any]:
    return {
        "line": date.line.value,
        "when": when_to_json(date.when),
        "was": when_to_json(date.was),
        "place": date.place,
        "place_name": date.place_name,
        "unchanged": date.unchanged,
    }


def _date(value: Mapping[str, Any]) -> SaidDate:
    when = when_from_json(value["when"])
    assert when is not None, "a said date always has a date"
    return SaidDate(
        line=Line(value["line"]),
        when=when,
        was=when_from_json(value["was"]),
        place=value["place"],
        place_name=value["place_name"],
        unchanged=value["unchanged"],
    )
