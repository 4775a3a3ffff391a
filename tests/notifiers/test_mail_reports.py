"""What e-mails about our e-mails say: bounces, complaints, answers; and what says nothing to us."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.base import Post, Receipt, ReceiptStatus
from notifiers.mail_reports import MOST_BYTES, read_mail
from tests.notifiers.letters import (
    EXCHANGE,
    EXIM,
    GMAIL,
    HEADERS,
    HOLIDAY,
    MAILBOX,
    MESSAGE_ID,
    OTHER,
    OURS,
    QMAIL,
    arf,
    dsn,
    letter,
)

NOTHING = Post(ignored=1)
UNDELIVERED, COMPLAINED = ReceiptStatus.UNDELIVERED, ReceiptStatus.COMPLAINED
REWRITTEN = HEADERS.replace(MESSAGE_ID, "<0100018f@email.amazonses.example>")


def read(raw: bytes) -> Post:
    return read_mail(raw, MAILBOX)


def receipt(raw: bytes) -> Receipt:
    found = read(raw)
    assert (len(found.receipts), found.replies, found.ignored) == (1, (), 0)
    (one,) = found.receipts
    assert one.provider_id == MESSAGE_ID
    assert "ann" not in one.detail
    return one


@pytest.mark.parametrize(
    ("raw", "code", "suppress"),
    [
        (dsn("failed", "5.1.1", "smtp; 550 5.1.1 <ann@example.org>: Recipient address rejected"), "5.1.1", True),
        (dsn("failed", "5.1.1", kind="message/rfc822"), "5.1.1", True),
        (dsn("failed", "5.0.0", "smtp; 550 5.1.1 unknown"), "5.1.1", True),
        (dsn("failed", "5.0.0", "smtp; 550 go away"), "5.0.0", False),
        (dsn("Failed (permanently)", "5.2.1 (disabled)"), "5.2.1", True),
        (dsn("failed", "5.2.2", "smtp; 552 5.2.2 over quota"), "5.2.2", False),
        (dsn("failed", "5.7.1", "smtp; 550 5.7.1 policy"), "5.7.1", False),
        (dsn("failed", "5.4.4", "X-Postfix; Host or domain name not found"), "5.4.4", False),
        (dsn("failed", "4.4.7", "smtp; 421 4.4.7 delivery time expired"), "4.4.7", False),
        (dsn("failed", "5.1.1", returned="Subject: nothing else", envelope=OURS), "5.1.1", True),
        (dsn("failed", "5.1.1", returned=REWRITTEN), "5.1.1", True),
        (dsn("failed", "5.1.1", returned="Subject: nothing else", words=f"About {MESSAGE_ID}"), "5.1.1", True),
        (GMAIL, "5.1.1", True),
        (EXCHANGE, "5.1.10", True),
        (EXIM, "5.1.1", True),
        (QMAIL, "5.2.2", False),
    ],
)
def test_what_came_back_was_not_delivered(raw: bytes, code: str, suppress: bool) -> None:
    one = receipt(raw)
    assert (one.status, one.code, one.suppress) == (UNDELIVERED, code, suppress)


@pytest.mark.parametrize("raw", [dsn("failed", "5.1.1"), GMAIL, EXCHANGE, EXIM, QMAIL])
def test_a_bounce_says_whom_it_is_about(raw: bytes) -> None:
    (one,) = read(raw).receipts
    assert one.about == {"ann@example.org"}


@pytest.mark.parametrize(
    ("action", "status"),
    [("delivered", ReceiptStatus.DELIVERED), ("relayed", ReceiptStatus.SENT), ("expanded", ReceiptStatus.SENT)],
)
def test_good_news_is_a_receipt_too(action: str, status: ReceiptStatus) -> None:
    assert receipt(dsn(action, "2.0.0")).status is status


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out", "Abuse"])
def test_a_complaint_stops_the_address(kind: str) -> None:
    one = receipt(arf(kind))
    assert (one.status, one.code, one.suppress) == (COMPLAINED, kind.lower(), True)


@pytest.mark.parametrize(
    "raw",
    [
        dsn("delayed", "4.4.1", "smtp; connection timed out"),
        dsn("failed", "5.1.1", returned="Subject: somebody else's\nMessage-ID: <1@other.example>"),
        dsn("failed", "5.1.1", returned="Subject: two", words=f"{OURS} and {OTHER}"),
        dsn("", "5.1.1"),
        dsn("failed", "5.1.1", returned=f"Message-ID: <by-hand@example.com>\nReferences: {MESSAGE_ID}"),
        EXIM.replace(
            f"Message-ID: {MESSAGE_ID}".encode(), f"Message-ID: <1@a.example>\nReferences: {MESSAGE_ID}".encode()
        ).replace(f"X-Milepost-Id: {OURS}".encode(), b"X-None: none"),
        arf("not-spam"),
        arf("auth-failure"),
        arf("abuse", returned="Subject: redacted"),
        HOLIDAY,
        letter("STOP", Precedence="bulk"),
        letter("STOP", X_Autoreply="yes"),
        letter("STOP", subject="Automatic reply: PO 4711 has left Ningbo"),
        letter("STOP", subject="=?utf-8?q?R=C3=A9ponse_automatique_=3A_PO_4711?="),
        letter("STOP", subject="=?utf-8?b?6Ieq5Yqo5Zue5aSN?="),
        letter("STOP", Return_Path="<>"),
        letter("STOP", List_Id="<list.example.org>"),
        letter("STOP", sender="MAILER-DAEMON@mx.example.org"),
        letter("STOP", sender=MAILBOX),
        letter("STOP", sender="not an address"),
        letter("STOP", about=""),
        letter("STOP", about="<123@example.com>"),
        letter("STOP", about=f"<{OURS}@elsewhere.example>"),
        letter("", kind="application/pdf"),
        letter("> nothing of my own"),
        b"",
        b"\x00\xff\xfe" * 1000,
    ],
)
def test_what_says_nothing_to_us(raw: bytes) -> None:
    assert read(raw) == NOTHING


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (letter("Where is it?"), "Where is it?"),
        (letter("STOP\n\nOn Tue, 13 Oct 2026 at 10:15, Acme <updates@example.com>\nwrote:\n\n> PO 4711 left"), "STOP"),
        (letter("1\n\nAm 13.10.2026 um 10:15 schrieb Acme:\n> PO 4711 left"), "1"),
        (letter("Thanks\n\n-----Original Message-----\nFrom: Acme\nPO 4711"), "Thanks"),
        (letter("Thanks\n\n________________________________\nVon: Acme\nPO 4711"), "Thanks"),
        (letter("Thanks\n\nFrom: Acme <updates@example.com>\nSent: Tuesday"), "Thanks"),
        (letter("Need it by: Friday\n-- \nAnn, Purchasing"), "Need it by: Friday"),
        (letter("<div>Call me</div><div class='gmail_quote'>On Tue:<br>PO 4711</div>", kind="text/html"), "Call me"),
        (letter("<p>Call me</p><blockquote>PO <br>4711</blockquote>", kind="text/html"), "Call me"),
        (letter("caf\u00e9", kind="text/plain; charset=no-such-charset"), "cafÃ©"),
        (letter("hello", subject="Unsubscribe", about=""), "STOP"),
    ],
)
def test_a_person_s_own_words(raw: bytes, text: str) -> None:
    (reply,) = read(raw).replies
    assert (reply.text, reply.sender, reply.to) == (text, "ann@example.org", MAILBOX)


def test_an_answer_is_known_again() -> None:
    first, again, other = letter("1"), letter("1"), letter("1").replace(b"<a1@", b"<a2@")
    ids = [read(raw).replies[0].provider_id for raw in (first, again, other)]
    assert ids[0] == ids[1] != ids[2]
    assert len(ids[0]) <= 80


def test_five_megabytes_are_read_as_far_as_reports_go() -> None:
    big = letter("Where is it?\n" + "x" * 5_000_000)
    (reply,) = read(big).replies
    assert len(reply.text) == 4000
    late = letter("x" * MOST_BYTES, about="") + dsn("failed", "5.1.1")
    assert read(late) == NOTHING


def test_nesting_without_end() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(5000))
    assert read(b"From: ann@example.org\n" + nested) == NOTHING
    assert read(b"Content-Type: message/rfc822\n\n" * 5000) == NOTHING


@pytest.mark.parametrize("raw", [GMAIL, EXCHANGE, EXIM, QMAIL, dsn("failed", "5.1.1"), arf("abuse"), letter("STOP")])
def test_whatever_is_cut_or_garbled_is_read_or_ignored(raw: bytes) -> None:
    chance = random.Random(4711)
    for cut in range(0, len(raw), 29):
        assert isinstance(read(raw[:cut]), Post)
    for _ in range(60):
        garbled = bytearray(raw)
        for _ in range(20):
            garbled[chance.randrange(len(garbled))] = chance.randrange(256)
        assert isinstance(read(bytes(garbled)), Post)


@given(st.binary(max_size=400), st.integers(0, 400))
def test_anything_within_a_report_is_read_or_ignored(junk: bytes, at: int) -> None:
    raw = dsn("failed", "5.1.1")
    assert isinstance(read(raw[:at] + junk + raw[at:]), Post)
