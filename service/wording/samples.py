"""Requests to show and to measure the texts by: one order as people know it, and the longest realistic one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from notifiers.base import Channel
from service.records.enums import Line, NoticeCode, Reason, Transport
from service.records.said import Said, SaidDate, Untrue
from service.records.text import Override, ServiceText, TextRequest
from service.records.when import When, at_minute, on_day, window
from service.wording.catalogue import CATALOGUE
from service.wording.dates import instant
from service.wording.hours import hours_in_words
from service.wording.render import render

ZONE = "Europe/London"
NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
TO_COME_BY, OPENS = datetime(2026, 9, 18, 16, 0, tzinfo=UTC), datetime(2026, 9, 18, 8, 0, tzinfo=UTC)
HOURS = {str(weekday): [["08:00", "18:00"]] for weekday in range(5)}
MORNING, TO_COME = on_day(date(2026, 9, 17), ZONE), at_minute(TO_COME_BY, ZONE)

_OLD, _NEW = on_day(date(2026, 10, 9), ZONE), on_day(date(2026, 10, 13), ZONE)
_AT_NINE = window(datetime(2026, 10, 13, 8, 0, tzinfo=UTC), datetime(2026, 10, 13, 10, 0, tzinfo=UTC), ZONE)
CHARGE = "GBP 95"
_DUE = SaidDate(Line.ARRIVAL, _OLD, None, "GBFXT", "Felixstowe")
_MOVED = SaidDate(Line.ARRIVAL, _NEW, _OLD, "GBFXT", "Felixstowe")
_EARLIER = SaidDate(Line.ARRIVAL, on_day(date(2026, 10, 7), ZONE), _OLD, "GBFXT", "Felixstowe")
_LEAVES = SaidDate(Line.DEPARTURE, on_day(date(2026, 9, 18), "Asia/Shanghai"), None, "CNNGB", "Ningbo")
_AT_DOOR = SaidDate(Line.DELIVERY, _AT_NINE)
_FREE = SaidDate(Line.FREE_TIME, on_day(date(2026, 10, 15), ZONE))
_WORD = SaidDate(Line.NEXT_WORD, TO_COME)
_CALL = SaidDate(Line.CALL, TO_COME)
_ASKED = SaidDate(Line.DECISION, TO_COME)

_PLACES = {
    **dict.fromkeys(["M08", "M09", "D04", "D08", "D20"], ("SGSIN", "Singapore")),
    **dict.fromkeys(
        ["M11", "M12", "M13", "M14", "M15", "M16", "M17", "D06", "D07", "D09", "D14"], ("GBFXT", "Felixstowe")
    ),
}
_DATES: dict[str, tuple[SaidDate, ...]] = {
    **dict.fromkeys(["M01", "M02", "M03", "M04", "M05", "M06"], (_DUE, _LEAVES)),
    "M08": (_DUE, replace(_LEAVES, place="SGSIN", place_name="Singapore")),
    "M10": (_EARLIER,),
    "M11": (_DUE, _ASKED),
    **dict.fromkeys(["M12", "M13", "M15", "M17"], (SaidDate(Line.DELIVERY, _NEW, unchanged=True),)),
    "M16": (_FREE,),
    **dict.fromkeys(["M18", "M19"], (_AT_DOOR,)),
    **dict.fromkeys(["D01", "D05", "D08", "D16"], (_MOVED,)),
    "D14": (replace(_MOVED, place="GBSOU", place_name="Southampton"),),
    "D02": (_MOVED, _CALL),
    "D03": (_DUE, _WORD),
    **dict.fromkeys(["D04", "D17", "D18", "D19", "D20"], (_WORD,)),
    "D06": (_ASKED,),
    "D07": (_WORD,),
    "D09": (_CALL,),
    "D10": (_FREE,),
    "D11": (SaidDate(Line.DELIVERY, on_day(date(2026, 10, 14), ZONE)),),
    "D12": (replace(_AT_DOOR, was=_OLD),),
    "D15": (_CALL,),
}
_REASONS = {
    **dict.fromkeys(["D01", "D05", "D08", "D14", "D17"], Reason.PORT_CONGESTION),
    "D02": Reason.BERTH_CLOSED_WEATHER,
    "D07": Reason.CUSTOMS_CHECK,
    "D11": Reason.TRUCK_BREAKDOWN,
    "D12": Reason.TRUCK_BREAKDOWN,
    "D19": Reason.ADDRESS,
}
_HAPPENED: dict[str, When] = {
    **dict.fromkeys(["M03", "M12", "M22"], MORNING),
    "M20": at_minute(datetime(2026, 9, 17, 9, 12, tzinfo=UTC), ZONE),
}


def typical(code: NoticeCode, *, dated: bool = True) -> Said:
    """A notice of *code* about one order from Ningbo to Felixstowe; without *dated* no date is known."""
    name = code.value
    place, place_name = _PLACES.get(name, ("CNNGB", "Ningbo"))
    return Said(
        code=code,
        ref="PO 4711",
        dates=_DATES.get(name, (_DUE,)) if dated else (),
        place=place,
        place_name=place_name,
        at=_HAPPENED.get(name),
        vessel="EVER ASPIRE",
        transport=Transport.OCEAN,
        reason=_REASONS.get(name),
        units=5 if name == "D11" else 0,
        units_done=2 if name == "D11" else 0,
        days=5 if name == "D04" else 0,
        needs=("packing_list",) if dated and name in {"M11", "D06"} else (),
        charge=CHARGE if dated and name == "D10" else None,
    )


def corrections() -> tuple[Said, ...]:
    """The forms of a correction: another date, it did not happen, we do not know yet, it happened on another day."""
    said = typical(NoticeCode.CORRECTION)
    return (
        replace(said, untrue=Untrue.ANOTHER_DATE),
        replace(
            said, untrue=Untrue.DID_NOT_HAPPEN, dates=(), told=NoticeCode.DELIVERED, at=_HAPPENED["M20"], reason=None
        ),
        replace(said, untrue=Untrue.NOT_KNOWN, dates=(), told_date=_DUE),
        replace(
            said,
            untrue=Untrue.ANOTHER_DATE,
            dates=(),
            told=NoticeCode.DELIVERED,
            at=_HAPPENED["M20"],
            told_date=SaidDate(Line.DELIVERY, on_day(date(2026, 9, 18), ZONE)),
            reason=None,
        ),
    )


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest values that a text of the catalogue reckons with."""

    brand: str = "HarbourLine"
    ref: str = "PO 471100815"
    vessel: str = "Ever Aspire Star"
    place: str = "Port Elizabeth"
    phone: str = "+44 20 7946 0018"
    link: str = "https://t.harbour.co/7Kq2mXw9Rt"
    email: str = "care@harbour.example"


