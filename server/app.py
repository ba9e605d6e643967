"""The Flask application: its runtime, its health, its commands, and the faces hung on it."""

from collections.abc import Iterable

from flask import Blueprint, Flask

from config import logging
from config.settings import Settings
from server import cli, feeds, followers, health, lending, party_jobs
from server.jobs import TIMETABLE, Job
from server.runtime import Runtime
from server.web import nowhere

__all__ = ["create_app", "followers"]


def create_app(
    settings: Settings,
    faces: Iterable[Blueprint] = (),
    more_jobs: Iterable[Job] = (),
    runtime: Runtime | None = None,
) -> Flask:
    """Build the service from its settings, hang its faces on it, add their jobs to ours."""
    logging.configure(settings.log_level)
    app = Flask("server", static_folder=None)
    # a second slash is another address, not an invitation to go to whatever host was named
    app.url_map.merge_slashes = False
    app.secret_key = settings.secret_key.get_secret_value()
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.extensions["runtime"] = opened = runtime or Runtime.open(settings)
    apart = () if opened.has_party else party_jobs.JOBS
    app.extensions["timetable"] = (*(job for job in TIMETABLE if job not in apart), *more_jobs)
    for status in (404, 405):
        app.register_error_handler(status, nowhere)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(feeds.blueprint)
    app.register_blueprint(lending.blueprint)
    for face in faces:
        app.register_blueprint(face)
    for group in cli.GROUPS:
        app.cli.add_command(group)
    return app
