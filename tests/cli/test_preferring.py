"""How a person wishes to be told, typed beside a running service."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from service.store import contacts, preferences
from service.store.engine import Database
from tests.cli.conftest import Milepost

PHONE, MAIL = "+447700900123", "ann@example.com"


@pytest.fixture
def ann(milepost: Milepost) -> Milepost:
    """A service that knows Ann, by phone and e-mail."""
    milepost("contacts", "add", "--phone", PHONE, "--email", MAIL, "--name", "Ann", "--consent", "asked").good()
    return milepost


def test_what_is_chosen_is_shown(ann: Milepost) -> None:
    answer = ann(
        *("contacts", "prefer", MAIL, "--channel", "email", "--level", "only_when_i_must_act", "--language", "es"),
        *("--zone", "Europe/Madrid", "--quiet", "20:00-09:00", "--late-over-days", "3", "--name", "4711=Spring toys"),
    )
    assert "very next message" in answer.good()
    shown = ann("contacts", "prefer", "07700 900123").good()
    for line in (
        r"channel\s+email",
        r"level\s+only_when_i_must_act",
        r"language\s+es",
        r"zone\s+Europe/Madrid",
        r"quiet\s+20:00-09:00",
        r"late over days\s+3",
        r"name for 4711\s+Spring toys",
    ):
        assert re.search(line, shown), line
    assert "nothing changed" in ann("contacts", "prefer", MAIL, "--quiet", "20:00-09:00").good()
    ann("contacts", "prefer", MAIL, "--quiet", "none", "--late-over-days", "none", "--zone", "none", "--name", "4711=")
    shown = ann("contacts", "prefer", MAIL).good()
    assert re.search(r"quiet\s+–", shown)
    assert "4711" not in shown
    assert "(the account's)" in shown


def test_the_history_says_who_typed_it(ann: Milepost, account_of: Callable[[Database], str]) -> None:
    ann("contacts", "prefer", MAIL, "--level", "every_step", "--how", "phone", "--wording", "all of it").good()
    ann("contacts", "suppress", MAIL, "--why", "asked by phone").good()
    with ann.database() as database, database.read() as conn:
        account_id = account_of(database)
        (row,) = contacts.list_contacts(conn, account_id)
        found = preferences.history(conn, account_id, row.id)
    assert [(one.how, one.wording, one.by.startswith("command")) for one in found] == [
        ("typed in", "asked by phone", True),
        ("phone", "all of it", True),
        ("typed in", "asked", True),
    ]


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("--channel", "pigeon"), "text or email"),
        (("--level", "loud"), "only_when_i_must_act, important, every_step"),
        (("--language", "English"), "en, de"),
        (("--zone", "Mars/Olympus"), "Europe/London"),
        (("--quiet", "9pm"), "21:00-08:00"),
        (("--pause-until", "soon"), "2026-10-01"),
        (("--pause-until", "2020-01-01"), "must lie ahead"),
        (("--late-over-days", "0"), "1 to 60"),
        (("--digest", "hourly"), "daily, weekly or none"),
        (("--name", "Toys"), "4711=Spring toys"),
    ],
)
def test_what_cannot_be_chosen(ann: Milepost, words: tuple[str, str], fix: str) -> None:
    assert fix in ann("contacts", "prefer", MAIL, *words).sentence()


def test_who_is_meant_must_be_clear(ann: Milepost) -> None:
    assert "milepost contacts list" in ann("contacts", "prefer", "+447700900777").sentence()
    assert "milepost contacts list" in ann("contacts", "prefer", "con_x").sentence()
    ann("contacts", "add", "--phone", PHONE, "--name", "Ben").good()
    assert "name one by id" in ann("contacts", "prefer", PHONE).sentence()
    ann("contacts", "add", "--phone", "+447700900555", "--name", "Cy").good()
    assert "no such address" in ann("contacts", "prefer", "+447700900555", "--channel", "email").sentence()