LONGEST = Longest()


def longest(code: NoticeCode) -> Said:
    """The same notice with the longest values: of a kind that people have, not the longest that there can be."""
    said = typical(code)
    dates = tuple(replace(date, place=None, place_name=LONGEST.place) for date in said.dates)
    return replace(
        said,
        ref=LONGEST.ref,
        dates=dates,
        place=None,
        place_name=LONGEST.place,
        vessel=LONGEST.vessel,
        reason=Reason.RECOUNT if said.reason else None,
    )


def request(
    said: Said,
    *,
    channel: Channel = Channel.SMS,
    language: str = "en",
    two_way: bool = True,
    override: Override | None = None,
    link: str | None = "https://t.harb.co/7Kq2mXw9Rt",
    owner: str | None = None,
) -> TextRequest:
    """A text to a reader in London from an account called Harbour."""
    return TextRequest(
        brand="Harbour",
        channel=channel,
        said=(said,),
        now=NOW,
        language=language,
        zone=ZONE,
        two_way=two_way,
        care_phone="+442079460018",
        care_email="care@harbour.example" if channel is Channel.EMAIL else None,
        link=link,
        owner=owner,
        override=override,
    )


def longest_request(
    said: Said, *, language: str = "en", two_way: bool = True, override: Override | None = None
) -> TextRequest:
    """A text from the account with the longest values."""
    return TextRequest(
        brand=LONGEST.brand,
        channel=Channel.SMS,
        said=(said,),
        now=NOW,
        language=language,
        zone=ZONE,
        two_way=two_way,
        care_phone=LONGEST.phone,
        care_email=LONGEST.email,
        link=LONGEST.link,
        override=override,
    )


def answer_request(
    code: NoticeCode, *, channel: Channel = Channel.SMS, language: str = "en", two_way: bool = True, long: bool = False
) -> ServiceText:
    """An answer or a person's words, with usual values or with long ones."""
    said = "The truck comes on Monday at 9." if code is NoticeCode.HUMAN else "we can split the load."
    by, opens = (instant(at, NOW, language=language, zone=ZONE) for at in (TO_COME_BY, OPENS))
    return ServiceText(
        code=code,
        brand=LONGEST.brand if long else "Harbour",
        channel=channel,
        language=language,
        care_phone="+442079460018",
        two_way=two_way,
        words={
            "ref": LONGEST.ref if long else "PO 4711",
            "by": by,
            "opens": opens,
            "hours": hours_in_words(HOURS, language) or "",
            "text": said,
        },
    )


def which_lose_their_link(
    public_url: str,
    *,
    brand: str = "Harbour",
    care_phone: str | None = "+442079460018",
    care_email: str | None = None,
    two_way: bool = True,
    language: str = "en",
) -> list[NoticeCode]:
    """The codes whose text, with usual values, gives up its link when links begin with *public_url*.

    A link is the public URL, `/t/` and ten characters. Pass the account's own brand and phone: they take room too.
    """
    link = f"{public_url.rstrip('/')}/t/{'X' * 10}"
    asked = (
        replace(
            request(typical(code), language=language, two_way=two_way, link=link),
            brand=brand,
            care_phone=care_phone,
            care_email=care_email,
        )
        for code in CATALOGUE
        if not code.value.startswith("S")
    )
    return [one.said[0].code for one in asked if "link" in render(one).shortened]
