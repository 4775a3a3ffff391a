"""By which of its names a customer reads of an order."""

from __future__ import annotations

import pytest

from service.policy.look import shown
from service.records.enums import ReferenceType
from service.records.situation import RefView

T = ReferenceType


@pytest.mark.parametrize(
    ("refs", "name"),
    [
        ([(T.PO, "4711"), (T.REF, "L-1")], "PO 4711"),
        ([(T.PO, "PO 4711")], "PO 4711"),
        ([(T.PO, "1"), (T.PO, "2"), (T.REF, "L-1")], "L-1"),
        ([(T.PO, "1"), (T.PO, "2"), (T.BOOKING, "BK 1"), (T.CONTAINER, "MSKU1234565")], "BK 1"),
        ([(T.PO, "2"), (T.PO, "1"), (T.CONTAINER, "MSKU1234565")], "PO 1"),
        ([(T.MASTER_BILL, "020-1"), (T.CONTAINER, "MSKU1234565")], "MSKU1234565"),
        ([(T.SYSTEM_ID, "t49:1")], None),
        ([], None),
    ],
)
def test_the_name_of_an_order(refs: list[tuple[ReferenceType, str]], name: str | None) -> None:
    assert shown([RefView(kind, value) for kind, value in refs]) == name
