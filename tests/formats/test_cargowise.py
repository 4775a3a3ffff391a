"""CargoWise: every row of the table, every way that a document comes wrapped, and what the eAdaptor reads."""

from __future__ import annotations

import base64
import gzip
from datetime import UTC, datetime
from functools import partial

import pytest

from service.formats.base import Answering, Faulting, Unreadable
from service.formats.cargowise import codes, stream
from service.formats.cargowise.interchange import MOST_NAMES, CargoWise
from service.formats.cargowise.shipment import read_job
from service.formats.refs import MAX_REFS
from service.formats.signatures import BadSignature, verify
from service.formats.strict_xml import loads
from service.formats.vocabulary import Code
from service.records.enums import Classifier, Milestone, Reason, ReferenceType
from service.records.inbound import FactDraft, Problem, Reading
from tests.formats.bodies import BODIES
from tests.formats.costs import memory

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
EVENTS, SHIPMENT, STREAM = (BODIES[f"cargowise/{name}.xml"][1] for name in ("events", "shipment", "stream"))
WRAPPINGS = (
    "{}",
    '<UniversalEvent xmlns="http://www.cargowise.com/Schemas/Universal/2011/11">{}</UniversalEvent>',
    '<a:UniversalEvent xmlns:a="http://www.cargowise.com/Schemas/Universal/2012/11">{}</a:UniversalEvent>',
    "<UniversalInterchange><Header/><Body><UniversalEvent>{}</UniversalEvent></Body></UniversalInterchange>",
    "<UniversalResponse><Status>PRS</Status><Data><UniversalEvent>{}</UniversalEvent></Data></UniversalResponse>",
)


def event(
    code: str = "DEP",
    reference: str = "LOC=DEHAM|FAC=CTO",
    at: str = "2026-09-10T22:15:00",
    more: str = "",
    key: str = "S00001234",
) -> str:
    return (
        f"<Event><DataContext><DataSourceCollection><DataSource><Type>ForwardingShipment</Type><Key>{key}</Key>"
        f"</DataSource></DataSourceCollection></DataContext><EventTime>{at}</EventTime><EventType>{code}</EventType>"
        f"<EventReference>{reference}</EventReference>{more}</Event>"
    )


def read(body: str | bytes, **options: object) -> Reading:
    return CargoWise().read(body if isinstance(body, bytes) else body.encode(), {}, now=NOW, options=options)


def fact(body: str, **options: object) -> FactDraft:
    reading = read(body, **options)
    assert not reading.problems
    ((_, item),) = reading.items
    (found,) = item.facts
    return found


def packed(*documents: bytes) -> bytes:
    messages = "".join(f"<Message>{base64.b64encode(gzip.compress(one)).decode()}</Message>" for one in documents)
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><SendStreamRequest><Payload>'
        f"{messages}</Payload></SendStreamRequest></s:Body></s:Envelope>"
    ).encode()


def _reference(when: str) -> str:
    return f"LOC=DEHAM|{when.strip('`')}" if when else "LOC=DEHAM"


@pytest.mark.parametrize("row", codes.EVENTS.rows, ids=lambda row: f"{row.code} {row.when}")
def test_every_row(row: Code) -> None:
    reading = read(event(row.code, _reference(row.when)))
    if isinstance(row.becomes, Milestone):
        ((_, item),) = reading.items
        assert [one.milestone for one in item.facts] == [row.becomes]
    else:
        assert [one.reason for one in reading.ignored] == [row.becomes]


@pytest.mark.parametrize("kind", codes.DATA_TYPES)
@pytest.mark.parametrize("side", ["DataSource", "DataTarget"])
def test_every_data_type(kind: str, side: str) -> None:
    body = event().replace("DataSource", side).replace("ForwardingShipment", kind)
    ((_, item),) = read(body).items
    shown = "cargowise:S00001234" if codes.DATA_TYPES[kind] is ReferenceType.SYSTEM_ID else "S00001234"
    assert [(ref.type, ref.shown) for ref in item.refs] == [(codes.DATA_TYPES[kind], shown)]


@pytest.mark.parametrize("kind", codes.CONTEXTS)
def test_every_context(kind: str) -> None:
    value = "MSKU1234565" if codes.CONTEXTS[kind] is ReferenceType.CONTAINER else "X 1"
    more = f"<ContextCollection><Context><Type>{kind}</Type><Value>{value}</Value></Context></ContextCollection>"
    ((_, item),) = read(event(more=more)).items
    assert (codes.CONTEXTS[kind], value) in [(ref.type, ref.shown) for ref in item.refs]


