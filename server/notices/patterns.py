"""Texts with facts in them: `报名成功：{title}`. Only plain names stand in braces."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from string import Formatter


class BadPattern(ValueError):  # noqa: N818  what the text is
    """Braces that do not pair, or more between them than the name of a fact."""


@lru_cache(maxsize=4096)
def parts(pattern: str) -> tuple[tuple[str, str | None], ...]:
    """Return the text in pieces: (constant words, the fact behind them or None)."""
    return tuple(_parts(pattern))


def names(pattern: str) -> tuple[str, ...]:
    """Return the facts that a text names, each once, in order."""
    return tuple(dict.fromkeys(name for _, name in parts(pattern) if name is not None))


def count(pattern: str) -> int:
    """Return how many facts stand in a text, one that stands there twice counting twice."""
    return sum(name is not None for _, name in parts(pattern))


def constant(pattern: str) -> str:
    """Return what stands in a text whatever the facts are."""
    return "".join(words for words, _ in parts(pattern))


def filled(pattern: str, values: Mapping[str, str], lacking: str) -> str:
    """Return the text with the facts in their places, `lacking` for one that is not known."""
    return "".join(
        words if name is None else words + values.get(name, lacking)
        for words, name in parts(pattern)
    )


def renamed(pattern: str, name: Callable[[str], str]) -> str:
    """Return the text with its facts called otherwise."""
    return "".join(
        _escaped(words) + ("" if fact is None else f"{{{name(fact)}}}")
        for words, fact in parts(pattern)
    )


def _parts(pattern: str) -> Iterator[tuple[str, str | None]]:
    try:
        for words, name, spec, conversion in Formatter().parse(pattern):
            if name is not None and (spec or conversion or not name.strip()):
                raise BadPattern(pattern)
            yield words, name.strip() if name is not None else None
    except BadPattern:
        raise
    except ValueError as error:
        raise BadPattern(pattern) from error


def _escaped(words: str) -> str:
    return words.replace("{", "{{").replace("}", "}}")
