"""Pictures of pages for the handbook, taken only when the environment names a folder (PICTURES)."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

HANDBOOK = Path(__file__).parents[1] / "docs" / "管理手册.md"
COLOURS = 96
"""So many are plenty for pages of words, and keep a picture below 150 KB."""
TALLEST = 1100
"""Pixels of height after which a picture is cut: nobody reads further in a handbook."""
SCREEN = {"width": 1120, "height": 660}
"""What a desk's window is narrowed to, so that the words of a picture can be read."""


def keep(page: Page, name: str, size: Any = None) -> None:
    """Keep the page as `console-NAME.png` if the handbook shows it, in a window of this size."""
    folder = os.environ.get("PICTURES")
    if not folder or f"console-{name}.png" not in HANDBOOK.read_text(encoding="utf-8"):
        return
    before = page.viewport_size
    assert before
    wanted = size or (before if before["width"] < SCREEN["width"] else SCREEN)
    page.set_viewport_size(wanted)
    page.evaluate("scrollTo(0, 0)")
    whole = page.locator(".marks-ticked").count() == 0
    taken = Image.open(BytesIO(page.screenshot(full_page=whole, animations="disabled")))
    page.set_viewport_size(before)
    lean = taken.convert("RGB").crop((0, 0, taken.width, min(taken.height, TALLEST)))
    lean = lean.quantize(COLOURS, dither=Image.Dither.NONE)
    lean.save(Path(folder) / f"console-{name}.png", optimize=True)
