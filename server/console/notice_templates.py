"""What notices say: every kind as a phone shows it, and the district's own words for it."""

from typing import Any

from flask import Response

from server.console import notice_forms
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.notices import (
    checking,
    labels,
    previews,
    reasons,
    rendering,
    templates,
    versions,
)
from server.notices.checking import BadTemplate
from server.notices.kinds import KINDS, TYPED, WORKS, Kind
from server.notices.templates import KindMissing
from server.notices.versions import CODE, Version
from server.people import profile
from server.staff.rights import Right

WORDS = ("chat", "title", "text")

pages = Pages("notice_templates", __name__)


@pages.get("/notice-templates", Right.MANAGE_RULES)
def list_kinds(visit: Visit) -> Response:
    """Show all kinds by the work they tell of, and which of them the district words itself."""
    works = {
        work: [kind for kind in kinds if _is_offered(visit, kind)] for work, kinds in WORKS.items()
    }
    said = templates.in_force(visit.session, KINDS)
    return visit.show(
        "notice_templates/list.html",
        works=works,
        said=said,
        lines={name: previews.of(version).inbox for name, version in said.items()},
        sent=previews.frequencies(visit.session, visit.now),
    )


@pages.get("/notice-templates/<name>", Right.MANAGE_RULES)
def show(visit: Visit, name: str) -> Response:
    """Show one kind: how a phone shows it, how it goes, and its versions."""
    version = templates.of(visit.session, _kind(visit, name).name)
    history = templates.history(visit.session, name)
    makers = {made.made_by for made in history}
    who = profile.names_of(visit.session, makers, vault=visit.runtime.vault)
    return visit.show(
        "notice_templates/show.html",
        history=history,
        who=who,
        sent=previews.frequencies(visit.session, visit.now).get(name, 0),
        **_shown(visit, version),
    )


@pages.get("/notice-templates/<name>/edit", Right.MANAGE_RULES)
def edit(visit: Visit, name: str) -> Response:
    """Ask for other words; after a refusal with what is wrong at each place."""
    version = templates.of(visit.session, _kind(visit, name).name)
    found = visit.refusal.flaws if isinstance(visit.refusal, BadTemplate) else ()
    return _form(visit, version, version, found)


@pages.post("/notice-templates/<name>/preview", Right.MANAGE_RULES, alone=True)
def preview(visit: Visit, name: str) -> Response:
    """Show how a phone would show what was keyed, without keeping any of it."""
    keyed_in = notice_forms.keyed_version(_kind(visit, name))
    found = notice_forms.flaws(keyed_in)
    return _form(visit, templates.of(visit.session, name), keyed_in, found)


@pages.post("/notice-templates/<name>", Right.MANAGE_RULES, again=edit)
def make(visit: Visit, name: str) -> Response:
    """Put what was keyed into force as a new version."""
    keyed_in = notice_forms.keyed_version(_kind(visit, name))
    notice_forms.require(keyed_in)
    templates.make(visit.session, visit.reach, keyed_in, notice_forms.seen(), visit.now)
    return visit.go("notice_templates.show", "已保存，之后发出的就用新的说法。", name=name)


@pages.post("/notice-templates/<name>/plain", Right.MANAGE_RULES, again=show)
def make_plain(visit: Visit, name: str) -> Response:
    """Go back to the words that the service came with, as a version of its own."""
    plain = versions.of_code(_kind(visit, name))
    templates.make(visit.session, visit.reach, plain, notice_forms.seen(), visit.now)
    return visit.go("notice_templates.show", "已恢复系统原来的说法。", name=name)


def _kind(visit: Visit, name: str) -> Kind:
    """Return the kind of that name, or refuse; one of a work that is not there is none."""
    kind = templates.kind_of(name)
    if not _is_offered(visit, kind):
        raise KindMissing
    return kind


def _is_offered(visit: Visit, kind: Kind) -> bool:
    return visit.runtime.has_party or not kind.private


def _form(
    visit: Visit, current: Version, asked: Version, found: tuple[checking.Flaw, ...]
) -> Response:
    """Draw the form with `asked` in it, and its flaws or its look beside it."""
    flaws: dict[str, str] = {}
    for flaw in found:
        flaws.setdefault(flaw.at, checking.sentence(flaw))
    looked_at = current if found else asked
    ways = notice_forms.ways_of(asked.kind)
    return visit.show(
        "notice_templates/edit.html",
        **_shown(visit, looked_at),
        flaws=flaws,
        is_looked_at=asked is not current and not found,
        tables=notice_forms.tables(looked_at),
        base=notice_forms.BASE,
        choices=[("", "不用"), *((way, reasons.name_of(way)) for way in ways)],
        seen=keyed("seen") or current.number,
        said={name: labels.shown(asked.kind, getattr(looked_at, name)) for name in WORDS},
    )


def _shown(visit: Visit, version: Version) -> dict[str, Any]:
    """Return what a page says of a version."""
    kind = version.kind
    ids = visit.runtime.settings.templates
    lacking = [way for way in version.ways if way in TYPED and not ids.id_of(kind.template, way)]
    return {
        "kind": kind,
        "version": version,
        "title": _title(kind),
        "look": previews.of(version),
        "lacking": lacking,
        "opens": bool(kind.opens.console or ids.page(kind.opens.page)),
        "facts": versions.facts_of(kind),
        "samples": rendering.samples(kind),
        "name_of": reasons.name_of,
        "is_plain": version.number == CODE,
    }


def _title(kind: Kind) -> str:
    return previews.of(versions.of_code(kind)).inbox.title
