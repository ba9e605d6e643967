"""The rows of a roster by one bare statement: as JSON, or through one bare Jinja template."""

import os
from typing import Any

from flask import Flask, Response, jsonify, render_template_string

from bench.baselines.drivers import reading, sql

SHIFT = int(os.environ.get("BENCH_SHIFT", "1"))
ROWS = sql(
    "SELECT s.id, s.person_id, s.state, s.walk_in, p.volunteer_no, a.in_at, a.in_route, a.out_at,"
    " a.recheck FROM signup s JOIN person p ON p.id = s.person_id"
    " LEFT JOIN attendance a ON a.signup_id = s.id WHERE s.shift_id = ? ORDER BY s.id"
)
PAGE = """<!doctype html><title>名单</title><table>
{%- for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{%- endfor %}
</table>
"""

app = Flask(__name__)


@app.get("/healthz")
def healthz() -> str:
    """Tell that the process is up."""
    return "ok"


@app.get("/raw")
def raw() -> Response:
    """Answer with the rows as JSON."""
    return jsonify([list(map(str, row)) for row in _rows()])


@app.get("/jinja")
def jinja() -> str:
    """Answer with the rows in a table."""
    return render_template_string(PAGE, rows=_rows())


def _rows() -> list[Any]:
    with reading() as connection:
        found: list[Any] = connection.execute(ROWS, (SHIFT,)).fetchall()
    return found
