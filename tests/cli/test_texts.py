"""`milepost texts`: look, try, say, take back."""

from __future__ import annotations

from tests.cli.conftest import Milepost

SLIP = "{ref} is late. New date {date}[, was {was}][: {reason}]. {contact}[ {link}]"


def test_own_words_are_said_by_version_and_taken_back(milepost: Milepost) -> None:
    milepost("setup", "--yes", "--brand", "Harbour", "--phone", "+447700900321").good()
    assert (
        "Version 1 is tried from the next message on, and then said to everybody."
        in milepost("texts", "set", "D01", "--body", SLIP).good()
    )
    assert "in use already" in milepost("texts", "set", "d01", "--body", SLIP).good()
    assert "en sms v1" in milepost("texts", "list").good()
    shown = milepost("texts", "show", "D01").good()
    assert "Harbour: PO 4711 is late. New date Tue 13 Oct, was Fri 9 Oct: queue at port." in shown
    assert SLIP in shown
    assert "{owner}" in shown
    assert "Ours is said from the next message on." in milepost("texts", "reset", "D01").good()
    assert "Ours was said already." in milepost("texts", "reset", "D01").good()
    assert "v1" not in milepost("texts", "list").good()
    assert "Version 2" in milepost("texts", "set", "D01", "--body", SLIP).good()


def test_words_that_leave_something_out_are_refused_with_the_fix(milepost: Milepost) -> None:
    refused = milepost("texts", "set", "D01", "--body", "Unfortunately {ref} is late.")
    assert "mend what is marked" in refused.sentence()
    assert "T8" in refused.out
    assert "Put {date} into it" in refused.out
    assert "en sms" not in milepost("texts", "list").good()


def test_a_preview_shows_every_way_and_keeps_nothing(milepost: Milepost) -> None:
    tried = milepost("texts", "preview", "D01", "--body", SLIP)
    assert "longest values, cannot be answered" in tried.good()
    assert tried.out.count("segments:") == 4
    assert "mend what is marked" in milepost("texts", "preview", "D01", "--body", "{ref} {price}").sentence()
    everywhere = milepost("texts", "preview", "M20").good()
    assert all(f"({tag})" in everywhere for tag in ("en", "es", "de", "fr", "ar", "zh-Hans"))
    own = ("--body", "{ref} is here.", "--subject", "{ref}: yes")
    mail = milepost("texts", "preview", "M20", "--channel", "email", *own)
    assert "PO 4711: yes" in mail.good()
    assert "en sms" not in milepost("texts", "list").good()


def test_what_there_is_not_is_told(milepost: Milepost) -> None:
    assert "milepost texts list" in milepost("texts", "show", "X99").sentence()
    assert "zh-Hans" in milepost("texts", "show", "D01", "--language", "tlh").sentence()
    assert "sms, email" in milepost("texts", "show", "D01", "--channel", "pigeon").sentence()


def test_a_trial_is_ended_by_a_person(milepost: Milepost) -> None:
    assert "No words of yours are on trial" in milepost("texts", "release", "D01").good()
    milepost("texts", "set", "D01", "--body", SLIP).good()
    assert "trying, 0 so far" in milepost("texts", "show", "D01").good()
    assert "said to everybody from now on" in milepost("texts", "release", "D01", "--why", "read by hand").good()
    assert "released" in milepost("texts", "show", "D01").good()
    milepost("texts", "set", "D01", "--body", SLIP.replace("New date", "It comes")).good()
    assert "Version 1 is said" in milepost("texts", "withdraw", "D01").good()
    assert "Ours is said" in milepost("texts", "withdraw", "D01").good()
    assert "Ours was said already" in milepost("texts", "withdraw", "D01").good()
