"""IATA Cargo-XML status messages: the same codes as in Cargo-IMP, with times that have their year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from service.formats.air.cargo_xml_xfsu import CargoXmlXfsu
from service.formats.air.fsu_codes import FSU, FSU_DIS
from service.formats.base import Unreadable
from service.records.enums import Classifier, Milestone, ReferenceType
from service.records.inbound import FactDraft, Item, Reading

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
DEPARTED = (Path(__file__).parent / "fixtures" / "cargo_xml_xfsu" / "departed.xml").read_text()
AT = "<SpecifiedLocation><ID>{place}</ID></SpecifiedLocation>"
WHEN = (
    "<SpecifiedEvent><OccurrenceDateTime>{time}</OccurrenceDateTime>"
    "<DateTimeTypeCode>A</DateTimeTypeCode></SpecifiedEvent>"
)


def read(text: str | bytes, **options: object) -> Reading:
    body = text if isinstance(text, bytes) else text.encode()
    return CargoXmlXfsu().read(body, {}, now=NOW, options=options)


def status(
    code: str,
    place: str = "DXB",
    time: str = "2026-09-13T06:10:00",
    extra: str = "",
    head: str = "",
    awb: str = "999-12345675",
) -> str:
    """A message with one status."""
    flight = f"<ID>XX1</ID>{AT.format(place=place)}{WHEN.format(time=time) if time else ''}"
    return f"""<StatusMessage>{head}<MasterConsignment>
      <TransportContractDocument><ID>{awb}</ID></TransportContractDocument>
      <OriginLocation><ID>FRA</ID></OriginLocation><FinalDestinationLocation><ID>SGSIN</ID></FinalDestinationLocation>
      <ReportedStatus><ReasonCode>{code}</ReasonCode><AssociatedStatusConsignment>{extra}
        <SpecifiedLogisticsTransportMovement>{flight}</SpecifiedLogisticsTransportMovement>
      </AssociatedStatusConsignment></ReportedStatus></MasterConsignment></StatusMessage>"""


def item(text: str, **options: object) -> Item:
    ((_, found),) = read(text, **options).items
    return found


def fact(text: str, **options: object) -> FactDraft:
    return item(text, **options).facts[0]


def test_a_message() -> None:
    reading = read(DEPARTED)
    assert not reading.problems
    left, offloaded = (one for _, one in reading.items)
    assert [(f.milestone, f.classifier, f.place, f.place_role, f.when.at) for f in left.facts] == [
        (Milestone.DEPARTED, Classifier.ACTUAL, "DEFRA", "origin", datetime(2026, 9, 12, 19, 12, tzinfo=UTC)),
        (
            Milestone.TRANSSHIPMENT_ARRIVED,
            Classifier.ESTIMATED,
            "AEDXB",
            "transshipment",
            datetime(2026, 9, 13, 1, 41, tzinfo=UTC),
        ),
    ]
    assert (left.facts[0].pieces, left.facts[0].pieces_total, left.facts[0].voyage) == (6, 10, "XX100")
    assert left.stated_at == datetime(2026, 9, 12, 19, 20, tzinfo=UTC)
    assert [(ref.type, ref.shown) for ref in left.refs] == [(ReferenceType.MASTER_BILL, "999-12345675")]
    (delayed,) = offloaded.facts
    assert (delayed.milestone, delayed.reason) == (Milestone.DELAYED, None)
    assert read(DEPARTED, direct=True).items[0][1].refs[0].type is ReferenceType.HOUSE_BILL


@pytest.mark.parametrize("row", FSU.rows, ids=lambda row: f"{row.code} {row.when}")
def test_every_status(row: Any) -> None:
    place = "FRA" if "origin" in row.when else "SIN" if "destination" in row.when else "DXB"
    if not row.when and row.code in {"RCT", "TFD"}:
        place = "FRA"
    reading = read(status(row.code, place))
    if isinstance(row.becomes, Milestone):
        assert len(reading.items) == 1
    else:
        assert reading.ignored[0].reason.startswith(row.becomes)


@pytest.mark.parametrize("row", {row.code: row for row in reversed(FSU_DIS.rows)}.values(), ids=lambda row: row.code)
def test_every_discrepancy(row: Any) -> None:
    reading = read(status("DIS", extra=f"<DiscrepancyDescriptionCode>{row.code}</DiscrepancyDescriptionCode>"))
    if isinstance(row.becomes, Milestone):
        ((_, found),) = reading.items
        assert (found.facts[0].milestone, found.facts[0].reason) == (row.becomes, row.reason)
    else:
        assert reading.ignored[0].reason.startswith(row.becomes)


def test_a_booking_plans_its_flight() -> None:
    text = DEPARTED.replace("<ram:ReasonCode>DEP", "<ram:ReasonCode>BKD").replace("2026-09-1", "2026-09-2")
    found = read(text.replace("TypeCode>A<", "TypeCode>S<")).items[0][1]
    assert [(one.milestone, one.classifier) for one in found.facts] == [
        (Milestone.BOOKING_CONFIRMED, Classifier.ACTUAL),
        (Milestone.DEPARTED, Classifier.PLANNED),
        (Milestone.TRANSSHIPMENT_ARRIVED, Classifier.ESTIMATED),
    ]


@pytest.mark.parametrize(
    ("place", "time", "at", "flags"),
    [
        ("DXB", "2026-09-13T06:10:00", datetime(2026, 9, 13, 2, 10, tzinfo=UTC), ()),
        ("AEDXB", "2026-09-13T06:10:00+00:00", datetime(2026, 9, 13, 6, 10, tzinfo=UTC), ()),
        ("QQQ", "2026-09-13T06:10:00", None, ("zone_unknown",)),
        ("DXB", "2026-09-13", None, ()),
    ],
)
def test_times(place: str, time: str, at: datetime | None, flags: tuple[str, ...]) -> None:
    found = fact(status("ARR", place, time))
    assert (found.when.at, found.when.on, found.flags) == (at, date(2026, 9, 13), flags)


@pytest.mark.parametrize(
    ("extra", "pieces", "total"),
    [
        ("", None, None),
        ("<PieceQuantity>6</PieceQuantity>", 6, 6),
        ("<PieceQuantity>6.0</PieceQuantity><TransportSplitDescription>P</TransportSplitDescription>", 6, None),
        ("<PieceQuantity>many</PieceQuantity>", None, None),
    ],
)
def test_pieces(extra: str, pieces: int | None, total: int | None) -> None:
    found = fact(status("ARR", extra=extra))
    assert (found.pieces, found.pieces_total) == (pieces, total)


def test_several_flights_and_consignments_are_events_of_their_own() -> None:
    flight = f"<SpecifiedLogisticsTransportMovement><ID>XX2</ID>{AT.format(place='SIN')}"
    flight += WHEN.format(time="2026-09-14T06:10:00") + "</SpecifiedLogisticsTransportMovement>"
    more = f"</AssociatedStatusConsignment><AssociatedStatusConsignment>{flight}"
    reading = read(status("ARR", extra=f"<x/>{flight}{more}"))
    assert [one.facts[0].milestone for _, one in reading.items] == [
        Milestone.ARRIVED_DESTINATION,
        Milestone.TRANSSHIPMENT_ARRIVED,
    ]
    assert "repeats" in reading.ignored[0].reason


def test_a_deletion_takes_back_what_was_said() -> None:
    head = "<MessageHeaderDocument><PurposeCode>{}</PurposeCode></MessageHeaderDocument>"
    said = item(status("DLV", "SIN", head=head.format("Creation")))
    gone = item(status("DLV", "SIN", head=head.format("Deletion")))
    assert (gone.facts, gone.retracts) == ((), said.event_key)
    assert gone.key != said.key


def test_codes_that_are_not_in_the_tables() -> None:
    assert [one.code for one in read(status("QQQ")).unmapped] == ["fsu:QQQ"]
    assert fact(status("QQQ"), mapping={"fsu:QQQ": "picked_up"}).milestone is Milestone.PICKED_UP


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (status("ARR", time=""), "no_date"),
        (status("ARR", time="soon"), "bad_time"),
        (status("ARR", awb="12"), "bad_waybill"),
        (status("ARR", awb=""), "bad_waybill"),
        (status(""), "no_code"),
        ("<StatusMessage><ReportedStatus/></StatusMessage>", "no_code"),
    ],
)
def test_a_status_that_cannot_be_read(text: str, code: str) -> None:
    (problem,) = read(text).problems
    assert problem.code == code


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_xml"),
        (b"hello", "not_xml"),
        (DEPARTED.encode()[:-20], "not_xml"),
        (b"<Waybill/>", "not_xfsu"),
        (BOMB.encode(), "document_type"),
        (b'<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>', "document_type"),
        (b"<a>" * 1_000_000, "too_deep"),
        (b'<?xml version="1.0" encoding="big5"?><a/>', "encoding"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "encoding"),
        (b"<a " + b'b="1" ' * 400_000 + b"/>", "long_tag"),
        (b"<a>" + b"<b>x</b>" * 600_000 + b"</a>", "not_xfsu"),
    ],
    ids=["empty", "text", "cut", "other", "entities", "external", "deep", "multibyte", "unknown", "attributes", "wide"],
)
def test_a_body_that_cannot_be_read(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(body)
    assert refused.value.problem.code == code


def test_a_wide_status_keeps_only_what_it_needs() -> None:
    reading = read(status("ARR", extra="<X>1</X>" * 300_000 + "".join(f"<Y{n}>1</Y{n}>" for n in range(5000))))
    assert len(reading.items) == 1
