"""Pictures come from WeChat's API host or not at all, whatever goes wrong on the way."""

from datetime import timedelta

import pytest

from config.wording import say
from server.photos import claims, fetching, files, settling, showing
from server.photos.files import Size
from server.photos.models import PhotoState
from server.photos.refusals import PhotoMissing
from tests.server.photos.drawing import HEIC, MP4, PDF, bomb, image_of, jpeg
from tests.serving import Place, served


def full(runtime, photo_id, *, judging=True):
    with runtime.db.reading() as session:
        return showing.shown(session, photo_id, Size.FULL, runtime, judging=judging)


def lying(runtime) -> list[str]:
    folder = files.Path(runtime.settings.photos_dir)
    return sorted(path.name for path in folder.glob("*/*"))


def test_a_picture_is_fetched_read_sealed_and_seen_by_nobody_yet(runtime, send, row) -> None:
    photo_id = send(jpeg(2000, 1000))

    assert fetching.work(runtime) == 1
    assert fetching.work(runtime) == 0

    photo = row(photo_id)
    assert (photo.state, photo.width, photo.height) == (PhotoState.HELD, 1600, 800)
    assert photo.media_id is None
    assert image_of(full(runtime, photo_id)).size == (1600, 800)
    with pytest.raises(PhotoMissing):
        full(runtime, photo_id, judging=False)
    for path in files.Path(runtime.settings.photos_dir).glob("*/*"):
        content = path.read_bytes()
        assert not content.startswith(b"\xff\xd8")
        assert b"JFIF" not in content
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PDF, "photos.is_pdf"),
        (HEIC, "photos.is_heic"),
        (MP4, "photos.is_video"),
        (bomb(), "photos.too_many_pixels"),
        (jpeg(900, 900)[:-2000], "photos.damaged"),
        (b"not a picture at all", "photos.not_a_picture"),
    ],
)
def test_what_is_no_picture_is_given_up_at_once_and_says_why(
    runtime, send, row, content, code
) -> None:
    photo_id = send(content)

    assert fetching.work(runtime) == 0

    photo = row(photo_id)
    assert (photo.state, photo.fault, photo.due_at) == (PhotoState.FAILED, code, None)
    with runtime.db.reading() as session:
        assert showing.views(session, [photo_id])[photo_id].why == say(code, megabytes=10)
    assert lying(runtime) == []


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("errcode", 40007, "photos.gone"),
        ("errcode", 40004, "photos.gone"),
        ("huge", 50, "photos.too_large"),
    ],
)
def test_what_will_never_come_is_given_up(runtime, send, row, fault, kind, value, code) -> None:
    photo_id = send(jpeg())
    fault(kind, value)

    assert fetching.work(runtime) == 0

    assert (row(photo_id).state, row(photo_id).fault) == (PhotoState.FAILED, code)
    assert lying(runtime) == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("html", None),
        ("status", 502),
        ("status", 404),
        ("errcode", -1),
        ("errcode", 45011),
        ("drop_before", None),
        ("drop_after", None),
        ("errcode", 40013),
        ("redirect", "http://127.0.0.1:9/elsewhere"),
    ],
)
def test_what_may_pass_is_tried_again_a_minute_later(
    runtime, send, row, fault, clock, kind, value
) -> None:
    photo_id = send(jpeg())
    fault(kind, value)

    assert fetching.work(runtime) == 0
    assert row(photo_id).state is PhotoState.WAITING
    clock.advance(seconds=59)
    assert fetching.work(runtime) == 0
    clock.advance(seconds=2)
    assert fetching.work(runtime) == 1

    assert row(photo_id).state is PhotoState.HELD


