"""`make serve`: the web service alone, as many processes as `WORKERS` says."""

import os
import sys

from config.settings import BadSettings, load_settings
from tools.environment import CannotRun, port_of
from tools.run import service_command


def main() -> None:
    """Become the web server; settings come from the environment and from nowhere else."""
    try:
        port = port_of(os.environ, "PORT", 8000)
        workers = _workers(os.environ.get("WORKERS") or "1")
        # said once and here, rather than by every process that the server starts
        os.environ["NUANFENG_PROCESSES"] = str(workers)
        load_settings()
    except (CannotRun, BadSettings) as reason:
        sys.exit(f"The service was not started. {reason}")
    command = service_command(port, workers, os.environ.get("HOST", "127.0.0.1"))
    os.execv(command[0], [*command, "--respawn-failed-workers"])


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:4]) <= 64):
        raise CannotRun(f"WORKERS={text}: give a number of processes from 1 to 64.")
    return int(text)


if __name__ == "__main__":
    main()
