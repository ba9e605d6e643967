"""The OpenAPI 3.1 document, drawn from the same signatures that the views are served by."""

import re
from collections import Counter
from collections.abc import Iterable
from string import Formatter
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from config.wording import sentences
from miniprogram_api import forms
from miniprogram_api.contract import Contract
from miniprogram_api.files import File, NoFile
from miniprogram_api.forms import BINARY
from miniprogram_api.reading import ID, QUARTER, Nothing, QuarterName, is_optional
from miniprogram_api.refusals import Malformed
from miniprogram_api.repeats import HEADER, VISIBLE
from miniprogram_api.shapes import RefusalOut
from server.errors import Missing, Refusal
from server.limits import TooOften
from server.people.requests import AnotherRequest, InFlight
from server.people.sessions import NotLoggedIn
from server.statuses import NothingHere, NotJson, TooBusy, TooLarge, status_of

Json = dict[str, Any]
REF = "#/components/schemas/{model}"
OPEN: list[Json] = []
BROKEN = "request.broken"
SECONDS: Json = {"type": "integer", "minimum": 1}


def document(contracts: Iterable[Contract]) -> Json:
    """Describe every endpoint: what it takes, gives and refuses, each with an example."""
    contracts = list(contracts)
    names = _names(contracts)
    schemas = _schemas(contracts)
    paths: dict[str, Json] = {}
    for contract in contracts:
        path = re.sub(r"<(\w+)>", r"{\1}", contract.rule)
        paths.setdefault(path, {})[contract.method.lower()] = {
            "operationId": names[contract.rule, contract.method],
            **_operation(contract, schemas),
        }
    bearer = {"type": "http", "scheme": "bearer", "description": "What `POST /login` gave."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "暖蜂 NuanFeng", "version": "1", "description": __doc__},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"bearer": bearer}},
    }


def refusals_of(contract: Contract) -> list[type[Refusal]]:
    """Return everything an endpoint may refuse with."""
    kinds: list[type[Refusal]] = [Malformed, TooOften, TooBusy, *contract.refuses]
    if not contract.opened:
        kinds.append(NotLoggedIn)
    if "<" in contract.rule and not any(issubclass(kind, Missing) for kind in contract.refuses):
        kinds.append(NothingHere)
    if contract.form:
        kinds.append(NoFile)
    if contract.takes:
        kinds += [TooLarge, NoFile]
    elif contract.method != "GET":
        kinds += [TooLarge, NotJson]
    if contract.takes_key:
        kinds += [InFlight] if contract.opened else [AnotherRequest, InFlight]
    return kinds


def _names(contracts: list[Contract]) -> dict[tuple[str, str], str]:
    """Return how each operation is called: as its view, after its noun where two are alike."""
    views = Counter(each.view.__name__ for each in contracts)
    return {
        (each.rule, each.method): each.view.__name__
        if views[each.view.__name__] == 1
        else f"{_noun(each)}_{each.view.__name__}"
        for each in contracts
    }


def _noun(contract: Contract) -> str:
    return contract.view.__module__.rpartition(".")[2]


def _operation(contract: Contract, schemas: Json) -> Json:
    entry: Json = {
        "summary": (contract.view.__doc__ or "").strip().partition("\n")[0],
        "tags": [_noun(contract)],
        "parameters": [*_in_path(contract), *_in_query(contract), *_in_header(contract)],
        "responses": _responses(contract, schemas),
    }
    if contract.opened:
        entry["security"] = OPEN
    if contract.takes:
        entry["requestBody"] = {"required": True, "content": forms.files(contract.takes)}
    elif contract.method not in ("GET", "DELETE"):
        model = contract.body or Nothing
        required = contract.body is not None and not is_optional(contract.body)
        content = _content(model.__name__, schemas)
        if contract.form:
            content["content"] |= forms.form(model)
        entry["requestBody"] = {"required": required} | content
    return entry


