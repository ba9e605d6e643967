"""The emulator's HTTP server: loopback only, one process, a thread a request."""

from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

HOST = "127.0.0.1"


class Quiet(WSGIRequestHandler):
    """Writes no line a request: the journal has them all."""

    def log_request(self, *args: Any, **kwargs: Any) -> None:
        """Keep quiet."""


def listen(app: Flask, port: int) -> BaseWSGIServer:
    """Bind the port on the loopback address (0: any free one); `serve_forever` serves.

    Threads of one process share the state; Werkzeug's server also gives the connection to
    the app, which must be able to cut it off.
    """
    return make_server(HOST, port, app, threaded=True, request_handler=Quiet)
