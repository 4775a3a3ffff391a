"""Bounces, complaints and answers by e-mail, from a mail server and a mailbox of our own to what becomes of news."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from notifiers.base import Callback, Channel, Mark
from notifiers.smtp import SIGNATURE, Smtp, SmtpConfig, signature
from notifiers.stand_in_imap import StandInMailbox
from notifiers.stand_in_mail import DROP, MailCatcher
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.clockwork import read_mail
from service.flows import mailing, receipts, replies
from service.records.tables import Address, ReceiptRow, Reply, Thread
from service.store import mailboxes
from service.store.engine import Database
from tests.kits import JO, JO_MAIL, Works, departed, running
from tests.notifiers.letters import HOLIDAY, MAILBOX, arf, dsn, letter

SECRET = "a secret of at least thirty-two characters"
TODAY = date(2026, 9, 17)


@pytest.fixture
def box() -> Iterator[StandInMailbox]:
    with StandInMailbox() as found:
        yield found


@pytest.fixture
def post() -> Iterator[MailCatcher]:
    with MailCatcher() as found:
        yield found


@pytest.fixture
def works(
    database: Database, clock: ManualClock, box: StandInMailbox, post: MailCatcher, sms: Recorder, tmp_path: Path
) -> Iterator[Works]:
    """A live account that writes e-mails through a server, reads a mailbox, and has told Jo of a departure by mail."""
    settings = {
        "host": post.host,
        "port": post.port,
        "security": "none",
        "from_address": MAILBOX,
        "imap_host": box.host,
        "imap_port": box.port,
        "imap_security": "none",
        "imap_username": "desk",
        "imap_password": "secret",
        "imap_then": "seen",
        "inbound_secret": SECRET,
        "timeout": 5,
        "reply_timeout": 5,
    }
    email = Smtp(SmtpConfig.model_validate(settings))
    with running(database, clock, {Channel.EMAIL: email, Channel.SMS: sms}, place=tmp_path) as found:
        found.go(care_email="care@example.com")
        yield found


def told(works: Works, **event: Any) -> None:
    works.post(**departed(**{"tell": [JO_MAIL]} | event))
    works.settle()


def head(post: MailCatcher) -> str:
    """The header of the last e-mail that the server took, as a bounce returns it."""
    return post.mails[-1].content.partition(b"\r\n\r\n")[0].decode().replace("\r\n", "\n") + "\n"


def named(post: MailCatcher) -> str:
    return str(post.mails[-1].parsed["Message-ID"])


def suppressed(works: Works) -> list[tuple[str | None, str | None]]:
    return [(row.suppressed_by, row.suppressed_why) for row in works.rows(Address)]


def test_a_dead_mailbox(works: Works, box: StandInMailbox, post: MailCatcher) -> None:
    told(works)
    assert works.states() == ["accepted"]
    box.put(dsn("failed", "5.1.1", returned=head(post), final=JO_MAIL), TODAY)
    assert read_mail(works.kit) == 1
    message = works.message()
    assert (message.state.value, message.provider_id) == ("undelivered", named(post))
    assert message.detail == "5.1.1 The mailbox does not exist or takes nothing any more."
    assert suppressed(works) == [("provider", "5.1.1 The mailbox does not exist or takes nothing any more.")]
    assert works.words() == [("arrival", 1, "baseline", "2026-10-09")]


@pytest.mark.parametrize(
    ("final", "by"),
    [("ann@example.org", None), (JO_MAIL, "provider"), (JO_MAIL.upper(), "provider"), (f"<{JO_MAIL}>", "provider")],
)
def test_only_the_address_that_bounced_is_suppressed(
    works: Works, box: StandInMailbox, post: MailCatcher, final: str, by: str | None
) -> None:
    """A reader's mail may be forwarded: that the last address on the way is dead says nothing of theirs."""
    told(works)
    box.put(dsn("failed", "5.1.1", returned=head(post), final=final), TODAY)
    read_mail(works.kit)
    assert works.states() == ["undelivered"]
    assert [one for one, _ in suppressed(works)] == [by]


def test_the_news_of_a_dead_mailbox_goes_by_text(works: Works, box: StandInMailbox, post: MailCatcher) -> None:
    told(works)
    works.post(**departed(tell=[{"email": JO_MAIL, "phone": JO}]))
    works.settle()
    assert [row.channel for row in works.messages()] == [Channel.EMAIL]
    box.put(dsn("failed", "5.2.2", returned=head(post)), TODAY)
    read_mail(works.kit)
    works.settle()
    assert {row.channel.value: row.state.value for row in works.messages()} == {
        "email": "undelivered",
        "sms": "accepted",
    }


