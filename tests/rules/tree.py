"""The files of the project, as the house rules look at them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".ico", ".woff2", ".ttf", ".otf"}


@cache
def files() -> tuple[str, ...]:
    """Return every file of the project by its path, new ones included, ignored ones not."""
    # the clone may belong to somebody else, as it does on a build machine
    command = ["git", "-c", "safe.directory=*", "ls-files"]
    command += ["--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(sorted(name for name in listed.stdout.splitlines() if (ROOT / name).is_file()))


def texts() -> dict[str, str]:
    """Return every text file with what it says."""
    named = [name for name in files() if Path(name).suffix not in PICTURES]
    return {name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in named}


def programs() -> dict[str, str]:
    """Return the Python files that are the product: no tests, benchmarks or migrations."""
    aside = ("tests/", "bench/", "server/migrations/versions/")
    return {
        name: text
        for name, text in texts().items()
        if name.endswith(".py") and not name.startswith(aside)
    }
