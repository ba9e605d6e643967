"""The contract as a document for programs and as a page for people; both open to everybody."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template

blueprint = Blueprint("docs", __name__, template_folder="templates")

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
"""No script runs on the page, and nothing comes from elsewhere."""


@blueprint.get("/openapi.json", provide_automatic_options=False)
def openapi() -> Response:
    """Give the OpenAPI 3.1 document."""
    return jsonify(_document())


@blueprint.get("/docs", provide_automatic_options=False)
def page() -> Response:
    """Show the document as a page that needs no network."""
    answer = Response(render_template("contract.html", document=_document(), resolve=_resolve))
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


@blueprint.get("/docs.css", provide_automatic_options=False)
def style() -> Response:
    """Give the page its look."""
    return Response(render_template("contract.css"), mimetype="text/css")


def _document() -> dict[str, Any]:
    found: dict[str, Any] = current_app.extensions["openapi"]()
    return found


def _resolve(content: dict[str, Any]) -> Any:
    """Return the example of some content, or None."""
    body = content.get("content", {}).get("application/json", {})
    return body.get("examples", {}).get("example", {}).get("value")
