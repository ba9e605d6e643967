"""WeChat's own look at pictures: what it passes is shown, anything else waits for a person."""

import pytest

from server.people import identities
from server.people.models import App
from server.photos import checking, fetching
from server.photos.models import PhotoState
from tests.factories import a_person
from tests.server.photos.drawing import jpeg


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"photos_check": True})


@pytest.fixture
def phone(emulator):
    """Somebody with both apps, who has just used the mini-program."""
    phone = emulator.person("甲")
    emulator.ask("POST", f"/_/people/{phone.id}/login_code")
    return phone


@pytest.fixture
def sender(runtime, phone) -> int:
    with runtime.db.transaction() as session:
        openid = phone.person["miniprogram_openid"]
        known = identities.welcome(session, App.MINIPROGRAM, openid, runtime.now())
        return known.person_id


@pytest.fixture
def asked(runtime, service, send, emulator):
    """Send a picture, have WeChat look at it, and wait for its word."""

    def run() -> int:
        photo_id = send(jpeg())
        assert fetching.work(runtime) == 1
        checking.work(runtime)
        emulator.ask("POST", "/_/settle")
        return photo_id

    return run


def verdict(emulator, said: str) -> None:
    emulator.ask("POST", "/_/settings", {"picture_verdict": said})


def test_what_wechat_passes_is_shown(asked, row) -> None:
    assert row(asked()).state is PhotoState.KEPT


@pytest.mark.parametrize("said", ["review", "risky"])
def test_what_wechat_doubts_waits_for_a_person(asked, row, emulator, said) -> None:
    verdict(emulator, said)

    assert row(asked()).state is PhotoState.HELD


@pytest.mark.parametrize(("kind", "value"), [("errcode", 61010), ("errcode", -1), ("html", None)])
def test_where_wechat_cannot_be_asked_a_person_looks(asked, row, emulator, kind, value) -> None:
    told = {"path": "/wxa/media_check_async", "kind": kind, "value": value, "times": 2}
    emulator.ask("POST", "/_/faults", told)

    assert row(asked()).state is PhotoState.HELD


def test_pictures_of_who_uses_chat_alone_wait_for_a_person(runtime, send, row, clock) -> None:
    with runtime.db.transaction() as session:
        somebody = a_person(session, clock.now())
    photo_id = send(jpeg(), by=somebody)
    fetching.work(runtime)

    checking.work(runtime)

    assert row(photo_id).state is PhotoState.HELD


def test_an_answer_that_never_comes_is_not_waited_for(runtime, send, row, clock, emulator) -> None:
    # nobody listens where WeChat would fetch the picture, so nothing is ever told
    photo_id = send(jpeg())
    fetching.work(runtime)
    checking.work(runtime)
    assert row(photo_id).state is PhotoState.CHECKING

    clock.advance(minutes=34)
    checking.work(runtime)
    assert row(photo_id).state is PhotoState.CHECKING
    clock.advance(minutes=2)
    checking.work(runtime)

    assert row(photo_id).state is PhotoState.HELD


def test_the_address_holds_for_one_picture_an_hour_and_no_longer(
    runtime, client, send, clock
) -> None:
    photo_id = send(jpeg())
    fetching.work(runtime)
    url = checking.address(runtime, photo_id).removeprefix(runtime.settings.public_url)

    good = client.get(url)
    forged = [url.replace("-", "0-", 1), url.replace(".jpg", "0.jpg"), url[:-6] + "zz.jpg"]

    assert (good.status_code, good.mimetype) == (200, "image/jpeg")
    assert good.headers["Cache-Control"] == "private, no-store"
    assert good.headers["X-Content-Type-Options"] == "nosniff"
    assert [client.get(each).status_code for each in forged] == [404] * 3
    clock.advance(minutes=61)
    assert client.get(url).status_code == 404


def test_a_picture_that_was_decided_is_lent_no_more(runtime, client, asked, row) -> None:
    photo_id = asked()
    url = checking.address(runtime, photo_id).removeprefix(runtime.settings.public_url)

    assert row(photo_id).state is PhotoState.KEPT
    assert client.get(url).status_code == 404


def test_the_event_makes_nobody_known(runtime, asked, emulator, db) -> None:
    asked()

    with db.reading() as session:
        assert identities.recognise(session, App.MINIPROGRAM, "ot-emulated-platform") is None
