"""How references are compared: what people see as one name is one."""

from __future__ import annotations

import unicodedata

import pytest

from service.records.inbound import compared


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (" po 4711 ", "PO4711"),
        ("PO\u200b4711", "PO4711"),
        ("\ufeffPO 4711\u200e", "PO4711"),
        ("PO\U000e00414711", "PO4711"),
        (unicodedata.normalize("NFD", "Café 1"), "CAFÉ1"),
        ("Café 1", "CAFÉ1"),
        ("订单 12", "订单12"),
        ("MSKU 123456-5", "MSKU1234565"),
        ("A-1", "A-1"),
    ],
)
def test_what_reads_alike_is_one(written: str, value: str) -> None:
    assert compared(written) == value
