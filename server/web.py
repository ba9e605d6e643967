"""How a face reaches the runtime while it answers a request."""

from typing import cast

from flask import current_app

from server.runtime import Runtime


def runtime() -> Runtime:
    """Return the runtime of the app that is answering."""
    return cast(Runtime, current_app.extensions["runtime"])
