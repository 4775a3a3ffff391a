from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from service.records.enums import Line, Milestone, NoticeCode, Reason, Transport
from service.records.said import Said, SaidDate
from service.records.when import on_day
from service.wording.lint import lint
from service.wording.sentences import due_sentence, milestone_sentence, status_sentence, told_sentence
from tests.wording.samples import AT_DOOR, DUE, LEAVES, MOVED, about


@pytest.mark.parametrize("milestone", Milestone)
def test_every_milestone_has_a_sentence(milestone: Milestone) -> None:
    sentence = milestone_sentence(milestone)
    assert sentence[0].isupper()
    assert not sentence.endswith(".")
    assert set(lint(sentence)) <= {"T5"}


@pytest.mark.parametrize(
    ("status", "place", "vessel", "sentence"),
    [
        ("registered", None, None, "Registered; no news from the carrier yet"),
        ("booked", None, "EVER ASPIRE", "Booked on Ever Aspire"),
        ("in_transit", "Singapore", "EVER ASPIRE", "On the way on Ever Aspire, last seen at Singapore"),
        ("in_transit", None, None, "On the way"),
        ("arrived", "evil.com", None, "Arrived"),
        ("available", "FELIXSTOWE", None, "Ready to collect at Felixstowe"),
        ("stuffed", None, None, "Goods loaded into the container"),
        ("waiting_for_berth", None, None, "Waiting for berth"),
        ("", None, None, "No news yet"),
    ],
)
def test_status(status: str, place: str | None, vessel: str | None, sentence: str) -> None:
    assert status_sentence(status, place, vessel) == sentence


@pytest.mark.parametrize("status", [*Milestone, "booked", "customs_hold", "out_for_delivery", "delivered", "returned"])
def test_every_status_has_a_sentence(status: str) -> None:
    assert status_sentence(status, None, None)
    assert "{" not in status_sentence(status, "Felixstowe", "Ever Aspire")


@pytest.mark.parametrize(
    ("notice", "sentence"),
    [
        (about(NoticeCode.DEPARTED, DUE), "Told: due Felixstowe Fri 9 Oct"),
        (about(NoticeCode.DEPARTED), "Told: left Ningbo on Ever Aspire"),
        (about(NoticeCode.DELIVERED, AT_DOOR), "Told: due at your door Tue 13 Oct"),
        (about(NoticeCode.DEPARTED, LEAVES), "Told: leaves Ningbo Fri 18 Sep"),
        (about(NoticeCode.ETA_SLIP, MOVED), "Told: late, due Felixstowe Tue 13 Oct (was Fri 9 Oct)"),
        (about(NoticeCode.DELAY_NO_DATE, reason=Reason.ENGINE), "Told: delayed, no new date yet"),
        (
            Said(NoticeCode.DEPARTED, "", (SaidDate(Line.ARRIVAL, on_day(date(2026, 10, 9))),)),
            "Told: due at destination Fri 9 Oct",
        ),
    ],
)
def test_told(notice: Said, sentence: str) -> None:
    assert told_sentence(notice) == sentence


def test_a_far_date_has_its_year_where_the_present_is_known() -> None:
    assert told_sentence(about(NoticeCode.DEPARTED, DUE), datetime(2026, 1, 1, tzinfo=UTC)).endswith("Fri 9 Oct 2026")


def test_every_code_can_be_told() -> None:
    for code in NoticeCode:
        assert told_sentence(about(code)).startswith("Told: ")


def test_due() -> None:
    assert due_sentence("arrival", "FELIXSTOWE") == "Due at Felixstowe"
    assert due_sentence("arrival", None, Transport.OCEAN) == "Due at port"
    assert due_sentence("delivery") == "At your door"
