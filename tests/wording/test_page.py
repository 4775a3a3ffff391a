from __future__ import annotations

from pathlib import Path

from service.records.enums import NoticeCode, Reason
from service.wording.page import texts_page

PAGE = Path(__file__).parents[2] / "docs" / "texts.md"


def test_the_page_shows_the_texts_as_they_are() -> None:
    shown = PAGE.read_text(encoding="utf-8")
    assert shown == texts_page(), "run `python -m service.wording.page > docs/texts.md`"


def test_the_page_shows_every_code_and_reason() -> None:
    page = texts_page()
    assert [code for code in NoticeCode if f"### {code.value} " not in page] == []
    assert [reason for reason in Reason if f"| `{reason.value}` |" not in page] == []
