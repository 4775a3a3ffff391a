"""What is packed is refused as packed by every format, and not for its encoding or its headings."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from service.formats.base import Unreadable
from service.formats.registry import get
from tests.formats.bodies import BODIES, OPTIONS
from tests.formats.test_hostile import NOW

FORMATS = dict(BODIES.values())
"""A body of each format."""


def zipped(name: str, body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, body)
    return file.getvalue()


@pytest.mark.parametrize("fmt", sorted(FORMATS))
def test_what_is_packed_is_called_so(fmt: str) -> None:
    body = FORMATS[fmt]
    for packed, what in (
        (gzip.compress(body), "gzip"),
        (zipped("export.csv", body), "ZIP archive"),
        (zipped("xl/workbook.xml", body), "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel workbook"),
    ):
        with pytest.raises(Unreadable) as refused:
            get(fmt).read(packed, {}, now=NOW, options=OPTIONS.get(fmt, {}))
        assert (refused.value.problem.code, what in refused.value.problem.message) == ("packed", True)
        assert refused.value.problem.fix