@pytest.mark.parametrize(("kind", "value"), [("endless", None), ("delay", 3)])
def test_a_fetch_that_never_ends_is_ended(
    runtime, send, row, fault, clock, monkeypatch, kind, value
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    photo_id = send(jpeg())
    fault(kind, value)

    assert fetching.work(runtime) == 0

    assert row(photo_id).state is PhotoState.WAITING
    monkeypatch.undo()
    clock.advance(minutes=1)
    assert fetching.work(runtime) == 1


def test_a_day_without_quota_waits_for_the_next(runtime, send, row, fault, clock) -> None:
    photo_id = send(jpeg())
    fault("errcode", 45009)

    fetching.work(runtime)

    assert row(photo_id).due_at > clock.now() + timedelta(hours=2)


def test_after_three_days_wechat_has_it_no_more(runtime, send, row, fault, clock) -> None:
    photo_id = send(jpeg())
    fault("errcode", -1, times=1_000)
    tries = 0
    while row(photo_id).state is PhotoState.WAITING and tries < 100:
        fetching.work(runtime)
        tries += 1
        clock.advance(minutes=180)

    assert (row(photo_id).state, row(photo_id).fault) == (PhotoState.FAILED, "photos.gone")
    assert 20 <= tries <= fetching.MOST_TRIES


def test_one_that_fails_holds_up_no_other(runtime, send, row, fault) -> None:
    first, second = send(jpeg()), send(jpeg(colour="blue"))
    fault("status", 500)

    assert fetching.work(runtime) == 1

    assert {row(first).state, row(second).state} == {PhotoState.WAITING, PhotoState.HELD}


class Trap:
    """Somebody else's server, which counts who comes."""

    def __init__(self) -> None:
        self.visits: list[str] = []

    def __call__(self, environ, start):
        self.visits.append(environ["PATH_INFO"])
        start("200 OK", [("Content-Type", "image/jpeg")])
        return [jpeg()]


@pytest.fixture
def trap():
    trap, place = Trap(), Place()
    with served(trap, place) as url:
        yield trap, url
    place.close()


def test_nobody_is_asked_but_the_api_host(runtime, emulator, send, row, fault, trap) -> None:
    trapped, url = trap
    photo_id = send(jpeg())
    fault("redirect", f"{url}/elsewhere.jpg")

    fetching.work(runtime)

    assert trapped.visits == []
    assert row(photo_id).state is PhotoState.WAITING


def test_control_a_client_that_follows_would_be_led_elsewhere(
    runtime, emulator, send, fault, trap, monkeypatch
) -> None:
    trapped, url = trap
    send(jpeg())
    fault("redirect", f"{url}/elsewhere.jpg")
    pool = runtime.wechat.http._pool
    ask = pool.request

    def follow(method, address, **more):
        return ask(method, address, **(more | {"redirect": True, "retries": 3}))

    monkeypatch.setattr(pool, "request", follow)
    fetching.work(runtime)

    assert trapped.visits == ["/elsewhere.jpg"]


def test_two_workers_never_fetch_one_picture(runtime, send) -> None:
    photo_id = send(jpeg())

    first, second = claims.take(runtime), claims.take(runtime)

    assert first is not None
    assert first.id == photo_id
    assert second is None


def test_a_worker_that_was_too_slow_keeps_nothing(runtime, send, row, clock, monkeypatch) -> None:
    photo_id = send(jpeg())
    look = fetching.pictures.look

    def slowly(content):
        clock.advance(seconds=61)
        monkeypatch.setattr(fetching.pictures, "look", look)
        assert fetching.work(runtime) == 1
        return look(content)

    monkeypatch.setattr(fetching.pictures, "look", slowly)

    assert fetching.work(runtime) == 0
    assert row(photo_id).state is PhotoState.HELD
    assert len(lying(runtime)) == 2


def test_packages_above_are_told_in_the_same_transaction(
    runtime, send, row, fault, monkeypatch
) -> None:
    told = []

    def follow(session, photo_id, state, fault, now):
        told.append((photo_id, state, fault))

    monkeypatch.setattr(settling, "FOLLOWERS", [follow])
    come, lost = send(jpeg()), send(PDF)

    fetching.work(runtime)

    assert sorted(told) == [
        (come, PhotoState.HELD, None),
        (lost, PhotoState.FAILED, "photos.is_pdf"),
    ]


def test_who_follows_and_fails_undoes_it_all(runtime, send, row, clock, monkeypatch) -> None:
    def break_down(*_):
        raise RuntimeError("a follower is broken")

    photo_id = send(jpeg())
    with monkeypatch.context() as patched:
        patched.setattr(settling, "FOLLOWERS", [break_down])
        fetching.work(runtime)
    assert row(photo_id).state is PhotoState.WAITING

    clock.advance(minutes=5)
    assert fetching.work(runtime) == 1
