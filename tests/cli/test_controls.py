"""The operator's controls on the command line: pause, resume, status, cancel, retract, audit, redrive."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from notifiers.base import Channel
from notifiers.errors import NotifierError, PermanentFailure
from notifiers.testing import Recorder
from service.clock import ManualClock, utc_now
from service.flows import decide
from service.records.tables import Audit, Contact, FactShipment, Message
from service.store import audit
from service.store.engine import Database
from tests.cli.conftest import Milepost
from tests.kits import HOUR, Works, departed, running

Account = Callable[[Database], str]


@contextmanager
def at_work(milepost: Milepost, *script: NotifierError | None) -> Iterator[Works]:
    """A service beside the commands, live, at the time that they see."""
    clock = ManualClock(utc_now())
    with (
        milepost.database() as database,
        running(database, clock, {Channel.SMS: Recorder(Channel.SMS, script)}) as works,
    ):
        works.go()
        yield works


def posted(works: Works) -> str:
    """The id of a text that waits, to somebody who has no night: these tests run at any hour."""
    works.post(**departed(at=(works.clock() - 2 * HOUR).isoformat(), eta=None))
    for row in works.rows(Contact):
        works.change(Contact, row.id, quiet_from="00:00", quiet_to="00:00")
    decide.run_due(works.kit)
    return str(works.message().id)


def trail(milepost: Milepost, account_of: Account) -> list[tuple[str, str]]:
    with milepost.database() as database, database.read() as conn:
        return [(row.action, row.why) for row in reversed(audit.list_audit(conn, account_of(database)))]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("--text", "d01"), "code D01"),
        (("--country", "gb"), "country GB"),
        (("--source", "api"), "source api"),
        (("--account",), "account"),
    ],
)
def test_every_scope_is_paused_shown_and_lifted(
    milepost: Milepost, account_of: Account, words: tuple[str, ...], shown: str
) -> None:
    out = milepost("pause", *words, "--why", "a recall", "--for", "2h").good()
    assert " until " in out
    status = milepost("status").good()
    line = next(line for line in status.splitlines() if line.startswith(f"Paused: {shown}, since "))
    assert re.search(r" until .* by command:\w+ \(a recall\); 0 messages wait behind it", line)
    pause_id = re.search(r"swi_\w+", line)
    assert pause_id is not None
    assert f"milepost resume {pause_id[0]}" in milepost("resume", pause_id[0], "--plan").good()
    assert "The pause is lifted." in milepost("resume", *words, "--why", "mended", "--rate", "30").good()
    assert "Paused" not in milepost("status").good()
    assert trail(milepost, account_of) == [("pause", "a recall"), ("resume", "mended")]


def test_a_resume_without_words_lifts_what_holds_everything(milepost: Milepost) -> None:
    """Such as what the breaker holds, of one account or of all."""
    milepost("pause", "--account").good()
    milepost("pause", "--text", "D01").good()
    milepost("pause").good()
    out = milepost("resume").good()
    assert "The pause is lifted." in out
    assert [line.split(",")[0] for line in out.splitlines() if line.startswith("Still")] == ["Still paused: code D01"]


def test_what_waits_is_planned_and_leaves_in_turn(milepost: Milepost) -> None:
    with at_work(milepost) as works:
        posted(works)
        milepost("pause", "--ref", "PO 4711").good()
        works.settle()
        assert "1 message waits behind it" in milepost("status").good()
        plan = milepost("resume", "--ref", "PO 4711", "--rate", "30", "--plan").good()
        assert plan.startswith("1 message would leave, 30 a minute")
        assert "To resume: milepost resume --ref 'PO 4711' --rate 30" in plan
        assert (
            "1 message that waited leaves, 30 a minute" in milepost("resume", "--ref", "PO 4711", "--rate", "30").good()
        )


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("pause", "--text", "X9"), "such as D01"),
        (("pause", "--country", "Britain"), "two letters"),
        (("pause", "--source", "tms"), "`milepost sources list`"),
        (("pause", "--account", "--for", "soon"), "write 30m, 2h or 3d"),
        (("pause", "--account", "--for", "9999d"), "at most 366 days"),
        (("pause", "--account", "--all"), "at a time"),
        (("resume", "swi_1"), "`milepost status`"),
        (("resume", "swi_1", "--account"), "not both"),
        (("cancel", "msg_1"), "There is no message msg_1"),
        (("retract", "fct_1"), "--why"),
        (("retract", "fct_1", "--why", "x"), "There is no fact fct_1"),
        (("redrive",), "milepost redrive --plan"),
        (("redrive", "rdv_1"), "--why"),
        (("redrive", "rdv_1", "--unknown", "--why", "x"), "A plan knows what it holds"),
        (("redrive", "rdv_1", "--why", "x"), "milepost redrive --plan"),
    ],
)
def test_what_cannot_be(milepost: Milepost, words: tuple[str, ...], fix: str) -> None:
    assert fix in milepost(*words).sentence()


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("pause", "--ref", ""), "--ref"),
        (("pause", "--customer", " "), "--customer"),
        (("pause", "--text", ""), "--text"),
        (("resume", "--ref", ""), "--ref"),
        (("resume", ""), "PAUSE"),
        (("golive", "--plan", "--customer", ""), "--customer"),
    ],
)
def test_an_empty_name_never_means_everything(milepost: Milepost, words: tuple[str, ...], option: str) -> None:
    """As from a variable of the shell that is not set."""
    assert milepost(*words).sentence() == f"{option} is empty: name what you mean, or leave it out."


def test_what_waits_while_everything_is_paused_is_counted(milepost: Milepost) -> None:
    with at_work(milepost) as works:
        milepost("pause", "--all").good()
        posted(works)
        works.clock.set(utc_now())
        status = milepost("status").good()
        assert "1 message waits behind it" in status
        assert "passes" not in status
        assert "1 message would leave" in milepost("resume", "--plan").good()


def test_cancel_until_hand_over_and_the_correction_afterwards(milepost: Milepost, account_of: Account) -> None:
    with at_work(milepost) as works:
        first = posted(works)
        assert "It will not leave." in milepost("cancel", first, "--why", "told by phone").good()
        assert "It will not leave." in milepost("cancel", first).good()
        works.post(**departed(ref="PO 2", at=(works.clock() - 2 * HOUR).isoformat(), eta=None, tell=["+447700900124"]))
        decide.run_due(works.kit)
        (second,) = [row for row in works.messages() if row.id != first]
        works.change(Message, second.id, state="accepted")
        (fact,) = [row.fact_id for row in works.rows(FactShipment, shipment_id=second.shipment_id)]
        said = milepost("cancel", second.id).sentence()
        assert f"`milepost retract {fact} --why" in said
        assert "Nothing has changed" in milepost("retract", fact, "--preview").good()
        assert "It no longer counts" in milepost("retract", fact, "--why", "another order").good()
        assert "before" in milepost("retract", fact, "--why", "another order").good()
        assert [row.action for row in works.rows(Audit)] == ["message.cancel", "fact.retract"]


def test_books_that_balance_and_books_that_do_not(milepost: Milepost, account_of: Account) -> None:
    out = milepost("audit", "--why", "a complaint").good()
    assert "The books balance." in out
    assert "No provider in use keeps a list" in out
    with at_work(milepost) as works:
        message_id = posted(works)
        assert "Messages: 1 = 1 waiting." in milepost("audit").good()
        works.change(Message, message_id, state="expired")
        answer = milepost("audit")
    assert answer.code == 1
    assert "1 times news waits and no message carries it: ntc_" in answer.out
    assert "do not balance" in answer.err
    assert trail(milepost, account_of)[0] == ("audit", "a complaint")


def test_what_failed_is_owed_again(milepost: Milepost, account_of: Account) -> None:
    assert "Nothing ended" in milepost("redrive", "--plan").good()
    with at_work(milepost, PermanentFailure("the sender is not registered")) as works:
        posted(works)
        works.settle()
        shown = milepost("redrive", "--plan").good()
        assert "the sender is not registered" in shown
        assert "OWED: it is still owed" in shown
        plan = re.search(r"milepost redrive (rdv_\w+)", shown)
        assert plan is not None
        assert "1 message about 1 shipment owed again" in milepost("redrive", plan[1], "--why", "registered").good()
        assert "applied before" in milepost("redrive", plan[1], "--why", "registered").sentence()
    assert ("redrive", "registered") in trail(milepost, account_of)
