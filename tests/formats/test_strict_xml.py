"""XML with one meaning and bounded cost: what is read, what is refused, with which sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats.base import Unreadable
from service.formats.strict_xml import MAX_DEPTH, MAX_ELEMENTS, Node, each, loads
from tests.formats.costs import memory

LARGEST = 5_000_000
BOMB = b'<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_body"),
        (b" \r\n", "empty_body"),
        (b"\xef\xbb\xbf", "empty_body"),
        (b"hello", "not_xml"),
        (b"<a>", "not_xml"),
        (b"<a></b>", "not_xml"),
        (b"<a/><b/>", "not_xml"),
        (b"<a b='1' b='2'/>", "not_xml"),
        (b"<a>&nbsp;</a>", "not_xml"),
        (b"<a>&#0;</a>", "not_xml"),
        (b"<a>\0</a>", "not_xml"),
        (b"<a>&#xD800;</a>", "not_xml"),
        (b"<a>\xff</a>", "bad_encoding"),
        (b'<?xml version="1.0" encoding="ascii"?><a>\xc3\xa9</a>', "bad_encoding"),
        (b"\xff\xfe<\0a\0/\0>", "bad_encoding"),
        (BOMB, "dtd"),
        (b"<?xml version='1.0'?><!-- x --><?p?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "dtd"),
        (BOMB.decode().encode("utf-16"), "dtd"),
        (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "too_deep"),
        (b"<a>" * (LARGEST // 3), "too_deep"),
        (b"<r>" + b"<a/>" * (LARGEST // 4) + b"</r>", "too_many_elements"),
        (b"<r>" + b"<a b='' c=''/>" * (LARGEST // 14) + b"</r>", "too_many_elements"),
        (b"<r>" + b"".join(b"<n%d/>" % i for i in range(LARGEST // 11)) + b"</r>", "too_many_names"),
        (b"<a b='" + b"x" * LARGEST + b"'/>", "too_long"),
        (b"<a><!--" + b"x" * LARGEST, "too_long"),
        (b"<!--x" * (LARGEST // 5) + b"<a/>", "not_xml"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused_in_little_memory(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        loads(body)
    assert memory(lambda: loads(body)) < 64 * 2**20
    problem = caught.value.problem
    assert (problem.code, problem.index) == (code, None)
    assert problem.message.endswith(".")
    assert problem.fix.endswith(".")
    assert len(problem.message) < 200


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"<r>" + b"<a b=''>xy</a>" * (LARGEST // 14) + b"</r>",
        lambda: b"<r>" + b"<a>xy</a>" * (MAX_ELEMENTS - 1) + b"</r>",
        lambda: b"<r>" + b"<a>xy<b/>z</a>" * (MAX_ELEMENTS // 2 - 1) + b"</r>",
        lambda: b"<a>" + b"x" * (LARGEST - 7) + b"</a>",
        lambda: b"<a>" + b"&#65;" * (LARGEST // 5 - 2) + b"</a>",
        lambda: b"<a>" + b"x<![CDATA[y]]><!-- -->" * (LARGEST // 22 - 1) + b"</a>",
        lambda: "<a>\U0001f69a".encode() + b"x" * (LARGEST - 12) + b"</a>",
        lambda: b"<?p?>" * (LARGEST // 5 - 1) + b"<a/>",
        lambda: b"\n" * (LARGEST - 4) + b"<a/>",
    ],
)
def test_a_body_of_the_largest_size_stays_within_its_memory(make: Callable[[], bytes]) -> None:
    body = make()
    assert memory(lambda: loads(body)) < 64 * 2**20


def test_a_legitimate_body_of_the_largest_size_is_read() -> None:
    event = b"<Event><EventType>DEP</EventType><EventTime>2026-10-07T21:10:00</EventTime></Event>"
    many = LARGEST // len(event)
    body = b"<Body>" + event * many + b"</Body>"
    assert sum(1 for _ in each(body, {"Event"})) == many
    assert len(loads(body).children) == many


@pytest.mark.parametrize(
    "body",
    [
        "<a>Zürich €</a>".encode(),
        "\ufeff<a>Zürich €</a>".encode(),
        " \r\n<?xml version='1.0'?><a>Zürich €</a>".encode(),
        "\ufeff<?xml version='1.0' encoding='utf-16'?><a>Zürich €</a>".encode("utf-16-le"),
        "<a>Zürich €</a>".encode("utf-16"),
        "<?xml version='1.0' encoding='utf-16'?><a>Zürich €</a>".encode("utf-16-be"),
        '<?xml version="1.0" encoding="Windows-1252"?><a>Zürich €</a>'.encode("cp1252"),
        '<?xml version="1.0" encoding="ISO-8859-15"?><a>Zürich €</a>'.encode("iso8859-15"),
        b'<?xml version="1.0" encoding="iso-8859-1"?><a>Z\xfcrich &#8364;</a>',
        "<?xml version='1.0' encoding='utf-16'?><a>Zürich €</a>".encode(),
        "<?xml version='1.0' encoding='x-unheard-of'?><a>Zürich €</a>".encode(),
        "<a>Z<![CDATA[ürich ]]><!-- -->€</a>".encode(),
    ],
)
def test_encodings(body: bytes) -> None:
    assert loads(body).text == "Zürich €"


def test_elements_are_found_by_their_local_names() -> None:
    root = loads(
        b"""<ns0:Interchange xmlns:ns0="urn:x"><Body><e:Event xmlns:e="urn:y" e:version="1.1" kind="a">
        <Type> DEP </Type><Type>ARV</Type></e:Event><Event/></Body></ns0:Interchange>"""
    )
    assert root.name == "Interchange"
    assert [node.said("Type") for node in root.all("Body", "Event")] == ["DEP", ""]
    assert [node.text for node in root.all("Body", "Event", "Type")] == ["DEP", "ARV"]
    event = root.first("Body", "Event")
    assert event is not None
    assert (event.attribute("version"), event.attribute("kind"), event.attribute("none")) == ("1.1", "a", "")
    assert root.first("Event") is None
    assert root.said("Body", "Nothing") == ""


def test_only_what_is_wanted_is_kept_and_it_is_kept_whole() -> None:
    body = b"<r>noise<x><E><a>1</a><E>inner</E></E></x><E>2</E></r>"

    def said(node: Node) -> list[str]:
        return [node.text, *(inner.text for inner in node.children)]

    assert [said(node) for node in each(body, {"E"})] == [["", "1", "inner"], ["2"]]


def test_what_stands_before_the_trouble_is_told_first() -> None:
    events = each(b"<r><E>1</E>" + b" " * (1 << 18) + b"<E>", {"E"})
    assert next(events).text == "1"
    with pytest.raises(Unreadable, match="not XML"):
        next(events)


@given(st.binary(max_size=60))
def test_any_bytes_end_in_a_value_or_a_refusal(body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert loads(body).name
