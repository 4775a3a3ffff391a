"""Bodies that are packed, or a workbook: nothing in them can be read as text, whatever the format."""

from __future__ import annotations

from service.formats.base import unreadable

_ZIP = b"PK\x03\x04"
_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARTS = (b"[Content_Types].xml", b"xl/")
"""Names that stand near the beginning of an .xlsx, which is a ZIP archive too."""


def refuse_packed(body: bytes) -> None:
    """Nothing, where *body* may be text. Raises `Unreadable` with what it is instead."""
    if body.startswith(b"\x1f\x8b"):
        raise unreadable("packed", "The body is compressed with gzip.", "Unpack it, and send what was in it.")
    if body.startswith(_WORKBOOK) or (body.startswith(_ZIP) and any(part in body[:4_000] for part in _PARTS)):
        raise unreadable("packed", "The body is an Excel workbook.", 'Save it as "CSV UTF-8", and send that.')
    if body.startswith(_ZIP):
        raise unreadable("packed", "The body is a ZIP archive.", "Unpack it, and send each file in it by itself.")
