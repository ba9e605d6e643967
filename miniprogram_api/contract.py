"""Views whose signature is their contract.

A view says in its type hints what it takes and gives, and nothing else has to be written:

    @api.post("/me/link", refuses=(WrongLinkCode,))
    def link(call: Call, body: LinkIn) -> PersonOut: ...

`call` bears the open transaction, `body` is read from JSON, `query` from the query string,
anything else is an id in the path, or a `QuarterName`. The OpenAPI document is drawn from the same
hints. A view opens no transaction: methods that write run in one, which a refusal rolls back and in
which nobody else decides about the caller; GET reads in one snapshot.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeVar, get_type_hints

from flask import Blueprint, Response, g, request
from pydantic import BaseModel, TypeAdapter

from miniprogram_api import lost_answers, repeats
from miniprogram_api.call import Call, undertake
from miniprogram_api.files import FORM, File, file_of, form_of
from miniprogram_api.reading import body_of, path_of, query_of
from miniprogram_api.repeats import Repeat
from server.errors import Conflict, Forbidden, Missing, Refusal
from server.people.requests import InFlight, Stored
from server.people.sessions import Caller
from server.runtime import Runtime
from server.web import address, runtime

View = TypeVar("View", bound=Callable[..., Any])
Fetch = Callable[[Runtime, Caller | None, Any], Any]

DEFINITIVE = (Missing, Forbidden, Conflict)
"""Refusals that are an answer, and so kept under a key; the others may pass, or be corrected."""


@dataclass(frozen=True)
class Contract:
    """What one endpoint takes and gives.

    `fetch` does what must not wait inside a transaction, such as asking WeChat; the view gets
    what it returned as `fetched`. `limit` names a tighter limit than the usual one (by a form spent
    once a file). `opened` lets in people without a token. What is `logged` writes down that
    somebody has read, so it runs in a write transaction although it is a GET.
    `takes` are the kinds of the file that is the body, which `fetch` is handed as bytes; a view
    that returns a `File` answers with one, of the kind that it `serves`. With `form` the body may
    be a form of the same fields as well, with files, which `fetch` is handed in its place. What is
    `keyless` happens once by itself however often it is asked, and no answer of it is kept.
    """

    method: str
    rule: str
    view: Callable[..., Any]
    refuses: tuple[type[Refusal], ...] = ()
    fetch: Fetch | None = None
    limit: str = ""
    opened: bool = False
    logged: bool = False
    takes: tuple[str, ...] = ()
    serves: str = "image/jpeg"
    form: bool = False
    keyless: bool = False

    @cached_property
    def hints(self) -> dict[str, Any]:
        """Return what the view's signature says."""
        return get_type_hints(self.view)

    @cached_property
    def gives(self) -> TypeAdapter[Any] | None:
        """Return what writes the answer, or None when there is none."""
        hint = self.hints["return"]
        return None if hint in (type(None), File) else TypeAdapter(hint)

    @property
    def body(self) -> type[BaseModel] | None:
        """Return the model of the body, if the endpoint takes one."""
        return self.hints.get("body")

    @property
    def query(self) -> type[BaseModel] | None:
        """Return the model of the query string, if the endpoint takes one."""
        return self.hints.get("query")

    @property
    def takes_key(self) -> bool:
        """Tell whether an Idempotency-Key is read here."""
        return self.method == "POST" and not self.keyless

    def serve(self, **path: str) -> Response:
        """Read the request, ask the view, write the answer."""
        key = repeats.key() if self.takes_key else None
        wanted = path_of(self.hints, path)
        wanted |= query_of(self.query)
        if self.method == "GET" and not self.logged:
            return self._read(wanted)
        if self.method != "GET":
            wanted |= self._brought()
        if key is None:
            return _answer(self._write(wanted))
        by = lost_answers.of_stranger if self.opened else repeats.of_person
        return _answer(self._repeated(wanted, by(key, wanted)))

    def _brought(self) -> dict[str, Any]:
        """Return what came in the body, and beside it."""
        if self.takes:
            return file_of(self.takes)
        if self.form and self.body and request.mimetype == FORM:
            return form_of(self.body)
        return dict(body_of(self.body))

    def _read(self, wanted: dict[str, Any]) -> Response:
        self._spend()
        with runtime().db.reading() as session:
            return _answer(self._ask(Call(session, runtime(), g.caller), wanted))

    def _repeated(self, wanted: dict[str, Any], repeat: Repeat) -> Stored:
        """Return the answer given before, or find one; a repeat spends nothing and asks nobody."""
        if before := repeat.stored():
            return before
        if not (self.fetch or self.limit):
            return self._kept(wanted, repeat)
        with repeats.alone(repeat):
            return repeat.stored() or self._kept(wanted, repeat)

    def _kept(self, wanted: dict[str, Any], repeat: Repeat) -> Stored:
        try:
            answer: Stored = self._write(wanted, repeat)
        except InFlight:
            raise
        except DEFINITIVE as refusal:
            return repeat.refuse(refusal)
        repeat.told(answer)
        return answer

    def _write(self, wanted: dict[str, Any], repeat: Repeat | None = None) -> Any:
        self._spend(len(wanted.get("files", ())) if self.form else 1)
        if self.fetch:
            brought = wanted.get("files", ()) if self.form else wanted["body"]
            wanted["fetched"] = self.fetch(runtime(), g.get("caller"), brought)

        def work(call: Call) -> Any:
            asked = partial(self._ask, call, wanted)
            return repeat.once(call, asked) if repeat else asked()

        return undertake(runtime(), work, opened=self.opened)

    def _ask(self, call: Call, wanted: dict[str, Any]) -> Any:
        given = self.view(call, **{name: wanted[name] for name in wanted if name in self.hints})
        if isinstance(given, File):
            return given  # no repeat ever keeps one
        return Stored(200, self.gives.dump_json(given).decode()) if self.gives else Stored(204, "")

    def _spend(self, times: int = 1) -> None:
        if self.limit:
            who = address() if self.opened else str(g.caller.person_id)
            for _time in range(times):
                runtime().limits.spend(self.limit, request.endpoint or "", who)


