"""`tools/setup` on machines that lack something, and on one that has all."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.rules.tree import ROOT

pytestmark = pytest.mark.once
PROGRAMS = ("cmp", "cp", "dirname", "env", "grep", "mkdir", "rm", "sh")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone without `.venv`, and beside it a PATH with nothing but the plainest programs."""
    (tmp_path / "clone" / "tools").mkdir(parents=True)
    (tmp_path / "path").mkdir()
    shutil.copy(ROOT / "tools" / "setup", tmp_path / "clone" / "tools")
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path / "clone")
    for name in PROGRAMS:
        (tmp_path / "path" / name).symlink_to(shutil.which(name))
    return tmp_path / "clone"


def program(clone: Path, name: str, script: str) -> None:
    """Put a program on the PATH that keeps a diary of how it was called."""
    file = clone.parent / "path" / name
    file.write_text(f'#!/bin/sh\necho "{name} $*" >> "$DIARY"\n{script}\n')
    file.chmod(0o755)


def setup(clone: Path, for_what: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "tools/setup", for_what],
        cwd=clone,
        env={
            "PATH": str(clone.parent / "path"),
            "HOME": str(clone.parent),
            "DIARY": str(clone.parent / "diary"),
            **environ,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def diary(clone: Path) -> str:
    file = clone.parent / "diary"
    return file.read_text() if file.exists() else ""


def venv_maker(python: str) -> str:
    """Return a script that makes a `.venv` whose Python is this script."""
    copied = f'mkdir -p .venv/bin; cp "{python}" .venv/bin/python'
    return f'case "$*" in *venv*) {copied} ;; esac'


def test_a_machine_without_python_is_told_what_to_install(clone: Path) -> None:
    done = setup(clone, "run")

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_a_python_that_is_too_old_is_as_good_as_none(clone: Path) -> None:
    program(clone, "python3", "exit 1")

    done = setup(clone, "test")

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_an_index_that_cannot_be_reached_is_told(clone: Path) -> None:
    python = clone.parent / "path" / "python3"
    refuse = 'case "$*" in *install*) echo unreachable >&2; exit 1 ;; esac'
    program(clone, "python3", f"{venv_maker(str(python))}\n{refuse}")

    done = setup(clone, "run")

    assert done.returncode == 1
    assert "unreachable" in done.stderr
    assert "package index cannot be reached" in done.stderr


def test_a_second_start_installs_nothing(clone: Path) -> None:
    program(clone, "python3", venv_maker(str(clone.parent / "path" / "python3")))

    first = setup(clone, "test")
    once = diary(clone)
    again, lesser = setup(clone, "test"), setup(clone, "run")

    assert [done.returncode for done in (first, again, lesser)] == [0, 0, 0]
    assert once.count("--require-hashes -r requirements-dev.txt") == 1
    assert "install" not in diary(clone).removeprefix(once)


def test_changed_requirements_are_installed(clone: Path) -> None:
    program(clone, "python3", venv_maker(str(clone.parent / "path" / "python3")))
    setup(clone, "run")
    once = diary(clone)

    with (clone / "requirements.txt").open("a") as file:
        file.write("# changed\n")
    setup(clone, "run")

    assert "--require-hashes -r requirements.txt" in diary(clone).removeprefix(once)


def test_uv_is_taken_when_it_is_there(clone: Path) -> None:
    program(clone, "python3", "")
    python = clone.parent / "path" / "python3"
    program(clone, "uv", venv_maker(str(python)))

    done = setup(clone, "run", UV_DEFAULT_INDEX="https://index.invalid/")

    assert done.returncode == 0, done.stderr
    assert "uv pip install" in diary(clone)
    assert "-m pip install" not in diary(clone)


def test_pip_goes_where_only_pip_knows_the_index(clone: Path) -> None:
    program(clone, "python3", venv_maker(str(clone.parent / "path" / "python3")))
    program(clone, "uv", "exit 1")

    done = setup(clone, "run", PIP_INDEX_URL="https://index.invalid/")

    assert done.returncode == 0, done.stderr
    assert "uv" not in diary(clone)


def test_an_unknown_wish_is_refused(clone: Path) -> None:
    done = setup(clone, "play")

    assert done.returncode == 1
    assert "usage" in done.stderr
