"""What a provider's list proves of a call whose end is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifiers.base import Channel, Seen
from service.policy.proving import Absent, Found, judge, look_at, mail_again
from service.records.doubt import Doubt
from service.records.enums import Stage

AT = datetime(2026, 11, 17, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HARBOUR, JO = "+447700900000", "+447700900123"

DOUBT = Doubt(
    account_id="acc_1",
    message_id="msg_1",
    attempt_id="att_1",
    stage=Stage.LIVE,
    channel=Channel.SMS,
    notifier="twilio",
    sender=HARBOUR,
    to=JO,
    body="Harbour: PO 4711 left Ningbo.",
    started_at=AT,
    send_before=AT + timedelta(hours=6),
    tries=1,
)


def seen(**more: Any) -> Seen:
    values: dict[str, Any] = {
        "provider_id": "SM1",
        "outbound": True,
        "sender": HARBOUR,
        "to": JO,
        "text": DOUBT.body,
        "at": AT + timedelta(seconds=1),
    }
    return Seen(**values | more)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (seen(), True),
        (seen(at=AT - 9 * MINUTE), True),
        (seen(at=AT - 11 * MINUTE), False),
        (seen(text="Harbour: PO 4711 left Ningbo"), False),
        (seen(to="+447700900124"), False),
        (seen(sender="+447700900001"), False),
        (seen(outbound=False), False),
        (seen(provider_id="SM_OTHER"), False),
    ],
    ids=["it", "a slow clock", "an older one", "other words", "somebody else", "another sender", "a reply", "known"],
)
def test_what_is_the_same_text(row: Seen, found: bool) -> None:
    verdict = judge(DOUBT, [row], {"SM_OTHER"}, AT + 2 * MINUTE)
    assert verdict == (Found(row) if found else Absent(again=False))


def test_a_pool_of_senders_shows_as_any_of_its_numbers() -> None:
    pool = replace(DOUBT, sender="MG" + "0" * 32)
    assert isinstance(judge(pool, [seen(sender="+447700900009")], (), AT), Found)


def test_of_two_that_match_the_first_is_it() -> None:
    first = seen(provider_id="SM0", at=AT)
    assert judge(DOUBT, [seen(), first], (), AT) == Found(first)


@pytest.mark.parametrize(
    ("absent", "tries", "after", "again"),
    [(0, 1, 2 * MINUTE, False), (1, 1, 3 * MINUTE, True), (1, 3, 3 * MINUTE, False), (1, 1, 7 * 60 * MINUTE, False)],
    ids=["once", "twice", "no call is left", "too late"],
)
def test_absent_twice_is_proof(absent: int, tries: int, after: timedelta, again: bool) -> None:
    verdict = judge(replace(DOUBT, absent=absent, tries=tries), [], (), AT + after)
    assert verdict == Absent(again, proven=absent == 1)


@pytest.mark.parametrize(
    ("absent", "looked", "at"),
    [(0, None, AT + 2 * MINUTE), (1, AT + 2 * MINUTE, AT + 3 * MINUTE), (0, AT + 5 * MINUTE, AT + 6 * MINUTE)],
    ids=["after the quarantine", "a minute after a look in vain", "a minute after a list that could not be read"],
)
def test_when_the_list_is_asked(absent: int, looked: datetime | None, at: datetime) -> None:
    assert look_at(replace(DOUBT, absent=absent, looked_at=looked), 2 * MINUTE) == at


@pytest.mark.parametrize(
    ("channel", "tries", "again"),
    [(Channel.EMAIL, 1, True), (Channel.EMAIL, 2, False), (Channel.SMS, 1, False)],
)
def test_an_e_mail_goes_once_more_at_most(channel: Channel, tries: int, again: bool) -> None:
    assert mail_again(replace(DOUBT, channel=channel, tries=tries), AT) is again
    assert not mail_again(replace(DOUBT, channel=channel, tries=tries), DOUBT.send_before)
