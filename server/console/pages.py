"""Pages whose declaration says who may open them; what is not declared cannot be reached.

    @pages.get("/needs/<need_id>", Right.SEE_NEEDS)
    def show(visit: Visit, need_id: int) -> Response: ...

    @pages.post("/needs/<need_id>/reject", Right.MANAGE_NEEDS, again=show)
    def reject(visit: Visit, need_id: int) -> Response: ...

A GET reads in one snapshot; a POST runs in a write transaction, which a refusal rolls back. Then
the page `again` is shown once more with what was keyed and the sentence of the refusal. Rights in
one area are for the verb to check, since only it knows the area: here only whoever has the right
nowhere is turned away.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, get_type_hints

from flask import Blueprint, Response, g, request

from server.console.refusals import ProofNeeded, StaleForm
from server.console.visit import Visit
from server.db import Crossed
from server.errors import Refusal
from server.people.identities import Moved
from server.staff.reach import NotAllowed
from server.staff.rights import Right
from server.staff.sessions import NotSignedIn
from server.statuses import BUSY_SECONDS, NothingHere, TooBusy, status_of
from server.web import runtime

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Response])

Rights = Right | tuple[Right, ...] | None

TRIES = 3

LOGGED: set[Callable[..., Response]] = set()
"""Pages that write down that somebody has read, also where they are shown once more."""


@dataclass(frozen=True)
class Page:
    """One address of the console and who may use it.

    `right` None is for whoever is signed in, several are for whoever has one of them, `opened` is
    for anybody. `proof` asks that the person has shown lately who they are. What is posted `alone`
    only reads here and opens its own short transactions, since it does something slow in between.
    `most_bytes` lets a form bear a file. What is `logged` writes down that somebody has read, so it
    runs in a write transaction although it is a GET.
    """

    method: str
    rule: str
    view: Callable[..., Response]
    right: Rights = None
    opened: bool = False
    proof: bool = False
    alone: bool = False
    again: Callable[..., Response] | None = None
    most_bytes: int | None = None
    logged: bool = False

    @property
    def rights(self) -> tuple[Right, ...]:
        """Return the rights of which one is needed; none are for whoever is signed in."""
        if self.right is None:
            return ()
        return self.right if isinstance(self.right, tuple) else (self.right,)

    def serve(self, **path: str) -> Response:
        """Answer the request as the person who is signed in."""
        wanted = {name: self._read(name, value) for name, value in path.items()}
        if self.method == "GET":
            return self._write(wanted) if self.logged else self._look(wanted)
        try:
            if g.get("stale_form"):
                raise StaleForm
            return self._look(wanted) if self.alone else self._write(wanted)
        except Refusal as refusal:
            if self.again is None or isinstance(refusal, ProofNeeded | NotSignedIn):
                raise
            return self._show_again(refusal, wanted)

    def _look(self, wanted: dict[str, Any]) -> Response:
        with runtime().db.reading() as session:
            return self._ask(Visit.of(session, runtime(), g.staff), self.view, wanted)

    def _write(self, wanted: dict[str, Any]) -> Response:
        for _ in range(TRIES):
            try:
                with runtime().db.transaction() as session:
                    visit = Visit.of(session, runtime(), g.staff)
                    return self._ask(visit, self.view, wanted)
            except Moved:
                log.info("a person was joined with another meanwhile: once more")
            except Crossed:
                log.info("two stood in each other's way: once more")
        raise TooBusy(BUSY_SECONDS)

    def _show_again(self, refusal: Refusal, wanted: dict[str, Any]) -> Response:
        assert self.again is not None
        runtime().metrics.refusals.labels(refusal.code).inc()
        kept = {name: wanted[name] for name in wanted if name in get_type_hints(self.again)}
        db = runtime().db
        with db.transaction() if self.again in LOGGED else db.reading() as session:
            answer = self._ask(Visit.of(session, runtime(), g.staff, refusal), self.again, kept)
        answer.status_code = status_of(type(refusal))
        return answer

    def _ask(self, visit: Visit, view: Callable[..., Response], wanted: dict[str, Any]) -> Response:
        if self.rights and not any(visit.reach.may(right) for right in self.rights):
            raise NotAllowed
        if self.proof and not visit.me.has_proved(visit.now):
            raise ProofNeeded
        return view(visit, **wanted)

    def _read(self, name: str, value: str) -> Any:
        """Read an id of the address; whatever could not be one names nothing."""
        if "\0" in value:
            raise NothingHere
        if self._hints[name] is not int:
            return value
        if not (value.isascii() and value.isdigit() and len(value) <= 18):
            raise NothingHere
        return int(value)

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.view)


@dataclass
class Pages:
    """The pages of one noun."""

    name: str
    import_name: str
    all: list[Page] = field(default_factory=list)

    @cached_property
    def blueprint(self) -> Blueprint:
        """Return what is hung into the console."""
        return Blueprint(self.name, self.import_name)

    def get(self, rule: str, right: Rights = None, **terms: Any) -> Callable[[View], View]:
        """Show a page at `rule`; `terms` are those of `Page`."""
        return self._route("GET", rule, right, terms)

    def post(self, rule: str, right: Rights = None, **terms: Any) -> Callable[[View], View]:
        """Do something at `rule`."""
        return self._route("POST", rule, right, terms)

    def _route(
        self, method: str, rule: str, right: Rights, terms: dict[str, Any]
    ) -> Callable[[View], View]:
        def hang(view: View) -> View:
            page = Page(method, rule, view, right, **terms)
            self.all.append(page)
            if page.logged:
                LOGGED.add(view)
            name = view.__name__
            self.blueprint.add_url_rule(
                rule, name, page.serve, methods=[method], provide_automatic_options=False
            )
            return view

        return hang


def keyed(name: str) -> str:
    """Return what was keyed into a field of the submitted form, without spaces around it."""
    # no database keeps a nul
    return request.form.get(name, "").replace("\0", "").strip()