@dataclass
class Api:
    """A group of endpoints under contract."""

    name: str
    import_name: str
    contracts: list[Contract] = field(default_factory=list)

    @cached_property
    def blueprint(self) -> Blueprint:
        """Return what is hung into the face."""
        return Blueprint(self.name, self.import_name)

    def get(self, rule: str, **terms: Any) -> Callable[[View], View]:
        """Answer GET at `rule`; `terms` are those of `Contract`."""
        return self._route("GET", rule, terms)

    def post(self, rule: str, **terms: Any) -> Callable[[View], View]:
        """Answer POST at `rule`."""
        return self._route("POST", rule, terms)

    def put(self, rule: str, **terms: Any) -> Callable[[View], View]:
        """Answer PUT at `rule`."""
        return self._route("PUT", rule, terms)

    def patch(self, rule: str, **terms: Any) -> Callable[[View], View]:
        """Answer PATCH at `rule`."""
        return self._route("PATCH", rule, terms)

    def delete(self, rule: str, **terms: Any) -> Callable[[View], View]:
        """Answer DELETE at `rule`."""
        return self._route("DELETE", rule, terms)

    def _route(self, method: str, rule: str, terms: dict[str, Any]) -> Callable[[View], View]:
        def sign(view: View) -> View:
            contract = Contract(method, rule, view, **terms)
            self.contracts.append(contract)
            self.blueprint.add_url_rule(
                rule,
                view.__name__,
                contract.serve,
                methods=[method],
                provide_automatic_options=False,
            )
            return view

        return sign


def _answer(given: Stored | File) -> Response:
    if isinstance(given, File):
        return Response(given.content, mimetype=given.kind)
    if given.status >= 400:
        # a refusal told again is the same answer, down to the number it is known by
        g.request_id = json.loads(given.body)["request_id"]
    return Response(given.body, given.status, mimetype="application/json")
