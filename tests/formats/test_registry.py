"""Formats are found by name, and the docs know each of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.formats import registry, signatures, tables

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


def test_every_table_stands_on_a_page() -> None:
    asked = {
        name for page in PAGES for name in re.findall(r"<!-- table: ([\w-]+) -->", page.read_text(encoding="utf-8"))
    }
    assert asked == tables.blocks(registry.known().values()).keys()
