"""Strict reading of what comes in over HTTP."""

import json
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

Model = TypeVar("Model", bound=BaseModel)


class Malformed(Exception):  # noqa: N818  a fact about the request
    """The request cannot be read; the text says why."""


def read_object(raw: bytes) -> dict[str, Any]:
    """Read a JSON object; refuses NaN, lone surrogates and endless nesting."""
    try:
        value = from_json(raw, allow_inf_nan=False)
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"no JSON: {error}"[:200]) from None
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


def read_body(model: type[Model]) -> Model:
    """Read the request's JSON body as the model; no body is an empty object."""
    raw = request.get_data(cache=True) or b"{}"
    read_object(raw)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise Malformed(_first(error)) from None


def read_query(model: type[Model]) -> Model:
    """Read the query parameters as the model; an unknown one is refused."""
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise Malformed(_first(error)) from None


def _first(error: ValidationError) -> str:
    flaw = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in flaw["loc"])
    return f"{place} {flaw['msg']}".strip()[:200]
