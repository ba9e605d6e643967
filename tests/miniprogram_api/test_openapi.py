import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from miniprogram_api.face import CONTRACTS
from miniprogram_api.openapi import document, refusals_of
from server.statuses import status_of

pytestmark = pytest.mark.once

DOCUMENT = document(CONTRACTS)
OPERATIONS = [
    pytest.param(operation, id=operation["operationId"])
    for operations in DOCUMENT["paths"].values()
    for operation in operations.values()
]


def flaws(schema: dict[str, Any], value: object) -> list[str]:
    """Return what is wrong with a value by a schema of the document."""
    whole = schema | {"components": DOCUMENT["components"]}
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return [str(flaw) for flaw in validator.iter_errors(value)]


def contents(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every JSON content that an operation takes or gives; a file is none."""
    parts = [operation.get("requestBody", {}), *operation["responses"].values()]
    told = [part["content"] for part in parts if "content" in part]
    return [content["application/json"] for content in told if "application/json" in content]


def test_the_document_is_served_as_it_is_drawn(client) -> None:
    answer = client.get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.get_json() == DOCUMENT


def test_the_document_is_valid_openapi() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert not list(jsonschema_rs.Draft202012Validator(OPENAPI_31).iter_errors(DOCUMENT))


def test_a_flawed_document_is_seen() -> None:
    flawed = DOCUMENT | {"paths": {"no slash": {}}}

    assert list(jsonschema_rs.Draft202012Validator(OPENAPI_31).iter_errors(flawed))


def test_every_endpoint_is_in_the_document(app) -> None:
    served = {
        (method.lower(), re.sub(r"<(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("miniprogram_api.") and ".docs." not in rule.endpoint
        for method in (rule.methods or set()) - {"HEAD"}
    }
    told = {(method, path) for path, each in DOCUMENT["paths"].items() for method in each}

    assert told == served


def ids(document: dict[str, Any]) -> list[str]:
    return [each["operationId"] for path in document["paths"].values() for each in path.values()]


def test_no_two_operations_are_called_alike() -> None:
    assert len(set(ids(DOCUMENT))) == len(ids(DOCUMENT))
    assert {"log_in", "needs_withdraw", "records_withdraw"} <= set(ids(DOCUMENT))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_has_examples_and_they_are_valid(operation) -> None:
    for content in contents(operation):
        if content["schema"]["$ref"].endswith("/Nothing"):
            continue
        assert content["examples"]
        for example in content["examples"].values():
            assert flaws(content["schema"], example["value"]) == []


def test_an_example_that_is_not_valid_is_seen() -> None:
    assert flaws({"$ref": "#/components/schemas/LinkIn"}, {"code": "12345"})
    assert flaws({"$ref": "#/components/schemas/LinkIn"}, {"code": "123456", "more": 1})


def texts(schema: object) -> Iterator[dict[str, Any]]:
    """Return every schema of a text below this one."""
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    if isinstance(schema, dict):
        if schema.get("type") == "string":
            yield schema
        for inner in schema.values():
            yield from texts(inner)


def test_what_no_reader_takes_is_no_text_to_the_document_either() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    taken = [contract.body.__name__ for contract in CONTRACTS if contract.body]
    spoken = [schemas[name].get("properties", {}) for name in taken]
    spoken += [operation.values[0]["parameters"] for operation in OPERATIONS]

    found = list(texts(spoken))

    assert len(found) > 10
    assert [text for text in found if not flaws(text, "x\u0000")] == []


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.view.__name__)
def test_every_refusal_is_told_with_its_status_and_sentence(contract) -> None:
    path = re.sub(r"<(\w+)>", r"{\1}", contract.rule)
    responses = DOCUMENT["paths"][path][contract.method.lower()]["responses"]

    for kind in refusals_of(contract):
        examples = responses[str(status_of(kind))]["content"]["application/json"]["examples"]
        assert examples[kind.code]["value"]["message"]


def test_only_logging_in_needs_no_token() -> None:
    opened = {
        path
        for path, operations in DOCUMENT["paths"].items()
        for operation in operations.values()
        if operation.get("security") == []
    }

    assert DOCUMENT["security"] == [{"bearer": []}]
    assert DOCUMENT["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert opened == {"/login"}


KEYLESS = {"/party/report/submit"}
"""What members tell is kept nowhere else, so no answer is kept under a key either."""


def test_every_post_tells_of_its_key() -> None:
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            names = {parameter["name"] for parameter in operation["parameters"]}
            wanted = method == "post" and not path.endswith(tuple(KEYLESS))
            assert ("Idempotency-Key" in names) == wanted


def test_the_page_shows_every_operation_without_script_or_network(client) -> None:
    answer = client.get("/api/v1/docs")

    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            assert f'<article id="{operation["operationId"]}">' in answer.text
            assert f'<span class="method">{method.upper()}</span> {path}' in answer.text
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_page_finds_its_look_beside_it(client) -> None:
    answer = client.get("/api/v1/docs.css")

    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert "http" not in answer.text