@pytest.mark.parametrize(
    ("action", "status", "state", "by"),
    [
        ("failed", "5.2.2", "undelivered", None),
        ("failed", "5.7.1", "undelivered", None),
        ("delayed", "4.4.1", "accepted", None),
        ("delivered", "2.0.0", "delivered", None),
    ],
)
def test_what_each_report_makes_of_the_message(
    works: Works, box: StandInMailbox, post: MailCatcher, action: str, status: str, state: str, by: str | None
) -> None:
    told(works)
    box.put(dsn(action, status, returned=head(post)), TODAY)
    read_mail(works.kit)
    assert works.states() == [state]
    assert [one for one, _ in suppressed(works)] == [by]


def test_a_complaint_stops_the_address_for_its_own_reason(works: Works, box: StandInMailbox, post: MailCatcher) -> None:
    told(works)
    box.put(dsn("delivered", "2.0.0", returned=head(post)), TODAY)
    box.put(arf("abuse", head(post)), TODAY)
    assert read_mail(works.kit) == 2
    assert works.states() == ["delivered"]
    assert suppressed(works) == [("complaint", "abuse The reader reported the e-mail as unwanted.")]
    box.put(letter("START", sender=JO_MAIL, about=named(post)), TODAY)
    read_mail(works.kit)
    assert suppressed(works)[0][0] == "complaint"


def test_a_bounce_settles_what_was_uncertain(works: Works, box: StandInMailbox, post: MailCatcher) -> None:
    """The server took the e-mail and its answer was lost, so that only our own id of it is known."""
    post.answer("data", DROP)
    told(works)
    message = works.message()
    assert (message.state.value, message.provider_id) == ("uncertain", None)
    box.put(dsn("failed", "5.1.1", envelope=message.id, returned="Subject: cut"), TODAY)
    read_mail(works.kit)
    assert works.states() == ["undelivered"]


def test_a_person_s_answer_goes_the_way_of_replies(works: Works, box: StandInMailbox, post: MailCatcher) -> None:
    told(works)
    box.put(letter("Where is it?", sender=f"Jo <{JO_MAIL}>", about=named(post)), TODAY)
    assert read_mail(works.kit) == 1
    (reply,) = works.rows(Reply)
    assert (reply.meaning.value, reply.text, reply.notifier) == ("question", "Where is it?", "smtp")
    assert len(works.rows(Thread)) == 1


def test_stop_by_mail_is_obeyed(works: Works, box: StandInMailbox, post: MailCatcher) -> None:
    told(works)
    box.put(letter("STOP", sender=JO_MAIL, about=named(post)), TODAY)
    read_mail(works.kit)
    assert suppressed(works)[0][0] == "person"


def test_stop_by_mail_stops_e_mails_and_says_so(
    works: Works, box: StandInMailbox, post: MailCatcher, sms: Recorder
) -> None:
    told(works, tell=[{"email": JO_MAIL, "phone": JO}])
    before = len(sms.messages)
    box.put(letter("", sender=JO_MAIL, subject="unsubscribe", about=""), TODAY)
    read_mail(works.kit)
    works.settle()
    bodies = [str(mail.parsed.get_body(("plain",))) for mail in post.mails[-2:]]
    (answer,) = [body for body in bodies if "Stopped. No more e-mails from us." in body]
    assert "texts from us" not in answer
    assert any("They have stopped e-mails from us." in body for body in bodies)
    stopped = {row.channel: row.suppressed_by for row in works.rows(Address) if row.value in {JO, JO_MAIL}}
    assert stopped == {Channel.EMAIL: "person", Channel.SMS: None}
    works.post(**departed("PO 2", tell=[{"email": JO_MAIL, "phone": JO}]))
    works.settle()
    assert len(sms.messages) > before