def _responses(contract: Contract, schemas: Json) -> Json:
    answer: Json = {"description": "Done."}
    gives = contract.hints["return"]
    if gives is type(None):
        found: Json = {"204": answer}
    elif gives is File:
        found = {"200": answer | {"content": {contract.serves: {"schema": BINARY}}}}
    else:
        found = {"200": answer | _content(gives.__name__, schemas)}
    by_status: dict[int, list[str]] = {}
    for kind in refusals_of(contract):
        codes = by_status.setdefault(status_of(kind), [])
        codes += [kind.code] if kind.code not in codes else []
    by_status[500] = [BROKEN]
    found |= {str(status): _refused(status, by_status[status]) for status in sorted(by_status)}
    return found


def _refused(status: int, codes: list[str]) -> Json:
    examples = {code: {"value": _example(code)} for code in codes}
    content = {"schema": {"$ref": REF.format(model=RefusalOut.__name__)}, "examples": examples}
    told: Json = {
        "description": " · ".join(codes),
        "content": {"application/json": content},
    }
    if status in (429, 503):
        seconds = {"description": "In how many seconds to come back.", "schema": SECONDS}
        told["headers"] = {"Retry-After": seconds}
    return told


def _example(code: str) -> Json:
    said = sentences()[code]
    blanks = {name: "…" for _, name, _, _ in Formatter().parse(said) if name}
    shown: Json = {"code": code, "message": said.format(**blanks), "request_id": "5f0c9b1e2d3a4c67"}
    if code == Malformed.code:
        shown["fields"] = {"name": "string_too_long"}
    return shown


def _in_path(contract: Contract) -> list[Json]:
    parts: dict[Any, Json] = {
        int: {"type": "string", "pattern": f"^{ID.pattern}$", "examples": ["12"]},
        QuarterName: {"type": "string", "pattern": f"^{QUARTER.pattern}$", "examples": ["2026Q1"]},
    }
    return [
        {"name": name, "in": "path", "required": True, "schema": parts[contract.hints[name]]}
        for name in re.findall(r"<(\w+)>", contract.rule)
    ]


def _in_query(contract: Contract) -> list[Json]:
    if contract.query is None:
        return []
    schema = contract.query.model_json_schema()
    needed = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": _inlined(field, schema)}
        for name, field in schema["properties"].items()
    ]


def _inlined(field: Json, schema: Json) -> Json:
    """Return a query field without "or null", which a query string cannot say."""
    [said] = [each for each in field.get("anyOf", [field]) if each.get("type") != "null"]
    kept = {name: field[name] for name in ("default", "title") if field.get(name) is not None}
    if "$ref" in said:
        said = schema["$defs"][said["$ref"].rpartition("/")[2]]
    found: Json = said | kept
    return found


def _in_header(contract: Contract) -> list[Json]:
    if not contract.takes_key:
        return []
    pattern = {"type": "string", "pattern": f"^{VISIBLE.pattern}$", "examples": ["tap-7f3a"]}
    told = "The same key with the same request gets the first answer and does nothing twice."
    return [
        {
            "name": HEADER,
            "in": "header",
            "required": False,
            "description": told,
            "schema": pattern,
        }
    ]


def _content(name: str, schemas: Json) -> Json:
    content: Json = {"schema": {"$ref": REF.format(model=name)}}
    if examples := schemas[name].get("examples"):
        content["examples"] = {"example": {"value": examples[0]}}
    return {"content": {"application/json": content}}


def _schemas(contracts: list[Contract]) -> Json:
    drawn: list[tuple[type[BaseModel], JsonSchemaMode]] = [(RefusalOut, "validation")]
    drawn += [(model, "validation") for model in {each.body or Nothing for each in contracts}]
    given = {each.hints["return"] for each in contracts} - {type(None), File}
    drawn += [(model, "serialization") for model in given]
    drawn.sort(key=lambda pair: pair[0].__name__)
    found: Json = models_json_schema(drawn, ref_template=REF)[1]["$defs"]
    return found
