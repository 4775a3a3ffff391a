"""What is a rating and what is not, and when somebody may be asked for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.policy.replies import Heard, read_reply
from service.policy.scores import Asking, Score, may_ask, mean, read_score, read_words
from service.policy.timing import Reader
from service.records.enums import Meaning

NOON = datetime(2026, 9, 17, 12, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)


@pytest.mark.parametrize(
    ("text", "score", "words"),
    [
        ("5", 5, ""),
        (" 4! ", 4, ""),
        ("#3", 3, ""),
        ("５", 5, ""),
        ("４分", 4, ""),
        ("٣", 3, ""),
        ("۲", 2, ""),
        ("5️⃣", 5, ""),
        ("5/5", 5, ""),
        ("4 out of 5", 4, ""),
        ("3 von 5 Sternen", 3, ""),
        ("4 de 5", 4, ""),
        ("2 sur 5", 2, ""),
        ("5 stars", 5, ""),
        ("5★", 5, ""),
        ("5 thanks", 5, ""),
        ("5 👍", 5, ""),
        ("five", 5, ""),
        ("cinco", 5, ""),
        ("fünf", 5, ""),
        ("Cinq étoiles", 5, ""),
        ("خمسة", 5, ""),
        ("五星", 5, ""),
        ("2 driver was rude", 2, "driver was rude"),
        ("1 - nobody called me!", 1, "nobody called me!"),
        ("2. Driver was rude", 2, "Driver was rude"),
        ("2 الشاحنة تأخرت", 2, "الشاحنة تأخرت"),
        ("5很好", 5, "很好"),
        ("3, zu spät", 3, "zu spät"),
        ("2\nToo late", 2, "Too late"),
    ],
)
def test_a_score_with_or_without_words(text: str, score: int, words: str) -> None:
    assert read_score(text) == Score(score, words)


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "6",
        "10",
        "10/10",
        "4/10",
        "-1",
        "4-5",
        "2 or 3",
        "4.5",
        "4,5",
        "50 %",
        "5%",
        "3 pm",
        "3pm",
        "2nd",
        "1st gate",
        "10:30",
        "3 Uhr",
        "5 Oct",
        "3 de octubre",
        "2 days late",
        "20 boxes",
        "PO 4",
        "great",
        "",
    ],
)
def test_what_is_no_score_from_one_to_five(text: str) -> None:
    assert read_score(text) is None


@pytest.mark.parametrize(
    ("text", "words"), [("The driver was rude", "The driver was rude"), ("很好", "很好"), ("Thanks!", ""), ("ok", "")]
)
def test_words_alone(text: str, words: str) -> None:
    assert read_words(text) == Score(None, words)


@pytest.mark.parametrize("text", ["Where is it?", "哪里？", "أين؟", "7", "10/10 great", "", "😀", "..."])
def test_what_is_no_answer_in_words(text: str) -> None:
    assert read_words(text) is None


@pytest.mark.parametrize(
    ("score", "person"),
    [(Score(5), False), (Score(3), False), (Score(2), True), (Score(1), True), (Score(5, "great"), True)],
)
def test_who_must_read_it(score: Score, person: bool) -> None:
    assert score.wants_a_person is person


ASKED = Heard(rating=True, last=True, today=NOON.date())


@pytest.mark.parametrize(
    ("text", "asked", "meaning"),
    [
        ("2", Heard(), Meaning.QUESTION),
        ("2", ASKED, Meaning.RATING),
        ("2", Heard(open={"2"}, rating=True), Meaning.CHOICE),
        ("2", Heard(since={"2"}, rating=True), Meaning.QUESTION),
        ("3", Heard(since={"2"}, rating=True), Meaning.RATING),
        ("STOP", ASKED, Meaning.STOP),
        ("stop texting me", ASKED, Meaning.STOP),
        ("START", ASKED, Meaning.START),
        ("help", ASKED, Meaning.HELP),
        ("wrong number", ASKED, Meaning.WRONG_NUMBER),
        ("need it by 14 Oct", ASKED, Meaning.NEED_BY),
        ("The driver was rude", ASKED, Meaning.RATING),
        ("The driver was rude", Heard(rating=True), Meaning.QUESTION),
        ("7", ASKED, Meaning.QUESTION),
    ],
)
def test_the_order_in_which_a_text_is_read(text: str, asked: Heard, meaning: Meaning) -> None:
    assert read_reply(text, asked=asked).meaning is meaning


AWAKE = Reader("UTC")


@pytest.mark.parametrize(
    ("one", "now", "may"),
    [
        (Asking(AWAKE), NOON, True),
        (Asking(AWAKE, suppressed=True), NOON, False),
        (Asking(AWAKE, open_question=True), NOON, False),
        (Asking(AWAKE, paused_until=NOON + timedelta(hours=1)), NOON, False),
        (Asking(AWAKE, paused_until=NOON - timedelta(hours=1)), NOON, True),
        (Asking(AWAKE, asked_at=NOON - FORTNIGHT + timedelta(minutes=1)), NOON, False),
        (Asking(AWAKE, asked_at=NOON - FORTNIGHT), NOON, True),
        (Asking(AWAKE), NOON.replace(hour=22), False),
        (Asking(AWAKE), NOON.replace(hour=20, minute=30), False),
        (Asking(Reader("Asia/Kolkata")), NOON, True),
        (Asking(Reader("Pacific/Auckland")), NOON, False),
        (Asking(AWAKE), datetime(2026, 9, 19, 12, tzinfo=UTC), True),
        (Asking(Reader("UTC", weekends=False)), datetime(2026, 9, 19, 12, tzinfo=UTC), False),
    ],
)
def test_when_somebody_may_be_asked(one: Asking, now: datetime, may: bool) -> None:
    assert may_ask(one, FORTNIGHT, now) is may


@pytest.mark.parametrize(
    ("counted", "found"),
    [({}, None), ({5: 19, None: 9}, None), ({5: 10, 1: 10}, 3.0), ({5: 20, None: 100}, 5.0), ({4: 19, 1: 1}, 3.85)],
)
def test_a_mean_of_few_scores_says_nothing(counted: dict[int | None, int], found: float | None) -> None:
    assert mean(counted) == found
