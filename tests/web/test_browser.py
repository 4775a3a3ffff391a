"""The pages in a real browser, at the width of a phone and of a desk."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.demo.server import free_port, serve
from service.demo.theatre import build
from service.wording.languages import LANGUAGES, SPOKEN
from tests.web.test_page_languages import VIEWS, html

WIDTHS = (360, 1280)

PACE = 0.05
"""Seconds that a day of the tape takes here."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo, served and playing."""
    found = free_port("127.0.0.1", 18_200)
    assert found is not None
    port, sock = found
    ready = threading.Event()
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = []
    place = tmp_path_factory.mktemp("demo")

    def run() -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(served(place, port, sock, ready, running))

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(20)
    yield f"http://127.0.0.1:{port}"
    loop, task = running[0]
    loop.call_soon_threadsafe(task.cancel)
    thread.join(20)


async def served(
    place: Path,
    port: int,
    sock: socket.socket,
    ready: threading.Event,
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]],
) -> None:
    task = asyncio.create_task(serve(build(place, "127.0.0.1", port), sock, PACE, ready.set))
    running.append((asyncio.get_running_loop(), task))
    await task


@pytest.fixture
def page(browser: Browser, width: int) -> Iterator[Page]:
    """A page that fails the test on any error of its script or its policy."""
    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert errors == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_demo_plays_and_takes_a_reply(address: str, page: Page, width: int) -> None:
    page.goto(f"{address}/demo")
    expect(page.locator(".phone:visible .in").first).to_be_visible(timeout=20_000)
    expect(page.get_by_role("heading", name="Your turn: reply in the phone")).to_be_visible(timeout=60_000)
    assert fits(page)
    expect(page.locator("#tape .word", has_text="held").first).to_be_attached()
    box = page.locator(".phone:visible input[name=text]")
    box.fill(f"Where is it? {width}")
    box.press("Enter")
    expect(page.locator(".phone:visible .out p", has_text=f"Where is it? {width}")).to_be_visible()
    expect(page.locator(".phone:visible .in p", has_text="got it").last).to_be_visible()
    expect(box).to_have_value("")
    page.get_by_role("button", name="Tom").click()
    expect(page.locator(".phone:visible header")).to_contain_text("Tom")


@pytest.mark.parametrize("width", WIDTHS)
def test_an_e_mail_is_shown_in_a_frame_that_runs_nothing(address: str, page: Page, width: int) -> None:
    page.goto(f"{address}/inbox")
    mail = page.locator(".mail", has_text="are late")
    if not mail.locator("iframe").is_visible():
        mail.locator("summary").first.click()
    frame = mail.locator("iframe")
    expect(frame).to_be_visible()
    assert "allow-scripts" not in str(frame.get_attribute("sandbox"))
    expect(frame.content_frame.get_by_role("link", name="Stop these e-mails")).to_be_attached()
    assert fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_tracking_page_is_one_request_and_needs_no_script(
    address: str, browser: Browser, page: Page, width: int
) -> None:
    page.goto(f"{address}/phone")
    link = page.locator(".in a[href*='/t/']").first
    href = str(link.get_attribute("href"))
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    tracking = context.new_page()
    asked: list[str] = []
    tracking.on("request", lambda request: asked.append(request.url))
    tracking.goto(href)
    expect(tracking.get_by_role("heading", level=1)).to_be_visible()
    expect(tracking.locator("[aria-current=step]")).to_have_count(1)
    assert [url for url in asked if not url.startswith("data:")] == [href]
    call = tracking.get_by_role("link", name="Call").first.bounding_box()
    assert call is not None
    assert call["height"] >= 44
    assert call["y"] < 100
    box = tracking.locator("table").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(address: str, browser: Browser, page: Page, width: int, scheme: str) -> None:
    """WCAG 2.2 asks for 4.5 to 1 (success criterion 1.4.3)."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in ("/", "/phone", "/inbox", "/demo"):
        page.goto(f"{address}{path}")
        assert page.evaluate(WORST_CONTRAST) >= 4.5, path


WORST_CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const lin = [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * lin[0] + 0.7152 * lin[1] + 0.0722 * lin[2];
  };
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  let worst = 21;
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || one.disabled || !one.getClientRects().length) continue;
    const [a, b] = [light(parse(getComputedStyle(one).color)), light(ground(one))];
    worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return worst;
}"""


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("tag", SPOKEN)
def test_the_tracking_page_fits_in_every_language(page: Page, tag: str, width: int) -> None:
    """With the longest brand that an account may have, and each state and row that there is."""
    for view in VIEWS:
        page.set_content(html(replace(view, brand="HarbourLine"), tag))
        assert fits(page), (width, view)
        assert page.evaluate("getComputedStyle(document.body).direction") == LANGUAGES[tag].direction
