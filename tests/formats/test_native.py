"""Milepost's own events: what is taken, what is refused, and with which fix."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.formats.base import Unreadable
from service.formats.native import Native
from service.records.enums import Classifier, Milestone, Precision, Reason, ReferenceType, Transport
from service.records.inbound import FactDraft, Item, Person, Problem, Reading, RefValue
from service.records.when import When, on_day

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
SIMPLE: dict[str, Any] = {"ref": "PO 4711", "milestone": "departed", "at": "2026-09-17T18:00+08:00"}


def read(payload: object, **options: object) -> Reading:
    return Native().read(json.dumps(payload).encode(), {}, now=NOW, options=options)


def item(event: dict[str, Any], **options: object) -> Item:
    reading = read(event, **options)
    assert reading.problems == ()
    return reading.items[0][1]


def fact(**changes: Any) -> FactDraft:
    return item(SIMPLE | changes).facts[0]


def problem(event: object, **options: object) -> Problem:
    reading = read(event, **options)
    assert reading.items == ()
    assert len(reading.problems) == 1
    return reading.problems[0]


def test_three_fields_are_enough() -> None:
    found = item(SIMPLE)
    assert found.refs == (RefValue(ReferenceType.REF, "PO 4711"),)
    assert found.refs[0].value == "PO4711"
    assert found.facts == (
        FactDraft(
            milestone=Milestone.DEPARTED,
            classifier=Classifier.ACTUAL,
            when=When(
                on=date(2026, 9, 17),
                at=datetime(2026, 9, 17, 10, 0, tzinfo=UTC),
                precision=Precision.MINUTE,
                zone=None,
                zone_known=True,
            ),
        ),
    )
    assert (found.stated_at, found.retracts, found.customer, found.owner, found.tell) == (None, None, None, None, ())


def test_the_first_curl() -> None:
    found = item(SIMPLE | {"place": "CNNGB", "eta": "2026-10-09", "tell": ["+447700900123"]})
    departed, eta = found.facts
    assert (departed.place, departed.place_name, departed.place_role) == ("CNNGB", "Ningbo", "origin")
    assert departed.when.zone == "Asia/Shanghai"
    assert (eta.part, eta.milestone, eta.classifier) == ("eta", Milestone.ARRIVED_DESTINATION, Classifier.ESTIMATED)
    assert (eta.when, eta.place, eta.place_role) == (on_day(date(2026, 10, 9)), None, "destination")
    assert found.tell == (Person(phone="+447700900123"),)


def test_every_field() -> None:
    found = item(
        SIMPLE
        | {
            "refs": {"mbl": "MAEU1", "po": ["1", "2"]},
            "unit": "MSKU 123456 5",
            "vessel": "Drama",
            "voyage": "634W",
            "imo": "IMO 9321483",
            "transport": "ship",
            "reason": "port_congestion",
            "classifier": "EST",
            "customer": "C-1",
            "owner": "priya",
            "due": "2026-10-13",
            "place": "LHR",
            "colour": "kept elsewhere",
        }
    )
    main, due = found.facts
    assert (main.unit, main.vessel, main.voyage, main.imo) == ("MSKU 123456 5", "Drama", "634W", "9321483")
    assert (main.transport, main.reason, main.classifier) == (
        Transport.OCEAN,
        Reason.PORT_CONGESTION,
        Classifier.ESTIMATED,
    )
    assert (due.part, due.milestone, due.classifier, due.place_role) == (
        "due",
        Milestone.DELIVERED,
        Classifier.ESTIMATED,
        "delivery",
    )
    assert (due.reason, due.vessel, due.place) == (Reason.PORT_CONGESTION, "Drama", None)
    assert (found.customer, found.owner) == ("C-1", "priya")
    assert [(ref.type.value, ref.value) for ref in found.refs] == [
        ("ref", "PO4711"),
        ("master_bill", "MAEU1"),
        ("po", "1"),
        ("po", "2"),
        ("container", "MSKU1234565"),
    ]


@pytest.mark.parametrize("milestone", list(Milestone))
def test_each_milestone(milestone: Milestone) -> None:
    found = item(SIMPLE | {"milestone": str(milestone), "place": "GBFXT", "eta": "2026-10-09"}).facts
    assert found[0].milestone is milestone
    assert found[1].part == "eta"
    by_name = item(SIMPLE | {"milestone": str(milestone).replace("_", " ").title(), "eta": "2026-10-09"}).facts
    assert by_name[0].milestone is milestone


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason(reason: Reason) -> None:
    assert fact(reason=str(reason)).reason is reason


@pytest.mark.parametrize(
    ("at", "place", "on", "instant", "zone", "flags"),
    [
        ("2026-09-10T18:00Z", None, "2026-09-10", "2026-09-10T18:00", None, ()),
        ("2026-09-10t18:00:05.25z", None, "2026-09-10", "2026-09-10T18:00:05.250", None, ()),
        ("2026-09-10 18:00+0800", None, "2026-09-10", "2026-09-10T10:00", None, ()),
        ("2026-09-10T18:00-05", None, "2026-09-10", "2026-09-10T23:00", None, ()),
        ("2026-09-10T23:30-05:00", "GBFXT", "2026-09-11", "2026-09-11T04:30", "Europe/London", ()),
        ("2026-09-10T18:00", "CNNGB", "2026-09-10", "2026-09-10T10:00", "Asia/Shanghai", ()),
        ("2026-09-10T18:00", "gb fxt", "2026-09-10", "2026-09-10T17:00", "Europe/London", ()),
        ("2026-09-10", None, "2026-09-10", None, None, ()),
        ("2026-09-10", "USLAX", "2026-09-10", None, "America/Los_Angeles", ()),
        ("2025-10-26T01:30", "GBFXT", "2025-10-26", "2025-10-26T00:30", "Europe/London", ("clock_change_repeated",)),
        ("2026-03-29T01:30", "GBFXT", "2026-03-29", "2026-03-29T01:30", "Europe/London", ("clock_change_skipped",)),
        ("2026-03-29T02:30", "GBFXT", "2026-03-29", "2026-03-29T01:30", "Europe/London", ()),
    ],
)
def test_times(
    at: str, place: str | None, on: str, instant: str | None, zone: str | None, flags: tuple[str, ...]
) -> None:
    found = fact(at=at, place=place)
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC) if instant else None
    assert (found.when.on, found.when.at, found.when.zone) == (date.fromisoformat(on), expected, zone)
    assert found.when.precision is (Precision.MINUTE if instant else Precision.DAY)
    assert found.when.day_known is (zone is not None or not at.lower().endswith("z"))
    assert found.flags == flags


@pytest.mark.parametrize(
    ("changes", "code", "pointer", "fix"),
    [
        (
            {"at": "2026-10-07T21:10"},
            "no_zone",
            "/at",
            "Send 2026-10-07T21:10+08:00, or add `place` and we use its zone.",
        ),
        (
            {"at": "2026-10-07 21:10"},
            "no_zone",
            "/at",
            "Send 2026-10-07T21:10+08:00, or add `place` and we use its zone.",
        ),
        ({"at": "2026-02-30"}, "impossible_date", "/at", "That month has 28 days."),
        ({"at": "2026-02-30T10:00Z"}, "impossible_date", "/at", "That month has 28 days."),
        ({"at": "2026-13-01"}, "impossible_date", "/at", "Months go from 01 to 12."),
        ({"at": "2026-10-07T25:00Z"}, "impossible_time", "/at", "Hours go from 00 to 23"),
        ({"at": "2026-10-07T23:59:60Z"}, "impossible_time", "/at", "seconds to 59"),
        ({"at": "2026-10-07T10:00+15:00"}, "impossible_time", "/at", "-14:00 to +14:00"),
        ({"at": "2026-10-07T10:00+25:00"}, "impossible_time", "/at", "offsets to 14:00"),
        ({"at": "07/10/2026"}, "bad_time", "/at", "Send 2026-09-17T21:10+08:00, or 2026-09-17"),
        ({"at": "2026-W41-3"}, "bad_time", "/at", "Send 2026-09-17T21:10+08:00"),
        ({"at": 1758103200}, "bad_time", "/at", "Send 2026-09-17T21:10+08:00"),
        ({"at": "1998-01-01"}, "year_out_of_range", "/at", "from 2000 to 2029"),
        ({"at": "2206-01-01"}, "year_out_of_range", "/at", "from 2000 to 2029"),
        ({"at": "0000-01-01"}, "year_out_of_range", "/at", "from 2000 to 2029"),
        ({"at": None}, "at_missing", "/at", "Send `at`"),
        ({"milestone": None}, "milestone_missing", "/milestone", "such as departed"),
        ({"milestone": "departd"}, "unknown_milestone", "/milestone", "Did you mean departed"),
        ({"milestone": "sailed"}, "unknown_milestone", "/milestone", "Send departed"),
        ({"milestone": "Arrived"}, "unknown_milestone", "/milestone", "Send arrived_destination"),
        ({"milestone": "collected"}, "unknown_milestone", "/milestone", "Send picked_up"),
        ({"milestone": "qqqq"}, "unknown_milestone", "/milestone", "docs/integrations/native.md"),
        ({"milestone": 7}, "not_text", "/milestone", "quotes"),
        ({"milestone": "eta_changed"}, "eta_missing", "/eta", "Send `eta`"),
        ({"classifier": "maybe"}, "unknown_classifier", "/classifier", "Use one of planned, estimated, actual."),
        ({"reason": "congestion"}, "unknown_reason", "/reason", "Did you mean port_congestion"),
        ({"transport": "camel"}, "unknown_transport", "/transport", "Use one of ocean"),
        ({"eta": "2026-10-09T06:00", "place": "CNNGB"}, "no_zone", "/eta", "with the offset of its place"),
        ({"due": "2026-10-09T06:00"}, "no_zone", "/due", "with the offset of its place"),
        ({"eta": "2026-02-30"}, "impossible_date", "/eta", "28 days"),
        ({"place": "XXABC"}, "unknown_place", "/place", "GBFXT"),
        ({"place": "XXX"}, "unknown_place", "/place", "LHR"),
        ({"place": "Felixstowe"}, "unknown_place", "/place", "Felixstowe may be GBFXT"),
        ({"place": "London"}, "unknown_place", "/place", "GBLON (United Kingdom), CALOD (Canada) or USLOZ"),
        ({"place": "GBZZ9", "at": "2026-09-10"}, "unknown_place", "/place", "send `at` with its offset"),
        ({"place": "GBZZ9", "at": "2026-09-10T10:00"}, "unknown_place", "/place", "send `at` with its offset"),
        ({"place": 5}, "not_text", "/place", "quotes"),
        ({"ref": None}, "ref_missing", "/ref", "PO 4711"),
        ({"ref": "  "}, "ref_missing", "/ref", "PO 4711"),
        ({"ref": 4711}, "not_text", "/ref", "quotes"),
        ({"ref": "x" * 81}, "too_long", "/ref", "At most 80"),
        ({"ref": "PO\t4711"}, "control_character", "/ref", "one line"),
        ({"ref": "PO \u202e1174"}, "control_character", "/ref", "direction"),
        ({"ref": "PO\u200f4711"}, "control_character", "/ref", "direction"),
        ({"customer": "A\u200eB"}, "control_character", "/customer", "direction"),
        ({"ref": "\u200b\u00a0"}, "ref_missing", "/ref", "PO 4711"),
        ({"ref": "/"}, "bad_reference", "/ref", "a letter or digit"),
        ({"ref": ".."}, "bad_reference", "/ref", "a letter or digit"),
        ({"ref": "\U0001f6a2"}, "bad_reference", "/ref", "a letter or digit"),
        ({"refs": {"po": ["1", "-"]}}, "bad_reference", "/refs/po/1", "a letter or digit"),
        ({"refs": [{"type": "po", "value": "?"}]}, "bad_reference", "/refs/0", "a letter or digit"),
        ({"refs": "4711"}, "bad_refs", "/refs", '{"po": "4711"'),
        ({"refs": [4711]}, "bad_refs", "/refs/0", '{"po": "4711"'),
        ({"refs": {"pos_number": "1"}}, "unknown_reference", "/refs/pos_number", "Use one of ref, refs, order"),
        ({"refs": {"po": ["1", 2]}}, "not_text", "/refs/po/1", "quotes"),
        ({"refs": {"po": ["1"] * 101}}, "too_many", "/refs", "at most 100"),
        ({"unit": "x" * 41}, "too_long", "/unit", "At most 40"),
        ({"vessel": "x" * 61}, "too_long", "/vessel", "At most 60"),
        ({"voyage": "x" * 41}, "too_long", "/voyage", "At most 40"),
        ({"imo": "9321484"}, "bad_imo", "/imo", "9321483"),
        ({"imo": "ship"}, "bad_imo", "/imo", "9321483"),
        ({"customer": "x" * 81}, "too_long", "/customer", "At most 80"),
        ({"owner": "x" * 41}, "too_long", "/owner", "At most 40"),
        ({"id": "x" * 151}, "too_long", "/id", "At most 150"),
        ({"id": True}, "not_text", "/id", "quotes"),
        ({"stated_at": "2026-09-17"}, "no_time", "/stated_at", "Send 2026-09-17T21:10+08:00."),
        ({"stated_at": "2026-09-17T10:00"}, "no_zone", "/stated_at", "offset"),
        ({"stated_at": "2026-09-19T10:00Z"}, "future_statement", "/stated_at", "later counts"),
        ({"tell": ["hello"]}, "bad_phone", "/tell/0", "+447700900123"),
        ({"tell": ["07700900123"]}, "bad_phone", "/tell/0", "`region`"),
        ({"tell": "12345"}, "bad_phone", "/tell", "+447700900123"),
        ({"tell": ["ann@example"]}, "bad_email", "/tell/0", "ann@example.com"),
        ({"tell": ["ann@example.com\nbcc: x@example.com"]}, "control_character", "/tell/0", "one line"),
        ({"tell": [{"name": "Ann"}]}, "nobody", "/tell/0", "at least one"),
        ({"tell": [{"phone": "1"}]}, "bad_phone", "/tell/0/phone", "country"),
        ({"tell": [{"email": "ann@example.com", "zone": "Mars"}]}, "bad_zone", "/tell/0/zone", "Europe/London"),
        ({"tell": [{"email": "ann@example.com", "zone": "../etc"}]}, "bad_zone", "/tell/0/zone", "Europe/London"),
        ({"tell": [{"email": "ann@example.com", "language": "?"}]}, "bad_language", "/tell/0/language", "pt-BR"),
        ({"tell": [7]}, "bad_tell", "/tell/0", "phone"),
        ({"tell": ["ann@example.com"] * 51}, "too_many", "/tell", "at most 50"),
    ],
)
def test_refused_with_a_fix(changes: dict[str, Any], code: str, pointer: str, fix: str) -> None:
    event = {name: value for name, value in (SIMPLE | changes).items() if value is not None}
    found = problem(event)
    assert (found.code, found.pointer, found.index) == (code, pointer, 0)
    assert fix in found.fix
    assert found.message.endswith(".")


def test_a_bad_phone_says_how_a_number_without_its_country_is_read() -> None:
    assert "`region`" in problem(SIMPLE | {"tell": ["12"]}).fix
    assert "without + it is read as a number of GB" in problem(SIMPLE | {"tell": ["12"]}, region="gb").fix


@pytest.mark.parametrize(
    ("tell", "noted"),
    [
        ("+442079460018", True),
        (["+447700900123", "020 7946 0018"], True),
        ({"phone": "+4930123456", "email": "ann@example.com"}, True),
        ("+447700900123", False),
        ("+12015550123", False),
        ("ann@example.com", False),
    ],
)
def test_a_landline_is_noted(tell: object, noted: bool) -> None:
    reading = read([SIMPLE, SIMPLE | {"ref": "2", "tell": tell}], region="GB")
    assert len(reading.items) == 2
    assert set(reading.notes) == ({"/1/tell"} if noted else set())


def test_an_id_names_the_event_and_an_instant_its_revision() -> None:
    plain, other = item(SIMPLE | {"id": "a"}), item(SIMPLE | {"id": "a", "milestone": "loaded"})
    assert (plain.key, other.key) == ("a", "a")
    assert plain.digest != other.digest
    assert item(SIMPLE | {"id": "a", "stated_at": "2026-09-17T10:00Z"}).key != plain.key


def test_a_phone_or_address_is_never_repeated_in_a_problem() -> None:
    for person in ("+4477009001239999", "ann@@example.com"):
        found = problem(SIMPLE | {"tell": [person]})
        assert person not in found.message + found.fix


def test_a_code_of_a_real_country_is_kept_where_the_time_needs_no_zone() -> None:
    for place, name, zone in (("GBZZ9", "United Kingdom", "Europe/London"), ("USZZ9", "United States", None)):
        found = fact(place=place)
        assert (found.place, found.place_name, found.when.zone) == (place, name, zone)
    assert item({"ref": "1", "milestone": "delayed", "place": "USZZ9"}).facts[0].place == "USZZ9"


@pytest.mark.parametrize(
    ("milestone", "field", "zone", "place"),
    [
        ("arrived_destination", "eta", "Europe/London", "GBFXT"),
        ("eta_changed", "eta", "Europe/London", "GBFXT"),
        ("customs_hold", "eta", None, None),
        ("departed", "eta", None, None),
        ("out_for_delivery", "due", None, None),
        ("delivery_attempt_failed", "due", "Europe/London", "GBFXT"),
        ("available_pickup", "due", "Europe/London", None),
        ("eta_changed", "due", "Europe/London", None),
    ],
)
def test_an_expected_date_takes_the_place_only_where_it_is_the_place(
    milestone: str, field: str, zone: str | None, place: str | None
) -> None:
    event = {"ref": "1", "milestone": milestone, "at": "2026-09-17T10:00Z", "place": "GBFXT", field: "2026-10-09"}
    expected = item(event).facts[1]
    assert (expected.when, expected.place) == (on_day(date(2026, 10, 9), zone), place)


@pytest.mark.parametrize(
    ("at", "place", "classifier", "flags"),
    [
        ("2026-09-17T12:15Z", None, "actual", ()),
        ("2026-09-17T12:16Z", None, "estimated", ("future_actual",)),
        ("2026-09-17", "GBFXT", "actual", ()),
        ("2026-09-18", "GBFXT", "estimated", ("future_actual",)),
        ("2026-09-18", "NZAKL", "actual", ()),
        ("2026-09-18", None, "actual", ()),
        ("2026-09-19", None, "estimated", ("future_actual",)),
    ],
)
def test_what_has_happened_in_the_future_has_not(
    at: str, place: str | None, classifier: str, flags: tuple[str, ...]
) -> None:
    found = fact(at=at, place=place)
    assert (found.classifier, found.flags) == (classifier, flags)
    planned = fact(at=at, place=place, classifier="planned")
    assert (planned.classifier, planned.flags) == (Classifier.PLANNED, ())


def test_a_delay_needs_no_date() -> None:
    stated = "2026-09-17T09:00Z"
    assert item({"ref": "1", "milestone": "delayed"}).facts[0].when.at == NOW
    told = item({"ref": "1", "milestone": "delayed", "stated_at": stated, "place": "GBFXT"}).facts[0]
    assert told.when.at == datetime.fromisoformat(stated)
    assert told.when.zone == "Europe/London"
    assert (told.classifier, told.place_role) == (Classifier.ACTUAL, None)


def test_a_changed_arrival_needs_only_the_new_date() -> None:
    changed, eta = item({"ref": "1", "milestone": "eta_changed", "eta": "2026-10-12"}).facts
    assert (changed.milestone, changed.when.at) == (Milestone.ETA_CHANGED, NOW)
    assert eta.when.on == date(2026, 10, 12)


def test_keys() -> None:
    plain = item(SIMPLE)
    assert plain.event_key == plain.key == f"sha256:{plain.digest}"
    again = item(dict(reversed(SIMPLE.items())) | {"tell": ["+447700900123"]})
    assert (again.key, again.digest) == (plain.key, plain.digest)
    other = item(SIMPLE | {"colour": "red"})
    assert other.key != plain.key
    named = item(SIMPLE | {"id": "e1"})
    assert (named.event_key, named.key) == ("e1", "e1")
    assert item(SIMPLE | {"id": 17}).event_key == "17"
    first = item(SIMPLE | {"id": "e1", "stated_at": "2026-09-17T10:00Z"})
    same = item(SIMPLE | {"id": "e1", "stated_at": "2026-09-17T18:00+08:00"})
    later = item(SIMPLE | {"id": "e1", "stated_at": "2026-09-17T10:01Z"})
    assert first.event_key == same.event_key == later.event_key == "e1"
    assert first.key == same.key != later.key
    assert first.stated_at == datetime(2026, 9, 17, 10, 0, tzinfo=UTC)
    changed = item(SIMPLE | {"id": "e1", "stated_at": "2026-09-17T10:00Z", "at": "2026-09-16T10:00Z"})
    assert changed.key == first.key
    assert changed.digest != first.digest


def test_the_clock_does_not_change_the_key() -> None:
    body = json.dumps({"ref": "1", "milestone": "delayed"}).encode()
    first, later = (Native().read(body, {}, now=NOW + timedelta(hours=h), options={}).items[0][1] for h in (0, 5))
    assert (first.key, first.digest) == (later.key, later.digest)


def test_a_retraction_needs_no_milestone() -> None:
    found = item({"ref": "1", "retracts": "e1", "id": "e2"})
    assert (found.facts, found.retracts, found.event_key) == ((), "e1", "e2")
    replaced = item(SIMPLE | {"retracts": "e1"})
    assert (len(replaced.facts), replaced.retracts) == (1, "e1")


def test_shapes() -> None:
    bad = {"ref": "1"}
    one = read(SIMPLE)
    many = read([SIMPLE, bad, SIMPLE | {"ref": "2"}])
    wrapped = read({"events": [SIMPLE, bad], "sent_by": "tms"})
    assert (one.batch, many.batch, wrapped.batch) == (False, True, True)
    assert [index for index, _ in many.items] == [0, 2]
    assert [(p.index, p.pointer) for p in many.problems] == [(1, "/1/milestone")]
    assert [(p.index, p.pointer) for p in wrapped.problems] == [(1, "/events/1/milestone")]
    assert problem(["x"]).code == "not_an_event"


@pytest.mark.parametrize(
    ("payload", "code"),
    [([], "no_events"), ({"events": []}, "no_events"), ([SIMPLE] * 501, "too_many_events"), ("x", "not_an_event")],
)
def test_unreadable(payload: object, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(payload)
    assert caught.value.problem.code == code


def test_five_hundred_are_taken() -> None:
    assert len(read([SIMPLE | {"ref": str(n)} for n in range(500)]).items) == 500


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        ({"hbl": "H1", "booking": "B1"}, [("house_bill", "H1"), ("booking", "B1")]),
        ({"bl": "H1", "bill": "h 1"}, [("house_bill", "H1")]),
        ([{"type": "PO", "value": "1"}, {"value": "2"}], [("po", "1"), ("ref", "2")]),
        ({"Master Bill": "M1", "voyage": "634W", "po": None}, [("master_bill", "M1"), ("voyage", "634W")]),
        ({"containers": ["MSKU1234565", " "]}, [("container", "MSKU1234565")]),
        (None, []),
    ],
)
def test_references(refs: object, expected: list[tuple[str, str]]) -> None:
    found = item(SIMPLE | {"refs": refs}).refs
    assert [(ref.type.value, ref.shown) for ref in found] == [("ref", "PO 4711"), *expected]


def test_refs_may_stand_in_for_ref() -> None:
    event = {name: value for name, value in SIMPLE.items() if name != "ref"} | {"refs": {"booking": "B1"}}
    assert item(event).refs == (RefValue(ReferenceType.BOOKING, "B1"),)


def test_a_wrong_check_digit_is_noted() -> None:
    reading = read([SIMPLE | {"refs": {"container": ["MSKU1234565", "MSKU1234566", "BOX 1"]}, "unit": "MSKU1234567"}])
    assert len(reading.items) == 1
    assert set(reading.notes) == {"/0/refs", "/0/unit"}
    assert "MSKU1234567" in reading.notes["/0/unit"]


@pytest.mark.parametrize(
    ("tell", "region", "expected"),
    [
        ("+447700900123", None, [Person(phone="+447700900123")]),
        (["07700 900123"], "gb", [Person(phone="+447700900123")]),
        (["+44 7700 900123", "+447700900123"], None, [Person(phone="+447700900123")]),
        (["ann@example.com", ""], None, [Person(email="ann@example.com")]),
        (
            {
                "phone": "+447700900123",
                "email": "ann@example.com",
                "name": " Ann ",
                "language": "pt_BR",
                "role": "buyer",
            },
            None,
            [Person("+447700900123", "ann@example.com", "Ann", "pt-BR", None, "buyer")],
        ),
        (
            [{"email": "ann@example.com", "zone": "Europe/London"}],
            None,
            [Person(email="ann@example.com", zone="Europe/London")],
        ),
        (None, None, []),
    ],
)
def test_people(tell: object, region: str | None, expected: list[Person]) -> None:
    assert list(item(SIMPLE | {"tell": tell}, region=region).tell) == expected
