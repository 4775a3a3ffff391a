"""What belongs to the forwarder."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from service.cli import hours
from tests.cli.conftest import Milepost

ROOT = Path(__file__).parents[2]

WEEK = {str(day): [["08:00", "18:00"]] for day in range(5)}

GIVEN = (
    "--brand", "Harbour", "--phone", "01632 960123", "--email", "Care@example.com",
    "--zone", "Europe/London", "--hours", "Mon-Fri 8-18, Sat 9:00-12",
)  # fmt: skip


def test_every_value_can_be_given(milepost: Milepost) -> None:
    out = milepost("setup", *GIVEN, "--holiday", "2026-12-26", "--holiday", "2026-12-25").good()
    for words in (
        "Harbour",
        "+441632960123",
        "Care@example.com",
        "Europe/London",
        "Mon-Fri 08:00-18:00, Sat 09:00-12:00",
        "Kept.",
    ):
        assert words in out
    assert "2026-12-25, 2026-12-26" in out


def test_what_is_not_given_stays(milepost: Milepost) -> None:
    milepost("setup", *GIVEN).good()
    out = milepost("setup", "--brand", "Quay").good()
    assert "Quay" in out
    assert "+441632960123" in out
    assert "Nothing was different." in milepost("setup", "--yes").good()


def test_it_makes_a_database(nowhere: Milepost) -> None:
    assert "Mon-Fri 08:00-18:00" in nowhere("setup", "--brand", "Harbour").good()
    assert "Harbour" in nowhere("setup", "--yes").good()


def test_on_a_terminal_it_asks_until_an_answer_is_usable(nowhere: Milepost) -> None:
    """A real terminal: what is typed is echoed, a wrong answer is asked again, Enter keeps what is offered."""
    ours, theirs = pty.openpty()
    settings = {"MILEPOST_DATABASE_URL": nowhere.url, "PATH": os.environ["PATH"], "TZ": "Europe/Oslo"}
    command = [sys.executable, "-m", "service", "setup"]
    os.write(ours, b"A brand that is too long\nHarbour\n+441632960123\ncare@example.com\n\n\n")
    try:
        ended = subprocess.run(
            command, stdin=theirs, capture_output=True, text=True, env=settings, timeout=60, check=False, cwd=ROOT
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert ended.returncode == 0, ended.stderr
    assert "1 to 11 characters" in ended.stderr
    out = nowhere("setup", "--yes").good()
    for words in ("Harbour", "+441632960123", "care@example.com", "Europe/Oslo", "Mon-Fri 08:00-18:00"):
        assert words in out


def test_nobody_to_ask(milepost: Milepost) -> None:
    assert "give --brand" in milepost("setup").sentence()


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("--brand", "Harbour Freight"), "1 to 11 characters"),
        (("--brand", "  "), "1 to 11 characters"),
        (("--phone", "12"), "+447700900123"),
        (("--email", "nobody"), "ann@example.com"),
        (("--zone", "Mars/Base"), "Europe/London"),
        (("--hours", "always"), "Mon-Fri 08:00-18:00"),
        (("--holiday", "Christmas"), "2026-12-25"),
    ],
)
def test_a_wrong_value_names_the_right_form(milepost: Milepost, words: tuple[str, ...], fix: str) -> None:
    assert fix in milepost("setup", *words).sentence()


def test_letters_that_cost_more_are_said(milepost: Milepost) -> None:
    answer = milepost("setup", "--brand", "Łódź", "--email", "care@example.com")
    assert answer.code == 0
    assert "plain letters are cheaper" in answer.err


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Mon-Fri 08:00-18:00", WEEK),
        ("monday – friday 8.00–18.00", WEEK),
        ("Sat 9-12", {"5": [["09:00", "12:00"]]}),
        ("Mon 14-18 and 9-12", {"0": [["09:00", "12:00"], ["14:00", "18:00"]]}),
        ("Sat-Mon 10-11", {day: [["10:00", "11:00"]] for day in ("0", "5", "6")}),
        ("Mon-Fri 8-18, Sat 9-12; Sun 10-11", WEEK | {"5": [["09:00", "12:00"]], "6": [["10:00", "11:00"]]}),
    ],
)
def test_hours(said: str, meant: dict[str, Any]) -> None:
    assert hours.read(said) == meant


@pytest.mark.parametrize(
    "said", ["", "Mon", "8-18", "Noday 8-18", "Mon 18-8", "Mon 8-25", "Mon 8-12 and 11-13", "Mon 8"]
)
def test_hours_that_cannot_be(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        hours.read(said)
    assert capsys.readouterr().err.endswith(".\n")


def test_hours_are_shown_as_they_can_be_typed(nowhere: Milepost) -> None:
    said = "Mon 08:00-12:00 and 13:30-18:00, Tue-Sun 00:00-23:59"
    out = nowhere("setup", "--hours", said).good()
    assert said in out
    assert said in nowhere("setup", "--hours", said).good()
