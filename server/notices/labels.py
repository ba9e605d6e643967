"""Facts by the names that staff read: `{活动名称}` on the page is `{title}` in what is kept."""

from server.notices import patterns, versions
from server.notices.kinds import Kind
from server.notices.patterns import BadPattern


def shown(kind: Kind, pattern: str) -> str:
    """Return a text with its facts called as staff call them."""
    facts = versions.facts_of(kind)
    return patterns.renamed(pattern, lambda name: facts[name].label if name in facts else name)


def read(kind: Kind, text: str) -> str:
    """Return what staff wrote with its facts called as we call them.

    What nobody knows is left as it was written, for `checking` to find.
    """
    names = {fact.label: name for name, fact in versions.facts_of(kind).items()}
    try:
        return patterns.renamed(text, lambda label: names.get(label, label))
    except BadPattern:
        return text
