"""The handbook shows what there is: its pictures, and every line of the console's menu."""

import re
from pathlib import Path

from server.console.navigation import MENU
from tests.rules.tree import ROOT

HANDBOOK = ROOT / "docs" / "管理手册.md"
PICTURES = ROOT / "docs" / "pictures"
SHOWN = re.compile(r"!\[[^\]]+\]\(pictures/([^)]+)\)")
LINES = re.compile(r"^菜单：(.+)$", re.MULTILINE)
ANCHOR = re.compile(r"\]\(#([^)]+)\)")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
MOST_BYTES = 150_000


def text() -> str:
    return HANDBOOK.read_text(encoding="utf-8")


def kept() -> dict[str, Path]:
    return {path.name: path for path in PICTURES.glob("console-*.png")}


def test_every_picture_is_there_and_every_one_is_shown() -> None:
    shown = SHOWN.findall(text())

    assert sorted(shown) == sorted(kept())


def test_pictures_are_small() -> None:
    assert {name for name, path in kept().items() if path.stat().st_size > MOST_BYTES} == set()


def test_every_line_of_the_menu_is_explained_once() -> None:
    explained = [word for line in LINES.findall(text()) for word in line.split("、")]

    assert sorted(explained) == sorted(line[0] for lines in MENU.values() for line in lines)


def test_the_contents_lead_to_the_chapters() -> None:
    chapters = [
        re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))
        for heading in HEADING.findall(text())
    ]

    assert ANCHOR.findall(text()) == chapters
