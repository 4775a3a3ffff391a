from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from notifiers import (
    Attachment,
    Channel,
    ChannelUnavailable,
    Message,
    NotifierError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from notifiers.smtp import Smtp, SmtpConfig
from notifiers.smtp_message import compose, envelope
from notifiers.stand_in_mail import DROP, MailCatcher
from notifiers.testing import NotifierContract

CERTIFICATE = Path(__file__).with_name("localhost.pem")
DATE = "Thu, 17 Sep 2026 12:00:00 +0000"
ANN = "ann@example.com"
MAIL = Message(
    id="msg_1",
    channel=Channel.EMAIL,
    to=ANN,
    subject="PO 4711 has left Ningbo",
    text="PO 4711 left Ningbo on 17 September.\n.\nA line with one dot stands above.",
    html="<p>PO 4711 left <b>Ningbo</b>.</p>",
)


def smtp(catcher: MailCatcher | None = None, **changed: object) -> Smtp:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": catcher.port if catcher else 25,
        "security": "none",
        "from_address": "updates@example.com",
        "timeout": 5,
        "reply_timeout": 5,
    }
    return Smtp(SmtpConfig.model_validate(values | changed), date=lambda: DATE)


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@contextmanager
def scripted(*replies: bytes) -> Iterator[int]:
    """A server that greets with the first reply, then gives one reply per line it reads, then closes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            for reply in replies:
                connection.sendall(reply)
                lines.readline()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        thread.join(5)
        listener.close()


class TestContract(NotifierContract):
    @pytest.fixture
    def notifier(self, catcher: MailCatcher) -> Smtp:
        return smtp(catcher)


# The e-mail


def test_an_e_mail_arrives_with_both_parts_and_its_headers(catcher: MailCatcher) -> None:
    accepted = smtp(catcher, from_name="Acme Forwarding").send(replace(MAIL, reply_to="care@example.com"))
    (mail,) = catcher.wait_for(1)
    parsed = mail.parsed
    assert (mail.sender, mail.recipients) == ("updates@example.com", (ANN,))
    assert accepted.provider_id == parsed["Message-ID"] == "<msg_1@example.com>"
    assert accepted.detail == "250 2.0.0 queued as 1"
    assert parsed["From"] == "Acme Forwarding <updates@example.com>"
    assert (parsed["To"], parsed["Subject"], parsed["Date"]) == (ANN, MAIL.subject, DATE)
    assert (parsed["Reply-To"], parsed["Auto-Submitted"]) == ("care@example.com", "auto-generated")
    assert parsed.get_content_type() == "multipart/alternative"
    text, html = parsed.iter_parts()
    assert text.get_content().splitlines() == MAIL.text.splitlines()
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", MAIL.html)


def test_a_repeat_has_the_same_message_id(catcher: MailCatcher) -> None:
    first, second = smtp(catcher).send(MAIL), smtp(catcher).send(MAIL)
    assert first.provider_id == second.provider_id
    assert len(catcher.wait_for(2)) == 2


def test_a_text_alone_is_one_part(catcher: MailCatcher) -> None:
    smtp(catcher).send(replace(MAIL, html=None, text="Grüße aus Łódź 🚢"))
    parsed = catcher.wait_for(1)[0].parsed
    assert (parsed.get_content_type(), parsed.get_content().strip()) == ("text/plain", "Grüße aus Łódź 🚢")


def test_a_thread_refers_to_its_first_e_mail(catcher: MailCatcher) -> None:
    smtp(catcher).send(replace(MAIL, thread="msg_0"))
    smtp(catcher).send(replace(MAIL, thread="msg_1"))
    later, first = (mail.parsed for mail in catcher.wait_for(2))
    assert later["References"] == later["In-Reply-To"] == "<msg_0@example.com>"
    assert first["References"] is None


def test_a_calendar_entry_travels_along(catcher: MailCatcher) -> None:
    calendar = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    smtp(catcher).send(replace(MAIL, attachments=(Attachment("arrival.ics", "text/calendar", calendar),)))
    (part,) = catcher.wait_for(1)[0].parsed.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "arrival.ics")
    assert dict(part["Content-Type"].params)["method"] == "PUBLISH"
    assert part.get_payload(decode=True) == calendar


def test_another_attachment_keeps_its_type(catcher: MailCatcher) -> None:
    smtp(catcher).send(replace(MAIL, attachments=(Attachment("a.bin", "application/octet-stream", b"\x00\xff"),)))
    (part,) = catcher.wait_for(1)[0].parsed.iter_attachments()
    assert (part.get_content_type(), part.get_payload(decode=True)) == ("application/octet-stream", b"\x00\xff")


@pytest.mark.parametrize(
    ("url", "mailto", "listed", "one_click"),
    [
        ("https://t.example.com/u/1", None, "<https://t.example.com/u/1>", "List-Unsubscribe=One-Click"),
        ("http://t.example.com/u/1", None, "<http://t.example.com/u/1>", None),
        (None, "stop@example.com", "<mailto:stop@example.com?subject=unsubscribe>", None),
        (None, None, "<mailto:updates@example.com?subject=unsubscribe>", None),
    ],
)
def test_a_way_out_is_always_offered(
    catcher: MailCatcher, url: str | None, mailto: str | None, listed: str, one_click: str | None
) -> None:
    smtp(catcher, unsubscribe_mailto=mailto).send(replace(MAIL, unsubscribe_url=url))
    parsed = catcher.wait_for(1)[0].parsed
    assert (parsed["List-Unsubscribe"], parsed["List-Unsubscribe-Post"]) == (listed, one_click)


def test_the_senders_of_the_message_come_before_the_configured_ones(catcher: MailCatcher) -> None:
    smtp(catcher).send(replace(MAIL, sender="desk@acme.example", sender_name='Acme, "Sea" & Air'))
    mail = catcher.wait_for(1)[0]
    assert mail.sender == "desk@acme.example"
    assert mail.parsed["From"].addresses[0].display_name == 'Acme, "Sea" & Air'
    assert mail.parsed["Message-ID"] == "<msg_1@acme.example>"


def test_addresses_outside_ascii_arrive(catcher: MailCatcher) -> None:
    smtp(catcher).send(replace(MAIL, to="jörg@bücher.example"))
    smtp(catcher).send(replace(MAIL, to="info@bücher.example"))
    first, second = catcher.wait_for(2)
    assert first.recipients == ("jörg@xn--bcher-kva.example",)
    assert second.recipients == ("info@xn--bcher-kva.example",)


def test_a_server_without_smtputf8_is_not_asked_to_carry_such_an_address() -> None:
    with scripted(b"220 hi\r\n", b"250 mail.example.com\r\n") as port, pytest.raises(PermanentFailure):
        smtp(port=port).send(replace(MAIL, to="jörg@example.com"))


HEADERS: list[Message] = [
    replace(MAIL, **{field: value})  # type: ignore[arg-type]
    for field in ("id", "to", "subject", "sender", "sender_name", "reply_to", "thread", "unsubscribe_url")
    for value in ("a\r\nBcc: eve@example.com", "a\nBcc: eve@example.com", "a\rb", "a\x00b", "a\u2028b", "a\x85b")
] + [
    replace(MAIL, attachments=(Attachment("a\r\nX: y", "text/plain", b""),)),
    replace(MAIL, attachments=(Attachment("a", "text/plain\r\nX: y", b""),)),
]


@pytest.mark.parametrize("message", HEADERS)
def test_no_field_can_write_a_header(catcher: MailCatcher, message: Message) -> None:
    with pytest.raises(PermanentFailure) as caught:
        smtp(catcher).send(message)
    assert "eve" not in caught.value.detail
    assert catcher.mails == []


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@example.com, eve@example.com",
        "Ann <ann@example.com>",
        "a b@example.com",
        "ann@exa..mple.com",
        '"ann"@example.com',
        "ann@example.com>",
        "<ann@example.com",
    ],
)
def test_only_one_plain_mailbox_is_written_to(catcher: MailCatcher, to: str) -> None:
    with pytest.raises(PermanentFailure):
        smtp(catcher).send(replace(MAIL, to=to))
    assert catcher.mails == []


@pytest.mark.parametrize("text", ["a\r\n.\r\nMAIL FROM:<eve@example.com>\r\n", "a\n.\nb", "a\r.\rb", ".", "..\n."])
def test_a_dot_ends_nothing(catcher: MailCatcher, text: str) -> None:
    smtp(catcher).send(replace(MAIL, text=text, html=None))
    (mail,) = catcher.wait_for(1)
    assert mail.parsed.get_content().split() == text.split()


# What a refusal means, row by row: stage, reply, class, suppress

REFUSALS: list[tuple[str, str, type[NotifierError], bool]] = [
    ("mail", "421 4.3.2 Shutting down", TemporaryFailure, False),
    ("mail", "451 4.7.1 Greylisted", TemporaryFailure, False),
    ("mail", "530 5.7.0 Authentication required", ChannelUnavailable, False),
    ("mail", "550 5.7.1 Sender rejected", ChannelUnavailable, False),
    ("mail", "553 5.1.8 Sender address rejected", ChannelUnavailable, False),
    ("mail", "552 5.3.4 Message too big", PermanentFailure, False),
    ("rcpt", "421 4.7.0 Too many connections", TemporaryFailure, False),
    ("rcpt", "450 4.2.0 Greylisted", TemporaryFailure, False),
    ("rcpt", "452 4.2.2 Mailbox full", TemporaryFailure, False),
    ("rcpt", "550 5.1.1 No such user", PermanentFailure, True),
    ("rcpt", "550 5.1.10 Null MX", PermanentFailure, True),
    ("rcpt", "550 5.2.1 Mailbox disabled", PermanentFailure, True),
    ("rcpt", "550 5.7.1 Not welcome", PermanentFailure, False),
    ("rcpt", "550 No", PermanentFailure, False),
    ("rcpt", "552 5.2.2 Mailbox full", PermanentFailure, False),
    ("rcpt", "554 5.7.1 Relay access denied", PermanentFailure, False),
    ("rcpt", "535 5.7.8 Log in first", ChannelUnavailable, False),
    ("data", "421 4.3.0 Try later", TemporaryFailure, False),
    ("data", "451 4.3.0 Try later", TemporaryFailure, False),
    ("data", "552 5.3.4 Too big", PermanentFailure, False),
    ("data", "554 5.7.1 Spam", PermanentFailure, False),
    ("data", "554 5.1.1 No such user", PermanentFailure, False),
    ("mail", DROP, TemporaryFailure, False),
    ("rcpt", DROP, TemporaryFailure, False),
    ("data", DROP, UncertainOutcome, False),
]


@pytest.mark.parametrize(("stage", "reply", "expected", "suppress"), REFUSALS)
def test_each_refusal_has_its_class(
    catcher: MailCatcher, stage: str, reply: str, expected: type[NotifierError], suppress: bool
) -> None:
    catcher.answer(stage, reply)
    with pytest.raises(NotifierError) as caught:
        smtp(catcher).send(MAIL)
    assert type(caught.value) is expected
    assert getattr(caught.value, "suppress", False) is suppress
    assert ANN not in caught.value.detail
    if reply != DROP:
        assert (caught.value.code or "").startswith(reply[:3])


GREETED = (b"220 hi\r\n", b"250 mail.example.com\r\n")


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ((b"554 No\r\n",), TemporaryFailure),
        ((b"421 Busy\r\n",), TemporaryFailure),
        ((), TemporaryFailure),
        ((b"nonsense\r\n",), TemporaryFailure),
        ((b"220 hi\r\n",), TemporaryFailure),
        (GREETED, TemporaryFailure),
        ((*GREETED, b"250 ok\r\n", b"250 ok\r\n"), TemporaryFailure),
        ((*GREETED, b"250 ok\r\n", b"250 ok\r\n", b"451 no data\r\n"), TemporaryFailure),
        ((*GREETED, b"250 ok\r\n", b"250 ok\r\n", b"554 no data\r\n"), PermanentFailure),
    ],
)
def test_a_server_that_fails_early_has_certainly_not_taken_it(
    replies: tuple[bytes, ...], expected: type[NotifierError]
) -> None:
    with scripted(*replies) as port, pytest.raises(NotifierError) as caught:
        smtp(port=port).send(MAIL)
    assert type(caught.value) is expected


def test_a_server_that_stays_silent_after_the_dot_leaves_it_uncertain(catcher: MailCatcher) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            for reply in (*GREETED, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
                connection.sendall(reply)
                lines.readline()
            done.wait(20)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with pytest.raises(UncertainOutcome):
        smtp(port=listener.getsockname()[1], reply_timeout=1).send(MAIL)
    done.set()
    thread.join(5)
    listener.close()


def test_nobody_at_the_port_is_certain() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(TemporaryFailure):
        smtp(port=port).send(MAIL)


def test_a_name_that_does_not_resolve_is_certain() -> None:
    with pytest.raises(TemporaryFailure):
        smtp(host="mail.invalid").send(MAIL)


# Log-in and encryption


def test_the_right_password_lets_in() -> None:
    with MailCatcher(log_in=("ann", "s3cret")) as catcher:
        notifier = smtp(catcher, username="ann", password="s3cret")
        notifier.send(MAIL)
        assert len(catcher.wait_for(1)) == 1
        assert [(finding.ok, finding.warning) for finding in notifier.check()] == [(True, False), (True, True)]


def test_the_wrong_password_needs_a_person() -> None:
    with MailCatcher(log_in=("ann", "s3cret")) as catcher:
        notifier = smtp(catcher, username="ann", password="wrong")
        with pytest.raises(ChannelUnavailable) as caught:
            notifier.send(MAIL)
        assert "wrong" not in str(caught.value)
        finding, _ = notifier.check()
        assert not finding.ok
        assert "MILEPOST_NOTIFIERS__SMTP__" in finding.fix


def test_no_password_where_one_is_wanted_needs_a_person() -> None:
    with MailCatcher(log_in=("ann", "s3cret")) as catcher, pytest.raises(ChannelUnavailable):
        smtp(catcher).send(MAIL)


def test_a_server_without_log_in_needs_a_person(catcher: MailCatcher) -> None:
    with pytest.raises(ChannelUnavailable):
        smtp(catcher, username="ann", password="s3cret").send(MAIL)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_starttls_encrypts_and_knows_the_server(host: str) -> None:
    with MailCatcher(tls=server_context()) as catcher:
        smtp(catcher, host=host, security="starttls", ca_file=str(CERTIFICATE)).send(MAIL)
        assert len(catcher.wait_for(1)) == 1


def test_a_server_that_is_not_who_it_says_is_refused() -> None:
    with MailCatcher(tls=server_context()) as catcher:
        with pytest.raises(ChannelUnavailable):
            smtp(catcher, security="starttls").send(MAIL)
        assert catcher.mails == []


def test_without_starttls_nothing_is_sent_in_clear(catcher: MailCatcher) -> None:
    with pytest.raises(ChannelUnavailable):
        smtp(catcher, security="starttls").send(MAIL)
    assert catcher.mails == []


def test_tls_against_a_server_that_speaks_none_is_certain(catcher: MailCatcher) -> None:
    with pytest.raises(TemporaryFailure):
        smtp(catcher, security="tls", timeout=1).send(MAIL)


def test_a_missing_file_of_authorities_is_named() -> None:
    with MailCatcher(tls=server_context()) as catcher, pytest.raises(ChannelUnavailable, match="CA_FILE"):
        smtp(catcher, security="starttls", ca_file="/nowhere.pem").send(MAIL)


def test_a_server_that_reports_is_given_our_id_of_the_e_mail() -> None:
    """RFC 3461; which needs a server that offers it."""
    mail = compose(
        replace(MAIL, id="msg_7"),
        from_address="updates@example.com",
        from_name=None,
        unsubscribe_mailto=None,
        date="Tue, 13 Oct 2026 10:15:00 +0000",
    )
    assert mail["X-Milepost-Id"] == "msg_7"
    with smtplib.SMTP() as session:
        assert envelope(mail, session)[2] == []
        session.does_esmtp, session.esmtp_features = True, {"dsn": ""}
        assert envelope(mail, session)[2] == ["ENVID=msg_7", "RET=HDRS"]
