"""Files of other people are what their makers released, are listed, and carry their licence."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

from tests.rules.tree import ROOT, files

MANIFEST = "MANIFEST.toml"
MANIFESTS = [name for name in files() if Path(name).name == MANIFEST]
FONT = ROOT / "server/volunteers/certificates/fonts/LXGWWenKai-Regular.ttf"
# rare characters of names and surnames, those of the newer extensions among them
RARE = (
    "乜仉亓冼冮厍呙昝璩笪郄郗逄钭麴禤缪覃庹佴隗宓戢晁訾阚仝逯郏妫妘郐郯鄢邰邬闫赟喆堃垚犇淼焱翀昇玥玮珺婳"
    "祎韡龑䶮㛃䒟㻢靁禩頔弢瑄甯鱻鑫鏐槑朤烎嫪洺湉滢漷灏彧昉晟暐曌杲柃栩梓椛樾㮾㵪䜣䥽䲟"
    "𠅤𫖯𬱖𬬩𬀩𬇕𬍛𬤊𪟝𣲗𫓹"
)
KNOWN_TO_BE_MISSING = set("㻢㵪")
SIGNS = "0123456789AZaz，。、：；（）《》“”‘’—…·○〇①②℃√→•¥￥"


def packages(folder: Path) -> list[dict[str, Any]]:
    listed = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return list(listed["package"])


def altered(folder: Path) -> list[str]:
    """Return the listed files that are not what their sum says."""
    return [
        name
        for package in packages(folder)
        for name, digest in package["files"].items()
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]


def unlisted(folder: Path) -> set[str]:
    """Return the files in the folder that no package names."""
    named = {name for each in packages(folder) for name in (*each["files"], *each["licence_files"])}
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return found - named - {MANIFEST}


def gb2312() -> str:
    """Return the 6763 hanzi of GB 2312."""
    rows = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in rows)


@pytest.fixture(scope="module")
def drawn() -> set[str]:
    return {chr(code) for code in TTFontFile(str(FONT)).charToGlyph}


@pytest.mark.parametrize("name", MANIFESTS)
def test_vendored_files_are_listed_and_unaltered(name: str) -> None:
    folder = (ROOT / name).parent

    assert altered(folder) == []
    assert unlisted(folder) == set()


@pytest.mark.parametrize("name", MANIFESTS)
def test_every_vendored_package_says_its_licence(name: str) -> None:
    for package in packages((ROOT / name).parent):
        texts = [(ROOT / name).parent / each for each in package["licence_files"]]
        assert package["licence"] in {"0BSD", "MIT", "Apache-2.0", "OFL-1.1"}
        assert package["version"]
        assert all(text.stat().st_size > 100 for text in texts)
        assert texts


def test_the_console_and_the_certificates_have_a_manifest() -> None:
    assert {Path(name).parent.name for name in MANIFESTS} == {"vendor", "fonts"}


def test_an_altered_and_a_smuggled_file_are_seen(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    (tmp_path / "b.js").write_text("2")
    (tmp_path / MANIFEST).write_text(
        f'[[package]]\nlicence_files = []\nfiles = {{ "a.js" = "{"0" * 64}" }}\n'
    )

    assert altered(tmp_path) == ["a.js"]
    assert unlisted(tmp_path) == {"b.js"}


def test_the_font_of_the_certificates_writes_every_name(drawn: set[str]) -> None:
    assert len(gb2312()) == 6763
    assert set(gb2312()) - drawn == set()
    assert set(SIGNS) - drawn == set()
    assert set(RARE) - drawn == KNOWN_TO_BE_MISSING


def test_a_sign_that_the_font_lacks_is_seen(drawn: set[str]) -> None:
    assert set("暖🐝") - drawn == {"🐝"}
