"""Changing a preference changes the very next message, also the one that waits already."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.flows import replies
from service.records.tables import Contact, PreferenceChange
from service.store import contacts
from service.store.contacts import Noting
from tests.flows.test_replies import writes
from tests.kits import DAY, HOUR, JO, JO_MAIL, MINUTE, Works, arrives, departed

BOTH = [{"phone": JO, "email": JO_MAIL}]


def choose(works: Works, **chosen: Any) -> None:
    """Jo prefers otherwise from now on."""
    (jo,) = works.rows(Contact)
    now = works.clock()

    def unit(conn: Connection) -> bool:
        return contacts.update_contact(conn, works.account_id, jo.id, now, noting=Noting("Ana", "phone"), **chosen)

    assert works.database.write(unit)


def told(works: Works, **event: Any) -> None:
    works.post(**departed(tell=BOTH, **event))
    works.settle()


def test_what_waits_goes_by_the_channel_now_preferred(works: Works, sms: Recorder, email: Recorder) -> None:
    works.kit.pause_file.touch()
    told(works)
    choose(works, first=Channel.EMAIL)
    works.kit.pause_file.unlink()
    works.settle()
    assert (len(sms.asked), len(email.asked)) == (0, 1)
    told(works, ref="PO 2")
    assert (len(sms.asked), len(email.asked)) == (0, 2)
    choose(works, first=Channel.SMS)
    told(works, ref="PO 3")
    assert (len(sms.asked), len(email.asked)) == (1, 2)


def test_what_is_on_its_way_is_not_said_again_on_the_other_channel(
    works: Works, sms: Recorder, email: Recorder
) -> None:
    told(works)
    choose(works, first=Channel.EMAIL)
    works.settle()
    assert (len(sms.asked), len(email.asked)) == (1, 0)


def test_a_text_held_by_quiet_hours_follows_new_ones(works: Works, sms: Recorder) -> None:
    choose_quiet = {"quiet_from": "00:00", "quiet_to": "23:00", "zone": "UTC"}
    works.kit.pause_file.touch()
    told(works)
    choose(works, **choose_quiet)
    works.kit.pause_file.unlink()
    works.settle()
    assert sms.asked == []
    choose(works, quiet_from="22:00", quiet_to="06:00")
    works.settle()
    assert len(sms.asked) == 1


def test_only_what_they_must_act_on(works: Works, sms: Recorder) -> None:
    told(works)
    choose(works, level="action")
    told(works, ref="PO 2")
    assert len(sms.asked) == 1
    works.post(ref="PO 2", milestone="customs_hold", at="2026-09-17T11:30:00Z")
    works.settle()
    assert "PO 2" in sms.messages[-1].text


def test_a_pause_holds_a_delay_and_ending_it_says_it_at_once(works: Works, sms: Recorder, email: Recorder) -> None:
    told(works)
    choose(works, paused_until=works.clock() + 5 * DAY)
    works.post(**arrives("2026-10-20"))
    works.forward(4 * DAY)
    assert (len(sms.asked), len(email.asked)) == (1, 0)
    choose(works, paused_until=None)
    works.settle()
    assert "20 Oct" in sms.messages[-1].text
    assert len(sms.asked) == 2


def test_a_pause_that_begins_holds_what_waits(works: Works, sms: Recorder) -> None:
    told(works)
    works.post(ref="PO 4711", milestone="customs_hold", at="2026-09-17T11:30:00Z")
    works.kit.pause_file.touch()
    works.settle()
    choose(works, paused_until=works.clock() + 2 * DAY)
    works.kit.pause_file.unlink()
    works.forward(DAY)
    assert len(sms.asked) == 1
    works.forward(2 * DAY)
    assert len(sms.asked) == 2, "it is said when the pause ends"


def test_long_delays_only(works: Works, sms: Recorder) -> None:
    told(works)
    choose(works, late_over_days=5)
    works.post(**arrives("2026-10-13"))
    works.forward(12 * HOUR)
    assert len(sms.asked) == 1
    works.post(**arrives("2026-10-20"))
    works.forward(DAY)
    assert len(sms.asked) == 2


def test_their_own_name_for_an_order_is_in_the_texts_and_answers(works: Works, sms: Recorder) -> None:
    told(works)
    choose(works, names={"4711": "Spring toys"})
    works.post(**arrives("2026-10-20"))
    works.forward(12 * HOUR)
    assert "Spring toys" in sms.messages[-1].text
    writes(works, "Where is it?")
    works.forward(MINUTE)
    assert "Spring toys" in sms.messages[-1].text


def history(works: Works) -> list[tuple[str, str, str]]:
    return [(row.by, row.how, row.wording) for row in works.rows(PreferenceChange)]


@pytest.mark.parametrize("text", ["STOP", "Please stop texting me"])
def test_stop_and_start_are_in_the_history(works: Works, text: str) -> None:
    told(works)
    writes(works, text)
    writes(works, "START")
    assert history(works) == [
        ("named in an event", "named in an event", ""),
        ("the person", "text message", text),
        ("the person", "text message", "START"),
    ]


def test_a_stop_link_is_in_the_history(works: Works, email: Recorder) -> None:
    works.post(**departed(tell=[JO_MAIL]))
    works.settle()
    token = str(email.messages[0].unsubscribe_url).rsplit("/", 1)[1]
    assert replies.unsubscribe(works.kit, token)
    assert replies.unsubscribe(works.kit, token)
    assert history(works)[1:] == [("the person", "stop link", "")]


def test_every_change_is_noted_once(works: Works) -> None:
    told(works)
    works.clock.advance(timedelta(hours=1))
    choose(works, level="digest", quiet_from="20:00")
    (row,) = [row for row in works.rows(PreferenceChange) if row.by == "Ana"]
    assert row.detail == {"level": ["info", "digest"], "quiet_from": ["21:00", "20:00"]}
    assert row.at == works.clock()
