from __future__ import annotations

from datetime import UTC, date, datetime

from icalendar import Calendar, Event

from service.records.enums import Line, NoticeCode
from service.records.said import Said, SaidDate
from service.records.when import window
from service.wording.render import render
from tests.wording.samples import DUE, LINK, LONDON, MOVED, NINE_O_CLOCK, NOW, about, mail


def event(*notices: Said, **changes: object) -> Event:
    """The one event of the mail's calendar part, read back."""
    text = render(mail(*notices, **changes)).calendar
    assert text is not None
    (found,) = Calendar.from_ical(text).walk("VEVENT")
    assert isinstance(found, Event)
    return found


def test_a_day_is_a_whole_day() -> None:
    found = event(about(NoticeCode.ETA_SLIP, MOVED), uid="shp_1.con_1@milepost", sequence=3)
    assert found.decoded("dtstart") == date(2026, 10, 13)
    assert found.decoded("dtend") == date(2026, 10, 14)
    assert found.decoded("sequence") == 3
    assert str(found["uid"]) == "shp_1.con_1@milepost"
    assert str(found["status"]) == "TENTATIVE"
    assert str(found["summary"]) == "PO 4711: due Felixstowe"
    assert str(found["url"]) == LINK
    assert found.decoded("dtstamp") == NOW


def test_a_clock_time_is_an_instant() -> None:
    found = event(about(NoticeCode.DELIVERY_BOOKED, SaidDate(Line.DELIVERY, NINE_O_CLOCK)))
    assert found.decoded("dtstart") == datetime(2026, 10, 13, 8, 0, tzinfo=UTC)
    assert found.decoded("dtend") == datetime(2026, 10, 13, 9, 0, tzinfo=UTC)


def test_a_window_lasts_as_long_as_it_was_told() -> None:
    at_door = window(datetime(2026, 10, 13, 8, 0, tzinfo=UTC), datetime(2026, 10, 13, 10, 30, tzinfo=UTC), LONDON)
    found = event(about(NoticeCode.DELIVERY_BOOKED, SaidDate(Line.DELIVERY, at_door)))
    assert found.decoded("dtstart") == at_door.start
    assert found.decoded("dtend") == at_door.end


def test_the_same_request_is_the_same_entry() -> None:
    asked = mail(about(NoticeCode.DEPARTED, DUE))
    assert render(asked).calendar == render(asked).calendar


def test_no_entry_without_a_date_a_uid_or_one_order() -> None:
    assert render(mail(about(NoticeCode.DELIVERED))).calendar is None
    assert render(mail(about(NoticeCode.DEPARTED, DUE), uid="")).calendar is None
    assert render(mail(about(NoticeCode.DEPARTED, DUE, other_refs=("PO 2",)))).calendar is None


def test_a_hostile_reference_adds_no_property() -> None:
    text = render(mail(about(NoticeCode.DEPARTED, DUE, ref="PO 1\r\nATTENDEE:x\n;,"))).calendar
    assert text is not None
    assert not any(line.startswith("ATTENDEE") for line in text.splitlines())
