"""The two passes of the suite: what starts before the first test, and what runs only once."""

import os
from contextlib import ExitStack
from typing import Any

import pytest

from config.settings import PREFIX
from tests import selection
from tests.servers import Servers, started

SERVERS = pytest.StashKey[Servers]()
OPEN = pytest.StashKey[ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say on which backend this pass runs."""
    parser.addoption("--backend", choices=("sqlite", "postgres"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, in the process that controls the run."""
    config.addinivalue_line("markers", "once: no database can tell it apart; SQLite is enough")
    config.addinivalue_line("markers", "both: each case runs in both passes, whatever its folder")
    config.addinivalue_line("markers", "invents: makes its own input up; `make rigs` wants more")
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    given = getattr(config, "workerinput", None)
    config.stash[OPEN] = ExitStack()
    if given is not None:
        config.stash[SERVERS] = Servers(**given["servers"])
    elif not config.option.collectonly:
        postgres = config.getoption("backend") == "postgres"
        config.stash[SERVERS] = config.stash[OPEN].enter_context(started(postgres=postgres))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers that this process started."""
    if OPEN in config.stash:
        config.stash[OPEN].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the servers are."""
    node.workerinput["servers"] = node.config.stash[SERVERS].as_input()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, in the second pass, what the first has settled; measure only what adds to it."""
    for item in items:
        if selection.path_of(item).startswith(selection.UNMEASURED):
            item.add_marker("no_cover")
    if config.getoption("backend") == "sqlite":
        return
    settled = {item for item in items if not selection.needs_both(item)}
    config.hook.pytest_deselected(items=list(settled))
    items[:] = [item for item in items if item not in settled]
