"""CSV exports: how they are opened, what their columns and words mean, and what is refused."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from service.formats.base import Refused, Unreadable
from service.formats.csv import columns as csv_columns
from service.formats.csv import dates as csv_dates
from service.formats.csv.options import read_options
from service.formats.csv.row import known_status
from service.formats.csv.rows import CsvRows
from service.formats.csv.sheet import CHUNK, MAX_COLUMNS, MAX_ROWS, chunks, open_sheet
from service.formats.csv.statuses import STATUSES
from service.formats.csv.words import HEADINGS, ONCE, PAIRED, REFERENCES, UNCLEAR, joined, plain
from service.formats.options import check_values
from service.formats.vocabulary import Code
from service.records.enums import Classifier, Milestone, Reason, ReferenceType, Transport
from service.records.inbound import FactDraft, Item, Problem, Reading
from tests.formats.bodies import BODIES
from tests.formats.costs import memory

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
HEADER = "Reference;Status;Date"


def read(text: str | bytes, **options: object) -> Reading:
    return CsvRows().read(text if isinstance(text, bytes) else text.encode(), {}, now=NOW, options=options)


def rows(*lines: str, header: str = HEADER, **options: object) -> Reading:
    return read("\n".join((header, *lines)), **options)


def item(*lines: str, header: str = HEADER, **options: object) -> Item:
    reading = rows(*lines, header=header, **options)
    assert not reading.problems, reading.problems
    ((_, found),) = reading.items
    return found


def fact(line: str, header: str = HEADER, **options: object) -> FactDraft:
    (found,) = item(line, header=header, **options).facts
    return found


def problem(*lines: str, header: str = HEADER, **options: object) -> Problem:
    (found,) = rows(*lines, header=header, **options).problems
    return found


@pytest.mark.parametrize("row", STATUSES.rows, ids=lambda row: row.code)
def test_every_status_word(row: Code) -> None:
    assert fact(f"A1;{row.code.upper()};2026-09-10").milestone is row.becomes


@pytest.mark.parametrize(
    ("words", "milestone"),
    [
        (
            "Geliefert, zugestellt, Zustellung erfolgt, livré, livrée, livraison effectuée, entregado",
            Milestone.DELIVERED,
        ),
        ("entregada, entrega realizada, delivered", Milestone.DELIVERED),
        ("unterwegs, auf dem Weg, in transit, en route, en transit, en tránsito, en ruta", Milestone.IN_TRANSIT),
        ("en cours d'acheminement, en cours de transport", Milestone.IN_TRANSIT),
        ("abgeholt, Abholung erfolgt, picked up, enlevé, enlevée, recogido, recolectado", Milestone.PICKED_UP),
        ("verladen, geladen, an Bord, loaded, chargé, chargée, embarquée, cargado, cargada", Milestone.LOADED),
        ("abgefahren, ausgelaufen, departed, parti, partie, salido, salió, zarpó", Milestone.DEPARTED),
        ("angekommen, arrived, arrivé, arrivée, llegado, llegada, llegó", Milestone.ARRIVED_DESTINATION),
        ("Verspätung, delay, retardée, retrasada, demorada", Milestone.DELAYED),
        ("in Zollabfertigung, dédouanement en cours", Milestone.CUSTOMS_STARTED),
        ("Verzollung abgeschlossen, customs released, dédouanée, liberado de aduana", Milestone.CUSTOMS_CLEARED),
        ("annulée, cancelada, anulada", Milestone.BOOKING_CHANGED_CANCELLED),
    ],
)
def test_common_words_are_known(words: str, milestone: Milestone) -> None:
    assert {word: known_status(word, {}) for word in words.split(", ")} == dict.fromkeys(words.split(", "), milestone)


@pytest.mark.parametrize("milestone", Milestone)
def test_the_milestones_own_names(milestone: Milestone) -> None:
    assert fact(f"A1;{milestone};2026-09-10").milestone is milestone
    assert fact(f"A1;{milestone.replace('_', ' ').title()};2026-09-10").milestone is milestone


def test_a_word_means_one_thing() -> None:
    words = [row.code for row in STATUSES.rows]
    assert len(words) == len(set(words))
    assert all(plain(word) == word for word in words)
    assert not {word.replace(" ", "_") for word in words} & set(Milestone)
    headings = [joined(heading) for several in HEADINGS.values() for heading in several]
    assert len(headings) == len(set(headings))
    assert not set(headings) & {joined(heading) for heading in UNCLEAR}
    assert set(PAIRED) | set(PAIRED.values()) <= {heading for several in HEADINGS.values() for heading in several}
    assert all(csv_columns.is_field(field) for field in HEADINGS)
    assert {*REFERENCES, *ONCE} <= HEADINGS.keys()


@pytest.mark.parametrize(
    ("heading", "field"), [(heading, field) for field, several in HEADINGS.items() for heading in several]
)
def test_every_heading(heading: str, field: str) -> None:
    beside = ("PO", "POL") if heading != "pol" else ("PO", "Ort")
    (column, *_) = csv_columns.understand((heading.title(), *beside), {})
    assert column.field == field


@pytest.mark.parametrize("heading", [*UNCLEAR, "POD", "Amount"])
def test_a_heading_that_may_mean_two_things_is_not_read(heading: str) -> None:
    (column,) = csv_columns.understand((heading,), {})
    assert column.field is None
    assert (column.note != "") is (heading != "Amount")
    (mapped,) = csv_columns.understand((heading,), {joined(heading): "actual:delivered"})
    assert (mapped.field, mapped.own) == ("actual:delivered", True)


SAMPLE = "Référence;Statut;Date;Lieu\nA-1;Livré;10.09.2026;Genève\n"


@pytest.mark.parametrize(
    ("body", "encoding", "options"),
    [
        (SAMPLE.encode(), "utf-8", {}),
        (SAMPLE.encode("utf-8-sig"), "utf-8", {}),
        (SAMPLE.encode("utf-16"), "utf-16", {}),
        (SAMPLE.encode("utf-16-le"), "utf-16-le", {}),
        (SAMPLE.encode("utf-16-be"), "utf-16-be", {}),
        (SAMPLE.encode("cp1252"), "windows-1252", {}),
        (SAMPLE.encode("iso8859-15"), "iso-8859-15", {"encoding": "iso-8859-15"}),
        (SAMPLE.replace(";", "\t").encode("utf-16"), "utf-16", {}),
        (SAMPLE.replace(";", ",").encode(), "utf-8", {}),
        (SAMPLE.replace(";", "|").replace("\n", "\r\n").encode(), "utf-8", {}),
        (("sep=;\r\n" + SAMPLE).encode(), "utf-8", {}),
        (("Export of Monday, 14 September;;;\n\n" + SAMPLE).encode(), "utf-8", {}),
        (SAMPLE.encode(), "utf-8", {"delimiter": "semicolon"}),
    ],
)
def test_encoding_and_delimiter_are_seen(body: bytes, encoding: str, options: dict[str, object]) -> None:
    ((_, found),) = read(body, **options).items
    assert [(one.milestone, one.place_name) for one in found.facts] == [(Milestone.DELIVERED, "Genève")]
    assert csv_columns.report(body, options).encoding == encoding


@pytest.mark.parametrize(
    ("body", "code", "options"),
    [
        (b"", "empty_body", {}),
        (b" \r\n", "empty_body", {}),
        (b"hello\nworld\n", "no_header", {}),
        (b"Status;Date\ndeparted;2026-09-10\n", "no_reference", {}),
        (b"Reference;Status;Date\n", "no_rows", {}),
        (b"Reference;Status;Date\n\n;;\n", "no_rows", {}),
        (b"Reference;Status\x81;Date\xff\0", "bad_encoding", {}),
        (SAMPLE.encode("cp1252"), "bad_encoding", {"encoding": "utf-8"}),
        (("Reference;Status" + ";x" * MAX_COLUMNS).encode(), "too_many_columns", {}),
        (b"Reference;Status;Date\n" + b"A;b;c\n" * (MAX_ROWS + 1), "too_many_rows", {}),
        (b"Reference;Status;Date\nA;b;c", "bad_option", {"columns": "Status=nonsense"}),
    ],
)
def test_refused_as_a_whole(body: bytes, code: str, options: dict[str, object]) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body, **options)
    assert caught.value.problem.code == code
    assert caught.value.problem.fix.endswith(".")


def test_a_table_without_line_ends_is_told_how_curl_keeps_them() -> None:
    with pytest.raises(Unreadable) as caught:
        read(b"Reference;Status;DateA1;departed;2026-09-10")
    assert (caught.value.problem.code, "--data-binary" in caught.value.problem.fix) == ("no_rows", True)


@pytest.mark.parametrize(
    ("said", "day", "clock", "declared"),
    [
        ("2026-10-09", date(2026, 10, 9), None, ""),
        ("2026/10/09", date(2026, 10, 9), None, ""),
        ("20261009", date(2026, 10, 9), None, ""),
        ("9.10.2026", date(2026, 10, 9), None, ""),
        ("09.10.26", date(2026, 10, 9), None, ""),
        ("25/10/2026", date(2026, 10, 25), None, ""),
        ("10/25/2026", date(2026, 10, 25), None, ""),
        ("10/10/2026", date(2026, 10, 10), None, ""),
        ("25-10-26", date(2026, 10, 25), None, ""),
        ("9 Oct 2026", date(2026, 10, 9), None, ""),
        ("09-OKT-2026", date(2026, 10, 9), None, ""),
        ("9. Oktober 2026", date(2026, 10, 9), None, ""),
        ("9 août 2026", date(2026, 8, 9), None, ""),
        ("Oct 9, 2026", date(2026, 10, 9), None, ""),
        ("03/04/2026", date(2026, 4, 3), None, "DD/MM/YYYY"),
        ("03/04/2026", date(2026, 3, 4), None, "MM/DD/YYYY"),
        ("2026-04-03", date(2026, 4, 3), None, "DD/MM/YYYY | YYYY-MM-DD"),
        ("260403", date(2026, 4, 3), None, "YYMMDD"),
        ("2026-10-09 14:30", date(2026, 10, 9), time(14, 30), ""),
        ("2026-10-09T14:30:15.123", date(2026, 10, 9), time(14, 30, 15), ""),
        ("09.10.2026 14:30 Uhr", date(2026, 10, 9), time(14, 30), ""),
        ("09.10.2026, 14:30", date(2026, 10, 9), time(14, 30), ""),
        ("09.10.2026 14h30", date(2026, 10, 9), time(14, 30), ""),
        ("25/10/2026 2:30 PM", date(2026, 10, 25), time(14, 30), ""),
        ("25/10/2026 12:05 a.m.", date(2026, 10, 25), time(0, 5), ""),
        ("2026-10-09 00:00:00", date(2026, 10, 9), None, ""),
    ],
)
def test_dates(said: str, day: date, clock: time | None, declared: str) -> None:
    assert csv_dates.read_day_and_time(said, csv_dates.forms(declared), "at") == (day, clock)


@pytest.mark.parametrize("name", csv_dates.MONTHS)
def test_every_month(name: str) -> None:
    assert csv_dates.read_day(f"9-{name}-2026", (), "at") == date(2026, csv_dates.MONTHS[name], 9)


@pytest.mark.parametrize(
    ("said", "code", "declared"),
    [
        ("03/04/2026", "ambiguous_date", ""),
        ("3-4-26", "ambiguous_date", ""),
        ("31.02.2026", "impossible_date", ""),
        ("32/10/2026", "impossible_date", ""),
        ("9 Foo 2026", "impossible_date", ""),
        ("46300", "bad_date", ""),
        ("soon", "bad_date", ""),
        ("09.10.2026", "bad_date", "DD/MM/YYYY"),
        ("2026-10-09 25:00", "bad_time", ""),
        ("1999-10-09", "year_out_of_range", ""),
        ("2026-10-09T25:00:00Z", "impossible_time", ""),
    ],
)
def test_dates_that_are_refused(said: str, code: str, declared: str) -> None:
    found = problem(f"A1;departed;{said}", date_format=declared)
    assert (found.code, found.index) == (code, 0)
    assert found.pointer == "/0/at"
    assert found.fix.endswith(".")
    if code == "ambiguous_date":
        assert "3 April or 4 March" in found.message
        assert "date_format" in found.fix


def test_a_time_is_of_the_declared_zone_or_of_its_place() -> None:
    header = "Reference;Status;Date;Time;Place"
    local = fact("A1;departed;10.09.2026;22:15;CNNGB", header)
    assert local.when.at == datetime(2026, 9, 10, 14, 15, tzinfo=UTC)
    office = fact("A1;departed;10.09.2026;22:15;CNNGB", header, zone="Europe/Berlin")
    assert office.when.at == datetime(2026, 9, 10, 20, 15, tzinfo=UTC)
    assert (str(office.when.on), office.when.zone) == ("2026-09-11", "Asia/Shanghai")
    nowhere = fact("A1;departed;10.09.2026;22:15;Somewhere", header)
    assert (nowhere.when.at, nowhere.flags, nowhere.place, nowhere.place_name) == (
        None,
        ("zone_unknown",),
        None,
        "Somewhere",
    )
    assert fact("A1;departed;2026-09-10 22:15+02:00;;", header).when.at == datetime(2026, 9, 10, 20, 15, tzinfo=UTC)
    ahead = fact("A1;delivered;2026-09-20;;", header)
    assert (ahead.classifier, ahead.flags) == (Classifier.ESTIMATED, ("future_actual",))


def test_a_row_for_a_shipment_with_a_column_for_each_date() -> None:
    reading = read(BODIES["csv/shipments.csv"][1])
    facts = reading.items[0][1].facts
    assert [(one.milestone, one.classifier, one.place, one.place_role) for one in facts] == [
        (Milestone.DEPARTED, Classifier.ESTIMATED, "DEHAM", "origin"),
        (Milestone.DEPARTED, Classifier.ACTUAL, "DEHAM", "origin"),
        (Milestone.ARRIVED_DESTINATION, Classifier.ESTIMATED, "AUSYD", "destination"),
    ]
    assert reading.items[0][1].customer == "ACME"
    assert [(one.index, one.code) for one in reading.problems] == [(2, "ambiguous_date")]
    assert [one.reason for one in reading.ignored] == ["It has no status and no date yet."]


def test_a_row_for_each_milestone() -> None:
    reading = read(BODIES["csv/moves.csv"][1])
    assert [(i, one.facts[0].milestone) for i, one in reading.items] == [
        (0, Milestone.DEPARTED),
        (1, Milestone.DELIVERED),
    ]
    first = reading.items[0][1]
    assert [(ref.type, ref.shown) for ref in first.refs] == [
        (ReferenceType.REF, "AB-4711"),
        (ReferenceType.CONTAINER, "MSKU1234565"),
    ]
    assert first.facts[0].unit == "MSKU1234565"
    assert [(one.index, one.code, one.says) for one in reading.unmapped] == [
        (2, "csv-status:warte auf papiere", "Warte auf Papiere")
    ]
    assert [(one.index, one.code) for one in reading.problems] == [(3, "at_missing"), (4, "ref_missing")]


def test_the_ports_of_a_row_tell_a_transfer() -> None:
    header = "Reference;Status;Date;Place;POL;POD"
    assert fact("A1;departed;2026-09-10;SGSIN;DEHAM;AUSYD", header).milestone is Milestone.TRANSSHIPMENT_DEPARTED
    assert fact("A1;departed;2026-09-10;DEHAM;DEHAM;AUSYD", header).place_role == "origin"
    assert fact("A1;departed;2026-09-10;DEHAM;;", header).place_role is None
    assert fact("A1;zugestellt;2026-09-10;CHZRH;;", header).place_role == "delivery"


def test_what_else_a_row_says() -> None:
    header = "Ref;Status;Date;Vessel;Voyage;Mode;Pieces;Total pieces;Remark;Id;Updated"
    found = item(
        "A1;delivered;2026-09-10;NORTHERN JUPITER;641S;Sea;3;10;at the gate;77;2026-09-11T10:00Z", header=header
    )
    assert found.event_key == "77"
    assert found.key == "77@2026-09-11T10:00:00+00:00"
    assert found.stated_at == datetime(2026, 9, 11, 10, 0, tzinfo=UTC)
    (one,) = found.facts
    assert (one.vessel, one.voyage, one.transport, one.pieces, one.pieces_total, one.remark) == (
        "NORTHERN JUPITER",
        "641S",
        Transport.OCEAN,
        3,
        10,
        "at the gate",
    )


def test_when_a_row_was_written_is_read_as_other_times_are() -> None:
    header = HEADER + ";Id;Updated"
    line = "A1;departed;2026-09-10;77;11.09.2026 10:00"
    office = item(line, header=header, zone="Europe/Berlin")
    assert office.stated_at == datetime(2026, 9, 11, 8, 0, tzinfo=UTC)
    nowhere = item(line, header=header)
    assert (nowhere.stated_at, nowhere.key) == (None, "77@2026-09-11T10:00:00")
    ahead = problem("A1;departed;2026-09-10;77;2026-09-19 10:00Z", header=header)
    assert (ahead.code, ahead.pointer) == ("future_statement", "/0/stated_at")


SHIPMENTS = "Reference;Status;ETD;ATD;ETA"


def test_the_dates_of_a_row_are_read_although_its_status_is_ignored() -> None:
    own = {"mapping": {"csv-status:fakturiert": "ignore"}}
    columns = "Zeichen=ref; Lieferdatum=actual:delivered"
    header = "Zeichen;Status;ETD;Lieferdatum;Id"
    found = item("4713;Fakturiert;01.09.2026;10.09.2026;7", header=header, columns=columns, **own)
    assert [one.milestone for one in found.facts] == [Milestone.DEPARTED, Milestone.DELIVERED]
    bare = item("4713;;01.09.2026;10.09.2026;7", header=header, columns=columns, **own)
    assert (found.key, found.digest) == (bare.key, bare.digest)
    reading = rows("4713;Fakturiert;;;", header=header, columns=columns, **own)
    assert [one.reason for one in reading.ignored] == ["Your own mapping ignores csv-status:fakturiert."]


def test_the_dates_of_a_row_are_read_although_its_status_is_not_known_yet() -> None:
    for header, end in ((SHIPMENTS, ""), (SHIPMENTS + ";Id", ";7")):
        line = "Q1;zzz;2026-09-01;2026-09-02;2026-12-20" + end
        reading = rows(line, header=header)
        ((_, dates),) = reading.items
        assert [one.milestone.value for one in dates.facts] == ["departed", "departed", "arrived_destination"]
        assert [(one.index, one.code) for one in reading.unmapped] == [(0, "csv-status:zzz")]
        whole = item(line, header=header, mapping={"csv-status:zzz": "delayed"})
        assert whole.facts[0].milestone is Milestone.DELAYED
        assert whole.event_key != dates.event_key


def test_a_status_without_a_date_of_its_own_leaves_the_dates_of_its_row() -> None:
    covered = item("Q1;sailed;2026-09-01;2026-09-02;2026-12-20", header=SHIPMENTS)
    assert [(one.milestone.value, one.classifier.value) for one in covered.facts] == [
        ("departed", "estimated"),
        ("departed", "actual"),
        ("arrived_destination", "estimated"),
    ]
    reading = rows("Q1;in customs;2026-09-01;2026-09-02;", "Q2;sailed;2026-09-01;;", header=SHIPMENTS)
    assert [(index, len(one.facts)) for index, one in reading.items] == [(0, 2), (1, 1)]
    assert [(one.index, one.code, one.pointer) for one in reading.problems] == [
        (0, "at_missing", "/0/at"),
        (1, "at_missing", "/1/at"),
    ]
    assert "The dates of its row are kept" in reading.problems[0].message
    assert problem("Q1;in customs;soon;;", header=SHIPMENTS).code == "bad_date"


def test_a_status_that_happens_when_it_is_stated_needs_no_date() -> None:
    late = item("Q1;delayed;2026-09-01;;2026-12-20", header=SHIPMENTS).facts[0]
    assert (late.milestone, late.when.at, late.classifier) == (Milestone.DELAYED, NOW, Classifier.ACTUAL)
    stated = fact("Q1;verspätet;2026-09-11T10:00Z", "Reference;Status;Updated")
    assert stated.when.at == datetime(2026, 9, 11, 10, 0, tzinfo=UTC)
    moved = item("Q1;eta changed;;;2026-12-20", header=SHIPMENTS)
    assert [one.milestone for one in moved.facts] == [Milestone.ETA_CHANGED, Milestone.ARRIVED_DESTINATION]
    assert problem("Q1;eta changed;2026-09-01;;", header=SHIPMENTS).code == "at_missing"


def test_the_account_says_what_its_words_and_columns_mean() -> None:
    own: dict[str, Any] = {"mapping": {"csv-status:warte auf papiere": "docs_missing", "csv-status:xx": "ignore"}}
    late = fact("A1;Warte auf Papiere;2026-09-10", **own)
    assert (late.milestone, late.reason) == (Milestone.DELAYED, Reason.DOCS_MISSING)
    assert [one.reason for one in rows("A1;XX;2026-09-10", **own).ignored] == [
        "Your own mapping ignores csv-status:xx."
    ]
    columns = "Zeichen=ref; Was=milestone; Wann=at; Lieferdatum=actual:delivered; Status=ignore"
    found = item("A1;zz;verladen;2026-09-10;2026-09-12", header="Zeichen;Status;Was;Wann;Lieferdatum", columns=columns)
    assert [one.milestone for one in found.facts] == [Milestone.LOADED, Milestone.DELIVERED]
    table = {"Zeichen": "ref", "Was": "milestone", "Wann": "at"}
    assert item("A1;verladen;2026-09-10", header="Zeichen;Was;Wann", columns=table).refs[0].shown == "A1"


def test_the_same_row_again_is_the_same() -> None:
    first, again = item("A1;departed;2026-09-10"), item("A1;departed;2026-09-10;x", header=HEADER + ";Amount")
    assert (first.key, first.digest) == (again.key, again.digest)
    reading = rows("A1;departed;2026-09-10", "A1;departed;2026-09-10", HEADER)
    assert [one.reason for one in reading.ignored] == ["It repeats item 0 of the same call.", "It repeats the header."]
    assert (
        problem("A1;departed;2026-09-10;7", "A1;departed;2026-09-11;7", header=HEADER + ";Id").code == "event_id_reused"
    )


NOTED = HEADER + ";Place"
LATE = "A 1;departed;2026-09-10 23:30;CNNGB"


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("Status;Reference;Place;Date", "departed;A 1;CNNGB;2026-09-10 23:30"),
        (NOTED, "a1;departed;2026-09-10 23:30;CNNGB"),
        (NOTED, "A 1;  DEPARTED ;2026-09-10 23:30;CNNGB"),
        (NOTED, "A 1;sailed;2026-09-10 23:30;CNNGB"),
        (NOTED, "A 1;departed;10.09.2026 23:30;CNNGB"),
        (NOTED, "A 1;departed;10 Sep 2026 11:30 PM;cnngb"),
        (NOTED, "A 1;departed;2026-09-10T23:30:00;CN NGB"),
        (NOTED, "A 1;departed;2026-09-10T23:30:00+08:00;CNNGB"),
        (NOTED, "A 1;departed;2026-09-10T15:30:00.000Z;CNNGB"),
        (NOTED + ";Time", "A 1;departed;2026-09-10;CNNGB;23:30:00"),
    ],
)
def test_the_same_row_in_another_notation_is_the_same(header: str, line: str) -> None:
    first, again = item(LATE, header=NOTED), item(line, header=header)
    assert (first.event_key, first.key, first.digest) == (again.event_key, again.key, again.digest)


@pytest.mark.parametrize(
    "line",
    [
        "A2;departed;2026-09-10 23:30;CNNGB",
        "A 1;loaded;2026-09-10 23:30;CNNGB",
        "A 1;departed;2026-09-10 23:31;CNNGB",
        "A 1;departed;2026-09-11 23:30;CNNGB",
        "A 1;departed;2026-09-10;CNNGB",
        "A 1;departed;2026-09-10 23:30;Ningbo",
    ],
)
def test_a_row_that_says_something_else_is_another(line: str) -> None:
    assert item(LATE, header=NOTED).key != item(line, header=NOTED).key


def test_a_container_in_another_notation_is_the_same() -> None:
    header = HEADER + ";Container"
    first, again = (item(f"A1;departed;2026-09-10;{box}", header=header) for box in ("MSKU1234565", "msku 123456 5"))
    assert first.key == again.key


def test_an_estimate_in_another_notation_is_the_same_and_the_column_tells_it_from_another() -> None:
    first = item("A1;2026-12-20", header="Reference;ETA")
    assert item("a1;20.12.2026", header="Reference;ETA").key == first.key
    assert item("A1;20 Dec 2026 00:00", header="Reference;ETA").key == first.key
    assert len({item("A1;2026-12-20", header=f"Reference;{one}").key for one in ("ETA", "ETD", "Due")}) == 3
    assert item("A1;2026-12-20 10:00", header="Reference;ETA").key != first.key


def test_a_row_with_an_id_stays_the_same_in_another_notation_and_when_its_status_is_mapped_anew() -> None:
    header = HEADER + ";Id;Updated"
    first = item("A1;Departed;2026-09-10;77;2026-09-11 10:00", header=header)
    own: dict[str, Any] = {"mapping": {"csv-status:departed": "loaded"}}
    again = item("a1;departed ;10.09.2026;77;11.09.2026 10:00:00", header=header, **own)
    assert (first.key, first.digest) == (again.key, again.digest)


def test_what_lies_in_the_future_today_is_the_same_row_tomorrow() -> None:
    text = f"{HEADER}\nA1;departed;2026-09-20\n".encode()
    one, two = (CsvRows().read(text, {}, now=now, options={}).items[0][1] for now in (NOW, NOW + timedelta(days=10)))
    assert one.facts[0].classifier is not two.facts[0].classifier
    assert one.key == two.key


@pytest.mark.parametrize(
    ("line", "code", "pointer"),
    [
        (";departed;2026-09-10;", "ref_missing", "/0/ref"),
        ("A1;departed;;", "at_missing", "/0/at"),
        ("A1;departed;2026-09-10;many", "bad_number", "/0/pieces"),
        ("A1;departed;2026-09-10;-3", "bad_number", "/0/pieces"),
        (f"{'A' * 81};departed;2026-09-10;", "too_long", "/0/ref"),
        ('"A\n1";departed;2026-09-10;', "control_character", "/0/ref"),
        ('A1;"departed;2026-09-10;', "bad_quotes", "/0"),
    ],
)
def test_refused_by_row(line: str, code: str, pointer: str) -> None:
    found = problem(line, header=HEADER + ";Pieces")
    assert (found.code, found.pointer) == (code, pointer)


def test_a_row_that_cannot_be_read_ends_the_reading_and_leaves_what_stood_before() -> None:
    reading = rows("A1;departed;2026-09-10", 'A2;"x;y', "A3;departed;2026-09-10")
    assert [index for index, _ in reading.items] == [0]
    assert [(one.index, one.code) for one in reading.problems] == [(1, "bad_quotes")]
    assert "line 3" in reading.problems[0].message


@pytest.mark.parametrize(
    ("line", "code", "fix"),
    [
        ("A1;departed\rA2;2026-09-10", "bad_rows", "line end"),
        (f"A1;{'x' * 140_000};2026-09-10", "bad_rows", "Shorten it"),
        (f"A1;{'x;' * 110_000};2026-09-10", "bad_rows", "Shorten it"),
        ('A1;"departed"x;2026-09-10', "bad_quotes", "quote"),
        (f'A1;"{"x" * 140_000};2026-09-10', "bad_quotes", "quote"),
    ],
    ids=["carriage return", "long cell", "long line", "half a quote", "open quote"],
)
def test_a_quote_is_looked_for_only_where_there_is_one(line: str, code: str, fix: str) -> None:
    found = problem(line, header=HEADER)
    assert (found.code, fix in found.fix) == (code, True), found


def test_a_report_on_a_sample_says_which_columns_were_understood() -> None:
    report = csv_columns.report(BODIES["csv/shipments.csv"][1], {})
    assert (report.encoding, report.delimiter, report.header_line, report.rows) == ("utf-8", "comma", 1, 4)
    assert [(column.heading, column.field, example) for column, example in report.columns][:4] == [
        ("Reference", "ref", "PO 4711"),
        ("House Bill", "house_bill", "HAMSYD0417"),
        ("POL", "origin", "DEHAM"),
        ("POD", "destination", "AUSYD"),
    ]
    assert "actual:delivered" in report.columns[7][0].note
    assert report.missing == ()
    moves = csv_columns.report(b"PO;Status;Status\n1;late;x\n", {})
    assert moves.columns[2][0].note == "Status holds it already."
    assert moves.statuses == (("late", 1),)
    assert [one.split(":")[0] for one in moves.missing] == ["No column is the reference", "A column `at`"]


def test_a_sample_without_a_reference_is_reported_on_too() -> None:
    header = "Zeichen;Status;Status alt;ETD;ATD;ETA;Lieferdatum;Ort;Kunde"
    line = "4713;Fakturiert;;01.11.2026;02.11.2026;20.12.2026;28.11.2026;Bern;ACME"
    body = f"{header}\n{line}\n".encode()
    report = csv_columns.report(body, {})
    known = [column.heading for column, _ in report.columns if column.field]
    assert known == ["Status", "ETD", "ATD", "ETA", "Ort", "Kunde"]
    (lacks,) = report.missing
    assert lacks.startswith("No column is the reference: name it so")
    assert '"Zeichen" = "ref"' in lacks
    with pytest.raises(Unreadable, match="No column is the reference"):
        read(body)
    with pytest.raises(Unreadable, match="No line at the beginning"):
        csv_columns.report(b"Status\nx\n", {})


def test_a_report_warns_of_a_status_that_has_no_date() -> None:
    report = csv_columns.report(f"{SHIPMENTS}\nQ1;sailed;2026-11-01;2026-11-02;2026-12-20\n".encode(), {})
    assert report.missing == ()
    (warning,) = report.warnings
    assert '"Status" = "ignore"' in warning
    assert csv_columns.report(f"{SHIPMENTS};Date\nQ1;sailed;;;;2026-11-02\n".encode(), {}).warnings == ()
    assert csv_columns.report(b"Reference;Status;Date\nQ1;sailed;\n", {}).warnings == ()


def test_a_report_does_not_count_empty_statuses() -> None:
    assert csv_columns.report(b"Reference;Status;Date\nQ1;;\nQ1; late;x\nQ2;late;x\n", {}).statuses == (("late", 2),)


@pytest.mark.parametrize(
    "options",
    [
        {"columns": "Auftrag=ref; Datum=at"},
        {"columns": {"Auftrag": "ref", "Geliefert": "actual:delivered"}},
        {"date_format": "DD/MM/YYYY | YYYY-MM-DD", "zone": "Europe/Berlin", "delimiter": "tab", "encoding": "utf-16"},
    ],
)
def test_options_that_work(options: dict[str, object]) -> None:
    check_values(options)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("columns", "Auftrag=reference"),
        ("columns", "Auftrag"),
        ("columns", 7),
        ("columns", "x=actual:deliverd"),
        ("date_format", "DD/MM"),
        ("date_format", "dd/mm/yyyy"),
        ("date_format", ""),
        ("date_format", 7),
        ("zone", "Berlin"),
        ("delimiter", ";"),
        ("encoding", "utf-7"),
    ],
)
def test_options_that_do_not(name: str, value: object) -> None:
    with pytest.raises(Refused) as caught:
        check_values({name: value})
    assert caught.value.pointer == f"/options/{name}"


def test_a_large_body_stays_within_its_memory() -> None:
    line = "AB-{:07d};MSKU1234565;abgefahren;10.09.2026;22:15;DEHAM;NORTHERN JUPITER;a remark of ordinary length here\n"
    body = "Auftrag;Container;Status;Datum;Uhrzeit;Ort;Schiff;Bemerkung\n" + "".join(map(line.format, range(9_200)))
    assert len(body) < 1_000_000
    assert len(read(body).items) == 9_200
    assert memory(lambda: read(body)) < 18 * 2**20


@pytest.mark.parametrize(
    "body",
    [
        (HEADER + "\n" + ";" * 4_900_000).encode(),
        (HEADER + "\n" + 'A1;"' + "x" * 4_900_000).encode(),
        (HEADER + "\n" + 'A1;"' + "x\n" * 2_400_000).encode(),
        ((";" * 19_000 + "\n") * 250).encode(),
        ((HEADER + "\n") * 200_000).encode(),
        (HEADER + "\n" + "\ufdfa;x;2026-09-10\n" * 50_000).encode(),
        (HEADER + "\n" + ("A1;" + "\ufdfa" * 40_000 + ";2026-09-10\n") * 40).encode(),
        b"Reference;Status;Date\n" + b"\xff;\xfe;\x00\n" * 800_000,
    ],
    ids=range(8),
)
def test_hostile_bodies_end_in_little_memory(body: bytes) -> None:
    assert memory(lambda: read(body)) < 64 * 2**20


def test_the_header_is_looked_for_in_the_first_lines_only() -> None:
    with pytest.raises(Unreadable, match="No line at the beginning"):
        read("x\n" * 12 + SAMPLE)
    with pytest.raises(Unreadable, match="No line at the beginning"):
        open_sheet(b'"a' + b"x" * 30_000, {}, len)


def test_an_export_in_pieces_is_the_export() -> None:
    text = (
        "Title of it\n"
        + SAMPLE.splitlines()[0]
        + "\n"
        + "".join(f'A-{i};Livré;10.09.2026;"a\nb"\n' for i in range(450))
    )
    for encoding in ("utf-8", "windows-1252", "utf-16"):
        options = {"encoding": encoding}
        sheet, _ = csv_columns.opened(text.encode(encoding), options)
        pieces = list(chunks(sheet, options))
        assert [len(lines) for lines, _ in pieces] == [CHUNK, CHUNK, 50]
        assert pieces[0][0][:2] == [4, 6]
        assert [ref for _, piece in pieces for _, one in read(piece, **options).items for ref in one.refs] == [
            ref for _, one in read(text.encode(encoding), **options).items for ref in one.refs
        ]
    broken, _ = csv_columns.opened((text + 'A-9;"x;y').encode(), {})
    found = chunks(broken, {})
    assert [len(next(found)[0]) for _ in range(3)] == [CHUNK, CHUNK, 50]
    with pytest.raises(csv.Error):
        next(found)


def test_lines_may_end_as_on_an_old_machine() -> None:
    assert len(read(SAMPLE.replace("\n", "\r")).items) == 1


FILE = """
date_format = "DD.MM.YYYY"
zone = "Europe/Berlin"
[columns]
"Zeichen" = "ref"
[statuses]
"Warte auf Papiere" = "delayed"
"XX" = "ignore"
"""


def test_one_small_file_holds_the_options() -> None:
    assert read_options(FILE) == {
        "date_format": "DD.MM.YYYY",
        "zone": "Europe/Berlin",
        "columns": {"Zeichen": "ref"},
        "mapping": {"csv-status:warte auf papiere": "delayed", "csv-status:xx": "ignore"},
    }
    assert read_options("") == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("date_format = ", "not_toml"),
        ("dateformat = 'DD.MM.YYYY'", "unknown_option"),
        ("date_format = 'DD'", "bad_option"),
        ("statuses = 7", "bad_option"),
        ("[statuses]\nX = 'deliverd'", "unknown_meaning"),
        ("[statuses]\nX = 7", "unknown_meaning"),
        ("[statuses]\nX = 'weather'", "unknown_meaning"),
    ],
)
def test_what_the_small_file_cannot_hold(text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        read_options(text)
    assert caught.value.code == code


def test_what_a_status_means_in_a_word() -> None:
    assert known_status("Livré", {}) == "delivered"
    assert known_status("Zeppelin", {}) is None
    own = {"mapping": {"csv-status:zeppelin": "strike", "csv-status:xx": "ignore"}}
    assert (known_status("Zeppelin", own), known_status("XX", own)) == ("delayed, strike", "ignore")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('A;x\n\n \n;\n"";\nB;y\n', [(2, ["A", "x"]), (7, ["B", "y"])]),
        ("\r\n\r\nA;x\r\n\r\nB;y", [(4, ["A", "x"]), (6, ["B", "y"])]),
        ('A;"x\n\n\ny"\n\nB;z\n', [(5, ["A", "x\n\n\ny"]), (7, ["B", "z"])]),
        (";A\n", [(2, ["", "A"])]),
        ('"";""', []),
        ("  ", []),
    ],
)
def test_blank_rows_are_passed_over_and_counted(body: str, found: list[tuple[int, list[str]]]) -> None:
    """A line of the file is that on which the row ends, as a spreadsheet and an editor count them."""
    assert list(open_sheet(f"A;B\n{body}".encode(), {}, len).rows()) == found


@pytest.mark.parametrize("blank", ["\n", "\r\n", ";;\n", '"";\n'])
def test_a_million_blank_rows_hold_nothing(blank: str) -> None:
    body = f"{HEADER}\n{blank * 1_000_000}A1;departed;2026-09-10\n".encode()
    assert memory(lambda: read(body)) < 32_000_000
