"""The system's browser for page tests, and windows in it that remember every complaint."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import FLAGS, chromium

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}
PATIENCE_MS = 15_000
Window = tuple[Page, list[str]]
"""A page, and what its console has said so far."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium; a machine without one fails with a sentence."""
    path = chromium()
    assert path, "Chromium is missing: install it (Debian: apt install chromium) and run again."
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def open_window(browser: Browser, size: Any) -> Iterator[Window]:
    """Open an empty window of that size, without animations."""
    context = browser.new_context(
        viewport=size, locale="zh-CN", timezone_id="UTC", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda word: said.append(f"{word.type}: {word.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page, said
    context.close()
