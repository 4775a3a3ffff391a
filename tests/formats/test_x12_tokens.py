"""The X12 tokenizer: delimiters, several interchanges, wrong counts, text cut off, and bodies made to hurt."""

from __future__ import annotations

import tracemalloc

import pytest

from service.formats.base import Unreadable
from service.formats.registry import get
from service.formats.x12.segments import parts
from service.records.inbound import Reading
from tests.formats.x12_sets import ISA, NOW, interchange

SET = "ST*315*1~B4***VA*20260910*1405**MSKU*123456*L**GBFXT*UN*5~N9*BN*BKG1~SE*4*1~"
WHOLE = f"{ISA}GS*QO*A*B*20260916*0910*7*X*004010~{SET}GE*1*7~IEA*1*000000101~"
SHORT = ISA.replace("          ", " ").replace("CARRIER        ", "CARRIER").replace("MILEPOST       ", "MILEPOST")
MOST_MEMORY = 64 * 2**20


def read(body: str | bytes, code: str = "315") -> Reading:
    given = body if isinstance(body, bytes) else body.encode()
    return get(f"x12_{code}").read(given, {}, now=NOW, options={})


def refused(body: str | bytes, code: str = "315") -> str:
    with pytest.raises(Unreadable) as caught:
        read(body, code)
    assert caught.value.problem.fix
    return caught.value.problem.code


@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        "\ufeff" + WHOLE,
        "\r\n  " + WHOLE,
        WHOLE.replace("~", "~\r\n"),
        WHOLE.replace("~", "\n"),
        WHOLE.replace("~", "\r\n"),
        WHOLE.replace("~", "'").replace("*", "|"),
        WHOLE.replace("~", "\x1c").replace("*", "\x1d"),
        WHOLE.replace(ISA, SHORT),
        WHOLE.replace(ISA, SHORT).replace("~", "~\n"),
        WHOLE.replace(ISA, SHORT).replace("~", "\n"),
        WHOLE.replace(ISA, SHORT.replace(">~", "~\n")),
        WHOLE.rstrip("~"),
        WHOLE.replace("~N9", "~~N9"),
        WHOLE.replace("~N9", "~ N9"),
    ],
)
def test_every_spelling_of_an_interchange_is_the_same(body: str) -> None:
    reading = read(body)
    assert reading.items == read(WHOLE).items
    assert len(reading.items) == 1
    assert not reading.notes


def test_several_interchanges_each_with_its_delimiters() -> None:
    other = WHOLE.replace("20260910", "20260911").replace("*", "|").replace("~", "!")
    third = WHOLE.replace("20260910", "20260912").replace("~", "~\n")
    reading = read(WHOLE + other + "\n" + third)
    assert len(reading.items) == 3
    assert not reading.notes


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("SE*4*1", "SE*5*1", "/0/SE01"),
        ("SE*4*1", "SE*4*001 N/L", "/0/SE02"),
        ("GE*1*7", "GE*2*7", "/0/GE01"),
        ("GE*1*7", "GE*1*8", "/0/GE02"),
        ("IEA*1*000000101", "IEA*2*000000101", "/0/IEA01"),
        ("IEA*1*000000101", "IEA*1*102", "/0/IEA02"),
        ("IEA*1*000000101~", "", "/0/IEA"),
        ("SE*4*1~", "", "/0/SE"),
        ("*P*>", "*T*>", "/0/ISA15"),
    ],
)
def test_wrong_counts_are_warnings(old: str, new: str, where: str) -> None:
    reading = read(WHOLE.replace(old, new))
    assert len(reading.items) == 1
    assert where in reading.notes


def test_numbers_without_their_zeros_are_the_same() -> None:
    assert not read(WHOLE.replace("IEA*1*000000101", "IEA*1*101").replace("SE*4", "SE*0004")).notes


