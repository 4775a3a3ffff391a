"""X12 interchanges for tests, written from a few segments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from service.formats.registry import get
from service.records.inbound import FactDraft, Item, Reading

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
ISA = "ISA*00*          *00*          *ZZ*CARRIER        *ZZ*MILEPOST       *260916*0910*U*00401*000000101*0*P*>~"


def interchange(code: str, *sets: str, stated: str = "20260916*0910") -> bytes:
    """One interchange with *sets*, each the segments between ST and SE, with counts that fit."""
    body = "".join(f"ST*{code}*{n:04}~{one}SE*{one.count('~') + 2}*{n:04}~" for n, one in enumerate(sets, 1))
    return f"{ISA}GS*XX*CARRIER*MILEPOST*{stated}*7*X*004010~{body}GE*{len(sets)}*7~IEA*1*000000101~".encode()


def read(code: str, *sets: str, stated: str = "20260916*0910", **options: Any) -> Reading:
    """What the format of sets *code* reads in them."""
    return get(f"x12_{code}").read(interchange(code, *sets, stated=stated), {}, now=NOW, options=options)


def item(code: str, one: str, **options: Any) -> Item:
    """The only item of one set, which has no problems."""
    reading = read(code, one, **options)
    assert (reading.problems, reading.unmapped, reading.ignored) == ((), (), ())
    ((_, found),) = reading.items
    return found


def fact(code: str, one: str, **options: Any) -> FactDraft:
    """Its first fact."""
    return item(code, one, **options).facts[0]