@pytest.mark.parametrize("name", codes.OTHERS)
def test_other_documents_say_nothing(name: str) -> None:
    reading = read(f"<UniversalInterchange><Body><{name}><A/></{name}></Body></UniversalInterchange>")
    assert [one.reason for one in reading.ignored] == [codes.OTHERS[name]]


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_wrapper_and_namespace_are_optional(wrapping: str) -> None:
    assert fact(wrapping.format(event())) == fact(event())
    assert read(packed(wrapping.format(event()).encode())).items == read(event()).items


def test_the_stream_reads_as_its_payload() -> None:
    assert read(STREAM) == read(EVENTS)
    assert [index for index, _ in read(packed(EVENTS, SHIPMENT)).items] == [0, 1, 3, 4]


def test_a_time_is_local_to_its_place() -> None:
    at = fact(event()).when
    assert at.at == datetime(2026, 9, 10, 20, 15, tzinfo=UTC)
    assert at.zone == "Europe/Berlin"
    nowhere = fact(event(reference="Somewhere"))
    assert (str(nowhere.when.on), nowhere.when.at, nowhere.flags) == ("2026-09-10", None, ("zone_unknown",))
    assert fact(event(reference="", at="2026-09-10T22:15:00+02:00")).when.at == at.at
    assert fact(event(at="2026-09-10T00:00:00")).when.at is None
    assert fact(event(at="2026-09-10")).when.at is None
    ahead = fact(event(at="2026-09-20T10:00:00"))
    assert (ahead.classifier, ahead.flags) == (Classifier.ESTIMATED, ("future_actual",))


def test_an_unknown_place_is_left_out_with_a_warning() -> None:
    reading = read(event(reference="LOC=Hamburg harbour"))
    assert list(reading.notes) == ["/0/EventReference"]
    assert reading.items[0][1].facts[0].place is None
    assert fact(event(reference="LOC=DEZZZ")).place == "DEZZZ"


@pytest.mark.parametrize("said", ["true", "True", "1", "Y"])
def test_an_estimate(said: str) -> None:
    later = event("ARV", "LOC=AUSYD", "2026-10-20T00:00:00", f"<IsEstimate>{said}</IsEstimate>")
    assert fact(later).classifier is Classifier.ESTIMATED


@pytest.mark.parametrize("said", ["false", "FALSE", "0", "N", ""])
def test_no_estimate(said: str) -> None:
    arrived = event("ARV", "LOC=AUSYD", "2026-09-10T10:00:00", f"<IsEstimate>{said}</IsEstimate>")
    assert fact(arrived).classifier is Classifier.ACTUAL


def test_an_impossible_time_says_what_to_send() -> None:
    (problem,) = read(event(at="2026-11-30T99:00:00")).problems
    assert problem.fix.startswith("Hours go from 00 to 23, minutes and seconds to 59. Send 20")


def test_the_account_says_what_its_codes_mean() -> None:
    (unmapped,) = read(event("Z50", "Permit requested")).unmapped
    assert (unmapped.code, unmapped.says, unmapped.pointer) == ("cargowise:Z50", "Permit requested", "/0/EventType")
    assert fact(event("Z50"), mapping={"cargowise:Z50": "customs_hold"}).milestone is Milestone.CUSTOMS_HOLD
    assert fact(event("CCC"), mapping={"cargowise:CCC": "customs_cleared"}).milestone is Milestone.CUSTOMS_CLEARED
    late = fact(event("Z51"), mapping={"cargowise:Z51": "strike"})
    assert (late.milestone, late.reason) == (Milestone.DELAYED, Reason.STRIKE)
    (ignored,) = read(event("DEP"), mapping={"cargowise:DEP": "ignore"}).ignored
    assert ignored.reason == "Your own mapping ignores cargowise:DEP."


def test_the_same_event_again_is_the_same() -> None:
    first, again = read(event()).items[0][1], read(WRAPPINGS[3].format(event())).items[0][1]
    assert (first.key, first.digest) == (again.key, again.digest)
    assert first.key != read(event(key="S00009999")).items[0][1].key
    (repeated,) = read(WRAPPINGS[1].format(event() + event())).ignored
    assert repeated.reason == "It repeats item 0 of the same call."


