"""A person's own names for orders: found by any reference of the order, however it is spelt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_LABEL = re.compile(r"^P\.?O\.?[#:.-]*(?=.)")


def own_name(names: Mapping[str, str], refs: Iterable[str]) -> str | None:
    """The name that somebody gave to an order with one of *refs*; None where they gave none.

    Letter case, blanks and a leading "PO" do not count: "4711", "po 4711" and "PO-4711" are one order.
    """
    if not names:
        return None
    known = {_plain(ref): name for ref, name in names.items()}
    return next((known[plain] for ref in refs if (plain := _plain(ref)) in known), None)


def _plain(ref: str) -> str:
    return _LABEL.sub("", "".join(ref.split()).upper())
