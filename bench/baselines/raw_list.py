"""A list of twenty activities as JSON, by two bare statements; nobody is asked who they are."""

from typing import Any

from flask import Flask, Response, jsonify

from bench.baselines.drivers import reading, sql

ACTIVITIES = sql(
    "SELECT a.id, a.number, a.title, a.field, a.team, a.place, area.name, a.risk_note"
    " FROM activity a JOIN area ON area.id = a.area_id"
    " WHERE a.state = 'open' AND a.closes_at > CURRENT_TIMESTAMP"
    " ORDER BY a.closes_at, a.id LIMIT 20"
)
SHIFTS = (
    "SELECT activity_id, id, starts_at, ends_at, capacity, capacity - taken, waiting FROM shift"
    " WHERE activity_id IN ({}) ORDER BY starts_at, id"
)
NAMES = ("id", "number", "title", "field", "team", "place", "area", "risk_note")
SHIFT_NAMES = ("id", "starts_at", "ends_at", "capacity", "places_left", "waiting")

app = Flask(__name__)
app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it


@app.get("/healthz")
def healthz() -> str:
    """Tell that the process is up."""
    return "ok"


@app.get("/api/v1/activities")
def activities() -> Response:
    """List the activities that close soonest."""
    with reading() as connection:
        rows = connection.execute(ACTIVITIES).fetchall()
        ids = [row[0] for row in rows]
        places = sql(SHIFTS.format(", ".join("?" * len(ids))))
        found = connection.execute(places, ids).fetchall()
    shifts: dict[int, list[dict[str, Any]]] = {activity: [] for activity in ids}
    for activity, shift, starts_at, ends_at, *counts in found:
        values = (str(shift), _iso(starts_at), _iso(ends_at), *counts)
        shifts[activity].append(dict(zip(SHIFT_NAMES, values, strict=True)))
    items = [dict(zip(NAMES, row, strict=True)) | {"shifts": shifts[row[0]]} for row in rows]
    return jsonify(items=items, next_cursor=None)


def _iso(moment: Any) -> str:
    return moment if isinstance(moment, str) else str(moment.isoformat())
