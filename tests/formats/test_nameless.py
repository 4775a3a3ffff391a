"""References without a letter or digit name nothing, whichever format brings them."""

from __future__ import annotations

import pytest

from service.formats.nameless import with_names
from service.records.enums import ReferenceType
from service.records.inbound import Item, Reading, RefValue


def item(*shown: str) -> Item:
    refs = tuple(RefValue(ReferenceType.REF, one) for one in shown)
    return Item(event_key="e1", key="e1", digest="", facts=(), refs=refs)


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        (("PO 4711",), ("PO 4711",)),
        (("\u8ba2\u5355",), ("\u8ba2\u5355",)),
        (("\u0661\u0662",), ("\u0661\u0662",)),
        (("/7",), ("/7",)),
        (("/", "4711", ".."), ("4711",)),
        (("\U0001f6a2", "A"), ("A",)),
        (("\u3164", "A"), ("A",)),
    ],
    ids=ascii,
)
def test_what_names_nothing_is_left_out_and_said(shown: tuple[str, ...], kept: tuple[str, ...]) -> None:
    reading = with_names(Reading(items=((0, item("A")), (3, item(*shown))), notes={"/0": "as before"}))
    assert [tuple(ref.shown for ref in one.refs) for _, one in reading.items] == [("A",), kept]
    assert ("/3" in reading.notes) is (shown != kept)
    assert reading.notes["/0"] == "as before"


def test_an_event_of_which_nothing_is_left_is_refused() -> None:
    reading = with_names(Reading(items=((0, item("A")), (1, item("..", "/"))), batch=True))
    assert [index for index, _ in reading.items] == [0]
    (found,) = reading.problems
    assert (found.index, found.code, found.pointer) == (1, "ref_missing", "/1")
    assert ".." in found.message


def test_one_event_has_no_number_in_its_place() -> None:
    reading = with_names(Reading(items=((0, item("..", "A")),), batch=False))
    assert list(reading.notes) == [""]


def test_what_had_no_reference_is_as_it_was() -> None:
    reading = Reading(items=((0, item()),))
    assert with_names(reading) is reading
