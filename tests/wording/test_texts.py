"""The catalogue as SMS: what each text says, and that it fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.records.enums import Line, NoticeCode, Reason, Transport
from service.records.said import Said, SaidDate
from service.records.text import TextRequest
from service.records.when import on_day
from service.wording.catalogue import CATALOGUE, LEVELS, TEXTS_LATER, TEXTS_NOW, TITLES, effective, headline, printed
from service.wording.gsm7 import segments, septets
from service.wording.lint import lint
from service.wording.render import render
from service.wording.samples import LONGEST
from tests.wording.samples import (
    AT_DOOR,
    DUE,
    LEAVES,
    LINK,
    LONDON,
    MOVED,
    NEXT_WORD,
    NINE_O_CLOCK,
    NINTH,
    NINTH_AT_TEN,
    PHONE,
    TEN_O_CLOCK,
    TEXTS,
    THIRTEENTH,
    about,
    longest_requests,
    request,
)

OCEAN, AIR, RAIL, ROAD, UNKNOWN = Transport
CONGESTION, WEATHER = Reason.PORT_CONGESTION, Reason.WEATHER
SLIP = about(NoticeCode.ETA_SLIP, MOVED, reason=CONGESTION)
LEFT = about(NoticeCode.DEPARTED, DUE)
WHERE_UNKNOWN: dict[str, Any] = {"place": None, "place_name": None, "vessel": None}


def said(text: TextRequest) -> str:
    return render(text).text


def plain(*notices: Said, **changes: object) -> str:
    """The text without brand, link and way to a person: its news."""
    return said(request(*notices, link=None, care_phone=None, two_way=False, **changes)).removeprefix("Harbour: ")


def test_every_code_has_a_text_a_level_and_a_title() -> None:
    assert set(CATALOGUE) == set(LEVELS) == set(TITLES) == set(NoticeCode)
    assert set(NoticeCode) == TEXTS_NOW | TEXTS_LATER
    assert len(set(TITLES.values())) == len(TITLES)
    assert all(entry.state and entry.subject for code, entry in CATALOGUE.items() if code in TEXTS)


@pytest.mark.parametrize("code", TEXTS)
def test_the_longest_realistic_text_is_one_segment(code: NoticeCode) -> None:
    """Every variant fits, in the alphabet that costs least, and keeps what may never be given up."""
    known = [LONGEST.brand, LONGEST.ref, LONGEST.vessel, LONGEST.place]
    for asked in longest_requests(code):
        done = render(asked)
        assert done.segments == segments(done.text) == 1, done.text
        assert septets(done.text) is not None
        assert len(done.text) <= 160
        assert done.text.startswith(f"{LONGEST.brand}: ")
        assert LONGEST.ref in done.text
        assert set(lint(done.text, known)) <= {"T5"} if not asked.two_way else lint(done.text, known) == [], done.text
        assert "Reply here." not in done.text or "? Reply here." in done.text or "question" in done.shortened
        _keeps_what_matters(asked, done.text)


def _keeps_what_matters(asked: TextRequest, text: str) -> None:
    notice = asked.said[0]
    for date_ in printed(notice):
        assert f"{date_.when.on:%a} {date_.when.on.day} {date_.when.on:%b}" in text, text
        if date_.was and not {NoticeCode.OVERDUE_NO_NEWS, NoticeCode.RECOVERED} & {notice.code}:
            old = f"{date_.was.on:%a} {date_.was.on.day} {date_.was.on:%b}"
            assert old in text or "was 10:00" in text or "than 10:00" in text or "not 10:00" in text, text
    route = CATALOGUE[effective(notice)].route
    if route and asked.two_way:
        assert "Reply here" in text
    elif route:
        assert (f"Call {LONGEST.phone}" if asked.care_phone else f"Write to {LONGEST.email}") in _grouped(text)
    if not asked.two_way:
        assert "Reply" not in text
        assert "STOP" not in text


def _grouped(text: str) -> str:
    """The phone may have given up its spaces."""
    return text.replace(LONGEST.phone.replace(" ", ""), LONGEST.phone)


NEWS = [
    (
        about(NoticeCode.WATCH_STARTED, DUE, LEAVES),
        "updates on PO 4711 will come here. Leaves Ningbo Fri 18 Sep, due Felixstowe Fri 9 Oct.",
    ),
    (about(NoticeCode.WATCH_STARTED), "updates on PO 4711 will come here."),
    (
        about(NoticeCode.BOOKING_CONFIRMED, DUE, LEAVES),
        (
            "PO 4711 is booked on Ever Aspire. Leaves Ningbo Fri 18 Sep, due Felixstowe Fri 9 Oct. "
            "We will text if that changes."
        ),
    ),
    (about(NoticeCode.BOOKING_CONFIRMED, vessel=None), "PO 4711 is booked. We will text if that changes."),
    (about(NoticeCode.CARGO_PICKED_UP), "PO 4711 was picked up in Ningbo. Next: loading."),
    (
        about(NoticeCode.CARGO_PICKED_UP, units=5, units_done=2),
        "2 of 5 of PO 4711 were picked up in Ningbo. Next: loading.",
    ),
    (about(NoticeCode.CARGO_PICKED_UP, units=5, units_done=5), "PO 4711 was picked up in Ningbo. Next: loading."),
    (about(NoticeCode.GATE_IN_ORIGIN), "PO 4711 is at Ningbo port, ready for Ever Aspire."),
    (
        about(NoticeCode.GATE_IN_ORIGIN, transport=AIR, voyage="CX 251"),
        "PO 4711 is at Ningbo airport, ready for flight CX 251.",
    ),
    (about(NoticeCode.GATE_IN_ORIGIN, transport=UNKNOWN, **WHERE_UNKNOWN), "PO 4711 is at the terminal."),
    (about(NoticeCode.EXPORT_CLEARED), "PO 4711 has cleared export customs in Ningbo."),
    (about(NoticeCode.LOADED), "PO 4711 is loaded on Ever Aspire at Ningbo."),
    (about(NoticeCode.LOADED, **WHERE_UNKNOWN), "PO 4711 is loaded on the ship."),
    (about(NoticeCode.LOADED, transport=UNKNOWN, **WHERE_UNKNOWN), "PO 4711 is loaded."),
    (LEFT, "PO 4711 left Ningbo on Ever Aspire. Due Felixstowe Fri 9 Oct. Next text on arrival, or if the date moves."),
    (
        about(NoticeCode.DEPARTED, replace(DUE, unchanged=True)),
        (
            "PO 4711 left Ningbo on Ever Aspire. Still due Felixstowe Fri 9 Oct. "
            "Next text on arrival, or if the date moves."
        ),
    ),
    (
        about(NoticeCode.DEPARTED, MOVED, reason=CONGESTION),
        (
            "PO 4711 left Ningbo on Ever Aspire. Now due Felixstowe Tue 13 Oct, was Fri 9 Oct: queue at port. "
            "Next text on arrival, or if the date moves."
        ),
    ),
    (
        about(NoticeCode.DEPARTED, replace(DUE, place=None, place_name=None)),
        "PO 4711 left Ningbo on Ever Aspire. Due at port Fri 9 Oct. Next text on arrival, or if the date moves.",
    ),
    (
        about(NoticeCode.DEPARTED, AT_DOOR),
        "PO 4711 left Ningbo on Ever Aspire. Due at your door Tue 13 Oct. Next text on arrival, or if the date moves.",
    ),
    (about(NoticeCode.DEPARTED, transport=AIR, vessel=None), "PO 4711 left Ningbo by air. Next text on arrival."),
    (about(NoticeCode.DEPARTED, transport=ROAD), "PO 4711 left Ningbo by truck. Next text on arrival."),
    (about(NoticeCode.DEPARTED, transport=UNKNOWN, **WHERE_UNKNOWN), "PO 4711 is on the way. Next text on arrival."),
    (about(NoticeCode.DEPARTED, place=None, place_name=None), "PO 4711 has left on Ever Aspire. Next text on arrival."),
    (about(NoticeCode.TRANSSHIP_ARRIVED), "PO 4711 reached Ningbo to change ship."),
    (about(NoticeCode.TRANSSHIP_ARRIVED, transport=UNKNOWN, **WHERE_UNKNOWN), "PO 4711 reached a stop on the way."),
    (about(NoticeCode.TRANSSHIP_DEPARTED), "PO 4711 changed ship at Ningbo and left on Ever Aspire."),
    (about(NoticeCode.TRANSSHIP_DEPARTED, transport=UNKNOWN, **WHERE_UNKNOWN), "PO 4711 left a stop on the way."),
    (
        about(NoticeCode.ETA_EARLIER, SaidDate(Line.ARRIVAL, NINTH, THIRTEENTH, None, "Felixstowe")),
        "PO 4711 is now due Felixstowe Fri 9 Oct, earlier than Tue 13 Oct.",
    ),
    (about(NoticeCode.ETA_EARLIER, LEAVES), "PO 4711 is now leaving Ningbo Fri 18 Sep."),
    (about(NoticeCode.ARRIVED_PORT, at=NINTH), "PO 4711 arrived at Ningbo Fri 9 Oct. Next: unloading."),
    (about(NoticeCode.ARRIVED_PORT, transport=UNKNOWN, **WHERE_UNKNOWN), "PO 4711 has arrived."),
    (about(NoticeCode.DISCHARGED), "PO 4711 is off the ship at Ningbo."),
    (about(NoticeCode.DISCHARGED, transport=UNKNOWN), "PO 4711 has been unloaded at Ningbo."),
    (
        about(NoticeCode.CUSTOMS_STARTED),
        "customs is now checking the papers for PO 4711 at Ningbo. Next text when customs is done.",
    ),
    (about(NoticeCode.CUSTOMS_CLEARED, AT_DOOR), "PO 4711 cleared customs at Ningbo. Due at your door Tue 13 Oct."),
    (
        about(NoticeCode.AVAILABLE_PICKUP, SaidDate(Line.FREE_TIME, THIRTEENTH)),
        "PO 4711 can be collected at Ningbo. Free until Tue 13 Oct.",
    ),
    (about(NoticeCode.RAIL_DEPARTED, transport=RAIL), "PO 4711 left Ningbo by rail."),
    (
        about(NoticeCode.DELIVERY_BOOKED, SaidDate(Line.DELIVERY, NINE_O_CLOCK)),
        "delivery of PO 4711 is booked: due at your door Tue 13 Oct 09:00.",
    ),
    (
        about(NoticeCode.DELIVERY_BOOKED, SaidDate(Line.DELIVERY, NINE_O_CLOCK, TEN_O_CLOCK)),
        "delivery of PO 4711 is booked: due at your door Tue 13 Oct 09:00, was 10:00.",
    ),
    (
        about(NoticeCode.DELIVERY_BOOKED, SaidDate(Line.DELIVERY, NINE_O_CLOCK, NINTH_AT_TEN)),
        "delivery of PO 4711 is booked: due at your door Tue 13 Oct 09:00, was Fri 9 Oct.",
    ),
    (
        about(NoticeCode.OUT_FOR_DELIVERY, SaidDate(Line.DELIVERY, NINE_O_CLOCK)),
        "PO 4711 is on the truck to you. Due at your door Tue 13 Oct 09:00.",
    ),
    (about(NoticeCode.DELIVERED, at=NINE_O_CLOCK), "PO 4711 was delivered Tue 13 Oct 09:00."),
    (about(NoticeCode.DELIVERED, at=NINTH), "PO 4711 was delivered Fri 9 Oct."),
    (
        about(NoticeCode.DELIVERED, units=5, units_done=2),
        "2 of 5 of PO 4711 delivered. We do not know the date for the rest yet.",
    ),
    (about(NoticeCode.EMPTY_RETURNED, at=NINTH), "the empty container for PO 4711 went back Fri 9 Oct."),
    (
        about(NoticeCode.NOW_HAS_DATE, DUE),
        "PO 4711 now has a date: due Felixstowe Fri 9 Oct. We will text if the date moves.",
    ),
    (SLIP, "sorry, PO 4711 is late. Now due Felixstowe Tue 13 Oct, was Fri 9 Oct: queue at port."),
    (about(NoticeCode.ETA_SLIP, MOVED), "sorry, PO 4711 is late. Now due Felixstowe Tue 13 Oct, was Fri 9 Oct."),
    (
        about(NoticeCode.ETA_SLIP, MOVED, reason=WEATHER),
        "PO 4711 is late. Now due Felixstowe Tue 13 Oct, was Fri 9 Oct: bad weather.",
    ),
    (
        about(NoticeCode.ETA_SLIP, DUE, reason=CONGESTION),
        "sorry, PO 4711 is late. Now due Felixstowe Fri 9 Oct: queue at port.",
    ),
    (about(NoticeCode.ETA_SLIP, LEAVES), "sorry, PO 4711 is late. Now leaves Ningbo Fri 18 Sep."),
    (
        about(NoticeCode.ETA_SLIP, SaidDate(Line.READY, THIRTEENTH, NINTH, None, "Felixstowe")),
        "sorry, PO 4711 is late. Now ready to collect at Felixstowe Tue 13 Oct, was Fri 9 Oct.",
    ),
    (
        about(NoticeCode.ETA_SLIP, reason=CONGESTION),
        "sorry, PO 4711 is delayed: queue at port. We do not know the new date yet. Next text when we do.",
    ),
    (
        about(NoticeCode.ETA_SLIP, MOVED, NEXT_WORD),
        "sorry, PO 4711 is late. Now due Felixstowe Tue 13 Oct, was Fri 9 Oct. Next text by Fri 18 Sep 12:00.",
    ),
    (
        about(NoticeCode.ETA_SLIP_AGAIN, MOVED, reason=CONGESTION),
        "PO 4711 is late again. Now due Felixstowe Tue 13 Oct, was Fri 9 Oct: queue at port.",
    ),
    (about(NoticeCode.ETA_SLIP_AGAIN, DUE), "sorry, PO 4711 is late. Now due Felixstowe Fri 9 Oct."),
    (
        about(NoticeCode.DELAY_NO_DATE, reason=Reason.UNKNOWN),
        "sorry, PO 4711 is delayed: cause not known yet. We do not know the new date yet. Next text when we do.",
    ),
    (
        about(NoticeCode.DELAY_NO_DATE, NEXT_WORD),
        "sorry, PO 4711 is delayed. We do not know the new date yet. Next text by Fri 18 Sep 12:00.",
    ),
    (
        about(NoticeCode.CUSTOMS_HOLD, reason=Reason.DOCS_MISSING),
        (
            "customs is holding PO 4711 at Ningbo: paper missing. We do not know for how long. "
            "Next text when customs decides."
        ),
    ),
    (
        about(NoticeCode.CUSTOMS_HOLD, MOVED, reason=Reason.DOCS_MISSING),
        (
            "customs is holding PO 4711 at Ningbo: paper missing. Now due Felixstowe Tue 13 Oct, was Fri 9 Oct. "
            "Next text when customs decides."
        ),
    ),
    (
        about(NoticeCode.CUSTOMS_HOLD, reason=Reason.DOCS_MISSING, units=5, units_done=2),
        (
            "customs is holding 2 of 5 of PO 4711 at Ningbo: paper missing. We do not know for how long. "
            "Next text when customs decides."
        ),
    ),
    (
        about(NoticeCode.CUSTOMS_EXAM, units=5, units_done=2),
        (
            "customs will inspect 2 of 5 of PO 4711 at Ningbo. We do not know for how long. "
            "Next text when customs decides."
        ),
    ),
    (about(NoticeCode.DAMAGED), "bad news: PO 4711 is reported damaged at Ningbo. Please keep all packing."),
    (
        about(
            NoticeCode.PARTIAL_DELIVERY,
            SaidDate(Line.DELIVERY, THIRTEENTH),
            units=5,
            units_done=2,
            reason=Reason.TRUCK_BREAKDOWN,
        ),
        "2 of 5 of PO 4711 delivered. Rest due at your door Tue 13 Oct: truck broke down.",
    ),
    (about(NoticeCode.PARTIAL_DELIVERY), "part of PO 4711 delivered. We do not know the date for the rest yet."),
    (
        about(NoticeCode.DELIVERY_MISSED, reason=Reason.SITE_CLOSED),
        "we could not deliver PO 4711: site was closed. We do not know the new date yet.",
    ),
    (
        about(NoticeCode.DELIVERY_MISSED, SaidDate(Line.DELIVERY, NINE_O_CLOCK, NINTH), reason=Reason.TRUCK_BREAKDOWN),
        "sorry, we could not deliver PO 4711. Now due at your door Tue 13 Oct 09:00, was Fri 9 Oct: truck broke down.",
    ),
    (
        about(NoticeCode.OVERDUE_NO_NEWS, DUE, NEXT_WORD),
        "PO 4711 was due Felixstowe Fri 9 Oct. No arrival report yet. Next text by Fri 18 Sep 12:00.",
    ),
    (
        about(NoticeCode.CORRECTION, MOVED),
        "sorry, a correction: PO 4711 is due Felixstowe Tue 13 Oct, not Fri 9 Oct as we told you.",
    ),
    (
        about(NoticeCode.DEPARTED, other_refs=("PO 4712",)),
        "PO 4711 and PO 4712 left Ningbo on Ever Aspire. Next text on arrival.",
    ),
    (
        about(NoticeCode.BOOKING_CONFIRMED, other_refs=("PO 4712", "PO 4711")),
        "PO 4711 and PO 4712 are booked on Ever Aspire. We will text if that changes.",
    ),
]


@pytest.mark.parametrize(("notice", "news"), NEWS)
def test_news(notice: Said, news: str) -> None:
    assert plain(notice) == news


def test_a_date_in_another_zone_names_its_place() -> None:
    hamburg = replace(NINE_O_CLOCK, zone="Europe/Berlin")
    notice = about(NoticeCode.DELIVERY_BOOKED, SaidDate(Line.DELIVERY, hamburg, None, "DEHAM", "Hamburg"))
    assert plain(notice) == "delivery of PO 4711 is booked: due at your door Tue 13 Oct 10:00 Hamburg time."


def test_a_far_date_has_its_year() -> None:
    notice = about(NoticeCode.NOW_HAS_DATE, SaidDate(Line.DELIVERY, on_day(date(2027, 6, 1), LONDON)))
    assert "due at your door Tue 1 Jun 2027" in plain(notice)


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, f"Reply here or call {PHONE}. {LINK}"),
        ({"care_phone": None}, f"Questions? Reply here. {LINK}"),
        ({"two_way": False}, f"Call {PHONE}. {LINK}"),
        (
            {"two_way": False, "care_phone": None, "care_email": "care@example.com"},
            f"Write to care@example.com. {LINK}",
        ),
        ({"two_way": False, "care_phone": None, "link": None}, "queue at port."),
        ({"link": None}, f"Reply here or call {PHONE}."),
    ],
)
def test_bad_news_ends_with_a_way_to_a_person(changes: dict[str, object], end: str) -> None:
    assert said(request(SLIP, **changes)).endswith(end)


@pytest.mark.parametrize(
    "code", [NoticeCode.CUSTOMS_CLEARED, NoticeCode.AVAILABLE_PICKUP, NoticeCode.CUSTOMS_HOLD, NoticeCode.DAMAGED]
)
def test_a_reply_is_asked_for_with_what_it_is_for(code: NoticeCode) -> None:
    assert said(request(about(code), care_phone=None, link=None)).endswith(" Questions? Reply here.")


def test_a_question_that_was_just_asked_needs_no_other() -> None:
    text = said(request(about(NoticeCode.DELIVERED), care_phone=None, link=None))
    assert text.endswith("Anything damaged or missing? Reply here.")


@pytest.mark.parametrize(
    ("code", "news"),
    [
        (
            NoticeCode.BOOKING_CANCELLED,
            (
                "the booking for PO 4711 was cancelled or changed. Earlier dates may no longer hold. "
                "Next text when we know more. Reply here or call +44 20 7946 0018."
            ),
        ),
        (
            NoticeCode.RETURNED,
            (
                "PO 4711 is being returned to the sender. No delivery is planned now. "
                "Next text when we know more. Reply here or call +44 20 7946 0018."
            ),
        ),
        (
            NoticeCode.PROBLEM,
            (
                "there is a problem with PO 4711 at Ningbo. We do not know yet whether the date moves. "
                "Next text when we know more. Reply here or call +44 20 7946 0018."
            ),
        ),
    ],
)
def test_trouble_of_no_known_kind_says_what_happens_next_and_whom_to_call(code: NoticeCode, news: str) -> None:
    assert said(request(about(code, DUE), care_phone="+442079460018", link=None)) == f"Harbour: {news}"
    assert printed(about(code, DUE)) == ()


@pytest.mark.parametrize(
    ("two_way", "end"), [(True, f"or if the date moves. {LINK}"), (False, f"if the date moves. Call {PHONE}.")]
)
def test_other_news_names_the_phone_only_where_it_cannot_be_answered(two_way: bool, end: str) -> None:
    assert said(request(LEFT, two_way=two_way)).endswith(end)


def test_the_welcome_says_how_to_stop_where_that_can_be_done() -> None:
    welcome = about(NoticeCode.WATCH_STARTED)
    assert "Reply STOP to end, HELP for a person." in said(request(welcome))
    assert "STOP" not in said(request(welcome, two_way=False))
    assert "STOP" not in said(request(LEFT))


def test_an_apology_is_asked_for_and_honest() -> None:
    assert "sorry" in said(request(SLIP))
    assert "sorry" not in said(request(SLIP, sorry=False))
    assert "sorry" not in said(request(replace(SLIP, reason=WEATHER)))


@pytest.mark.parametrize(
    ("changes", "shortened"),
    [
        ({}, ()),
        ({"ref": "PO 471100815"}, ("link",)),
        ({"vessel": "Ever Aspire Of The Seas"}, ()),
    ],
)
def test_what_was_given_up_is_named(changes: dict[str, Any], shortened: tuple[str, ...]) -> None:
    done = render(request(replace(SLIP, **changes)))
    assert done.shortened == shortened
    assert done.segments == 1


def test_a_long_ships_name_goes_before_the_link() -> None:
    notice = about(NoticeCode.BOOKING_CONFIRMED, DUE, LEAVES, vessel="Ever Aspire Of The Seven Seas")
    done = render(request(notice))
    assert done.shortened == ("ship",)
    assert "PO 4711 is booked. Leaves Ningbo" in done.text
    assert LINK in done.text


def test_a_place_in_other_letters_goes_before_it_costs_a_segment() -> None:
    done = render(request(about(NoticeCode.DEPARTED, place="CNXXX", place_name="宁波")))
    assert done.text.startswith("Harbour: PO 4711 has left on Ever Aspire.")
    assert (done.segments, done.shortened) == (1, ("place",))


def test_what_does_not_fit_goes_as_two_segments_and_keeps_everything() -> None:
    mailbox = "care.desk.felixstowe@harbour-forwarding.example"
    notice = replace(SLIP, ref="HBRU 2026 00417 and 00418 for Leeds East")
    done = render(request(notice, two_way=False, care_phone=None, care_email=mailbox))
    assert (done.segments, done.shortened) == (2, ())
    assert done.text.endswith(f"Write to {mailbox}. {LINK}")


def test_a_place_in_other_letters_is_named_by_its_code() -> None:
    assert said(request(about(NoticeCode.DEPARTED, place_name="宁波"))).startswith("Harbour: PO 4711 left Ningbo on")


def test_a_reference_in_other_letters_is_kept() -> None:
    done = render(request(replace(SLIP, ref="订单4711")))
    assert "订单4711" in done.text
    assert "Tue 13 Oct, was Fri 9 Oct" in done.text
    assert done.segments == 2


def test_printed_dates_are_those_of_the_text() -> None:
    notice = about(NoticeCode.BOOKING_CONFIRMED, DUE, LEAVES, AT_DOOR)
    assert printed(notice) == (LEAVES, DUE)
    assert headline(notice) == DUE
    assert printed(about(NoticeCode.DELIVERED, DUE)) == ()
    assert headline(about(NoticeCode.DELAY_NO_DATE, NEXT_WORD)) is None


def test_an_unknown_language_reads_english_whole() -> None:
    """Dates in one language and words in another would be no text at all."""
    assert said(request(SLIP, language="pt")) == said(request(SLIP, language="en-GB")) == said(request(SLIP))


def test_nothing_to_say_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one notice"):
        render(request())
    with pytest.raises(ValueError, match="needs a zone"):
        render(request(SLIP, now=request().now.replace(tzinfo=None)))
