"""The queries behind the pages, on both stores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlmodel import SQLModel

from notifiers.base import Channel
from service.records import tables
from service.records.enums import (
    CallOutcome,
    Level,
    Line,
    Meaning,
    MessageKind,
    MessageState,
    Mode,
    NoticeCode,
    NoticeState,
    Origin,
    Outcome,
    Precision,
    PromiseState,
    ReferenceType,
    Stage,
)
from service.store import views_loopback, views_tracking
from service.store.engine import Database
from service.store.tables import table

ACC = "acc_1"


def add(database: Database, model: type[SQLModel], **values: Any) -> None:
    row: Mapping[str, Any] = {"account_id": ACC, **values}
    database.write(lambda conn: conn.execute(insert(table(model)).values(**row)))


@pytest.fixture
def filled(database: Database, noon: datetime) -> Database:
    """One person, one shipment, one text that was handed over, one that waits, and what was promised."""
    database.write(
        lambda conn: conn.execute(
            insert(table(tables.Account)).values(
                id=ACC,
                brand="Harbour",
                care_phone="+442079460018",
                zone="Europe/London",
                region="GB",
                mode=Mode.SHADOW,
                created_at=noon,
            )
        )
    )
    add(
        database,
        tables.Contact,
        id="con_1",
        name="Ana",
        language="en",
        level="info",
        quiet_from="21:00",
        quiet_to="08:00",
        consent_basis="",
        consent_how="",
        created_at=noon,
    )
    add(database, tables.Address, id="adr_1", channel=Channel.SMS, value="+447700900123", created_at=noon)
    add(
        database,
        tables.Shipment,
        id="shp_1",
        seq=1,
        seen_seq=1,
        look_at=noon + timedelta(hours=2),
        owner="desk",
        created_at=noon,
        updated_at=noon,
        status="in_transit",
        due_kind="arrival",
        late_days=0,
        followers=1,
        summary={
            "held": [
                {
                    "stage": "rehearsal",
                    "code": "D01",
                    "until": None,
                    "why": [{"rule": "N2", "passed": False, "text": "3 h"}],
                }
            ]
        },
    )
    for place, (kind, shown) in enumerate([(ReferenceType.REF, "A-1"), (ReferenceType.PO, "PO 4711")]):
        add(
            database,
            tables.Reference,
            id=f"ref_{place}",
            shipment_id="shp_1",
            type=kind,
            value=shown.replace(" ", ""),
            shown=shown,
            identity=kind is ReferenceType.REF,
            valid_from=noon,
        )
    for number, state in (("1", MessageState.ACCEPTED), ("2", MessageState.WAITING)):
        add(
            database,
            tables.Notice,
            id=f"ntc_{number}",
            shipment_id="shp_1",
            contact_id="con_1",
            stage=Stage.REHEARSAL,
            code=NoticeCode.DEPARTED,
            subject=f"departed:{number}",
            ordinal=1,
            cause="c",
            level=Level.INFO,
            state=NoticeState.SAID if number == "1" else NoticeState.WAITING,
            not_before=noon,
            send_before=noon,
            truth_version=1,
            params={"ref": "PO 4711"},
            why=[],
            created_at=noon,
        )
        add(
            database,
            tables.Message,
            id=f"msg_{number}",
            key=f"k{number}",
            kind=MessageKind.NOTICE,
            stage=Stage.REHEARSAL,
            channel=Channel.SMS,
            contact_id="con_1",
            address_id="adr_1",
            shipment_id="shp_1",
            notifier="loopback",
            sender="+447700900999",
            to="+447700900123",
            cause="c",
            level=Level.INFO,
            state=state,
            due_at=noon + timedelta(hours=1),
            send_before=noon,
            tries=0,
            refusals=0,
            body=f"text {number}",
            language="en",
            detail="",
            created_at=noon,
            updated_at=noon,
            handed_at=noon if number == "1" else None,
        )
        add(database, tables.MessageNotice, message_id=f"msg_{number}", notice_id=f"ntc_{number}", place=0)
    words = [
        (1, PromiseState.TOLD, Origin.MESSAGE, date(2026, 10, 9), Outcome.REPLACED_IN_TIME, "ntc_1"),
        (2, PromiseState.BASELINE, Origin.MESSAGE, date(2026, 10, 10), None, None),
        (3, PromiseState.BASELINE, Origin.DECLARED, date(2026, 10, 11), None, None),
        (4, PromiseState.INTENDED, Origin.MESSAGE, date(2026, 10, 13), None, "ntc_2"),
    ]
    for ordinal, state_, origin, on, outcome, notice in words:
        add(
            database,
            tables.Promise,
            id=f"prm_{ordinal}",
            shipment_id="shp_1",
            contact_id="con_1",
            stage=Stage.REHEARSAL,
            line=Line.ARRIVAL,
            unit_group="",
            ordinal=ordinal,
            state=state_,
            origin=origin,
            at_date=on,
            precision=Precision.DAY,
            notice_id=notice,
            made_at=noon,
            told_at=noon if notice == "ntc_1" else None,
            why="",
            outcome=outcome,
        )
    add(
        database,
        tables.Reply,
        id="rpl_1",
        address_id="adr_1",
        notifier="loopback",
        provider_id="loop_1",
        sender="+447700900999",
        text="When?",
        meaning=Meaning.QUESTION,
        received_at=noon,
    )
    add(
        database,
        tables.InboundCall,
        id="cal_1",
        received_at=noon,
        content_type="application/json",
        body=b"{}",
        outcome=CallOutcome.ACCEPTED,
        accepted=1,
        duplicate=0,
        rejected=0,
    )
    return database


def test_a_link_leads_to_its_person_and_shipments(filled: Database) -> None:
    with filled.read() as conn:
        linked = views_tracking.linked_message(conn, ACC, "msg_1")
        assert views_tracking.linked_message(conn, "acc_2", "msg_1") is None
        assert views_tracking.linked_message(conn, ACC, "msg_9") is None
    assert linked is not None
    assert (linked.contact_id, linked.shipment_ids, linked.zone) == ("con_1", ("shp_1",), "Europe/London")


def test_only_what_was_told_or_declared_counts_as_told(filled: Database) -> None:
    with filled.read() as conn:
        words = views_tracking.told_words(conn, ACC, "con_1", Stage.REHEARSAL, "shp_1")
        live = views_tracking.told_words(conn, ACC, "con_1", Stage.LIVE, "shp_1")
    assert [word.ordinal for word in words] == [1, 3]
    assert words[0].outcome is Outcome.REPLACED_IN_TIME
    assert live == []


def test_a_message_that_waits_was_not_handed_to_anybody(filled: Database) -> None:
    with filled.read() as conn:
        handed = views_tracking.handed_notices(conn, ACC, "con_1", Stage.REHEARSAL, ("shp_1",))
        shown = views_loopback.shown(conn, ACC, Channel.SMS)
    assert [one.notice_id for one in handed] == ["ntc_1"]
    assert [one.text for one in shown] == ["text 1"]


def test_people_s_own_order_is_what_a_shipment_is_called(filled: Database) -> None:
    with filled.read() as conn:
        (head,) = views_tracking.heads(conn, ACC, ("shp_1", "shp_9"))
        names = views_loopback.names(conn, ACC)
    assert head.ref == "PO 4711"
    assert names == {"shp_1": "A-1"}


def test_a_reply_is_shown_under_the_person_s_number(filled: Database) -> None:
    with filled.read() as conn:
        (heard,) = views_loopback.heard(conn, ACC)
        (posted,) = views_loopback.posted(conn, ACC)
    assert (heard.sender, heard.text) == ("+447700900123", "When?")
    assert (posted.accepted, posted.body) == (1, b"{}")


def test_decisions_name_their_rules_and_messages(filled: Database) -> None:
    with filled.read() as conn:
        decided = views_loopback.decided(conn, ACC)
        (held,) = views_loopback.held(conn, ACC)
    assert [one.messages for one in decided] == [(("sms", "accepted", "text 1"),), (("sms", "waiting", "text 2"),)]
    assert (held.shipment_id, held.why[0]["rule"]) == ("shp_1", "N2")


def test_what_is_due_is_counted_and_the_next_moment_known(filled: Database, noon: datetime) -> None:
    with filled.read() as conn:
        assert views_loopback.unfinished(conn, noon) == 0
        assert views_loopback.next_due(conn, noon) == noon + timedelta(hours=1)
        assert views_loopback.next_due(conn, noon + timedelta(hours=1)) == noon + timedelta(hours=2)
        assert views_loopback.next_due(conn, noon + timedelta(hours=2)) is None
        assert views_loopback.unfinished(conn, noon + timedelta(hours=2)) == 2
        assert views_loopback.counted(conn, ACC) == {"sms.accepted": 1, "sms.waiting": 1}
