"""Formats are found by name, and the docs know each of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.formats import registry, signatures, tables
from service.formats.base import Format
from service.records.enums import Milestone

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = sorted(page for page in DOCS.rglob("*.md") if "<!-- table: " in page.read_text(encoding="utf-8"))


def test_ours_come_through_the_same_door() -> None:
    known = registry.known()
    assert {"native", "dcsa_tnt_v2"} <= known.keys()
    for name, made in known.items():
        assert made.name == name
        assert made.default_scheme in signatures.SCHEMES
        assert made.content_types
        assert made.title
        assert 200 <= made.answer_status < 300
        assert isinstance(registry.get(name), made)


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(registry.UnknownFormat, match=r"no format 'x12'\. Known formats: .*native"):
        registry.get("x12")


def test_the_pages_with_tables_are_found() -> None:
    assert {page.name for page in PAGES} >= {"adding-a-format.md", "native.md", "dcsa-tnt.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_docs_say_what_the_tables_say(page: Path) -> None:
    known = tables.blocks(registry.known().values())
    found = re.findall(r"<!-- table: ([\w-]+) -->\n(.*?)<!-- end -->", page.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    for name, text in found:
        assert text == known[name].markdown, f"run python scripts/format_docs.py: {name} in {page.name}"


def test_a_bar_in_a_sentence_is_printed_as_it_is() -> None:
    assert r"| a \| b |" in tables.Table(("says",), (("a | b",),)).markdown


def test_every_table_stands_on_a_page() -> None:
    asked = {
        name for page in PAGES for name in re.findall(r"<!-- table: ([\w-]+) -->", page.read_text(encoding="utf-8"))
    }
    assert asked == tables.blocks(registry.known().values()).keys()


def test_the_example_of_the_docs_reads() -> None:
    page = (DOCS / "adding-a-format.md").read_text(encoding="utf-8")
    (example,) = re.findall(r'```python title="acme_tms.py"\n(.*?)```', page, re.DOTALL)
    space: dict[str, Any] = {}
    exec(compile(example, "acme_tms.py", "exec"), space)
    acme: Format = space["AcmeTms"]()
    now = datetime(2026, 10, 7, 14, 0, tzinfo=UTC)
    body = b'{"order": "4711", "status": "OUT", "when": "2026-10-07T21:10+08:00"}'
    ((_, item),) = acme.read(body, {}, now=now, options={}).items
    assert [fact.milestone for fact in item.facts] == [Milestone.OUT_FOR_DELIVERY]
    (problem,) = acme.read(body.replace(b"OUT", b"?"), {}, now=now, options={}).problems
    assert problem.fix == "Use OUT, POD."
