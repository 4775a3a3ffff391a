"""XML as values, read as a stream: elements by local name, with attributes, text and children.

Documents with a DTD are refused before anything of it is read, so there are no entities to expand and nothing is ever
fetched. Depth, elements and the length of a tag are bounded; namespaces and prefixes are not looked at, because
senders write them as they like.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pyexpat import ErrorString, ExpatError, ParserCreate, XMLParserType

from service.formats.base import Unreadable, unreadable
from service.formats.packing import refuse_packed

MAX_DEPTH = 64
"""Levels of nesting; Universal XML and XFSU need about twenty."""

MAX_ELEMENTS = 250_000
"""Elements and attributes of one document: 5 MB hold about 125,000 of ordinary length."""

MAX_NAMES = 5_000
"""Different names of elements in one document."""

_CHUNK = 1 << 18
_MAX_TOKEN = 1 << 20
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DTD = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL | re.IGNORECASE)
_CODECS = {
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-2": "iso8859-2",
    "iso-8859-15": "iso8859-15",
    "windows-1250": "cp1250",
    "windows-1252": "cp1252",
}
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)


class Node:
    """One element. `text` is its own character data without outer blanks, `children` stand in their order.

    `attributes` are name, value, name, value, …, because a dictionary for each of many would take the memory.
    """

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: tuple[str, ...] = ()) -> None:
        self.name = name
        self.attributes = attributes
        self.text = ""
        self.children: list[Node] | tuple[Node, ...] = ()

    def all(self, *path: str) -> Iterator[Node]:
        """Every element at *path* below this one, in the order of the document."""
        for child in self.children:
            if child.name == path[0]:
                if len(path) == 1:
                    yield child
                else:
                    yield from child.all(*path[1:])

    def first(self, *path: str) -> Node | None:
        """The first element at *path* below this one."""
        if len(path) > 1:
            return next(self.all(*path), None)
        name = path[0]
        for child in self.children:
            if child.name == name:
                return child
        return None

    def said(self, *path: str) -> str:
        """The text of the first element at *path*, empty where there is none."""
        found = self.first(*path)
        return found.text if found is not None else ""

    def attribute(self, name: str) -> str:
        """The value of the attribute with this local name, empty where there is none."""
        pairs = zip(self.attributes[::2], self.attributes[1::2], strict=True)
        return next((value for key, value in pairs if key.rpartition(":")[2] == name), "")


def loads(body: bytes) -> Node:
    """The root element that *body* holds. Raises `Unreadable` with a code, a sentence and the fix."""
    reader = _Reader(None)
    for _ in reader.read(body):
        pass
    assert reader.root is not None
    return reader.root


def each(body: bytes, names: Collection[str]) -> Iterator[Node]:
    """The outermost elements that have one of *names*, each whole as soon as it has ended, so that few are held.

    Raises `Unreadable` as `loads` does, once it comes to what cannot be read.
    """
    return _Reader(frozenset(names)).read(body)


class _Reader:
    """Builds nodes from what expat reports. With *wanted*, only those inside a wanted element are kept."""

    def __init__(self, wanted: frozenset[str] | None) -> None:
        self.root: Node | None = None
        self._wanted = wanted
        self._done: list[Node] = []
        self._open: list[tuple[Node, list[str]]] = []
        self._depth = 0
        self._count = 0
        self._names: dict[str, str] = {}
        self._parser = self._made()

    def _made(self) -> XMLParserType:
        parser = ParserCreate("utf-8")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _no_dtd
        return parser

    def read(self, body: bytes) -> Iterator[Node]:
        """Feed the document piece by piece, and yield what each piece completes."""
        document = memoryview(_utf8(body))
        for at in range(0, len(document), _CHUNK):
            end = at + _CHUNK
            self._feed(document[at:end], end >= len(document))
            if end - self._parser.CurrentByteIndex > _MAX_TOKEN + _CHUNK:
                raise unreadable(
                    "too_long", "A single tag or comment of the XML is longer than 1 MB.", "Put data into elements."
                )
            yield from self._done
            self._done.clear()

    def _feed(self, piece: memoryview, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except ExpatError as error:
            raise unreadable(
                "not_xml",
                f"The body is not XML: {ErrorString(error.code)} at line {error.lineno}, column {error.offset + 1}.",
                "Send one well-formed XML document.",
            ) from None

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        self._count += 1 + len(attributes) // 2 if attributes else 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise self._flood()
        short = self._names.get(name)
        if short is None:
            short = self._names[name] = name.rpartition(":")[2]
            if len(self._names) > MAX_NAMES:
                raise self._flood()
        if self._open or self._wanted is None or short in self._wanted:
            self._open.append((Node(short, tuple(attributes)), []))

    def _flood(self) -> Unreadable:
        if self._depth > MAX_DEPTH:
            return unreadable(
                "too_deep", f"The XML is nested more than {MAX_DEPTH} levels deep.", "Send the events side by side."
            )
        if self._count > MAX_ELEMENTS:
            return unreadable(
                "too_many_elements",
                f"The XML has more than {MAX_ELEMENTS:,} elements and attributes.",
                "Send it in several calls.",
            )
        return unreadable(
            "too_many_names",
            f"The XML has elements of more than {MAX_NAMES:,} different names.",
            "Put what differs into the text of elements, not into their names.",
        )

    def _text(self, data: str) -> None:
        if self._open and (data := data.strip() if not self._open[-1][1] else data):
            self._open[-1][1].append(data)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        node, texts = self._open.pop()
        if texts:
            node.text = "".join(texts).strip()
        if self._open:
            parent = self._open[-1][0]
            if isinstance(parent.children, list):
                parent.children.append(node)
            else:
                parent.children = [node]
        elif self._wanted is None:
            self.root = node
        else:
            self._done.append(node)


def _no_dtd(*_declared: object) -> None:
    raise _dtd()


def _dtd() -> Unreadable:
    return unreadable(
        "dtd",
        "The XML has a document type declaration (<!DOCTYPE …>).",
        "Leave it out: entities and external files are never read.",
    )


def _utf8(body: bytes) -> bytes:
    """The document in UTF-8, whatever it came in. A declaration that the bytes belie is passed over.

    Programs that write XML into a string and send that as UTF-8 leave `encoding="utf-16"` in it.
    """
    refuse_packed(body)
    body = body.lstrip(b" \t\r\n")
    codec = next((codec for mark, codec in _MARKS if body.startswith(mark)), None)
    if codec is None:
        declared = _DECLARED.match(body)
        codec = _CODECS.get(declared[1].decode().lower(), "utf-8") if declared else "utf-8"
    try:
        document = body.decode(codec).lstrip()
    except UnicodeDecodeError as error:
        raise unreadable(
            "bad_encoding",
            f"The XML is not in {codec.removesuffix('-sig')}: byte {error.start} does not fit.",
            "Encode it in UTF-8, or declare the encoding it has.",
        ) from None
    if not document:
        raise unreadable("empty_body", "The body is empty.", "Send an XML document.")
    encoded = document.encode()
    if _DTD.match(encoded):
        raise _dtd()
    return encoded
