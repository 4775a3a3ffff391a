"""A mailbox is read where it was left, and nothing in it is ever deleted."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from notifiers.base import Channel, Mark, Post, ReadsMailbox, TakesMail
from notifiers.errors import ChannelUnavailable, NotifierError, TemporaryFailure
from notifiers.registry import ConfigurationError, build
from notifiers.smtp import Smtp, SmtpConfig
from notifiers.stand_in_imap import StandInMailbox
from tests.notifiers.letters import HOLIDAY, MAILBOX, dsn, letter

CERTIFICATE = Path(__file__).with_name("localhost.pem")
TODAY = date(2026, 10, 13)
BOUNCE = dsn("failed", "5.1.1")


@pytest.fixture
def box() -> Iterator[StandInMailbox]:
    with StandInMailbox() as found:
        yield found


def smtp(box: StandInMailbox, **more: Any) -> Smtp:
    settings = {
        "host": "127.0.0.1",
        "security": "none",
        "from_address": MAILBOX,
        "imap_host": box.host,
        "imap_port": box.port,
        "imap_security": "none",
        "imap_username": "desk",
        "imap_password": "secret",
        "timeout": 5,
    }
    return Smtp(SmtpConfig.model_validate(settings | more))


def test_its_abilities(box: StandInMailbox) -> None:
    assert isinstance(smtp(box), ReadsMailbox)
    assert isinstance(smtp(box), TakesMail)
    assert smtp(box).mailbox == smtp(box).mailbox != smtp(box, imap_folder="Bounces").mailbox
    assert smtp(box, imap_host=None).mailbox is None


def test_an_empty_mailbox_is_read_to_its_end(box: StandInMailbox) -> None:
    found = smtp(box).fetch(None, TODAY)
    assert (found.post, found.mark, found.read, found.more) == (Post(), Mark(1, 0), (), False)


def test_the_first_time_it_is_read_from_a_day_on(box: StandInMailbox) -> None:
    box.put(BOUNCE, TODAY - timedelta(days=9))
    box.put(BOUNCE, TODAY)
    found = smtp(box).fetch(None, TODAY - timedelta(days=3))
    assert (len(found.post.receipts), found.mark, found.read) == (1, Mark(1, 2), (2,))


def test_where_all_is_old_it_is_left_at_the_end(box: StandInMailbox) -> None:
    box.put(BOUNCE, TODAY - timedelta(days=9))
    assert smtp(box).fetch(None, TODAY).mark == Mark(1, 1)


def test_it_goes_on_where_it_was_left(box: StandInMailbox) -> None:
    box.put(BOUNCE, TODAY)
    first = smtp(box).fetch(None, TODAY)
    assert smtp(box).fetch(first.mark, TODAY) == smtp(box).fetch(first.mark, TODAY)
    assert smtp(box).fetch(first.mark, TODAY).post == Post()
    box.put(HOLIDAY, TODAY)
    box.put(letter("Where is it?"), TODAY)
    found = smtp(box).fetch(first.mark, TODAY)
    assert (len(found.post.replies), found.post.ignored, found.mark, found.read) == (1, 1, Mark(1, 3), (3,))


def test_a_folder_that_was_numbered_anew_is_read_again(box: StandInMailbox) -> None:
    for _ in range(3):
        box.put(BOUNCE, TODAY)
    mark = smtp(box).fetch(None, TODAY).mark
    box.number_anew()
    found = smtp(box).fetch(mark, TODAY)
    assert (len(found.post.receipts), found.mark) == (3, Mark(2, 3))


def test_it_is_read_in_portions(box: StandInMailbox) -> None:
    for _ in range(45):
        box.put(BOUNCE, TODAY)
    mark, seen, turns = None, 0, 0
    while True:
        found = smtp(box).fetch(mark, TODAY)
        mark, seen, turns = found.mark, seen + len(found.read), turns + 1
        if not found.more:
            break
    assert (seen, turns, mark) == (45, 3, Mark(1, 45))


def test_of_a_long_e_mail_the_beginning_is_fetched(box: StandInMailbox) -> None:
    box.put(letter("Where is it?\n" + "x" * 5_000_000), TODAY)
    (reply,) = smtp(box).fetch(None, TODAY).post.replies
    assert reply.text.startswith("Where is it?")


@pytest.mark.parametrize(
    ("settings", "inbox", "flags", "moved"),
    [
        ({}, 2, [set(), set()], 0),
        ({"imap_then": "seen"}, 2, [{"\\Seen"}, set()], 0),
        ({"imap_then": "move", "imap_move_to": "Read"}, 1, [set()], 1),
    ],
)
def test_what_was_read_is_put_away_as_the_settings_say(
    box: StandInMailbox, settings: dict[str, str], inbox: int, flags: list[set[str]], moved: int
) -> None:
    box.put(BOUNCE, TODAY)
    box.put(HOLIDAY, TODAY)
    notifier = smtp(box, **settings)
    notifier.put_away(notifier.fetch(None, TODAY).read)
    assert [letter.flags for letter in box.letters] == flags
    assert (len(box.letters), len(box.moved["Read"])) == (inbox, moved)
    assert not {"UID EXPUNGE", "EXPUNGE", "CLOSE"} & set(box.commands)


def test_where_nothing_can_be_moved_it_is_marked(box: StandInMailbox) -> None:
    box.moves = False
    box.put(BOUNCE, TODAY)
    notifier = smtp(box, imap_then="move", imap_move_to="Read")
    notifier.put_away(notifier.fetch(None, TODAY).read)
    assert [letter.flags for letter in box.letters] == [{"\\Seen"}]
    assert [(one.ok, one.warning) for one in notifier.check()[1:]] == [(True, False), (True, True)]


@pytest.mark.parametrize(
    ("settings", "failure"),
    [
        ({"imap_password": "wrong"}, ChannelUnavailable),
        ({"imap_folder": "Nowhere"}, TemporaryFailure),
        ({"imap_security": "tls"}, TemporaryFailure),
        ({"ca_file": "/nowhere.pem", "imap_security": "tls"}, ChannelUnavailable),
    ],
)
def test_what_cannot_be_read_says_why(
    box: StandInMailbox, settings: dict[str, str], failure: type[NotifierError]
) -> None:
    with pytest.raises(failure) as found:
        smtp(box, **settings).fetch(None, TODAY)
    assert "secret" not in found.value.detail
    assert not smtp(box, **settings).check()[-1].ok


@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"])
def test_a_connection_that_breaks_anywhere(box: StandInMailbox, command: str) -> None:
    box.put(BOUNCE, TODAY)
    box.drops = command
    with pytest.raises(TemporaryFailure):
        smtp(box).fetch(None, TODAY)
    box.drops = None
    assert len(smtp(box).fetch(None, TODAY).post.receipts) == 1


@pytest.mark.parametrize("how", ["tls", "starttls"])
def test_it_is_read_over_tls(how: str) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)
    secure = {how: tls}
    with StandInMailbox(tls=secure.get("tls"), starttls=secure.get("starttls")) as box:
        box.put(BOUNCE, TODAY)
        secured = {"imap_host": "localhost", "imap_security": how, "ca_file": str(CERTIFICATE)}
        assert len(smtp(box, **secured).fetch(None, TODAY).post.receipts) == 1
        with pytest.raises(ChannelUnavailable, match="certificate"):
            smtp(box, **(secured | {"ca_file": None})).fetch(None, TODAY)


def test_nobody_there(box: StandInMailbox) -> None:
    with pytest.raises(TemporaryFailure):
        smtp(box, imap_port=1).fetch(None, TODAY)
    with pytest.raises(ChannelUnavailable):
        smtp(box, imap_host=None).fetch(None, TODAY)


def test_the_doctor_counts_what_nobody_read(box: StandInMailbox) -> None:
    box.put(BOUNCE, TODAY)
    (_, mailbox) = smtp(box).check()
    assert (mailbox.ok, mailbox.detail) == (True, "Opened; 1 e-mails, 1 of them unread.")
    assert [one.ok for one in smtp(box, imap_then="move", imap_move_to="Gone").check()[1:]] == [True, False]


def test_the_doctor_says_where_nobody_reads_what_comes_back(box: StandInMailbox) -> None:
    found = smtp(box, imap_host=None).check()[-1]
    assert (found.ok, found.warning, found.detail) == (True, True, "Nobody reads bounces and complaints.")
    assert "IMAP_HOST" in found.fix
    assert [one.what for one in smtp(box, imap_host=None, inbound_secret="s" * 32).check()] == ["SMTP server"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"imap_host": "imap.example.com"}, "__IMAP_USERNAME must be set"),
        ({"imap_username": "desk"}, "must be set both or neither"),
        (
            {"imap_host": "imap.example.com", "imap_username": "a", "imap_password": "b", "imap_security": "none"},
            "__IMAP_SECURITY must be tls or starttls",
        ),
        ({"imap_then": "move"}, "__IMAP_MOVE_TO must name a folder"),
        ({"imap_move_to": "Read"}, "__IMAP_MOVE_TO must name a folder"),
        ({"inbound_secret": "short"}, "__INBOUND_SECRET"),
    ],
)
def test_settings_that_do_not_go_together(more: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        build({"smtp": {"host": "smtp.example.com", "from_address": MAILBOX} | more})


def test_the_log_in_is_that_of_smtp_unless_set() -> None:
    settings = {"host": "smtp.example.com", "from_address": MAILBOX, "username": "u", "password": "p"}
    built = build({"smtp": settings | {"imap_host": "imap.example.com"}})
    assert built[Channel.EMAIL][0].notifier.mailbox  # type: ignore[attr-defined]