@pytest.mark.parametrize(
    "again",
    [
        event(reference="FAC=CTO|LOC=DEHAM"),
        event(reference=" LOC = deham , fac=CTO"),
        event(reference="LOC=DE HAM|FAC=CTO|"),
        event(at="2026-09-10T22:15:00.000"),
        event(at="2026-09-10T22:15"),
        event(at="2026-09-10T22:15:00+02:00"),
        event(at="2026-09-10T20:15:00Z"),
        event(key="s00001234"),
    ],
)
def test_the_same_event_in_another_notation_is_the_same(again: str) -> None:
    first, second = read(event()).items[0][1], read(again).items[0][1]
    assert (first.key, first.digest) == (second.key, second.digest)


@pytest.mark.parametrize(
    "other",
    [
        event(reference="LOC=DEBRV|FAC=CTO"),
        event(reference="LOC=DEHAM|FAC=CFS"),
        event(at="2026-09-10T22:16:00"),
        event(at="2026-09-10T22:15:00Z"),
        event(at="2026-09-10T00:00:00"),
        event("ARV"),
    ],
)
def test_an_event_that_says_something_else_is_another(other: str) -> None:
    assert read(event()).items[0][1].key != read(other).items[0][1].key


def test_a_time_at_an_unknown_place_tells_events_apart() -> None:
    def key(at: str) -> str:
        return read(event(reference="", at=at)).items[0][1].key

    assert key("2026-09-10T22:15:00") == key("2026-09-10T22:15:00.0")
    assert key("2026-09-10T22:15:00") != key("2026-09-10T22:16:00")


def test_a_milestone_in_another_notation_is_the_same() -> None:
    def keys(body: str) -> list[str]:
        return [item.key for _, item in read(body).items]

    def shipment(condition: str, actual: str) -> str:
        return (
            "<UniversalShipment><Shipment><DataContext><DataSourceCollection><DataSource><Type>ForwardingShipment"
            "</Type><Key>S1</Key></DataSource></DataSourceCollection></DataContext><MilestoneCollection><Milestone>"
            f"<EventCode>DEP</EventCode><Sequence>1</Sequence><ConditionReference>{condition}</ConditionReference>"
            f"<ActualDate>{actual}</ActualDate></Milestone></MilestoneCollection></Shipment></UniversalShipment>"
        )

    first = keys(shipment("LOC=DEHAM|FAC=CTO", "2026-09-10T22:15:00"))
    assert len(first) == 1
    assert first == keys(shipment("FAC=CTO,LOC=DEHAM", "2026-09-10T22:15:00.000"))
    assert first == keys(shipment("FAC=CTO,LOC=DEHAM", "2026-09-10T22:15:00+02:00"))
    assert first != keys(shipment("LOC=DEHAM|FAC=CTO", "2026-09-11T22:15:00"))


def test_an_estimate_may_return_to_an_earlier_date() -> None:
    def sent(trigger: str, code: str = "<IsEstimate>true</IsEstimate>") -> str:
        body = event(more=code).replace("<DataContext>", f"<DataContext><TriggerDate>{trigger}</TriggerDate>")
        return read(body).items[0][1].key

    assert sent("2026-09-11T08:00:00") != sent("2026-09-12T08:00:00")
    assert sent("2026-09-11T08:00:00") == sent("2026-09-11T08:00:00.000")
    assert sent("2026-09-11T08:00:00Z") == sent("2026-09-11T10:00:00+02:00")
    assert sent("0001-01-01T00:00:00+05:00") != sent("soon")
    assert sent("2026-09-11T08:00:00", "") == sent("2026-09-12T08:00:00", "")


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (event(code=""), "bad_EventType", "/0/EventType"),
        (event(code="D P"), "bad_EventType", "/0/EventType"),
        (event(at=""), "EventTime_missing", "/0/EventTime"),
        (event(at="yesterday"), "bad_time", "/0/EventTime"),
        (event(at="2026-02-30T10:00:00"), "impossible_date", "/0/EventTime"),
        (event(at="2026-09-10T25:00:00"), "impossible_time", "/0/EventTime"),
        (event(at="2026-09-10T99:00:00"), "impossible_time", "/0/EventTime"),
        (event("ARV", "", "2026-09-10T10:00:00", "<IsEstimate>maybe</IsEstimate>"), "bad_IsEstimate", "/0/IsEstimate"),
        (event(at="1999-09-10T10:00:00"), "year_out_of_range", "/0/EventTime"),
        (event(key="N/A"), "ref_missing", "/0/DataContext"),
        (event().replace("ForwardingShipment", "Organization"), "ref_missing", "/0/DataContext"),
        (packed(b"hello").decode(), "not_xml", "/0"),
        (packed(b"").decode(), "not_xml", "/0"),
        (packed(EVENTS).replace(b"<Message>", b"<Message>?").decode(), "bad_payload", "/0"),
        (packed(EVENTS).replace(b"<Message>H4sI", b"<Message>H4sJ").decode(), "bad_payload", "/0"),
        (packed(bytes(stream.MAX_EXPANDED + 1)).decode(), "too_large", "/0"),
    ],
)
def test_refused_by_item(body: str, code: str, pointer: str) -> None:
    if code == "not_xml" and "H4sI" in body:
        code = read(body).problems[0].code
        assert code in {"not_xml", "empty_body"}
    (problem,) = read(body).problems
    assert (problem.code, problem.pointer, problem.index) == (code, pointer, 0)
    assert problem.fix.endswith(".")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_body"),
        (b"<Order/>", "not_universal"),
        (b"<!DOCTYPE a><UniversalEvent/>", "dtd"),
        (b"<s:Envelope><s:Body><Other/></s:Body></s:Envelope>", "not_a_stream"),
        (packed(), "no_messages"),
        (b"<Body>" + b"<Event/>" * 600_000 + b"</Body>", "too_many_problems"),
        (b"<Body>" + b"<Native/>" * 300_000 + b"</Body>", "too_many_events"),
        (packed(*[b""] * 60_000), "too_many_events"),
    ],
)
def test_refused_as_a_whole(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body)
    assert caught.value.problem.code == code