@pytest.mark.parametrize("length", range(len(ISA), len(WHOLE)))
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
        (" \n ", "empty_body"),
        ("hello", "not_x12"),
        ("ISA", "not_x12"),
        ("ISABEL WAS HERE AND THERE", "not_x12"),
        ("UNB+UNOC:3+A+B+260916:0910+1'UNZ+0+1'", "not_x12"),
        ('{"ISA": 1}', "not_x12"),
        ("ISA*00*too*short*for*an*ISA~GS*QO~", "short_isa"),
        (ISA[:-1] + "A", "no_terminator"),
        (ISA[:-1] + "*", "no_terminator"),
        (ISA + "IEA*0*101~", "no_event"),
        (WHOLE.encode("utf-16"), "wrong_encoding"),
        (WHOLE + WHOLE.replace("ISA*", "ISA?", 1)[:60], "short_isa"),
    ],
)
def test_what_is_no_x12_is_refused_with_the_fix(body: str | bytes, code: str) -> None:
    assert refused(body) == code


def test_text_that_is_not_utf8_is_read_with_a_warning() -> None:
    reading = read(WHOLE.replace("GBFXT*UN", "LE HAVRE QUAI D'ÉTÉ*CI").encode("cp1252"))
    assert reading.items[0][1].facts[0].place_name == "LE HAVRE QUAI D'ÉTÉ"
    assert "cp1252" in reading.notes["/0/ISA"]


def test_other_sets_are_problems_and_acknowledgements_ignored() -> None:
    reading = read(interchange("214", "B10*1*2*X~") + interchange("997", "AK1*QO*1~") + interchange("204", "B2*X~"))
    assert [(one.code, one.pointer) for one in reading.problems] == [("other_set", "/0/ST01"), ("other_set", "/2/ST01")]
    assert "x12_214" in reading.problems[0].fix
    assert [one.reason for one in reading.ignored] == ["997 answers for other sets."]


def test_an_envelope_may_be_missing_or_broken() -> None:
    body = f"{ISA}{SET}GS*QO*A*B*20261399*0910*7*X*004010~{SET.replace('0910', '0911')}IEA*1*101~"
    (_, first), (_, second) = read(body).items
    assert (first.stated_at, second.stated_at) == (None, None)
    short = WHOLE.replace("20260916*0910", "260916*091000")
    assert read(short).items[0][1].stated_at == read(WHOLE).items[0][1].stated_at


def test_a_loop_begins_at_its_segment() -> None:
    body = ISA + "GS*QM*A*B*20260916*0910*7*X*004010~ST*214*1~B10*1~LX*1~AT7*1~LX*2~AT7*2~AT8*3~SE*8*1~"
    found = list(parts(body, "LX", "AT7", lambda where, says: None))
    assert [[segment[0] for segment in part.loop] for part in found] == [["LX", "AT7"], ["LX", "AT7", "AT8"]]
    assert all(part.head == [["B10", "1"]] and part.whole for part in found)


LX = "LX*1~AT7*D1*NS***20260910*1405*UT~"
HURTFUL = [
    (ISA + "A~" * 2_400_000, "too_many_segments"),
    (ISA + SET[:-7] + "N9*X*Y~" * 700_000, "too_many_segments"),
    (ISA + SET[:-7] + "N9*X*YYYYYYYYYY~" * 300_000, "too_many_segments_of_one_set"),
    (ISA + "ST*315*1~N9*ABCDEFGHIJKLMNOP*B~SE*3*1~" * 120_000, "too_many_events"),
    (ISA + "ST*214*1~B10*1*2*X~" + "L11*A*PO~" * 4_000 + LX * 60_000, "too_many_events"),
    (ISA + "*" * 4_900_000 + "~", "segment_too_long"),
    (ISA + "ST*315*1~N9*BN*" + "x " * 2_400_000 + "~", "segment_too_long"),
    (ISA * 46_000, "too_many_interchanges"),
    ("ISA" * 1_660_000, "not_x12"),
    (ISA + "\n" * 4_900_000, "no_event"),
    (ISA + "ST*315*1~B4***ZZ*20260910~N9*BN*1~SE*4*1~" * 120_000, "too_many_events"),
]


@pytest.mark.parametrize(("body", "code"), HURTFUL, ids=[str(n) for n in range(len(HURTFUL))])
def test_a_body_made_to_hurt_ends_in_a_refusal_within_its_memory(body: str, code: str) -> None:
    given = body[:5_000_000].encode()
    kind = "214" if "ST*214" in body[:200] else "315"
    assert refused(given, kind) == code
    tracemalloc.start()
    try:
        refused(given, kind)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
