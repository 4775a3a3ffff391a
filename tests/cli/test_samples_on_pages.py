"""The samples that the pages of docs/integrations show: each is read, and prints what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Milepost

PAGES = Path(__file__).parents[2] / "docs" / "integrations"
SAMPLE = re.compile(r"```sh\nmilepost (sources test - [^\n]*) <<'END'\n(.*?)\nEND\n```\n\n```\n(.*?)\n```", re.DOTALL)
LINK = re.compile(r"(https://track\.example\.com/t/)\S+")
"""The end of a link is drawn anew each time."""

SAMPLES = [(page.name, *found) for page in sorted(PAGES.glob("*.md")) for found in SAMPLE.findall(page.read_text())]


def test_pages_of_platforms_have_a_sample() -> None:
    named = {page for page, *_ in SAMPLES}
    assert named >= {
        f"{name}.md" for name in ("terminal49", "shipsgo", "flexport", "vizion", "project44", "air-cargo-imp")
    }


@pytest.mark.parametrize(("page", "words", "body", "printed"), SAMPLES, ids=[page for page, *_ in SAMPLES])
def test_a_sample_prints_what_its_page_says(nowhere: Milepost, page: str, words: str, body: str, printed: str) -> None:
    assert page.endswith(".md")
    out = nowhere(*shlex.split(words), stdin=body).good()
    assert LINK.sub(r"\1…", out.strip()) == printed
