"""An account's own words leave as they are previewed, ours where they cannot be said; a person is named if known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.flows import preview
from service.records.enums import NoticeCode
from service.records.results import WouldSend
from service.records.tables import Message, Operator
from service.records.text import Override
from service.store import texts
from service.store.tables import table
from service.wording.overrides import check_override
from tests.kits import HOUR, JO, JO_MAIL, Works, arrives, departed

BOTH = [{"phone": JO, "email": JO_MAIL}]
SLIP = "{ref} is late. New date {date}[, was {was}][: {reason}]. {contact}[ {link}]"
LATE = {"reason": "port_congestion"}


def use(works: Works, body: str, channel: Channel = Channel.SMS, code: str = "D01", **more: object) -> None:
    """Say *code* in the account's own words from now on."""
    words = replace(Override(NoticeCode(code), "en", channel, body), **more)  # type: ignore[arg-type]
    assert check_override(words) == []
    works.database.write(lambda conn: texts.put(conn, works.account_id, words, "test", works.clock()))


def slipped(works: Works, **more: Any) -> str:
    """A shipment of which Jo was told one date, and whose ship is late now; nobody has heard of that yet."""
    works.post(**departed(tell=BOTH, **more))
    works.forward(4 * HOUR)
    return str(works.post(**arrives("2026-10-13", **LATE)).shipment_ids[0])


def would(works: Works, shipment_id: str) -> dict[Channel, WouldSend]:
    """What is previewed once the settle time of the slip has passed, by channel."""
    found = preview.would_send(works.kit, works.account_id, shipment_id)
    return {one.channel: one for one in found if not one.held}


def shown_then_sent(works: Works, shipment_id: str, sms: Recorder, email: Recorder) -> dict[Channel, WouldSend]:
    """Preview, send, and hold the one against the other byte for byte."""
    texted, mailed = len(sms.messages), len(email.messages)
    works.clock.advance(3 * HOUR)
    shown = would(works, shipment_id)
    assert shown
    works.settle()
    sent = [*sms.messages[texted:], *email.messages[mailed:]]
    got = {Channel.SMS if one.to == JO else Channel.EMAIL: one for one in sent}
    assert set(got) == set(shown)
    for channel, one in shown.items():
        assert (one.text, one.subject, one.html) == (got[channel].text, got[channel].subject, got[channel].html)
    return shown


def test_own_words_leave_as_they_are_previewed(works: Works, sms: Recorder, email: Recorder) -> None:
    use(works, SLIP)
    use(works, "{ref} comes later than we told you.", Channel.EMAIL, subject="{ref}: later, {date}")
    shipment_id = slipped(works)
    shown = shown_then_sent(works, shipment_id, sms, email)
    assert "PO 4711 is late. New date Tue 13 Oct, was Fri 9 Oct: queue at port." in shown[Channel.SMS].text
    assert shown[Channel.EMAIL].subject == "PO 4711: later, Tue 13 Oct"
    assert "What we told you, and when" in shown[Channel.EMAIL].text
    assert {one.text_version for one in shown.values()} == {1}
    assert {(row.code.value, row.text_version) for row in works.rows(Message)} == {("M07", None), ("D01", 1)}


def test_ours_leave_where_own_words_cannot_be_said_and_it_is_written_down(
    works: Works, sms: Recorder, email: Recorder
) -> None:
    use(works, "{ref} is late: {reason}. New date {date}. {contact}")
    works.post(**departed(tell=[JO]))
    works.forward(4 * HOUR)
    shipment_id = str(works.post(**arrives("2026-10-13")).shipment_ids[0])
    shown = shown_then_sent(works, shipment_id, sms, email)[Channel.SMS]
    why = "Our words are said in place of version 1 of your own: they need {reason}, which is not known here."
    assert (shown.text_version, shown.text_note) == (None, why)
    last = works.rows(Message)[-1]
    assert (last.text_version, last.params) == (None, {"text_note": why})


def test_what_waits_is_said_as_the_words_are_when_it_leaves(works: Works, sms: Recorder) -> None:
    shipment_id = slipped(works)
    use(works, SLIP)
    use(works, SLIP.replace("is late", "comes later"))
    works.clock.advance(3 * HOUR)
    assert would(works, shipment_id)[Channel.SMS].text_version == 2
    works.database.write(lambda conn: texts.reset(conn, works.account_id, NoticeCode.ETA_SLIP, "en", Channel.SMS))
    works.settle()
    assert "comes later" not in sms.messages[-1].text
    assert works.rows(Message)[-1].text_version is None


@pytest.mark.parametrize(
    ("owner", "registered", "named"),
    [
        (None, None, "our desk"),
        ("desk", None, "our desk"),
        ("Priya Sharma", None, "Priya Sharma"),
        ("psharma", None, "our desk"),
        ("psharma", "Priya Sharma", "Priya Sharma"),
    ],
)
def test_a_person_is_named_only_where_one_is_known(
    works: Works, sms: Recorder, email: Recorder, owner: str | None, registered: str | None, named: str
) -> None:
    if registered:
        row = {"account_id": works.account_id, "id": owner, "name": registered}
        works.database.write(lambda conn: conn.execute(table(Operator).insert(), row))
    use(works, "{ref} is late. New date {date}. {owner} will help. {contact}")
    shipment_id = slipped(works, **({"owner": owner} if owner else {}))
    shown = shown_then_sent(works, shipment_id, sms, email)[Channel.SMS]
    assert f"{named} will help." in shown.text


def test_what_is_due_together_asks_once_for_own_words_and_owners(works: Works, sms: Recorder) -> None:
    people = [f"+4477009002{number:02}" for number in range(5)]
    for number, phone in enumerate(people):
        works.post(**departed(ref=f"PO {number}", tell=[phone]))
    asked: list[str] = []
    with works.database.read() as conn:
        engine = conn.engine

    def listen(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.extend(name for name in ("FROM text_override", "JOIN operator") if name in statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        works.settle()
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert sorted(one.to for one in sms.messages) == people
    assert sorted(asked) == ["FROM text_override", "JOIN operator"]
