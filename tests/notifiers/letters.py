"""E-mails as mail servers and people send them, about one e-mail of ours; modelled on what each program writes."""

from __future__ import annotations

OURS = "msg_01k5d3v2abcdefghjkmnpqrstv"
OTHER = "msg_01k5d3v2abcdefghjkmnpqrst0"
MESSAGE_ID = f"<{OURS}@example.com>"
MAILBOX = "updates@example.com"

HEADERS = f"""From: Acme <{MAILBOX}>
To: ann@example.org
Subject: PO 4711 has left Ningbo
Message-ID: {MESSAGE_ID}
In-Reply-To: <shp_01k5d3v2abcdefghjkmnpqrst1.con_01k5d3v2abcdefghjkmnpqrst2@example.com>
X-Milepost-Id: {OURS}
Auto-Submitted: auto-generated
"""


def dsn(
    action: str,
    status: str,
    diagnostic: str = "",
    *,
    returned: str = HEADERS,
    kind: str = "text/rfc822-headers",
    envelope: str = "",
    sender: str = "MAILER-DAEMON@mx.example.com (Mail Delivery System)",
    words: str = "This is the mail system at host mx.example.com.",
    final: str = "ann@example.org",
) -> bytes:
    """A report in the standard's form (RFC 3464), as Postfix writes it unless told otherwise."""
    return f"""Return-Path: <>
From: {sender}
To: {MAILBOX}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <20261013101500.ABCDEF@mx.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

{words}

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
{f"Original-Envelope-Id: {envelope}" if envelope else "X-Postfix-Queue-ID: ABCDEF"}
Arrival-Date: Tue, 13 Oct 2026 10:15:00 +0000 (UTC)

Final-Recipient: rfc822; {final}
Original-Recipient: rfc822;ann@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
{f"Diagnostic-Code: {diagnostic}" if diagnostic else "X-None: none"}

--b1
Content-Type: {kind}

{returned}
--b1--
""".replace("\n", "\r\n").encode()


GMAIL = f"""Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {MAILBOX}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
In-Reply-To: {MESSAGE_ID}
References: {MESSAGE_ID}
X-Failed-Recipients: ann@example.org
Content-Type: multipart/report; boundary="g1"; report-type=delivery-status

--g1
Content-Type: multipart/related; boundary="g2"

--g2
Content-Type: multipart/alternative; boundary="g3"

--g3
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to ann@example.org because the address couldn't be found.

--g3--
--g2--
--g1
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Tue, 13 Oct 2026 03:15:00 -0700 (PDT)
X-Original-Message-ID: {MESSAGE_ID}

Final-Recipient: rfc822; ann@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.l.google.com. (142.250.1.26, the server for the domain example.org.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Tue, 13 Oct 2026 03:15:01 -0700 (PDT)

--g1
Content-Type: message/rfc822

{HEADERS}
PO 4711 left Ningbo.

--g1--
""".encode()

EXCHANGE = f"""Return-Path: <>
From: <postmaster@example.org>
To: <{MAILBOX}>
Subject: Undeliverable: PO 4711 has left Ningbo
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="x1"

--x1
Content-Type: multipart/alternative; differences=Content-Type; boundary="x2"

--x2
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

<html><body><p>Your message to ann@example.org couldn't be delivered.</p></body></html>

--x2--
--x1
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.example.org
Received-From-MTA: dns;mx.example.com

Final-Recipient: rfc822;ann@example.org
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup

--x1
Content-Type: message/rfc822

{HEADERS}
--x1--
""".encode()

EXIM = f"""Return-Path: <>
From: Mail Delivery System <Mailer-Daemon@mx.example.com>
To: {MAILBOX}
Auto-Submitted: auto-replied
X-Failed-Recipients: ann@example.org
Subject: Mail delivery failed: returning message to sender
Content-Type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ann@example.org
    host mx.example.org [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<ann@example.org>:
    550 No such user here

------ This is a copy of the message's headers. ------

{HEADERS}
""".encode()

QMAIL = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.com
To: {MAILBOX}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ann@example.org>:
192.0.2.1 does not like recipient.
Remote host said: 552 5.2.2 <ann@example.org>: mailbox full
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

{HEADERS}
""".encode()


def arf(kind: str, returned: str = HEADERS) -> bytes:
    """A complaint (RFC 5965)."""
    return f"""From: <feedback@fbl.example.net>
To: <{MAILBOX}>
Subject: FW: PO 4711 has left Ningbo
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="a1"

--a1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message received from IP 192.0.2.7.

--a1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{MAILBOX}>
Original-Rcpt-To: <ann@example.org>

--a1
Content-Type: message/rfc822

{returned}
PO 4711 left Ningbo.

--a1--
""".encode()


def letter(
    text: str,
    *,
    sender: str = "Ann <Ann@example.org>",
    subject: str = "Re: PO 4711 has left Ningbo",
    about: str = MESSAGE_ID,
    kind: str = "text/plain; charset=utf-8",
    **more: str,
) -> bytes:
    """What a person writes, in answer to the e-mail of ours that *about* names."""
    extra = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in more.items())
    refers = f"In-Reply-To: {about}\nReferences: {about}\n" if about else ""
    return (
        f"From: {sender}\nTo: {MAILBOX}\nSubject: {subject}\nMessage-ID: <a1@mail.example.org>\n{refers}{extra}"
        f"MIME-Version: 1.0\nContent-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    ).encode()


HOLIDAY = letter("I am out of the office until Monday. STOP by my desk then.", Auto_Submitted="auto-replied")
"""A note that a program writes while somebody is away; the word in it is nobody's wish."""