def test_one_bad_message_leaves_its_neighbours() -> None:
    reading = read(packed(b"<Order/>", EVENTS))
    assert [(one.index, one.code) for one in reading.problems] == [(0, "not_universal")]
    assert [index for index, _ in reading.items] == [1, 2]


def test_a_bomb_is_capped() -> None:
    bombs = (
        packed(gzip.compress(b"<a>" + bytes(100_000_000))),
        packed(b"<a>" + b" " * 200_000_000),
        packed(b"<a>" + b"<b/>" * 1_900_000),
        packed(*[b"<a>" + b" " * 7_000_000] * 3),
    )
    for body in bombs:
        assert read(body).problems
        assert memory(partial(read, body)) < 64 * 2**20


def test_milestones_of_a_shipment_know_their_ports() -> None:
    reading = read(SHIPMENT)
    facts = [item.facts[0] for _, item in reading.items]
    assert [(one.milestone, one.place_role, one.classifier) for one in facts] == [
        (Milestone.DEPARTED, "origin", Classifier.ACTUAL),
        (Milestone.TRANSSHIPMENT_DEPARTED, "transshipment", Classifier.ESTIMATED),
    ]
    assert [one.reason for one in reading.ignored] == ["A step that has no date yet."]
    assert [one.code for one in reading.unmapped] == ["cargowise:Z51"]
    (_, item) = read(SHIPMENT, mapping={"cargowise:Z51": "info_received"}).items[2]
    kinds = {ref.type: ref.shown for ref in item.refs}
    assert kinds[ReferenceType.REF] == "S00001234"
    assert kinds[ReferenceType.HOUSE_BILL] == "HAMSYD0417"
    assert kinds[ReferenceType.SYSTEM_ID] == "cargowise:C00000567"
    assert kinds[ReferenceType.MASTER_BILL] == "MAEU900112233"


def source(key: str, kind: str = "ForwardingShipment") -> str:
    return f"<DataSource><Type>{kind}</Type><Key>{key}</Key></DataSource>"


def shipment(sources: str, milestones: int) -> str:
    steps = "".join(
        f"<Milestone><EventCode>DEP</EventCode><Sequence>{number}</Sequence><ActualDate>2026-09-10T10:00:00</ActualDate>"
        "</Milestone>"
        for number in range(milestones)
    )
    return (
        f"<Shipment><DataContext><DataSourceCollection>{sources}</DataSourceCollection></DataContext>"
        f"<MilestoneCollection>{steps}</MilestoneCollection></Shipment>"
    )


def test_what_is_wrong_with_a_shipment_is_said_once_for_each_place() -> None:
    """Each of its milestones repeats it, so it must not grow with what the shipment names."""
    node = loads(shipment(source("S1") + "".join(source("L" * 81 + str(n)) for n in range(500)), 0).encode())
    (warning,) = read_job(node).warnings
    assert warning[0] == "/DataContext"


@pytest.mark.parametrize("repeats", [1, 500])
def test_references_beyond_the_most_are_left_out_with_a_warning(repeats: int) -> None:
    sources = source("S0") * repeats + "".join(source(f"S{number}") for number in range(1, MAX_REFS + 5))
    reading = read(shipment(sources, 2))
    assert [len(item.refs) for _, item in reading.items] == [MAX_REFS] * 2
    assert [(at, "more than 100 references" in note) for at, note in reading.notes.items()] == [
        ("/0/DataContext", True),
        ("/1/DataContext", True),
    ]


