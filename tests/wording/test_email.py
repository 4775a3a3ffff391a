from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from notifiers.base import Channel
from service.records.enums import Line, NoticeCode, Reason
from service.records.said import Said, SaidDate, Untrue
from service.records.text import ServiceText
from service.wording import dates
from service.wording.languages import LANGUAGES
from service.wording.lint import lint
from service.wording.render import render, render_service
from tests.wording.samples import (
    AT_DOOR,
    DUE,
    LEAVES,
    LINK,
    MOVED,
    NEXT_WORD,
    NINE_O_CLOCK,
    NINTH,
    NOW,
    PHONE,
    TEXTS,
    about,
    mail,
)

SLIP = about(NoticeCode.ETA_SLIP, MOVED, reason=Reason.PORT_CONGESTION, place_name="Felixstowe")
LEFT = about(NoticeCode.DEPARTED, DUE)
STOP = "https://t.harb.co/u/7Kq2mXw9Rt"

NOT_SO = Untrue.DID_NOT_HAPPEN
SUBJECTS = [
    (SLIP, "PO 4711 is late: now Tue 13 Oct (was Fri 9 Oct)"),
    (about(NoticeCode.ETA_SLIP, DUE), "PO 4711 is late: now Fri 9 Oct"),
    (about(NoticeCode.ETA_SLIP), "PO 4711 is delayed, no new date yet"),
    (LEFT, "PO 4711 left Ningbo: due Felixstowe Fri 9 Oct"),
    (about(NoticeCode.DEPARTED, place=None, place_name=None), "PO 4711 is on the way"),
    (about(NoticeCode.DELIVERED, at=NINE_O_CLOCK), "PO 4711 was delivered Tue 13 Oct 09:00"),
    (about(NoticeCode.CUSTOMS_HOLD), "PO 4711 is held by customs"),
    (about(NoticeCode.BOOKING_CONFIRMED, DUE, LEAVES), "PO 4711 is booked: due Felixstowe Fri 9 Oct"),
    (about(NoticeCode.DELIVERY_BOOKED, AT_DOOR), "PO 4711: delivery is booked, due at your door Tue 13 Oct"),
    (
        about(NoticeCode.PARTIAL_DELIVERY, AT_DOOR, units=5, units_done=2),
        "2 of 5 of PO 4711 delivered, rest due at your door Tue 13 Oct",
    ),
    (
        about(NoticeCode.CORRECTION, told=NoticeCode.CUSTOMS_HOLD, untrue=NOT_SO),
        "Correction: PO 4711, not true: held by customs",
    ),
    (
        about(NoticeCode.CORRECTION, told=NoticeCode.DELIVERY_MISSED, untrue=NOT_SO),
        "Correction: PO 4711, not true: not delivered",
    ),
    (about(NoticeCode.EMPTY_RETURNED, at=NINTH), "PO 4711: the empty container went back Fri 9 Oct"),
]


def test_no_line_breaks_inside_a_date_of_the_html() -> None:
    history = ((NOW, "Told: due Felixstowe Fri 9 Oct"),)
    done = render(mail(SLIP, replace(LEFT, ref="PO 4712", dates=(AT_DOOR,)), history=history))
    assert done.html is not None
    shown = done.html.partition("<body>")[2]
    assert "Tue\u00a013\u00a0Oct" in shown
    assert "Thu\u00a017\u00a0Sep\u00a013:00: Due Felixstowe Fri\u00a09\u00a0Oct" in shown
    assert not re.search(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z]", shown)
    assert "\u00a0" not in done.text


@pytest.mark.parametrize(("notice", "subject"), SUBJECTS)
def test_subject_is_fact_reference_and_date(notice: Said, subject: str) -> None:
    assert render(mail(notice)).subject == subject


@pytest.mark.parametrize("code", TEXTS)
@pytest.mark.parametrize("dates", [(), (DUE,), (MOVED,), (AT_DOOR, LEAVES), (MOVED, NEXT_WORD)])
def test_every_code_makes_a_whole_mail(code: NoticeCode, dates: tuple[SaidDate, ...]) -> None:
    done = render(mail(about(code, *dates, reason=Reason.UNKNOWN)))
    assert done.subject is not None
    assert "PO 4711" in done.subject
    assert done.html is not None
    assert len(done.html.encode()) < 10_000
    assert "PO 4711" in done.text
    assert "{" not in done.text
    assert set(lint(done.text, ["PO 4711"])) <= {"T10"}  # a footer is no sentence
    assert lint(done.subject, ["PO 4711"]) in ([], ["T5"])


def test_the_text_part_stands_alone_and_answers_first() -> None:
    history = ((NOW - timedelta(days=3), "Told: due Felixstowe Fri 9 Oct"),)
    done = render(mail(SLIP, stop_link=STOP, history=history))
    assert done.text == (
        "Sorry, PO 4711 is late.\n"
        "  Now due at Felixstowe: Tue 13 Oct\n"
        "  We told you before: Fri 9 Oct\n"
        "Why: Ships wait for a free berth at Felixstowe.\n"
        "We will write if the date moves again.\n"
        "\n"
        f"See everything: {LINK}\n"
        "\n"
        "If you have a question, our desk answers.\n"
        f"  Phone: {PHONE} (Mon-Fri 8-18)\n"
        "  E-mail: care@example.com\n"
        "  Or reply to this e-mail.\n"
        "\n"
        "What we told you, and when\n"
        "- Mon 14 Sep 13:00: Due Felixstowe Fri 9 Oct\n"
        "\n"
        "-- \n"
        "Harbour\n"
        f"Stop these e-mails: {STOP}\n"
    )


