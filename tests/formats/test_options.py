"""The values that options of sources may have."""

from __future__ import annotations

import pytest

from service.formats import registry, signatures
from service.formats.base import Refused
from service.formats.csv.rows import CsvRows
from service.formats.options import SWITCHES, check_values

CSV_OPTIONS = tuple(CsvRows.options)
"""Judged in the test of that format."""


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"region": "gb"},
        {"hmac": False, "secret_base64": True, "any_event_id": True},
        {"header": "X-Hub-Signature-256", "prefix": "sha256=", "normalise": "NFKD"},
        {"user": "cargowise", "test_events": True, "shared_orders": False, "metadata_is_order": True},
        {"of_a_stranger": ["anything", {}]},
    ],
)
def test_values_that_work(options: dict[str, object]) -> None:
    check_values(options)


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("region", "ZZ", "ISO 3166"),
        ("region", None, "ISO 3166"),
        ("hmac", "false", "true or false"),
        ("secret_base64", 0, "true or false"),
        ("any_event_id", None, "true or false"),
        ("header", "X Signature", "X-Signature"),
        ("header", "X\r\nSet-Cookie", "X-Signature"),
        ("prefix", "a\x00", "sha256="),
        ("prefix", 7, "sha256="),
        ("normalise", "NFC", "NFKD"),
        ("normalise", [], "NFKD"),
        ("user", "", "without a colon"),
        ("user", "a:b", "without a colon"),
        ("user", 7, "without a colon"),
        ("test_events", "yes", "true or false"),
        ("status_list", 9011, "9011"),
        ("status_list", "R24", "9011"),
    ],
)
def test_values_that_do_not(name: str, value: object, fix: str) -> None:
    with pytest.raises(Refused) as caught:
        check_values({name: value})
    assert (caught.value.code, caught.value.pointer) == ("bad_option", f"/options/{name}")
    assert fix in caught.value.fix


def test_every_option_of_ours_is_judged() -> None:
    """A new option of a format or scheme comes with what it may be."""
    ours = {name for one in registry.known().values() for name in one.options}
    ours |= {name for scheme in signatures.SCHEMES.values() for name in scheme.options}
    assert ours == SWITCHES | {"header", "normalise", "prefix", "region", "status_list", "user"} | {*CSV_OPTIONS}
