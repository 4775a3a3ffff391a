"""Which messages a pause concerns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifiers.base import Channel
from service.policy.pauses import concerns
from service.records.enums import Level, MessageKind, NoticeCode, Stage
from service.records.outbox import Candidate, Carried
from service.records.pauses import About, SwitchRow
from service.records.said import Said

NOON = datetime(2026, 9, 17, 12, tzinfo=UTC)
ABOUT = {"shp_1": About("cus_1", frozenset({"src_tms"})), "shp_2": About("cus_2", frozenset())}


def carried(shipment_id: str, code: NoticeCode) -> Carried:
    return Carried(f"ntc_{shipment_id}", shipment_id, code, Said(code=code, ref="PO 1"), fresh=True, truth_version=1)


def message(kind: MessageKind = MessageKind.NOTICE) -> Candidate:
    """A text that speaks of two orders of two customers."""
    return Candidate(
        account_id="acc",
        message_id="msg_1",
        key="k",
        kind=kind,
        stage=Stage.LIVE,
        channel=Channel.SMS,
        level=Level.ACTION,
        code=NoticeCode.ETA_SLIP,
        cause="c",
        due_at=NOON,
        send_before=NOON + timedelta(hours=6),
        tries=0,
        refusals=0,
        updated_at=NOON,
        address_id="adr_1",
        to="+447700900123",
        suppressed=False,
        contact_id="con_1",
        shipment_id="shp_2",
        customer_id="cus_2",
        language="en",
        zone=None,
        quiet_from="21:00",
        quiet_to="08:00",
        business=True,
        notices=(carried("shp_2", NoticeCode.ETA_SLIP), carried("shp_1", NoticeCode.DEPARTED)),
        history=(),
        told=(),
    )


@pytest.mark.parametrize(
    ("scope", "value", "held"),
    [
        ("global", "", True),
        ("account", "", True),
        ("source", "src_tms", True),
        ("source", "src_other", False),
        ("customer", "cus_1", True),
        ("customer", "cus_2", True),
        ("customer", "cus_3", False),
        ("shipment", "shp_1", True),
        ("shipment", "shp_2", True),
        ("shipment", "shp_3", False),
        ("contact", "con_1", True),
        ("contact", "con_2", False),
        ("channel", "sms", True),
        ("channel", "email", False),
        ("code", "D01", True),
        ("code", "M07", True),
        ("code", "M12", False),
        ("country", "GB", True),
        ("country", "FR", False),
    ],
)
def test_scopes(scope: str, value: str, held: bool) -> None:
    pause = SwitchRow("swi_1", scope, value, NOON, None, "Ana", "why")
    assert concerns(pause, message(), ABOUT) is held
    assert concerns(pause, message(MessageKind.DESK), ABOUT) is False, "by it a person hears of the pause"
    answered = concerns(pause, message(MessageKind.HUMAN), ABOUT)
    assert answered is (held and scope != "source"), "a person's own words come from no source"