class Reader(HTMLParser):
    """Collects the words and the tags of a page, and refuses one that is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.words.append(data.replace("\u00a0", " ").strip())


def read(html: str | None) -> Reader:
    assert html is not None
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


def test_the_html_part_says_the_same() -> None:
    page = read(render(mail(SLIP, stop_link=STOP, history=((NOW, "Told: due at port Fri 9 Oct"),))).html)
    words = " ".join(page.words)
    for said in ("Sorry, PO 4711 is late.", "Tue 13 Oct", "We told you before", "Fri 9 Oct", "Ships wait", PHONE):
        assert said in words
    assert page.tags[0] == ("html", {"lang": "en", "dir": "ltr"})
    assert {tag for tag, _ in page.tags}.isdisjoint({"img", "script", "link", "iframe", "form", "object"})
    assert [attrs["href"] for tag, attrs in page.tags if tag == "a"] == [
        LINK,
        "tel:02079460018",
        "mailto:care@example.com",
        STOP,
    ]


def test_no_link_no_phone_no_mailbox_nothing_invented() -> None:
    done = render(mail(SLIP, link=None, care_phone=None, care_email=None, hours=None))
    page = read(done.html)
    assert [tag for tag, _ in page.tags if tag == "a"] == []
    assert "question" not in done.text
    assert "stop" not in done.text.lower()
    assert done.text.endswith("-- \nHarbour\n")


def test_how_to_stop_without_a_link_is_a_mail() -> None:
    done = render(mail(SLIP))
    assert 'To stop these e-mails, write "stop" to care@example.com' in done.text
    assert any(attrs.get("href") == "mailto:care@example.com?subject=stop" for _, attrs in read(done.html).tags)


def test_a_named_owner_answers() -> None:
    assert "If you have a question, Priya answers." in render(mail(SLIP, owner="Priya")).text
    assert "If you have a question, our desk answers." in render(mail(SLIP, owner="desk")).text


def test_html_is_escaped() -> None:
    hostile = "<script>alert(1)</script>&\"'"
    done = render(
        mail(
            replace(SLIP, ref=hostile, place_name=hostile),
            brand=hostile,
            hours=hostile,
            owner=hostile,
            history=((NOW, hostile),),
        )
    )
    assert done.html is not None
    assert "<script" not in done.html
    assert "script" not in {tag for tag, _ in read(done.html).tags}


def test_a_header_takes_no_line_break() -> None:
    done = render(mail(replace(SLIP, ref="PO 4711\r\nBcc: x@example.com")))
    assert done.subject is not None
    assert done.subject.startswith("PO 4711 Bcc: x example com is late")
    assert "\n" not in done.subject
    assert "\r" not in done.text


def test_several_news_are_all_there() -> None:
    done = render(mail(SLIP, replace(LEFT, ref="PO 2"), replace(LEFT, ref="PO 3")))
    assert done.subject == "PO 4711, PO 2 and 1 more: 2 updates"
    assert "Sorry, PO 4711 is late." in done.text
    assert "PO 2 and PO 3 left Ningbo on Ever Aspire." in done.text
    assert done.calendar is None


def test_a_crowd_stays_below_forty_kilobytes() -> None:
    many = [replace(SLIP, ref=f"PO {number:036d}", place_name=f"Place {number}") for number in range(400)]
    many += [replace(LEFT, ref=f"Q {number:037d}") for number in range(400)]
    history = tuple((NOW, "Told: due Felixstowe Fri 9 Oct " * 40) for _ in range(400))
    different = [replace(one, dates=(replace(MOVED, place_name=f"Town {n}"),)) for n, one in enumerate(many)]
    done = render(mail(*different, history=history))
    assert done.html is not None
    assert len(done.html.encode()) <= 40_000
    assert "And 775 more." in done.text


def test_both_clocks_where_they_differ() -> None:
    hamburg = replace(NINE_O_CLOCK, zone="Europe/Berlin")
    notice = about(NoticeCode.DELIVERY_BOOKED, SaidDate(Line.DELIVERY, hamburg, None, "DEHAM", "Hamburg"))
    assert "At your door: Tue 13 Oct 10:00 Hamburg time (09:00 your time)" in render(mail(notice)).text


def test_a_persons_words_as_a_mail() -> None:
    done = render_service(
        ServiceText(
            code=NoticeCode.HUMAN,
            brand="Harbour",
            channel=Channel.EMAIL,
            care_phone=PHONE,
            words={"text": "the truck comes Mon 12 Oct.\nGate 4.", "ref": "PO 4711"},
        )
    )
    assert done.subject == "PO 4711: A message from a person"
    assert "The truck comes Mon 12 Oct.\nGate 4." in done.text
    assert done.html is not None
    assert "Gate 4." in done.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code",
    [
        NoticeCode.ROLLED_BOOKING,
        NoticeCode.CUSTOMS_HOLD,
        NoticeCode.CUSTOMS_EXAM,
        NoticeCode.MISSED_TRANSSHIP,
        NoticeCode.DELIVERY_MISSED,
        NoticeCode.PORT_CHANGED,
    ],
)
def test_a_subject_says_no_new_date_where_there_is_none(code: NoticeCode, language: str) -> None:
    date_of = next(one for one in SLIP.dates)
    as_before = mail(about(code, replace(date_of, was=None, unchanged=True)), language=language)
    moved = mail(about(code, date_of), language=language)
    day = dates.day(date_of.when.on, NOW, language=language)
    subject = render(as_before).subject or ""
    assert day not in subject
    assert day in render(as_before).text
    assert day in (render(moved).subject or "")
