"""Every list of codes, of every format that is installed: each row says where it stands, and can be reached."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from service.formats import registry
from service.formats.base import Format
from service.formats.explaining import explain
from service.formats.mapping import kinds_of
from service.formats.vocabulary import Code, Vocabulary, key
from service.records.enums import Milestone, Reason
from tests.acme import CAUSE, STATUS, Acme

FORMATS: list[type[Format]] = [*registry.known().values(), Acme]

LISTS = [pytest.param(one, voc, id=voc.name) for one in FORMATS for voc in one.vocabularies]


def faults(vocabulary: Vocabulary) -> Iterator[str]:
    """What is wrong with a list of codes."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", vocabulary.name):
        yield f"{vocabulary.name}: the name is not lower case with hyphens"
    closed: set[str] = set()
    met: set[tuple[str, str]] = set()
    for row in vocabulary.rows:
        name = key(vocabulary.name, row.code)
        if row.code in closed or (row.code, row.when) in met:
            yield f"{name} ({row.when or 'otherwise'}) stands behind a row that takes all of it"
        met.add((row.code, row.when))
        if not row.when:
            closed.add(row.code)
        yield from wanting(vocabulary, row, name)


def wanting(vocabulary: Vocabulary, row: Code, name: str) -> Iterator[str]:
    """What one row lacks."""
    if not (row.source or vocabulary.source).strip():
        yield f"{name} does not say where it stands"
    if not row.says.strip():
        yield f"{name} has no meaning in words"
    if not isinstance(row.becomes, Milestone | Reason) and len(row.becomes.split()) < 2:
        yield f"{name} is ignored without a reason"
    if row.reason is not None and not isinstance(row.becomes, Milestone):
        yield f"{name} has a reason and no milestone"
    if not row.code or not row.code.isprintable() or row.code != row.code.strip() or len(name) > 200:
        yield f"{name} could not be typed"


EXAMINED = re.compile(r"inspect|exam|investigat|scan|x_ray|looks into it|CUS[SI]")
"""What a hold says of itself before anybody is told that customs will inspect the goods."""


@pytest.mark.parametrize(("one", "vocabulary"), LISTS)
def test_only_what_says_inspection_is_told_as_one(one: type[Format], vocabulary: Vocabulary) -> None:
    for row in vocabulary.rows:
        if row.becomes is Milestone.CUSTOMS_HOLD and row.reason is Reason.CUSTOMS_CHECK:
            assert EXAMINED.search(f"{row.code} {row.says}"), key(vocabulary.name, row.code)


def test_names_are_unique_over_all_formats() -> None:
    shared: dict[str, set[int]] = {}
    for one in FORMATS:
        for vocabulary in one.vocabularies:
            shared.setdefault(vocabulary.name, set()).add(id(vocabulary))
    assert {name for name, lists in shared.items() if len(lists) > 1} == set()
    assert [name for one in FORMATS for name, n in Counter(v.name for v in one.vocabularies).items() if n > 1] == []


@pytest.mark.parametrize(("format_", "vocabulary"), LISTS)
def test_every_row_has_a_source_and_can_be_reached(format_: type[Format], vocabulary: Vocabulary) -> None:
    assert vocabulary.rows
    assert vocabulary.title
    assert list(faults(vocabulary)) == []


@pytest.mark.parametrize(("format_", "vocabulary"), LISTS)
def test_every_row_is_explained(format_: type[Format], vocabulary: Vocabulary) -> None:
    explained = [
        one.row
        for code in dict.fromkeys(r.code for r in vocabulary.rows)
        for one in explain(format_, key(vocabulary.name, code))
    ]
    assert Counter(explained) == Counter(vocabulary.rows)
    for row in vocabulary.rows:
        assert row in [one.row for one in explain(format_, row.code)]
    assert kinds_of(vocabulary) <= {Milestone, Reason}


BROKEN = [
    (Code("A", "", Milestone.LOADED), "no meaning"),
    (Code("A", "loaded", "x"), "ignored without a reason"),
    (Code("A", "weather", Reason.WEATHER, reason=Reason.WEATHER), "a reason and no milestone"),
    (Code("", "empty", Milestone.LOADED), "could not be typed"),
    (Code(" A", "blank", Milestone.LOADED), "could not be typed"),
]


@pytest.mark.parametrize(("row", "fault"), BROKEN)
def test_a_broken_row_is_found(row: Code, fault: str) -> None:
    (found,) = faults(Vocabulary("x", "X", "somewhere", (row,)))
    assert fault in found


def test_a_broken_list_is_found() -> None:
    twice = Vocabulary("x", "X", "", (STATUS.rows[0], STATUS.rows[0]))
    assert sum("stands behind" in fault for fault in faults(twice)) == 1
    assert sum("does not say where" in fault for fault in faults(twice)) == 2
    assert [*faults(Vocabulary("X_1", "X", "s", CAUSE.rows))] == ["X_1: the name is not lower case with hyphens"]
