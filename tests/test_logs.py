"""What stands in the logs: our own lines, and nothing that a library says of what passes through it."""

from __future__ import annotations

import json
import logging
from datetime import date

import pytest
import structlog

from notifiers.base import Channel, Message
from notifiers.smtp import Smtp, SmtpConfig
from notifiers.stand_in_imap import StandInMailbox
from notifiers.stand_in_mail import MailCatcher
from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, StandInTwilio
from notifiers.twilio import TwilioConfig, TwilioSms
from service.logs import LEVELS, set_up_logs
from tests.notifiers.letters import MAILBOX, letter

LIBRARIES = ("imapclient", "imapclient.imaplib", "twilio.http_client", "httpcore", "a_plug_in")


def lines(said: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.splitlines()]


@pytest.mark.parametrize("level", LEVELS)
def test_our_own_lines_follow_the_level_and_those_of_libraries_begin_at_warning(
    level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(level, as_json=True)
    ours = structlog.get_logger("service.flows.mailing")
    for number in LEVELS.values():
        ours.log(number, "ours")
        logging.getLogger("notifiers.smtp").log(number, "ours")
        for name in LIBRARIES:
            logging.getLogger(name).log(number, "theirs")
    told = lines(capsys.readouterr().err)
    lowest = LEVELS[level]
    own = [name for name, number in LEVELS.items() if number >= lowest]
    others = [name for name, number in LEVELS.items() if number >= max(lowest, logging.WARNING)]
    assert sorted(str(one["level"]) for one in told if one["event"] == "ours") == sorted(own * 2)
    assert sorted(str(one["level"]) for one in told if one["event"] == "theirs") == sorted(others * len(LIBRARIES))


def test_a_call_whose_answer_cannot_be_read_names_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    """Its warning holds the whole URL, and that of a list holds the number that was asked for."""
    set_up_logs("debug", as_json=True)
    logging.getLogger("urllib3.connectionpool").warning(
        "Failed to parse headers (url=%s)", "/Messages?To=+447700900123"
    )
    assert capsys.readouterr().err == ""


def test_no_letter_or_password_stands_in_the_log_at_any_level(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("debug", as_json=True)
    with StandInMailbox() as box, MailCatcher() as post:
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
        }
        email = Smtp(SmtpConfig.model_validate(settings))
        box.put(letter("Where is it?"), date(2026, 9, 17))
        assert len(email.fetch(None, date(2026, 9, 14)).post.replies) == 1
        email.send(Message(id="msg_1", channel=Channel.EMAIL, to="ann@example.org", text="Left.", subject="PO 4711"))
    with StandInTwilio() as stand_in:
        values = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "from_number": NUMBER}
        sms = TwilioSms(TwilioConfig.model_validate(values | {"api_base": stand_in.base_url}))
        sms.send(Message(id="msg_2", channel=Channel.SMS, to="+447700900123", text="PO 4711 has left Ningbo."))
    assert capsys.readouterr().err == ""
