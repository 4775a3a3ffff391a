"""The pages of docs/integrations, as somebody who follows one reads them: its samples, and what is to be typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "integrations"

SAMPLE = re.compile(
    r"```sh\ncat > (\S+) <<'END'\n(.*?)\nEND\nmilepost (sources (?:test|columns) [^\n]*)\n```\n\n```\n(.*?)\n```",
    re.DOTALL,
)
TYPED = re.compile(r"```sh\n(.*?)\n```(?:\n\n```\n(.*?)\n```)?", re.DOTALL)
CREATED = re.compile(r'```sh\n(curl [^\n]*-X POST "\$MILEPOST/v1/sources".*?)\n```', re.DOTALL)

FIRST_TABLE = re.compile(r"## Systems that tell us.*?(?=\n## )", re.DOTALL)
LINKED = re.compile(r"\]\(([a-z0-9-]+)\.md\)")
NO_FORMAT = frozenset({"files"})
"""A folder is a way to bring in files, and no system: what lies in it has its page."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A payload on a page, the words that read it, and what the page says they print."""

    page: str
    file: str
    body: str
    words: str
    printed: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A block of commands, and what the page says they print, or None where it does not say."""

    commands: str
    printed: str | None


def inbound() -> list[str]:
    """The pages of the systems that tell us what happens, as the list of all pages names them."""
    listed = FIRST_TABLE.search((PAGES / "README.md").read_text())
    assert listed is not None
    return sorted(set(LINKED.findall(listed[0])) - NO_FORMAT)


def samples(page: str) -> list[Sample]:
    return [Sample(page, *found) for found in SAMPLE.findall(_text(page))]


def created(page: str) -> str | None:
    """The command that makes the source over HTTP; the first, where there are several."""
    found = CREATED.search(_text(page))
    return found[1] if found else None


def posted(page: str) -> list[Typed]:
    """What is to be typed to post the sample to a running service and to look at what became of it."""
    found = re.search(r"^## Post it\n(.*?)(?=^## |\Z)", _text(page), re.DOTALL | re.MULTILINE)
    return [Typed(one[1], one[2]) for one in TYPED.finditer(found[1])] if found else []


def says(page: str, words: str) -> bool:
    """Whether the page says *words*, wherever its lines break."""
    return " ".join(words.split()) in " ".join(_text(page).split())


def settled(printed: str) -> str:
    """*printed* with `…` for what is drawn anew each time: ids, hashes, times of an answer, ends of links."""
    shown = re.sub(r"(https?://\S+/t/)\S+", r"\1…", printed.strip())
    shown = re.sub(r"\b([a-z]{3})_[0-9a-z]{26}\b", r"\1_…", shown)
    shown = re.sub(r"\b[0-9a-f]{64}\b", "…", shown)
    return re.sub(r"(<u:(?:Created|Expires)>)[^<]*", r"\1…", shown)


def _text(page: str) -> str:
    return (PAGES / f"{page}.md").read_text()
