"""A running service, and a browser where the system has one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.house import House

CHROMIUM = (Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser"), Path("/usr/bin/google-chrome"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A running service with an empty database."""
    with House(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window. Playwright holds a loop of this thread, so it ends with its module."""
    found = next((path for path in CHROMIUM if path.exists()), None)
    if found is None:
        pytest.skip("No Chromium here, so pages are not looked at in a browser: install the package chromium.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=str(found), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()
