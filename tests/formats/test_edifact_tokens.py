"""The EDIFACT tokenizer: delimiters, released characters, groups, wrong counts, text cut off, bodies made to hurt."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

import pytest

from service.formats.base import Unreadable
from service.formats.edifact.iftsta import Iftsta
from service.formats.edifact.interchange import parts, text_of
from service.records.inbound import Reading

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
UNB = "UNB+UNOC:3+CARR+MILEPOST+260916:0910+REF1'"
UNH = "UNH+1+IFTSTA:D:96A:UN'BGM+23+DOC1+9'RFF+BN:BKG1'"
STATUS = "CNI+1'STS+1+21'DTM+78:20260910:102'"
MESSAGE = f"{UNH}{STATUS}UNT+7+1'"
WHOLE = f"{UNB}{MESSAGE}UNZ+1+REF1'"
MOST_MEMORY = 64 * 2**20


def read(body: str | bytes) -> Reading:
    return Iftsta().read(body if isinstance(body, bytes) else body.encode(), {}, now=NOW, options={})


def refused(body: str | bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(body)
    assert caught.value.problem.fix
    return caught.value.problem.code


def other_signs(text: str) -> str:
    return "UNA|*.! ~" + text.translate(str.maketrans(":+?'", "|*!~"))


@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        "\ufeff" + WHOLE,
        " \r\n" + WHOLE,
        "UNA:+.? '" + WHOLE,
        "UNA:+.  '" + WHOLE,
        "UNA:+.? '\r\n" + WHOLE,
        other_signs(WHOLE),
        WHOLE.replace("'", "'\r\n"),
        WHOLE.replace("'", "'\n  "),
        WHOLE.replace("UNZ", "UNZ").rstrip("'"),
        WHOLE.replace("'STS", "''STS"),
        WHOLE.replace("UNH", "UNG+IFTSTA+A+B+260916:0910+1+UN+D:96A'UNH").replace("UNZ", "UNE+1+1'UNZ"),
        WHOLE.replace("260916:", "20260916:"),
    ],
)
def test_every_spelling_of_an_interchange_is_the_same(body: str) -> None:
    reading = read(body)
    assert reading.items == read(WHOLE).items
    assert len(reading.items) == 1
    assert not reading.notes


def test_several_interchanges_each_with_its_signs() -> None:
    other = WHOLE.replace("DOC1", "DOC2")
    reading = read(WHOLE + "\n" + other_signs(other) + "UNA:+.? '" + WHOLE.replace("DOC1", "DOC3"))
    assert len(reading.items) == 3
    assert not reading.notes


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("O?'BRIEN", "O'BRIEN"),
        ("A?+B?:C", "A+B:C"),
        ("WHY??", "WHY?"),
        ("WHY???'", "WHY?'"),
        ("A?B", "AB"),
    ],
)
def test_released_characters(sent: str, read_as: str) -> None:
    reading = read(WHOLE.replace("STS+1+21", f"STS+1+21:::{sent}"))
    assert reading.items[0][1].facts[0].remark == read_as


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("UNT+7+1", "UNT+8+1", "/0/UNT"),
        ("UNT+7+1", "UNT+7+2", "/0/UNT"),
        ("UNT+7+1'", "", "/0/UNT"),
        ("UNZ+1+REF1", "UNZ+2+REF1", "/0/UNZ"),
        ("UNZ+1+REF1", "UNZ+1+REF2", "/0/UNZ"),
        ("UNZ+1+REF1'", "", "/0/UNZ"),
        ("+REF1'UNH", "+REF1++++++1'UNH", "/0/UNB"),
    ],
)
def test_wrong_counts_are_warnings(old: str, new: str, where: str) -> None:
    reading = read(WHOLE.replace(old, new))
    if new or where == "/0/UNZ":
        assert len(reading.items) == 1
    assert where in reading.notes


@pytest.mark.parametrize("length", range(len(UNB), len(WHOLE)))
def test_cut_off_nothing_changes_its_meaning(length: int) -> None:
    try:
        reading = read(WHOLE[:length])
    except Unreadable:
        return
    whole = [found.digest for _, found in read(WHOLE).items]
    assert [found.digest for _, found in reading.items] in ([], whole)
    assert [problem.code for problem in reading.problems] in ([], ["cut_off"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "empty_body"),
        ("hello", "not_edifact"),
        ("UNX+1'", "not_edifact"),
        ("ISA*00*", "not_edifact"),
        ('{"UNB": 1}', "not_edifact"),
        ("UNA::.? '" + WHOLE, "bad_una"),
        ("UNAxyz", "bad_una"),
        ("UNA", "bad_una"),
        (UNB + "UNZ+0+REF1'", "no_event"),
        (WHOLE.encode("utf-16"), "wrong_encoding"),
    ],
)
def test_what_is_no_edifact_is_refused_with_the_fix(body: str | bytes, code: str) -> None:
    assert refused(body) == code


@pytest.mark.parametrize(
    ("syntax", "encoding", "text"),
    [
        ("UNOC", "latin-1", "ÉTÉ"),
        ("UNOD", "iso8859-2", "ŁÓDŹ"),
        ("UNOE", "iso8859-5", "МОСКВА"),
        ("UNOB", "cp1252", "ÉTÉ"),
    ],
)
def test_the_encoding_is_that_of_unb(syntax: str, encoding: str, text: str) -> None:
    body = WHOLE.replace("UNOC", syntax).replace("STS+1+21", f"STS+1+21:::{text}")
    assert read(body.encode(encoding)).items[0][1].facts[0].remark == text
    assert read(body.encode()).items[0][1].facts[0].remark == text
    assert text_of(body.encode())[1] == ""


def test_other_messages_are_problems_and_acknowledgements_ignored() -> None:
    reading = read(f"{UNB}UNH+1+COPRAR:D:95B:UN'BGM+1'UNT+3+1'UNH+2+CONTRL:4:1:UN'UCI+1'UNT+3+2'UNZ+2+REF1'")
    assert [(one.code, one.pointer) for one in reading.problems] == [("other_message", "/0/UNH")]
    assert [one.reason for one in reading.ignored] == ["CONTRL answers for other messages."]


def test_a_bad_date_of_the_interchange_says_nothing() -> None:
    assert read(WHOLE.replace("260916:0910", "269916:0910")).items[0][1].stated_at is None
    assert read(WHOLE.replace("260916:0910", "x:y")).items[0][1].stated_at is None


def test_a_loop_begins_at_its_segment_and_knows_what_stands_above() -> None:
    body = f"{UNB}{UNH}CNI+1'LOC+9+X'STS+1'DTM+1'STS+2'CNI+2'STS+3'UNT+10+1'UNZ+1+REF1'"
    found = list(parts(body, lambda where, says: None))
    assert [[segment[0][0] for segment in part.loop] for part in found] == [["STS", "DTM"], ["STS"], ["STS"]]
    assert [[segment[0][0] for segment in part.head] for part in found] == [
        ["BGM", "RFF", "CNI", "LOC"],
        ["BGM", "RFF", "CNI", "LOC"],
        ["BGM", "RFF", "CNI"],
    ]
    assert found[0].head is found[1].head


HURTFUL = [
    (UNB + "A'" * 2_400_000, "too_many_segments"),
    (UNB + UNH + "RFF+BN:XYZ'" * 400_000, "too_many_segments_of_one_message"),
    (UNB + UNH + STATUS * 130_000, "too_many_events"),
    (UNB + UNH + "RFF+ON:X'" * 4_000 + "STS+1+21'DTM+78:20260910:102'" * 60_000, "too_many_events"),
    (UNB + "UNH+1+IFTSTA:D:96A'UNT+2+1'" * 180_000, "too_many_messages"),
    (UNB + "+" * 4_900_000 + "'", "segment_too_long"),
    (UNB + UNH + "FTX+AAI+++" + "?'" * 2_400_000, "too_many_segments"),
    (UNB + UNH + "FTX+AAI+++" + "?'xxxxxxxxxxxxxxxx" * 270_000, "segment_too_long"),
    (UNB + UNH + "FTX+AAI+++" + "?" * 4_800_000 + "'", "segment_too_long"),
    ("UNA:+.? '" * 550_000, "too_many_segments"),
    ("UNA:+.? '" * 20_000, "too_many_heads"),
    (UNB * 110_000, "too_many_interchanges"),
    (UNB + "\n" * 4_900_000, "no_event"),
]


@pytest.mark.parametrize(("body", "code"), HURTFUL, ids=[str(n) for n in range(len(HURTFUL))])
def test_a_body_made_to_hurt_ends_in_a_refusal_within_its_memory(body: str, code: str) -> None:
    given = body[:5_000_000].encode()
    assert refused(given) == code
    tracemalloc.start()
    try:
        refused(given)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
