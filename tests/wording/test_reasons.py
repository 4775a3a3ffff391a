from __future__ import annotations

import pytest

from service.records.enums import Reason, Transport
from service.wording import reasons
from service.wording.gsm7 import septets
from service.wording.lint import lint


def test_every_reason_has_words() -> None:
    assert set(reasons.SIDES) == set(Reason)


@pytest.mark.parametrize("transport", Transport)
@pytest.mark.parametrize("reason", Reason)
def test_words_fit_and_keep_the_tone(reason: Reason, transport: Transport) -> None:
    short = reasons.sms(reason, transport)
    assert 0 < len(short) <= reasons.MAX_SMS
    assert septets(short) == len(short)
    for place in ("Felixstowe", ""):
        sentence = reasons.sentence(reason, transport, place)
        assert sentence.endswith(".")
        assert sentence[0].isupper()
        assert set(lint(sentence)) <= {"T5"}  # what happens next stands below it


@pytest.mark.parametrize(
    ("reason", "honest"),
    [
        (Reason.OUR_ERROR, True),
        (Reason.PORT_CONGESTION, True),
        (Reason.UNKNOWN, True),
        (None, True),
        (Reason.WEATHER, False),
        (Reason.BERTH_CLOSED_WEATHER, False),
        (Reason.CUSTOMS_CHECK, False),
        (Reason.STRIKE, False),
        (Reason.SITE_CLOSED, False),
    ],
)
def test_apology(reason: Reason | None, honest: bool) -> None:
    assert reasons.may_apologise(reason) is honest


def test_words_follow_the_mode_of_transport() -> None:
    assert reasons.sms(Reason.VESSEL_LATE, Transport.AIR) == "flight running late"
    assert reasons.sms(Reason.VESSEL_LATE, Transport.OCEAN) == "ship running late"
    assert reasons.sms(Reason.VESSEL_LATE) == "running late"


def test_no_reason_no_words() -> None:
    assert reasons.sms(None) == ""
    assert reasons.sentence(None) == ""
