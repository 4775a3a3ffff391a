"""What `milepost doctor` says of the machine and of the settings themselves."""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from notifiers.base import Finding
from service.cli.listen import KEY
from service.cli.speech import warn

if TYPE_CHECKING:
    from service.settings import Settings

OLDEST = (3, 11)

STRANGE = "is set, but no setting has this name."


def machine() -> list[Finding]:
    """Python, and variables that nobody reads."""
    number = ".".join(str(part) for part in sys.version_info[:3])
    new_enough = sys.version_info >= OLDEST
    found = [Finding("Python", new_enough, number, "Install Python 3.11 or newer.")]
    return found + [Finding(name, True, STRANGE, mended(name), warning=True) for name in strangers(dict(os.environ))]


def warn_of_strangers() -> None:
    """Say, one line on stderr for each, which variables nobody will read: a misspelt setting is no setting."""
    for name in strangers(dict(os.environ)):
        warn(f"{name} {STRANGE} {mended(name)}")


def mended(name: str) -> str:
    """What to do about a variable that no setting knows: the nearest name that one has, or where the names stand."""
    stem, rest = name.upper().partition("__")[0], name.upper().partition("__")[1:]
    near = get_close_matches(stem, sorted(_known()), n=1, cutoff=0.75)
    return f"Did you mean {near[0]}{''.join(rest)}?" if near else "Compare it with docs/operations.md, or unset it."


def _known() -> set[str]:
    from service.settings import Settings

    return {f"MILEPOST_{name.upper()}" for name in Settings.model_fields}


def strangers(environment: dict[str, str]) -> list[str]:
    """Variables that begin like ours and are none: most often a misspelt one."""
    known = _known()
    ours = (name for name in environment if name.upper().startswith("MILEPOST_") and name.upper() != KEY)
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
