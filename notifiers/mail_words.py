"""What a person wrote in an e-mail, without what they quoted. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message
from html.parser import HTMLParser

MOST = 4000
"""Characters of an answer that are kept."""

READ = 100_000
"""Characters of a part that are looked at."""

_RULE = re.compile(r"^\s*(?:-{2,}|_{5,})\s*(?:[^\W\d_][\w ]{0,40})?\s*(?:-{2,})?\s*$")
"""`-- `, `-----Original Message-----`, `________`: what follows is a signature or another e-mail."""

_HEADER = re.compile(r"^\s*\*?(?:from|von|de|da|van|od|från|发件人|من)\s*\*?\s*[:：]", re.IGNORECASE)
_BREAK = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3"})
_QUOTED = frozenset({"blockquote", "style", "script", "head", "title"})


def own_words(parts: Sequence[Message]) -> str:
    """The new words of an e-mail: those before the first quotation, its introduction, or the signature."""
    plain = next((part for part in parts if part.get_content_type() == "text/plain"), None)
    other = next((part for part in parts if part.get_content_type() == "text/html"), None)
    part = plain or other
    if part is None:
        return ""
    lines: list[str] = []
    for line in said(part).replace("\r\n", "\n").split("\n"):
        if line.lstrip().startswith(">"):
            return _joined(_without_introduction(lines))
        if _RULE.match(line) or _HEADER.match(line):
            break
        lines.append(line)
    return _joined(_without_introduction(lines) if part is other else lines)


def said(part: Message) -> str:
    """A part as text, whatever character set it claims."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        text = payload[: READ * 4].decode(charset, "replace")
    except (LookupError, ValueError):
        text = payload[: READ * 4].decode("latin-1")
    return _Words(text[:READ]).text if part.get_content_type() == "text/html" else text[:READ]


def _without_introduction(lines: list[str]) -> list[str]:
    """Without the last lines if they introduce what is quoted, such as `On Tue, Ann wrote:`, over two lines at most."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and kept[-1].rstrip().endswith((":", "：")):
        last = kept.pop()
        if kept and kept[-1].strip() and len(last) < 40:
            kept.pop()
    return kept


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines).strip()[:MOST]


class _Words(HTMLParser):
    """The text of an HTML part without what it quotes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._hidden = 0
        self.feed(html)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        quoted = tag in _QUOTED or "gmail_quote" in (dict(attrs).get("class") or "")
        if quoted or self._hidden:
            self._hidden += tag not in {"br", "img", "hr", "meta", "link", "input"}
        elif tag in _BREAK:
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the signature of the base class
        self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append(data.replace("\n", " "))