def test_many_milestones_with_many_references_are_no_call() -> None:
    many = shipment("".join(source(f"S{number}") for number in range(MAX_REFS)), MOST_NAMES // MAX_REFS + 1)
    with pytest.raises(Unreadable) as refused:
        read(many)
    assert refused.value.problem.code == "too_many_references"
    reading = read(packed(EVENTS, many.encode()))
    assert [one.code for one in reading.problems] == ["too_many_references"]
    assert reading.items


def test_a_shipment_without_milestones_says_nothing() -> None:
    (ignored,) = read("<UniversalShipment><Shipment/></UniversalShipment>").ignored
    assert ignored.reason == "It holds no milestones."
    (nothing,) = read("<UniversalEvent/>").ignored
    assert nothing.reason == "It holds no event."


PING = b'<s:Envelope xmlns:s="urn:s"><s:Body><Ping xmlns="http://CargoWise.com/eHub/2010/06"/></s:Body></s:Envelope>'


def test_the_eadaptor_is_answered_in_its_own_words() -> None:
    found = CargoWise()
    assert isinstance(found, Answering)
    kept = found.answer(STREAM, None, now=NOW)
    assert kept is not None
    assert (kept.status, kept.content_type) == (200, "text/xml; charset=utf-8")
    envelope = loads(kept.body)
    assert envelope.said("Header", "Security", "Timestamp", "Created") == "2026-09-17T12:00:00.000Z"
    body = envelope.first("Body")
    assert body is not None
    assert not body.children
    assert [one.reason for one in read(PING).ignored] == ["A test of the connection."]
    pong = found.answer(PING, None, now=NOW)
    assert pong is not None
    assert loads(pong.body).said("Body", "PingResponse", "PingResult") == "true"
    problem = Problem(0, "bad_time", "`x` <is> no time\ufffe.", "Send & mend.")
    fault = found.answer(STREAM, problem, now=NOW)
    assert fault is not None
    assert fault.status == 500
    assert loads(fault.body).said("Body", "Fault", "faultstring") == "`x` <is> no time?. Send & mend."
    assert found.answer(EVENTS, None, now=NOW) is None
    assert found.answer(b"", problem, now=NOW) is None


@pytest.mark.parametrize(
    ("secrets", "options", "body", "code"),
    [
        (["made-up-secret-0001"], {}, STREAM, None),
        (["older", "made-up-secret-0001"], {"user": "milepost"}, STREAM, None),
        (["made-up-secret-0001"], {"user": "other"}, STREAM, "signature_wrong"),
        (["wrong"], {}, STREAM, "signature_wrong"),
        ([], {}, STREAM, "no_secret"),
        (["made-up-secret-0001"], {}, EVENTS, "signature_missing"),
        (["made-up-secret-0001"], {}, b"", "signature_missing"),
        (["made-up-secret-0001"], {}, STREAM.replace(b"#PasswordText", b"#PasswordDigest"), "signature_missing"),
        (["made-up-secret-0001"], {}, STREAM.replace(b"made-up-secret-0001", b""), "signature_missing"),
    ],
)
def test_the_password_in_the_head(
    secrets: list[str], options: dict[str, object], body: bytes, code: str | None
) -> None:
    if code is None:
        verify("wsse_password", secrets, options, body, {}, NOW)
        return
    with pytest.raises(BadSignature) as caught:
        verify("wsse_password", secrets, options, body, {}, NOW)
    assert caught.value.code == code


@pytest.mark.parametrize("password", ["made-up-secret-0001", "wrong"])
def test_a_wrong_user_in_the_head_is_told_the_right_one(password: str) -> None:
    with pytest.raises(BadSignature) as caught:
        verify("wsse_password", [password], {"user": "other"}, STREAM, {}, NOW)
    assert caught.value.fix.startswith("The user name is other")
    assert password not in str(caught.value)


def test_a_caller_that_is_not_the_source_reads_a_fault_too() -> None:
    found = CargoWise()
    assert isinstance(found, Faulting)
    problem = Problem(None, "signature_wrong", "It is <not> you.", "Mend & send.")
    fault = found.fault(STREAM, problem, now=NOW)
    assert fault is not None
    assert loads(fault.body).said("Body", "Fault", "faultstring") == "It is <not> you. Mend & send."
    assert found.fault(EVENTS, problem, now=NOW) is None
