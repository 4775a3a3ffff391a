"""Requests and notices for the tests of this room: one order as people know it, and the longest realistic one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

from notifiers.base import Channel
from service.records.enums import Line, NoticeCode, Reason, Transport
from service.records.said import Said, SaidDate
from service.records.text import TextRequest
from service.records.when import When, at_minute, on_day
from service.wording.samples import LONGEST

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
LONDON = "Europe/London"
LINK = "https://t.harb.co/7Kq2mXw9Rt"
PHONE = "020 7946 0018"

NINTH, THIRTEENTH = on_day(date(2026, 10, 9), LONDON), on_day(date(2026, 10, 13), LONDON)
NINE_O_CLOCK = at_minute(datetime(2026, 10, 13, 8, 0, tzinfo=UTC), LONDON)
NINTH_AT_TEN = at_minute(datetime(2026, 10, 9, 9, 0, tzinfo=UTC), LONDON)
TEN_O_CLOCK = at_minute(datetime(2026, 10, 13, 9, 0, tzinfo=UTC), LONDON)

DUE = SaidDate(Line.ARRIVAL, NINTH, None, "GBFXT", "Felixstowe")
MOVED = SaidDate(Line.ARRIVAL, THIRTEENTH, NINTH, "GBFXT", "Felixstowe")
LEAVES = SaidDate(Line.DEPARTURE, on_day(date(2026, 9, 18), "Asia/Shanghai"), None, "CNNGB", "Ningbo")
AT_DOOR = SaidDate(Line.DELIVERY, THIRTEENTH, None)

TEXTS = [code for code in NoticeCode if code.value[0] in "MD"]
"""Every code that carries a notice."""


def request(*said: Said, **changes: Any) -> TextRequest:
    """A text to a reader in London, from a number that can be answered."""
    known: dict[str, Any] = {
        "brand": "Harbour",
        "channel": Channel.SMS,
        "now": NOW,
        "zone": LONDON,
        "care_phone": PHONE,
        "link": LINK,
        **changes,
    }
    return TextRequest(said=said, **known)


def mail(*said: Said, **changes: Any) -> TextRequest:
    """An e-mail to the same reader."""
    known: dict[str, Any] = {"care_email": "care@example.com", "hours": "Mon-Fri 8-18", "uid": "shp.con@milepost"}
    return request(*said, channel=Channel.EMAIL, **{**known, **changes})


def about(code: NoticeCode, *dates: SaidDate, ref: str = "PO 4711", **changes: Any) -> Said:
    """A notice about an order that went by sea from Ningbo."""
    known: dict[str, Any] = {
        "place": "CNNGB",
        "place_name": "Ningbo",
        "vessel": "EVER ASPIRE",
        "transport": Transport.OCEAN,
        **changes,
    }
    return Said(code=code, ref=ref, dates=dates, **known)


LONGEST_REASON = {Transport.OCEAN: Reason.RECOUNT}
NEXT_WORD = SaidDate(Line.NEXT_WORD, at_minute(datetime(2026, 9, 18, 11, 0, tzinfo=UTC), LONDON))


def headlines() -> Iterator[tuple[SaidDate, ...]]:
    """Every way in which a headline date may be known: none, first, the same as before, moved."""
    yield ()
    for line in (Line.ARRIVAL, Line.READY, Line.DELIVERY, Line.DEPARTURE):
        new: When = NINE_O_CLOCK if line is Line.DELIVERY else THIRTEENTH
        old = (TEN_O_CLOCK, NINTH_AT_TEN) if line is Line.DELIVERY else (NINTH,)
        for was, unchanged in ((None, False), (None, True), *((when, False) for when in old)):
            yield (SaidDate(line, new, was, "ZAPLZ", LONGEST.place, unchanged),)


def longest_requests(code: NoticeCode) -> Iterator[TextRequest]:
    """The longest realistic texts of *code*, in every variant of sender, link, phone, transport and date."""
    reason = Reason.RECOUNT if code.value[0] == "D" else None
    senders = product((True, False), (LONGEST.link, None), (LONGEST.phone, None))
    for (two_way, link, phone), dates, transport in product(senders, headlines(), Transport):
        extra = [()]
        for more in extra:
            said = Said(
                code=code,
                ref=LONGEST.ref,
                dates=(*dates, *more),
                place="ZAPLZ",
                place_name=LONGEST.place,
                at=on_day(date(2026, 9, 17), LONDON),
                vessel=LONGEST.vessel,
                transport=transport,
                reason=reason,
                units=5,
                units_done=2 if code is NoticeCode.PARTIAL_DELIVERY else 0,
            )
            yield TextRequest(
                brand=LONGEST.brand,
                channel=Channel.SMS,
                said=(said,),
                now=NOW,
                zone=LONDON,
                two_way=two_way,
                care_phone=phone,
                care_email=LONGEST.email,
                link=link,
            )
