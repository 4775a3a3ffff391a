"""Several notices in one text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from service.records.enums import Line, NoticeCode, Reason
from service.records.said import SaidDate
from service.records.when import on_day
from service.wording.joined import gathered
from service.wording.lint import lint
from service.wording.render import render
from tests.wording.samples import AT_DOOR, DUE, LINK, LONDON, MOVED, NINTH, PHONE, about, request

LEFT = about(NoticeCode.DEPARTED, DUE)
LATE = about(NoticeCode.ETA_SLIP, MOVED, ref="PO 77", reason=Reason.PORT_CONGESTION)
ARRIVED = about(NoticeCode.ARRIVED_PORT, ref="PO 78", place_name="Felixstowe")


def test_twelve_orders_on_one_ship_are_one_sentence() -> None:
    done = render(request(*(replace(LEFT, ref=f"PO {number}") for number in range(1, 13))))
    assert done.text == (
        "Harbour: PO 1, PO 2 and 10 more left Ningbo on Ever Aspire. Due Felixstowe Fri 9 Oct. "
        f"Next text on arrival, or if the date moves. {LINK}"
    )
    assert (done.segments, done.shortened) == (1, ("refs",))


def test_as_many_orders_are_named_as_fit() -> None:
    done = render(request(*(replace(LEFT, ref=f"PO {number}", dates=()) for number in range(1, 6))))
    assert done.text.startswith("Harbour: PO 1, PO 2, PO 3, PO 4 and PO 5 left Ningbo on Ever Aspire.")
    assert done.shortened == ()


def test_several_orders_are_late() -> None:
    done = render(request(LATE, replace(LATE, ref="PO 79")))
    assert done.text.startswith(
        "Harbour: sorry, PO 77 and PO 79 are late. Now due Felixstowe Tue 13 Oct, was Fri 9 Oct"
    )
    assert done.segments == 1


def test_a_thousand_orders_leave_all_the_same() -> None:
    done = render(request(*(replace(LEFT, ref=f"PO {number}") for number in range(1000))))
    assert "PO 0, PO 1 and 998 more left" in done.text
    assert done.segments == 1


def test_the_same_order_twice_is_named_once() -> None:
    assert render(request(LEFT, LEFT)).text == render(request(LEFT)).text


def test_other_dates_are_other_news() -> None:
    assert len(gathered(request(LEFT, replace(LEFT, ref="PO 2")))) == 1
    assert len(gathered(request(LEFT, replace(LEFT, ref="PO 2", dates=(MOVED,))))) == 2
    assert len(gathered(request(LEFT, replace(LEFT, ref="PO 2", vessel="Other")))) == 2
    partial = replace(LEFT, units=5, units_done=2)
    assert len(gathered(request(partial, replace(partial, ref="PO 2")))) == 2


def test_different_news_is_a_line_each_the_loudest_first() -> None:
    done = render(request(LEFT, replace(LEFT, ref="PO 4712"), LATE, ARRIVED))
    assert done.text == (
        "Harbour:\n"
        "PO 77: late, now due Felixstowe Tue 13 Oct, was Fri 9 Oct: queue at port.\n"
        "PO 4711 and PO 4712: left Ningbo on Ever Aspire, due Felixstowe Fri 9 Oct.\n"
        "PO 78: arrived at Felixstowe.\n"
        f"Reply here or call {PHONE}. {LINK}"
    )
    assert done.segments == 2
    assert lint(done.text, ["PO 77", "PO 4711", "PO 4712", "PO 78"]) == []


def test_two_short_lines_fit_into_one_segment() -> None:
    done = render(request(replace(LEFT, vessel=None), ARRIVED))
    assert done.segments == 1
    assert done.text.split("\n")[1:3] == [
        "PO 4711: left Ningbo, due Felixstowe Fri 9 Oct.",
        "PO 78: arrived at Felixstowe.",
    ]


def test_all_news_of_one_order_stands_in_one_line_with_one_date() -> None:
    cleared = about(NoticeCode.CUSTOMS_CLEARED, SaidDate(Line.DELIVERY, NINTH))
    missed = about(NoticeCode.DELIVERY_MISSED, AT_DOOR, reason=Reason.SITE_CLOSED)
    lines = render(request(cleared, missed)).text.split("\n")
    assert lines[1] == "PO 4711: not delivered, due at your door Tue 13 Oct: site was closed; cleared customs."


def test_what_does_not_fit_into_two_segments_is_counted() -> None:
    days = [on_day(date(2026, 10, 13 + number), LONDON) for number in range(9)]
    many = [replace(LATE, ref=f"PO {day.on.day}", dates=(replace(MOVED, when=day),)) for day in days]
    done = render(request(*many))
    assert done.segments == 2
    assert "lines" in done.shortened
    assert " more. " in done.text
    assert done.text.endswith(LINK)


def test_one_order_with_much_news_says_the_loudest() -> None:
    codes = [NoticeCode.ETA_SLIP, NoticeCode.CUSTOMS_HOLD, NoticeCode.DAMAGED, NoticeCode.DELIVERY_MISSED]
    much = [about(code, MOVED, ref="x" * 40, place_name="Port Elizabeth", reason=Reason.RECOUNT) for code in codes]
    done = render(request(*much, two_way=False, care_phone=None, care_email="care.desk.felixstowe@harbour.example"))
    assert done.segments == 2
    assert "states" in done.shortened
    assert ": reported damaged at Port Elizabeth" in done.text


def test_a_one_way_sender_offers_the_phone_only() -> None:
    text = render(request(LEFT, LATE, two_way=False)).text
    assert f"Call {PHONE}." in text
    assert "Reply" not in text
