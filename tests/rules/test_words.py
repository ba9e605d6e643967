"""Every sentence that people read stands in one file, and says nothing that burdens them."""

import importlib
import pkgutil
import re
from string import Formatter

import pytest

import bot
import miniprogram_api
import server
from config.wording import sentences
from server.errors import Refusal
from tests.rules.tree import programs

# kinds stand above the refusals that are raised, and bear no code
KINDS = "server.errors"
BURDENS = ("收到请回复", "排行榜", "排名第", "打卡", "在线时长", "学习时长", "阅读时长")


def import_all() -> None:
    for package in (bot, miniprogram_api, server):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name:
                importlib.import_module(module.name)


def refusals(base: type[Refusal] = Refusal) -> set[type[Refusal]]:
    import_all()
    below = set(base.__subclasses__())
    below = below.union(*(refusals(kind) for kind in below)) if below else below
    return {kind for kind in below if kind.__module__.split(".")[0] != "tests"}


def speechless(kinds: set[type[Refusal]], known: set[str]) -> set[str]:
    return {
        kind.__qualname__
        for kind in kinds
        if kind.__module__ != KINDS and getattr(kind, "code", None) not in known
    }


def test_every_refusal_has_a_sentence() -> None:
    assert speechless(refusals(), set(sentences())) == set()


def test_a_refusal_without_a_sentence_is_seen() -> None:
    assert speechless(refusals(), set()) != set()


def test_every_sentence_is_said_somewhere() -> None:
    said = "\n".join(programs().values())
    # a key may be put together from its package and a stored word: then the package is named
    unsaid = {
        key for key in sentences() if key not in said and f'f"{key.rpartition(".")[0]}.' not in said
    }

    assert unsaid == set()


@pytest.mark.parametrize("key", sorted(sentences()))
def test_a_sentence_is_well_formed(key: str) -> None:
    sentence = sentences()[key]
    blanks = [name for _, name, _, _ in Formatter().parse(sentence) if name is not None]

    assert sentence.strip()
    assert all(re.fullmatch(r"[a-z_]+", name) for name in blanks)
    assert not [word for word in BURDENS if word in sentence]
