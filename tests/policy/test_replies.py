"""What a reply means, and by when it is answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.policy.replies import STOP, answer_by, open_now, opens_at, read_reply
from service.records.enums import Meaning
from service.records.situation import AccountView

DESK = AccountView(
    id="acc_1",
    brand="Harbour",
    care_email="care@example.com",
    zone="Europe/London",
    hours={str(day): [["08:00", "12:00"], ["13:00", "18:00"]] for day in range(5)},
    holidays=("2026-09-21",),
)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *((word, Meaning.STOP) for word in sorted(STOP)),
        (" Stop. ", Meaning.STOP),
        ("stop all", Meaning.STOP),
        ("opt-out", Meaning.STOP),
        ("ＳＴＯＰ", Meaning.STOP),
        ("START", Meaning.START),
        ("unstop!", Meaning.START),
        ("yes", Meaning.QUESTION),
        ("help?", Meaning.HELP),
        ("INFO", Meaning.HELP),
        ("cancel my delivery", Meaning.QUESTION),
        ("please stop by on Friday", Meaning.QUESTION),
        ("", Meaning.QUESTION),
        ("1", Meaning.QUESTION),
    ],
)
def test_words(text: str, meaning: Meaning) -> None:
    assert read_reply(text) is meaning


def test_every_opt_out_word_of_the_carriers_is_known() -> None:
    assert {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"} == STOP


def test_yes_opts_in_only_who_had_stopped() -> None:
    assert read_reply("Yes", suppressed=True) is Meaning.START


def london(text: str) -> datetime:
    """A London summer time as an instant."""
    return datetime.fromisoformat(text + "+01:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        ("2026-09-17T08:00", "2026-09-17T12:00"),
        ("2026-09-17T10:00", "2026-09-17T15:00"),
        ("2026-09-17T16:00", "2026-09-18T10:00"),
        ("2026-09-17T03:00", "2026-09-17T12:00"),
        ("2026-09-18T17:00", "2026-09-22T11:00"),  # Friday; Monday is a holiday
    ],
)
def test_an_answer_is_promised_in_care_hours(asked: str, by: str) -> None:
    assert answer_by(DESK, london(asked)) == london(by)


@pytest.mark.parametrize(
    "account",
    [AccountView(id="a", brand="b", hours=DESK.hours), AccountView(id="a", brand="b", care_email="c@example.com")],
)
def test_nothing_is_promised_where_nobody_would_see_it(account: AccountView) -> None:
    assert answer_by(account, london("2026-09-17T08:00")) is None


def test_whether_the_desk_is_open() -> None:
    assert open_now(DESK, london("2026-09-17T09:00"))
    assert not open_now(DESK, london("2026-09-17T12:30"))
    assert not open_now(DESK, london("2026-09-21T09:00"))
    assert opens_at(DESK, london("2026-09-19T09:00")) == london("2026-09-22T08:00")
    assert opens_at(DESK, london("2026-09-17T09:00")) == london("2026-09-17T09:00")
    assert opens_at(AccountView(id="a", brand="b"), london("2026-09-17T09:00")) is None


def test_hours_past_midnight_belong_to_the_day_they_begin() -> None:
    night = AccountView(id="a", brand="b", zone="Europe/London", hours={"3": [["22:00", "02:00"]]})
    assert open_now(night, london("2026-09-18T01:00"))
    assert not open_now(night, london("2026-09-17T01:00"))
