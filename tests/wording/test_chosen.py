"""What is said back to whoever answered: in every language, and in one text message where its alphabet allows."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from notifiers.base import Channel
from service.records.enums import NoticeCode
from service.records.text import Rendered, ServiceText
from service.wording.chosen import SENTENCES, chosen, need_noted
from service.wording.dates import day
from service.wording.languages import LANGUAGES, language_of
from service.wording.lint import lint
from service.wording.render import render_service
from service.wording.samples import LONGEST

NOW = datetime(2026, 9, 17, 12, tzinfo=ZoneInfo("Europe/London"))
TAGS = list(LANGUAGES)
ONE_SEGMENT = [tag for tag in TAGS if language_of(tag).segments == 1]


def in_words(sentence: str, language: str) -> str:
    if sentence.startswith("needed"):
        return need_noted("PO 4711", "X", language, late=sentence == "needed_late")
    return chosen(sentence, language)


def confirmed(text: str, language: str, ref: str = "") -> Rendered:
    """The answer with its digit to take it back, from an account with the longest values."""
    return render_service(
        ServiceText(
            code=NoticeCode.OPTIONS,
            brand=LONGEST.brand,
            channel=Channel.SMS,
            language=language,
            care_phone=LONGEST.phone,
            words={"text": text, "ref": ref},
            choices=(("1", chosen("undo", language)),),
        )
    )


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_language_says_it_in_its_own_words(sentence: str, language: str) -> None:
    said, english = in_words(sentence, language), in_words(sentence, "en")
    assert said
    assert language == "en" or said != english


@pytest.mark.parametrize("language", ONE_SEGMENT)
@pytest.mark.parametrize("late", [False, True])
def test_a_day_that_was_noted_is_said_back_in_one_message(language: str, late: bool) -> None:
    on = day(date(2026, 9, 23), NOW, language=language)
    said = confirmed(need_noted(LONGEST.ref, on, language, late=late), language)
    assert (said.segments, len(said.text) <= 160) == (1, True)
    assert on in said.text
    assert LONGEST.ref in said.text


@pytest.mark.parametrize("language", ONE_SEGMENT)
@pytest.mark.parametrize("sentence", ["rated", "rated_read"])
def test_a_rating_is_thanked_for_in_one_message(language: str, sentence: str) -> None:
    assert confirmed(chosen(sentence, language), language, LONGEST.ref).segments == 1


def test_an_order_without_a_name_is_theirs() -> None:
    assert need_noted("", "Wed 14 Oct", "en", late=False) == (
        "noted: you need your order by Wed 14 Oct. We tell you at once if that cannot be met."
    )


@pytest.mark.parametrize("sentence", ["rated", "rated_read", "needed", "needed_late"])
def test_the_tone_holds(sentence: str) -> None:
    assert set(lint(confirmed(in_words(sentence, "en"), "en", LONGEST.ref).text, [LONGEST.ref, "PO 4711"])) <= {"T7"}
