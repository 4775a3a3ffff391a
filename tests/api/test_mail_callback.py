"""An e-mail that came in is posted to us, signed, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifiers.base import Channel
from notifiers.smtp import SIGNATURE, Smtp, SmtpConfig, signature
from notifiers.stand_in_mail import MailCatcher
from service.clock import ManualClock
from service.settings import Settings
from service.store import accounts
from tests.api.conftest import started
from tests.api.service import Service, problem
from tests.notifiers.letters import HOLIDAY, MAILBOX, dsn, letter

SECRET = "a secret of at least thirty-two characters"
URL = "/v1/callbacks/smtp/mail"


@pytest.fixture
def post() -> Iterator[MailCatcher]:
    with MailCatcher() as found:
        yield found


@pytest.fixture
def mailing(migrated_url: str, clock: ManualClock, post: MailCatcher) -> Iterator[Service]:
    """A service that writes e-mails and takes those that come in."""
    config = {"host": post.host, "port": post.port, "security": "none", "from_address": MAILBOX}
    smtp = Smtp(SmtpConfig.model_validate(config | {"inbound_secret": SECRET}))
    yield from started(Settings(database_url=migrated_url), clock, {Channel.EMAIL: smtp})  # type: ignore[dict-item]


def hand_over(service: Service, raw: bytes, sign: str | None = None) -> int:
    headers = {SIGNATURE: sign or signature(SECRET, raw), "Content-Type": "message/rfc822"}
    return service.client.post(URL, content=raw, headers=headers).status_code


def test_a_bounce_and_an_answer(mailing: Service, post: MailCatcher) -> None:
    now = mailing.clock()
    mailing.kit.database.write(
        lambda conn: accounts.update_account(conn, mailing.account_id, now, mode="live", live_since=now)
    )
    mailing.shipment(tell=["jo@example.com"])
    mailing.work()
    head = post.mails[-1].content.partition(b"\r\n\r\n")[0].decode().replace("\r\n", "\n") + "\n"
    for _ in range(2):
        assert hand_over(mailing, dsn("failed", "5.1.1", returned=head)) == 204
    (message,) = mailing.get("/v1/messages").json()["data"]
    assert message["state"] == "undelivered"
    answer = letter("Where is it?", sender="jo@example.com", about=str(post.mails[-1].parsed["Message-ID"]))
    for _ in range(2):
        assert hand_over(mailing, answer) == 204
    (thread,) = mailing.get("/v1/threads").json()["data"]
    assert (thread["from"], thread["last"]["text"]) == ("jo@example.com", "Where is it?")


@pytest.mark.parametrize("raw", [HOLIDAY, b"", b"\xff\x00" * 5000, b"Content-Type: message/rfc822\n\n" * 3000])
def test_what_says_nothing_is_taken_all_the_same(mailing: Service, raw: bytes) -> None:
    assert hand_over(mailing, raw) == 204
    assert mailing.get("/v1/threads").json()["data"] == []


@pytest.mark.parametrize("sign", ["sha256=", "sha256=" + "0" * 64, signature("x" * 40, HOLIDAY)])
def test_whoever_does_not_know_the_secret_is_refused(mailing: Service, sign: str) -> None:
    assert hand_over(mailing, HOLIDAY, sign) == 403
    said = problem(mailing.client.post(URL, content=HOLIDAY), 403, "callback_refused")
    assert said["fix"] == "Check MILEPOST_NOTIFIERS__SMTP__INBOUND_SECRET, to the letter."
