"""`make run`: the service and the stand-in for WeChat, side by side, until Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tools import environment
from tools.environment import CannotRun
from tools.processes import Child, require_free, stop_all

VAR = Path("var")
PATIENCE_SECONDS = 60
HELLO = """
  暖蜂 NuanFeng is running · 已启动

    service  · 服务    http://127.0.0.1:{port}
    phone    · 手机页  http://127.0.0.1:{emulator_port}
    console  · 管理台  http://127.0.0.1:{port}/console/
{links}
  Try: open the phone page, pick a person, follow the account, send 活动, then 报名 1.
  试一试：打开手机页，选一个人，关注公众号，发“活动”，再发“报名 1”。

  More staff · 更多工作人员: .venv/bin/flask --app wsgi staff invite --help

  Ctrl-C stops both. Logs: var/service.log, var/emulator.log
"""

INVITED = """
  Invented staff may enter by these links, each once: choose a password, set up a second factor.
  示例工作人员的邀请链接，各用一次：设密码，绑定身份验证器。"""


def main() -> int:
    """Start everything, watch it, and return the exit status."""
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)  # type: ignore[union-attr]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _run()
    except KeyboardInterrupt:
        return 0
    except CannotRun as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1


def _run() -> int:
    port = environment.port_of(os.environ, "PORT", 8000)
    emulator_port = environment.port_of(os.environ, "EMULATOR_PORT", 8001)
    if port == emulator_port:
        raise CannotRun(f"PORT and EMULATOR_PORT are both {port}: give them different numbers.")
    for name, number in (("PORT", port), ("EMULATOR_PORT", emulator_port)):
        require_free(name, number)
    values = environment.in_force(os.environ, port, emulator_port, VAR / "secrets.env")
    environment.write(VAR / "development.env", values)
    environ = {
        "EMULATOR_SERVICE_URL": f"http://127.0.0.1:{port}",
        **os.environ,
        **values,
        "PYTHONUNBUFFERED": "1",
        "FLASK_SKIP_DOTENV": "1",
    }
    return _side_by_side(environ, port, emulator_port)


def _side_by_side(environ: Mapping[str, str], port: int, emulator_port: int) -> int:
    children: list[Child] = []
    try:
        children.append(
            Child(
                "the emulator",
                [sys.executable, "-m", "emulator"],
                environ,
                VAR / "emulator.log",
                f"http://127.0.0.1:{emulator_port}/",
            )
        )
        links = _prepare(environ)
        children.append(
            Child(
                "the service",
                service_command(port, workers=1),
                {**environ, "NUANFENG_EMBEDDED_WORKERS": "true"},
                VAR / "service.log",
                f"http://127.0.0.1:{port}/healthz",
            )
        )
        _wait_for_both(children)
        print(HELLO.format(port=port, emulator_port=emulator_port, links=links))
        while True:
            _require_alive(children)
            time.sleep(0.2)
    finally:
        stop_all(children)


def _wait_for_both(children: list[Child]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not all(child.answers() for child in children):
        _require_alive(children)
        if time.monotonic() > deadline:
            late = " and ".join(child.name for child in children if not child.answers())
            raise CannotRun(f"{late} did not answer within {PATIENCE_SECONDS} s: see var/*.log")
        time.sleep(0.1)


def _require_alive(children: list[Child]) -> None:
    for child in children:
        status = child.status()
        if status is not None:
            raise CannotRun(
                f"{child.last_words()}\n{child.name} has ended with status {status}, so the other "
                f"was stopped too. What it said last stands above; all of it in {child.log}."
            )


def service_command(port: int, workers: int, host: str = "127.0.0.1") -> list[str]:
    """Return the command that serves the web service with Granian."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", "16", "--log-level", "warning", "wsgi:app"),
    ]


def _prepare(environ: Mapping[str, str]) -> str:
    """Bring the data up to date and tell the links of staff who have no password yet."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.prepare"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise CannotRun(f"{done.stdout.strip()}\n\nNothing was started: see above why.")
    links = re.findall(r'^\{"login": "([^"]+)", "link": "([^"]+)"\}$', done.stdout, re.MULTILINE)
    if not links:
        return ""
    told = "".join(f"\n    {login:<9}{link}" for login, link in links)
    return f"{INVITED}{told}\n"


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
