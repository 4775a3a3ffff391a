"""The tracking page in words: every state, as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from service.flows.tracking import Newer, Other, Told, TrackingView
from service.records.decision import Stop
from service.records.enums import Line, Milestone, NoticeCode, Outcome, Reason, Transport
from service.records.said import Said
from service.records.when import at_minute, on_day
from service.web.rendering import environment
from service.web.tracking import template_values
from service.web.tracking_words import page_of

NOW = datetime(2026, 10, 7, 21, 40, tzinfo=UTC)
FRIDAY, TUESDAY = on_day(date(2026, 10, 9)), on_day(date(2026, 10, 13))
LEFT = Stop(Milestone.DEPARTED, "CNNGB", "Ningbo", on_day(date(2026, 9, 17)), "done", "Ever Aspire")
PORT = Stop(Milestone.ARRIVED_DESTINATION, "GBFXT", "Felixstowe", TUESDAY, "expected", "Ever Aspire")
DOOR = Stop(Milestone.DELIVERED, None, None, None, "expected")

PLANNED = TrackingView(
    brand="Harbour",
    care_phone="+442079460018",
    region="GB",
    zone="Europe/London",
    language="en",
    now=NOW,
    ref="PO 4711",
    status="in_transit",
    status_text="On the way, left Ningbo",
    line=Line.ARRIVAL,
    when=FRIDAY,
    place_name="Felixstowe",
    transport=Transport.OCEAN,
    first=None,
    newer=None,
    done=None,
    reason=None,
    next_word=None,
    stops=(LEFT, PORT, DOOR),
    history=(),
    others=(),
    last_fact_at=NOW,
    flags=(),
)
MONDAY = on_day(date(2026, 10, 5), "Europe/London")
PASSED = replace(PLANNED, when=MONDAY, stops=(LEFT, replace(PORT, when=MONDAY), DOOR))
CAME = replace(PORT, when=MONDAY, state="done")
LATE = replace(PLANNED, when=TUESDAY, first=FRIDAY, reason=Reason.PORT_CONGESTION)


@pytest.mark.parametrize(
    ("view", "tone", "state", "line", "day"),
    [
        (PLANNED, "fine", "as planned", "At port: Felixstowe", "Fri 9 Oct"),
        (LATE, "act", "4 days late", "At port: Felixstowe", "Tue 13 Oct"),
        (replace(LATE, when=FRIDAY, first=TUESDAY), "fine", "4 days early", "At port: Felixstowe", "Fri 9 Oct"),
        (
            replace(PLANNED, newer=Newer(Line.ARRIVAL, TUESDAY)),
            "watch",
            "date has moved",
            "At port: Felixstowe",
            "Fri 9 Oct",
        ),
        (
            replace(PLANNED, when=None, line=None),
            "watch",
            "no date yet",
            "Left Ningbo on Ever Aspire",
            "No date known yet",
        ),
        (
            replace(PLANNED, when=None, newer=Newer(Line.ARRIVAL, TUESDAY)),
            "watch",
            "date to be confirmed",
            "At port: Felixstowe",
            "No date known yet",
        ),
        (replace(PLANNED, status="customs_hold"), "act", "held by customs", "At port: Felixstowe", "Fri 9 Oct"),
        (
            PASSED,
            "act",
            "no arrival report yet",
            "Was due at port: Felixstowe",
            "Mon 5 Oct",
        ),
        (replace(PASSED, stops=(LEFT, CAME, DOOR)), "fine", "arrived", "Arrived at Felixstowe", "Mon 5 Oct"),
        (
            replace(PASSED, newer=Newer(Line.ARRIVAL, TUESDAY)),
            "watch",
            "date has moved",
            "At port: Felixstowe",
            "Mon 5 Oct",
        ),
        (
            replace(PASSED, line=Line.READY, place_name=None),
            "act",
            "not reported ready yet",
            "Was to be ready to collect",
            "Mon 5 Oct",
        ),
        (replace(LATE, status="delivered", done=TUESDAY), "done", "delivered", "At your door", "Tue 13 Oct"),
        (
            replace(PLANNED, transport=Transport.AIR, place_name=None),
            "fine",
            "as planned",
            "At the airport",
            "Fri 9 Oct",
        ),
        (replace(PLANNED, line=Line.READY, place_name=None), "fine", "as planned", "Ready to collect", "Fri 9 Oct"),
    ],
)
def test_every_state_has_a_word_a_tone_and_a_date(
    view: TrackingView, tone: str, state: str, line: str, day: str
) -> None:
    page = page_of(view)
    assert (page.tone, page.state, page.line, page.date) == (tone, state, line, day)


def test_a_delay_says_why_and_what_was_told_first() -> None:
    page = page_of(LATE)
    assert page.first == "We first told you Fri 9 Oct."
    assert page.why == "Ships wait for a free berth at Felixstowe."
    assert page.next == "Felixstowe: expected to arrive Tue 13 Oct."


def test_a_date_that_passed_in_silence_is_not_as_planned() -> None:
    page = page_of(PASSED)
    assert page.overdue == "It was due Mon 5 Oct, and we have not heard that it arrived."
    assert page.next == "Felixstowe: was expected to arrive, not reported yet (the date was Mon 5 Oct)."
    assert page.path[1].words == "was expected to arrive on Ever Aspire, not reported yet"
    assert page_of(PLANNED).overdue == page_of(replace(PASSED, stops=(LEFT, CAME, DOOR))).overdue == ""


@pytest.mark.parametrize(("zone", "words"), [("Europe/London", "London time"), ("UTC", "UTC"), ("Etc/UTC", "UTC")])
def test_every_time_names_its_clock(zone: str, words: str) -> None:
    page = page_of(replace(PLANNED, zone=zone, next_word=at_minute(NOW, zone)))
    assert page.zone == words
    assert page.updated.endswith(f" {words}.")
    assert page.next_word.endswith(f" {words}")


def test_newer_news_is_marked_and_the_told_date_stays_on_top() -> None:
    page = page_of(replace(PLANNED, newer=Newer(Line.ARRIVAL, TUESDAY)))
    assert page.date == "Fri 9 Oct"
    assert page.newer == "It is now expected Tue 13 Oct. The date above is the one we told you by message."


def test_a_step_without_a_date_says_so() -> None:
    assert [(step.title, step.date, step.current) for step in page_of(PLANNED).path] == [
        ("Ningbo", "Thu 17 Sep", True),
        ("Felixstowe", "Tue 13 Oct", False),
        ("Your door", "no date yet", False),
    ]


def test_history_names_the_way_and_how_each_word_ended() -> None:
    told = (
        Told(NOW, ("sms", "email"), NoticeCode.ETA_SLIP, Line.ARRIVAL, TUESDAY, None, current=True),
        Told(NOW, ("sms",), NoticeCode.DEPARTED, Line.ARRIVAL, FRIDAY, Outcome.BROKEN),
        Told(NOW, (), None, Line.ARRIVAL, FRIDAY, None, declared=True),
        Told(NOW, ("sms",), NoticeCode.CUSTOMS_CLEARED),
    )
    rows = page_of(replace(LATE, history=told)).history
    assert [(row.what, row.how, row.mark) for row in rows] == [
        ("Due at port Tue 13 Oct", "by text and e-mail", "stands now"),
        ("It left. Due at port Fri 9 Oct", "by text", "broken"),
        ("Due at port Fri 9 Oct", "declared before these messages", "replaced"),
        ("Cleared customs", "by text", ""),
    ]
    assert (rows[0].day, rows[0].time) == ("Wed 7 Oct", "22:40")


@pytest.mark.parametrize(
    ("line", "transport", "words"),
    [
        (Line.ARRIVAL, Transport.OCEAN, "Due at port Fri 9 Oct"),
        (Line.ARRIVAL, Transport.AIR, "Due at the airport Fri 9 Oct"),
        (Line.DELIVERY, Transport.ROAD, "Due at your door Fri 9 Oct"),
        (Line.READY, Transport.OCEAN, "Ready to collect Fri 9 Oct"),
        (Line.DEPARTURE, Transport.OCEAN, "Leaves Fri 9 Oct"),
    ],
)
def test_history_says_what_a_date_was_a_date_of(line: Line, transport: Transport, words: str) -> None:
    told = Told(NOW, ("sms",), None, line, FRIDAY, None, current=True)
    rows = page_of(replace(PLANNED, transport=transport, history=(told,))).history
    assert [row.what for row in rows] == [words]


def test_a_told_date_that_newer_news_overtook_does_not_stand() -> None:
    told = Told(NOW, ("sms",), NoticeCode.DEPARTED, Line.ARRIVAL, FRIDAY, None, current=True)
    rows = page_of(replace(PLANNED, newer=Newer(Line.ARRIVAL, TUESDAY), history=(told,))).history
    assert [row.mark for row in rows] == ["last told"]


def test_other_shipments_of_the_message_follow_in_a_line_each() -> None:
    others = (
        Other("PO 4715", Line.ARRIVAL, TUESDAY, False),
        Other("PO 9", None, None, False),
        Other("PO 8", None, None, True),
    )
    rows = page_of(replace(LATE, others=others)).others
    assert [row.words for row in rows] == ["due at port Tue 13 Oct", "no date known yet", "delivered"]


def test_silence_of_the_source_is_said() -> None:
    page = page_of(replace(PLANNED, last_fact_at=datetime(2026, 9, 30, 9, 0, tzinfo=UTC)))
    assert page.updated == "Last news from the carrier: Wed 30 Sep 10:00 London time. That is 7 days ago."


@pytest.mark.parametrize("milestone", Milestone)
def test_every_milestone_has_words(milestone: Milestone) -> None:
    done, ahead = (replace(LEFT, milestone=milestone, state=state, place_name=None) for state in ("done", "expected"))
    rows = page_of(replace(PLANNED, stops=(done, ahead))).path
    assert all(row.title and row.words for row in rows)


def test_no_line_breaks_inside_a_date() -> None:
    told = Told(NOW, ("sms",), NoticeCode.DEPARTED, Line.ARRIVAL, FRIDAY, None, current=True)
    text = (
        environment().get_template("tracking.html").render(**template_values(page_of(replace(LATE, history=(told,)))))
    )
    assert "Due at port Fri\u00a09\u00a0Oct" in text
    assert "We first told you Fri\u00a09\u00a0Oct." in text


def test_what_comes_from_outside_is_escaped() -> None:
    view = replace(LATE, ref="<b>PO</b>", brand="<i>", stops=(replace(LEFT, place_name="<script>", vessel="<img>"),))
    text = environment().get_template("tracking.html").render(**template_values(page_of(view)))
    assert "<script" not in text
    assert "<img" not in text
    assert "<b>PO" not in text


@pytest.mark.parametrize(
    ("code", "place", "words"),
    [
        (NoticeCode.OVERDUE_NO_NEWS, None, "No arrival report yet"),
        (NoticeCode.GATE_IN_ORIGIN, "Ningbo", "At Ningbo"),
        (NoticeCode.DAMAGED, "Felixstowe", "Reported damaged at Felixstowe"),
    ],
)
def test_history_says_every_notice_in_short(code: NoticeCode, place: str | None, words: str) -> None:
    told = Told(NOW, ("sms",), code, said=Said(code=code, ref="PO 4711", place_name=place))
    (row,) = page_of(replace(PLANNED, history=(told,))).history
    assert row.what.replace("\u00a0", " ").startswith(words)
