"""Choices, corrections, papers, promised words, and which texts lose their link."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifiers.base import Channel
from service.records.enums import Line, NoticeCode
from service.records.said import Said, SaidDate, Untrue
from service.records.text import ServiceText
from service.wording.catalogue import printed
from service.wording.gsm7 import segments
from service.wording.render import render, render_service
from service.wording.samples import corrections, longest, longest_request, request, typical, which_lose_their_link
from tests.wording.samples import DUE, NEXT_WORD, about
from tests.wording.samples import request as asked

CHOICES = (("1", "ok"), ("4", "options"), ("7", "call"))


def news(said: Said, **changes: object) -> str:
    return render(asked(said, link=None, care_phone=None, two_way=False, **changes)).text.removeprefix("Harbour: ")


def test_no_digits_unless_there_are_choices() -> None:
    slip = request(typical(NoticeCode.ETA_SLIP))
    assert "Reply here" in render(slip).text
    text = render(replace(slip, choices=CHOICES)).text
    assert "Reply 1 OK, 4 options, 7 call me. +44 20 7946 0018" in text
    assert "Reply here" not in text


@pytest.mark.parametrize("code", [code for code in NoticeCode if code.value[0] in "MD"])
def test_choices_are_never_given_up(code: NoticeCode) -> None:
    done = render(replace(longest_request(longest(code)), choices=CHOICES))
    assert "Reply 1 OK, 4 options, 7 call me." in done.text
    assert segments(done.text) <= 2


def test_choices_are_offered_only_where_an_answer_reaches_us() -> None:
    done = render(replace(request(typical(NoticeCode.ETA_SLIP), two_way=False), choices=CHOICES))
    assert "Reply" not in done.text


def test_choices_in_other_languages_keep_western_digits() -> None:
    for language, words in (("ar", "7 اتصلوا بي"), ("zh-Hans", "7 请来电"), ("de", "7 bitte anrufen")):
        done = render(replace(request(typical(NoticeCode.ETA_SLIP), language=language), choices=CHOICES))
        assert words in done.text


def test_an_accounts_own_choice_is_printed_as_it_is() -> None:
    done = render(replace(request(typical(NoticeCode.DEPARTED)), choices=(("2", "hold at dock\u202e"),)))
    assert "Reply 2 hold at dock." in done.text


def test_choices_in_an_email() -> None:
    done = render(replace(request(typical(NoticeCode.ETA_SLIP), channel=Channel.EMAIL), choices=CHOICES))
    assert "Reply 1 OK, 4 options, 7 call me." in done.text


def test_options_with_choices() -> None:
    text = ServiceText(
        code=NoticeCode.OPTIONS,
        brand="Harbour",
        channel=Channel.SMS,
        words={"ref": "PO 4711"},
        choices=(("1", "keep"), ("2", "other_day"), ("3", "call")),
    )
    told = "Harbour: your options for PO 4711. Reply 1 keep the old date, 2 other day, 3 call me."
    assert render_service(text).text == told


ANOTHER, NOT_HAPPENED, NOT_KNOWN, ANOTHER_DAY = corrections()


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (ANOTHER, "sorry, a correction: PO 4711 is due Felixstowe Tue 13 Oct, not Fri 9 Oct as we told you."),
        (
            NOT_HAPPENED,
            "sorry, a correction on PO 4711. We told you: delivered Thu 17 Sep 10:12. That did not happen.",
        ),
        (
            replace(NOT_HAPPENED, dates=(DUE,)),
            (
                "sorry, a correction on PO 4711. We told you: delivered Thu 17 Sep 10:12. That did not happen. "
                "Now due Felixstowe Fri 9 Oct."
            ),
        ),
        (
            NOT_KNOWN,
            (
                "sorry, a correction on PO 4711. We told you: due Felixstowe Fri 9 Oct. "
                "We do not know yet whether that is so."
            ),
        ),
        (
            replace(NOT_HAPPENED, told=NoticeCode.DEPARTED),
            "sorry, a correction on PO 4711. We told you: left Ningbo on Ever Aspire. That did not happen.",
        ),
        (
            ANOTHER_DAY,
            ("sorry, a correction on PO 4711. We told you: delivered Fri 18 Sep. In fact: delivered Thu 17 Sep 10:12."),
        ),
        (
            replace(NOT_KNOWN, told_date=None),
            "sorry, a correction: what we told you about PO 4711 was wrong. We do not know more yet.",
        ),
    ],
)
def test_the_forms_of_a_correction(said: Said, text: str) -> None:
    assert news(said) == text


def test_what_is_taken_back_is_no_promise() -> None:
    assert printed(NOT_KNOWN) == ()
    assert printed(replace(NOT_HAPPENED, dates=(DUE,))) == (DUE,)


def test_a_correction_survives_being_kept() -> None:
    for said in (*corrections(), replace(typical(NoticeCode.NEARING_PORT), days=3)):
        assert Said.from_json(said.to_json()) == said
    old = typical(NoticeCode.DEPARTED).to_json()
    for key in ("days", "needs", "untrue", "told", "told_date"):
        del old[key]
    assert Said.from_json(old) == typical(NoticeCode.DEPARTED)
    assert Untrue(NOT_KNOWN.untrue or "") is Untrue.NOT_KNOWN


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (
            about(NoticeCode.SILENCE, NEXT_WORD, days=5),
            "no news on PO 4711 for 5 days, last at Ningbo. Next text by Fri 18 Sep 12:00.",
        ),
        (about(NoticeCode.SILENCE, NEXT_WORD, days=1, place=None, place_name=None), "no news on PO 4711 for 1 day."),
        (
            about(NoticeCode.NEARING_PORT, DUE, needs=("packing_list", "invoice")),
            "PO 4711 is close to port: due Felixstowe Fri 9 Oct. We need: packing list, invoice.",
        ),
        (
            about(NoticeCode.CUSTOMS_HOLD, SaidDate(Line.DECISION, NEXT_WORD.when), needs=("no such paper",)),
            "customs is holding PO 4711 at Ningbo. They need: a paper by Fri 18 Sep 12:00.",
        ),
        (
            about(NoticeCode.CUSTOMS_HOLD, SaidDate(Line.DECISION, NEXT_WORD.when)),
            "customs is holding PO 4711 at Ningbo. We do not know for how long. We need your answer by Fri 18 Sep",
        ),
        (
            about(NoticeCode.DAMAGED, SaidDate(Line.CALL, NEXT_WORD.when)),
            (
                "bad news: PO 4711 is reported damaged at Ningbo. Our desk will call you by Fri 18 Sep 12:00. "
                "Please keep all packing."
            ),
        ),
        (about(NoticeCode.POD_READY), "the signed delivery note for PO 4711 is ready."),
        (about(NoticeCode.RECOVERED, DUE), "PO 4711 is back on plan, due Felixstowe Fri 9 Oct. The delay"),
        (about(NoticeCode.LOST_OR_UNLOCATED), "we cannot find PO 4711. We are sorry."),
        (
            about(NoticeCode.FREE_TIME_ENDING, SaidDate(Line.FREE_TIME, DUE.when)),
            "free time for PO 4711 ends Fri 9 Oct. After that the port charges by the day.",
        ),
        (
            about(NoticeCode.FREE_TIME_ENDING, SaidDate(Line.FREE_TIME, NEXT_WORD.when, DUE.when), charge="GBP 95"),
            "free time for PO 4711 ends Fri 18 Sep 12:00, was Fri 9 Oct. After that the port charges GBP 95 a day.",
        ),
    ],
)
def test_news(said: Said, text: str) -> None:
    assert news(said).startswith(text)


def test_a_promise_of_a_call_names_a_person_only_where_one_is_named() -> None:
    said = about(NoticeCode.DAMAGED, SaidDate(Line.CALL, NEXT_WORD.when))
    assert "Priya will call you by Fri 18 Sep 12:00." in news(said, owner="Priya")
    assert "Our desk will call you by" in news(said, owner="desk")


def test_which_texts_lose_their_link() -> None:
    short, long = (
        which_lose_their_link("https://t.co"),
        which_lose_their_link("https://tracking.harbour-freight.example"),
    )
    assert set(short) < set(long)
    assert NoticeCode.POD_READY not in long
    assert which_lose_their_link("https://t.co/") == short
    assert set(which_lose_their_link("https://t.co", care_phone=None)) <= set(short)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (typical(NoticeCode.PROBLEM), "We do not know yet whether the date moves."),
        (replace(typical(NoticeCode.AVAILABLE_PICKUP), dates=(), charge="GBP 95"), "Free time is over: "),
        (
            replace(typical(NoticeCode.NEARING_PORT), dates=(), place=None, place_name=None),
            "PO 4711 is on the way. We need",
        ),
        (typical(NoticeCode.NEARING_PORT), "PO 4711 is close to port: due Felixstowe"),
    ],
    ids=["a problem", "ready, free time is over", "papers ahead of time", "papers near the port"],
)
def test_what_depends_on_how_it_stands(said: Said, text: str) -> None:
    assert text in news(said)


def test_a_problem_after_the_end_says_nothing_of_dates() -> None:
    for language in ("en", "de", "fr", "es", "zh-Hans", "ar"):
        said = replace(typical(NoticeCode.PROBLEM), dates=())
        with_date, without = (news(replace(said, ended=ended), language=language) for ended in (False, True))
        assert len(without) < len(with_date)
    assert "date" not in news(replace(typical(NoticeCode.PROBLEM), dates=(), ended=True))


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "zh-Hans", "ar"])
def test_ready_after_free_time_fits_where_the_longest_does(language: str) -> None:
    over = replace(longest(NoticeCode.AVAILABLE_PICKUP), dates=(), charge="GBP 95")
    done = render(replace(longest_request(over), language=language))
    assert "GBP 95" in done.text
    assert segments(done.text) <= 2
