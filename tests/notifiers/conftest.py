"""Stand-ins for the outside world, on loopback, one per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifiers.stand_in_ledger import advancing
from notifiers.stand_in_mail import MailCatcher
from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, StandInTwilio
from notifiers.twilio import TwilioConfig, TwilioSms


@pytest.fixture
def stand_in() -> Iterator[StandInTwilio]:
    with StandInTwilio(date=advancing()) as running:
        yield running


@pytest.fixture
def twilio(stand_in: StandInTwilio) -> TwilioSms:
    return TwilioSms(
        TwilioConfig.model_validate(
            {
                "account_sid": ACCOUNT_SID,
                "auth_token": AUTH_TOKEN,
                "from_number": NUMBER,
                "api_base": stand_in.base_url,
                "timeout": 5,
            }
        )
    )


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    with MailCatcher() as running:
        yield running
