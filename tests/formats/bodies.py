"""One folder of example payloads per format, `fixtures/<format>/`, written for these tests; all of them are read."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent / "fixtures"

BODIES: dict[str, tuple[str, bytes]] = {
    f"{file.parent.name}/{file.name}": (file.parent.name, file.read_bytes()) for file in sorted(HERE.glob("*/*"))
}
"""Name of the example to its format and its bytes."""
