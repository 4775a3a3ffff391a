"""One folder of example payloads per format, `fixtures/<format>/`, written for these tests; all of them are read."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent / "fixtures"

BODIES: dict[str, tuple[str, bytes]] = {
    f"{file.parent.name}/{file.name}": (file.parent.name, file.read_bytes()) for file in sorted(HERE.glob("*/*"))
}
"""Name of the example to its format and its bytes."""

OPTIONS: dict[str, dict[str, object]] = {"dcsa_tnt_v3": {"draft": True}, "dcsa_tnt_v3beta": {"draft": True}}
"""Formats that read nothing until a source sets these."""
