"""What is missing, what mends it, and what the providers say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from notifiers.stand_in_mail import MailCatcher
from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, StandInTwilio
from service.cli import doctor_machine, doctor_sending
from service.records.enums import Mode
from service.store import accounts, channels, pulse
from service.store.engine import Database
from tests.cli.conftest import Milepost

NOW = datetime(2026, 9, 17, 12, tzinfo=UTC)
PUBLIC = "https://t.example.com"


@pytest.fixture
def twilio() -> Iterator[StandInTwilio]:
    """Twilio, whose number posts inbound texts to us."""
    with StandInTwilio(numbers={NUMBER: f"{PUBLIC}/v1/callbacks/twilio/inbound"}) as running:
        yield running


def by_twilio(stand_in: StandInTwilio, **more: str) -> dict[str, str]:
    """The settings with which texts go to *stand_in*."""
    given = {"ACCOUNT_SID": ACCOUNT_SID, "AUTH_TOKEN": AUTH_TOKEN, "FROM_NUMBER": NUMBER, "API_BASE": stand_in.base_url}
    return {f"NOTIFIERS__TWILIO__{name}": value for name, value in (given | more).items()}


def by_mail(catcher: MailCatcher) -> dict[str, str]:
    """The settings with which e-mails go to *catcher*."""
    given = {"HOST": "127.0.0.1", "PORT": str(catcher.port), "SECURITY": "none", "FROM_ADDRESS": "care@example.com"}
    return {f"NOTIFIERS__SMTP__{name}": value for name, value in given.items()}


def live(milepost: Milepost, account_of: Callable[[Database], str]) -> None:
    milepost("setup", "--yes").good()
    with milepost.database() as database:
        account_id = account_of(database)
        database.write(lambda conn: accounts.update_account(conn, account_id, NOW, mode=Mode.LIVE, live_since=NOW))


def test_a_bare_service_works_and_could_be_better(milepost: Milepost) -> None:
    out = milepost("doctor").good()
    for words in (
        "✓ Python",
        "WAL, synchronous=FULL",
        "✓ Tables",
        "! Care phone",
        "! Texts",
        "! Public URL",
        "has never run",
    ):
        assert words in out
    assert "✗" not in out
    assert "milepost setup --phone" in out


def test_no_database(nowhere: Milepost) -> None:
    answer = nowhere("doctor")
    assert answer.code == 1
    assert "✗ Database: There is none" in answer.out
    assert not (nowhere.place / "new.db").exists()


def test_another_version(nowhere: Milepost) -> None:
    (nowhere.place / "new.db").touch()
    answer = nowhere("doctor")
    assert answer.code == 1
    assert "Run: milepost migrate" in answer.out


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"PUBLIC_URL": "x"}, "✗ Settings: MILEPOST_PUBLIC_URL must begin"),
        ({"SECRET": "short"}, "✗ Settings: MILEPOST_SECRET must have at least 32"),
        ({"DATABASE_URL": "mysql://h/d"}, "✗ Database: Milepost does not speak mysql"),
        ({"NOTIFIERS__TWILIO__ACCOUNT_SID": "AC1"}, "✗ Notifiers: MILEPOST_NOTIFIERS__TWILIO__ACCOUNT_SID"),
    ],
)
def test_what_must_be_mended(milepost: Milepost, settings: dict[str, str], words: str) -> None:
    answer = milepost("doctor", **settings)
    assert answer.code == 1
    assert words in answer.out
    assert "must be mended" in answer.out


def test_one_wrong_notifier_says_nothing_false_of_the_others(milepost: Milepost, twilio: StandInTwilio) -> None:
    wrong = {"NOTIFIERS__TELNYX__API_KEY": "KEY", "NOTIFIERS__TELNYX__TIMEOUT": "soon"}
    with MailCatcher() as catcher:
        right = by_twilio(twilio) | by_mail(catcher)
        answer = milepost("doctor", "--live", **right, **wrong)
        alone = milepost("doctor", "--live", **by_mail(catcher), **wrong)
        start = milepost("send-test", "+447700900123", **right, **wrong)
    for said in (answer, alone):
        assert said.code == 1
        assert said.out.count("✗ Notifiers: MILEPOST_NOTIFIERS__TELNYX__") > 1
        assert "✗ Notifiers: MILEPOST_NOTIFIERS__TELNYX__TIMEOUT is not usable" in said.out
        assert "E-mails: leave through smtp" in said.out
        assert "Configure a notifier first" not in said.out
        assert "this machine's own pages" not in said.out
        assert "! telnyx: was not asked: its settings are wrong." in said.out
    assert f"✓ Texts: leave through twilio from {NUMBER}" in answer.out
    assert "! Texts: leave through telnyx once its settings are right." in alone.out
    assert start.code == 1
    assert start.err.count("MILEPOST_NOTIFIERS__TELNYX__") == len(start.err.splitlines()) > 1


def test_all_wrong_settings_are_named_in_one_run(milepost: Milepost) -> None:
    wrong = {"PUBLIC_URL": "x", "SECRET": "short", "LOG_LEVEL": "loud"}
    out = milepost("doctor", **wrong).out
    err = milepost("status", **wrong).err
    assert [line for line in out.splitlines() if "✗ Settings: MILEPOST_" in line] == [
        f"✗ Settings: {line}" for line in err.splitlines()
    ]
    assert [line.split(" ")[0] for line in err.splitlines()] == [
        "MILEPOST_PUBLIC_URL",
        "MILEPOST_SECRET",
        "MILEPOST_LOG_LEVEL",
    ]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"HOST": "0.0.0.0"}, "! Address: 0.0.0.0 can be reached without TLS"),
        ({"PUBLIC_URL": "http://t.example.com"}, "Set MILEPOST_PUBLIC_URL=https://t.example.com"),
        ({"PUBLC_URL": "https://t.example.com"}, "! MILEPOST_PUBLC_URL: is set, but no setting has this name"),
        (
            {"PUBLIC_URL": "https://tracking.a-long-forwarder-name.example.com"},
            "✓ Link in English (en): no room in D01",
        ),
        ({"PUBLIC_URL": "https://tracking.a-long-forwarder-name.example.com"}, "! Link: takes room"),
        ({"PUBLIC_URL": "https://t.hb.co"}, "✓ Link: has as much room as a link can have"),
        ({"PUBLIC_URL": "https://t.hb.co"}, "✓ Link in Deutsch (de): no room in "),
    ],
)
def test_what_could_be_better(milepost: Milepost, settings: dict[str, str], words: str) -> None:
    assert words in milepost("doctor", **settings).good()


def test_codes_that_follow_on_each_other_are_said_in_short() -> None:
    codes = ["D01", "D02", "D03", "D05", "M01", "M02", "M04"]
    assert doctor_sending.ranges(codes) == ["D01-D03", "D05", "M01, M02", "M04"]
    assert doctor_sending.ranges([]) == []


def test_variables_that_are_ours() -> None:
    given = {"MILEPOST_PORT": "1", "MILEPOST_NOTIFIERS__TWILIO__TIMEOUT": "2", "PATH": "", "MILEPOST_PROT": "3"}
    assert doctor_machine.strangers(given) == ["MILEPOST_PROT"]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("MILEPOST_PUBLC_URL", "Did you mean MILEPOST_PUBLIC_URL?"),
        ("MILEPOST_NOTIFIER__TWILIO__TIMEOUT", "Did you mean MILEPOST_NOTIFIERS__TWILIO__TIMEOUT?"),
        ("MILEPOST_XYZZY", "Compare it with docs/operations.md, or unset it."),
    ],
)
def test_a_variable_that_is_none_is_answered_with_the_nearest(milepost: Milepost, name: str, fix: str) -> None:
    assert doctor_machine.mended(name) == fix
    assert fix in milepost("doctor", **{name.removeprefix("MILEPOST_"): "x"}).good()
    said = milepost("worker", **{name.removeprefix("MILEPOST_"): "x"}).err.splitlines()
    assert said[0] == f"{name} is set, but no setting has this name. {fix}"


def test_without_a_public_url_rehearsed_texts_lead_to_this_machine(milepost: Milepost) -> None:
    out = milepost("doctor", PORT="9001").good()
    assert "texts that leave carry no link (rehearsed ones lead to this machine, http://127.0.0.1:9001)" in out


def test_live_needs_a_care_phone_and_a_notifier(
    milepost: Milepost, twilio: StandInTwilio, account_of: Callable[[Database], str]
) -> None:
    live(milepost, account_of)
    answer = milepost("doctor")
    assert answer.code == 1
    assert "✗ Care phone" in answer.out
    assert "✗ Texts" in answer.out
    milepost("setup", "--phone", "+441632960123").good()
    assert "✗" not in milepost("doctor", **by_twilio(twilio)).good()


def test_a_name_cannot_be_answered(milepost: Milepost, twilio: StandInTwilio) -> None:
    assert "! Harbour: cannot be answered" in milepost("doctor", **by_twilio(twilio, FROM_NUMBER="Harbour")).good()


def test_the_engine_that_lives(milepost: Milepost, account_of: Callable[[Database], str]) -> None:
    milepost("setup", "--yes").good()
    with milepost.database() as database:
        database.write(lambda conn: pulse.beat(conn, "engine", datetime(2100, 1, 1, tzinfo=UTC)))
    assert "✓ Engine: alive" in milepost("doctor").good()
    with milepost.database() as database, database.read() as conn:
        assert pulse.last_beat(conn, "engine") is not None


def test_live_asks_the_provider(milepost: Milepost, twilio: StandInTwilio) -> None:
    out = milepost("doctor", "--live", PUBLIC_URL=PUBLIC, **by_twilio(twilio)).good()
    assert "✓ Twilio credentials" in out
    assert "✓ Twilio inbound address" in out
    assert twilio.ledger.rows() == []


def test_live_says_what_the_provider_refuses(milepost: Milepost, twilio: StandInTwilio) -> None:
    settings = by_twilio(twilio, AUTH_TOKEN="f" * 32)
    answer = milepost("doctor", "--live", PUBLIC_URL=PUBLIC, **settings)
    assert answer.code == 1
    assert "✗ Twilio credentials" in answer.out
    assert "f" * 32 not in answer.out + answer.err


def test_live_with_nobody_to_ask(milepost: Milepost) -> None:
    assert "! Providers: There is none to ask" in milepost("doctor", "--live").good()


def test_send_test_text(milepost: Milepost, twilio: StandInTwilio) -> None:
    milepost("setup", "--brand", "Harbour").good()
    out = milepost("send-test", "07700 900123", **by_twilio(twilio)).good()
    (sent,) = twilio.ledger.rows()
    assert (sent["to"], sent["from"]) == ("+447700900123", NUMBER)
    assert sent["body"].startswith("Harbour: this is a test")
    assert sent["sid"] in out


TWO = {"NOTIFIERS__LOOPBACK__CHANNEL": "sms", "NOTIFIERS__TWILIO__SHARE": "70"}
"""Texts by Twilio and, beside it, by the phone of this machine."""


def test_two_providers_show_their_shares(milepost: Milepost, twilio: StandInTwilio) -> None:
    out = milepost("doctor", **by_twilio(twilio), **TWO).good()
    assert f"leave through twilio from {NUMBER}, 70 of 100" in out
    assert "leave through loopback" in out
    assert "30 of 100" in out


def test_a_share_that_is_none(milepost: Milepost, twilio: StandInTwilio) -> None:
    answer = milepost("doctor", **by_twilio(twilio, SHARE="most"))
    assert "MILEPOST_NOTIFIERS__TWILIO__SHARE must be a whole number from 0 to 100." in answer.out


def test_send_test_by_each_and_by_one(milepost: Milepost, twilio: StandInTwilio) -> None:
    settings = by_twilio(twilio) | TWO
    out = milepost("send-test", "+447700900123", **settings).good()
    assert "twilio took it" in out
    assert "loopback took it" in out
    milepost("send-test", "+447700900123", "--by", "loopback", **settings).good()
    assert len(twilio.ledger.rows()) == 1
    assert (
        "name one of loopback, twilio"
        in milepost("send-test", "+447700900123", "--by", "pigeon", **settings).sentence()
    )


def test_send_test_that_arrives_ends_a_pause(milepost: Milepost, twilio: StandInTwilio) -> None:
    milepost("setup", "--yes").good()
    until = datetime(2100, 1, 1, tzinfo=UTC)
    with milepost.database() as database:
        database.write(lambda conn: channels.pause(conn, "twilio", until, "wrong token", NOW))
    assert "! twilio: passes nothing: wrong token" in milepost("doctor", **by_twilio(twilio)).good()
    milepost("send-test", "+447700900123", **by_twilio(twilio)).good()
    assert "passes nothing" not in milepost("doctor", **by_twilio(twilio)).good()


def test_send_test_says_which_of_two_did_not_take_it(milepost: Milepost, twilio: StandInTwilio) -> None:
    answer = milepost("send-test", "+447700900123", **by_twilio(twilio, AUTH_TOKEN="f" * 32), **TWO)
    assert answer.code == 1
    assert "loopback took it" in answer.out
    assert "twilio did not take it" in answer.err


def test_send_test_email(milepost: Milepost) -> None:
    with MailCatcher() as catcher:
        milepost("setup", "--brand", "Harbour", "--email", "desk@example.com").good()
        milepost("send-test", "ann@example.com", **by_mail(catcher)).good()
        (mail,) = catcher.wait_for(1)
    assert mail.parsed["Subject"] == "Harbour: a test"
    assert mail.parsed["Reply-To"] == "desk@example.com"


def test_send_test_that_is_refused(milepost: Milepost, twilio: StandInTwilio) -> None:
    said = milepost("send-test", "+447700900123", **by_twilio(twilio, AUTH_TOKEN="f" * 32)).sentence()
    assert "twilio did not take it" in said
    assert "milepost doctor --live" in said


def test_send_test_respects_stop(milepost: Milepost, twilio: StandInTwilio) -> None:
    milepost("contacts", "suppress", "+447700900123").good()
    assert "has stopped messages" in milepost("send-test", "+447700900123", **by_twilio(twilio)).sentence()
    assert twilio.ledger.rows() == []


@pytest.mark.parametrize(
    ("address", "fix"),
    [
        ("+447700900123", "MILEPOST_NOTIFIERS__TWILIO__ACCOUNT_SID"),
        ("ann@example.com", "MILEPOST_NOTIFIERS__SMTP__HOST"),
        ("soon", "+447700900123"),
        ("ann@", "ann@example.com"),
    ],
)
def test_send_test_that_cannot_be(milepost: Milepost, address: str, fix: str) -> None:
    assert fix in milepost("send-test", address).sentence()
