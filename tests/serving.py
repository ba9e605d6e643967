"""Serving an app from a thread of the test, on a loopback port reserved before it starts."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler


class Place:
    """A port of ours. Until somebody serves there, a connection is refused at once."""

    def __init__(self) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def close(self) -> None:
        """Give the port back."""
        self.socket.close()


class Quiet(WSGIRequestHandler):
    """Writes no line for a request, and does not keep a thread waiting for the next one."""

    def log_request(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def served(app: Flask, place: Place) -> Iterator[str]:
    """Serve the app while the block runs; yield its address."""
    place.socket.listen(128)
    server = ThreadedWSGIServer("127.0.0.1", 0, app, handler=Quiet, fd=place.socket.fileno())
    # closing waits for what a page still asks for: a database is gone right after the test
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield place.url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
