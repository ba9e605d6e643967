"""A worker killed in the middle loses no picture, shows no half of one, and doubles none."""

import os
import subprocess
import sys

import pytest

from server.photos import fetching, files, forgetting, showing
from server.photos.files import Size
from server.photos.models import PhotoState
from server.photos.refusals import PhotoMissing
from tests.server.photos.drawing import image_of, jpeg

PROCESS = """
import sys
from datetime import UTC, datetime
from server import followers
from server.photos import claims, fetching, files
from server.runtime import Runtime
from tests.knobs import make_settings

database, wechat, folder, where = sys.argv[1:]
now = lambda: datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
runtime = Runtime.open(make_settings(database, wechat_api_url=wechat, photos_dir=folder), now)

def halting(noun, name):
    done = getattr(noun, name)
    def halt(*given, **more):
        if where.startswith("before"):
            print("in the middle", flush=True)
            sys.stdin.readline()
        found = done(*given, **more)
        print("in the middle", flush=True)
        sys.stdin.readline()
        return found
    setattr(noun, name, halt)

noun, name = {
    "claimed": (claims, "take"),
    "fetched": (type(runtime.wechat.official), "media"),
    "read": (fetching.pictures, "look"),
    "half written": (files, "_write"),
    "written": (files, "lay"),
    "before the commit": (claims, "settle"),
}[where]
halting(noun, name)
fetching.work(runtime)
"""
POINTS = ("claimed", "fetched", "read", "half written", "written", "before the commit")


def killed(runtime, where: str) -> None:
    """Let a worker of its own come to this point, and kill it there."""
    told = runtime.settings
    command = [sys.executable, "-c", PROCESS, runtime.db.url, told.wechat_api_url, told.photos_dir]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    worker = subprocess.Popen([*command, where], text=True, bufsize=1, **pipes)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "in the middle\n"
    worker.kill()
    worker.communicate()


def lying(runtime) -> list:
    return sorted(files.Path(runtime.settings.photos_dir).glob("*/*"))


@pytest.mark.parametrize("where", POINTS)
def test_a_worker_killed_anywhere_leaves_a_picture_to_the_next(
    runtime, send, row, clock, where
) -> None:
    photo_id = send(jpeg(800, 600))

    killed(runtime, where)

    with runtime.db.reading() as session, pytest.raises(PhotoMissing):
        showing.shown(session, photo_id, Size.FULL, runtime, judging=True)
    assert row(photo_id).state is PhotoState.WAITING
    assert fetching.work(runtime) == 0
    clock.advance(seconds=60)
    assert fetching.work(runtime) == 1
    with runtime.db.reading() as session:
        content = showing.shown(session, photo_id, Size.FULL, runtime, judging=True)
    assert image_of(content).size == (800, 600)
    sweep_leaves_just(runtime, row(photo_id).file_name, clock)


def sweep_leaves_just(runtime, name: str, clock) -> None:
    """Sweep an hour later: what the dead worker left goes, and the picture stays."""
    moment = clock.now().timestamp()
    for path in lying(runtime):
        os.utime(path, (moment, moment))
    orphans = [path for path in lying(runtime) if not path.name.startswith(name)]
    clock.advance(minutes=59)
    assert forgetting.sweep(runtime) == 0
    clock.advance(minutes=2)

    assert forgetting.sweep(runtime) == len(orphans)
    assert [path.name for path in lying(runtime)] == [f"{name}.full", f"{name}.thumb"]


def test_control_without_the_claim_running_out_it_would_wait_for_ever(
    runtime, send, row, clock, monkeypatch
) -> None:
    monkeypatch.setattr(fetching.claims, "LEASE", fetching.LIFE * 1000)
    photo_id = send(jpeg())
    assert fetching.claims.take(runtime) is not None

    clock.advance(hours=70)

    assert fetching.work(runtime) == 0
    assert row(photo_id).state is PhotoState.WAITING
