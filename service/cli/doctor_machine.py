"""What `milepost doctor` says of the machine and of the settings themselves."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from notifiers.base import Finding

if TYPE_CHECKING:
    from service.settings import Settings

OLDEST = (3, 11)


def machine() -> list[Finding]:
    """Python, and variables that nobody reads."""
    number = ".".join(str(part) for part in sys.version_info[:3])
    new_enough = sys.version_info >= OLDEST
    found = [Finding("Python", new_enough, number, "Install Python 3.11 or newer.")]
    for name in strangers(dict(os.environ)):
        fix = "Compare it with docs/operations.md, or unset it."
        found.append(Finding(name, True, "is set, but no setting has this name.", fix, warning=True))
    return found


def strangers(environment: dict[str, str]) -> list[str]:
    """Variables that begin like ours and are none: most often a misspelt one."""
    from service.settings import Settings

    known = {f"MILEPOST_{name.upper()}" for name in Settings.model_fields}
    ours = (name for name in environment if name.upper().startswith("MILEPOST_"))
    return sorted(name for name in ours if name.upper().split("__")[0] not in known)


def weak(chosen: Settings) -> list[Finding]:
    """Settings that work and are not safe."""
    found: list[Finding] = []
    if chosen.host not in {"127.0.0.1", "::1", "localhost"} and not (chosen.public_url or "").startswith("https://"):
        fix = "Put a proxy with TLS in front, and set MILEPOST_PUBLIC_URL=https://…"
        found.append(Finding("Address", True, f"{chosen.host} can be reached without TLS.", fix, warning=True))
    host = urlsplit(chosen.public_url).hostname if chosen.public_url else None
    if (
        host
        and chosen.public_url
        and chosen.public_url.startswith("http://")
        and host not in {"localhost", "127.0.0.1"}
    ):
        fix = f"Set MILEPOST_PUBLIC_URL=https://{host}"
        found.append(Finding("Public URL", True, "http:// lets others read along.", fix, warning=True))
    return found or [Finding("Settings", True, "can be used")]