@pytest.mark.parametrize(
    "raw",
    [
        HOLIDAY,
        letter("STOP", sender=JO_MAIL, about=""),
        letter("STOP", sender="care@example.com"),
        b"\xff\x00" * 9000,
        b"Content-Type: message/rfc822\n\n" * 3000,
        dsn("failed", "5.1.1"),
    ],
)
def test_what_says_nothing_stays_unread_and_stops_nobody(
    works: Works, box: StandInMailbox, post: MailCatcher, raw: bytes
) -> None:
    told(works)
    box.put(raw, TODAY)
    box.put(dsn("failed", "5.1.1", returned=head(post)), TODAY)
    read_mail(works.kit)
    assert works.states() == ["undelivered"]
    assert works.rows(Reply) == []
    assert "\\Seen" in box.letters[1].flags


def test_after_a_crash_nothing_is_lost_or_done_twice(works: Works, box: StandInMailbox, post: MailCatcher) -> None:
    told(works)
    box.put(dsn("failed", "5.1.1", returned=head(post)), TODAY)
    box.put(letter("Where is it?", sender=JO_MAIL, about=named(post)), TODAY)
    (ready,) = mailing.reading(works.kit)
    found = mailing.fetch(works.kit, ready)
    assert found is not None
    receipts.keep_mailed(works.kit, ready.name, found.post.receipts[0])
    replies.take(works.kit, ready, found.post.replies[0])
    before = (works.states(), len(works.rows(ReceiptRow)), len(works.rows(Reply)), len(works.rows(Thread)))
    assert read_mail(works.kit) == 2
    assert (works.states(), len(works.rows(ReceiptRow)), len(works.rows(Reply)), len(works.rows(Thread))) == before
    assert read_mail(works.kit) == 0
    box.number_anew()
    assert read_mail(works.kit) == 2
    assert (works.states(), len(works.rows(ReceiptRow)), len(works.rows(Reply)), len(works.rows(Thread))) == before


def test_a_mailbox_that_is_away_is_read_later(works: Works, box: StandInMailbox, post: MailCatcher) -> None:
    told(works)
    box.put(dsn("failed", "5.1.1", returned=head(post)), TODAY)
    for command in ("LOGIN", "UID FETCH"):
        box.drops = command
        assert read_mail(works.kit) == 0
    box.drops = "UID STORE"
    assert read_mail(works.kit) == 1
    box.drops = None
    assert read_mail(works.kit) == 0
    assert works.states() == ["undelivered"]


def test_the_mark_moves_only_forward(works: Works) -> None:
    def noted(mark: Mark) -> Mark | None:
        works.database.write(lambda conn: mailboxes.note(conn, "a", mark, works.clock()))
        with works.database.read() as conn:
            return mailboxes.mark_of(conn, "a")

    assert [noted(Mark(1, 5)), noted(Mark(1, 3)), noted(Mark(1, 7)), noted(Mark(2, 1))] == [
        Mark(1, 5),
        Mark(1, 5),
        Mark(1, 7),
        Mark(2, 1),
    ]


def test_an_e_mail_may_be_posted_to_us(works: Works, post: MailCatcher) -> None:
    told(works)
    raw = dsn("failed", "5.1.1", returned=head(post))
    call = Callback("https://t.example.com/v1/callbacks/smtp/mail", {SIGNATURE: signature(SECRET, raw)}, raw)
    ready, found = mailing.take(works.kit, "smtp", call)
    assert ready.name == "smtp"
    assert [receipts.keep_mailed(works.kit, "smtp", one) for one in found.receipts * 2] == [True, False]
    assert works.states() == ["undelivered"]
    for headers in ({}, {SIGNATURE: signature("x" * 40, raw)}, {SIGNATURE: "sha256=é"}):
        with pytest.raises(PermissionError):
            mailing.take(works.kit, "smtp", Callback(call.url, headers, raw))
    with pytest.raises(LookupError):
        mailing.take(works.kit, "twilio", call)


def test_start_after_a_complaint_claims_nothing_and_reaches_a_person(
    works: Works, box: StandInMailbox, post: MailCatcher
) -> None:
    told(works)
    box.put(arf("abuse", head(post)), TODAY)
    box.put(letter("START", sender=JO_MAIL, about=named(post)), TODAY)
    sent = len(post.mails)
    read_mail(works.kit)
    works.settle()
    (desk,) = post.mails[sent:]
    assert desk.parsed["To"] == "care@example.com"
    words = str(desk.parsed.get_body(("plain",)))
    assert "stays stopped" in words
    (thread,) = works.rows(Thread)
    assert thread.id in words
    assert suppressed(works)[0][0] == "complaint"
