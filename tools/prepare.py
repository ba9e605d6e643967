"""Bring the database up to date, plant the sample with its staff, and hang the chat's menu."""

import os
import sys
import time

from flask.cli import ScriptInfo

from server.wechat.errors import WechatError
from wsgi import app

COMMANDS = (
    ("db", "upgrade"),
    ("sample", "load"),
    ("sample", "staff"),
    ("sample", "needs"),
    ("sample", "party"),
)
TRIES = 4
PAUSE_SECONDS = 0.5


def main() -> None:
    """Run the commands that a newcomer would have to type, one after the other."""
    for words in COMMANDS:
        _run(*words)
    if os.environ.get("NUANFENG_WECHAT_API_URL") == _emulator():
        _hang_menu()


def _run(*words: str) -> None:
    info = ScriptInfo(create_app=lambda: app)
    app.cli.main(list(words), prog_name="flask", obj=info, standalone_mode=False)


def _emulator() -> str:
    return f"http://127.0.0.1:{os.environ.get('EMULATOR_PORT')}"


def _hang_menu() -> None:
    """Give the chat its menu; the emulator, which was just started, may need a moment."""
    for _ in range(TRIES):
        try:
            _run("wechat", "menu")
        except WechatError as error:
            print(f"no menu yet: {error}", file=sys.stderr)
            time.sleep(PAUSE_SECONDS)
        else:
            return


if __name__ == "__main__":
    main()
