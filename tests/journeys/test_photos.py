"""A photo from the chat to the desk: sent on the phone, fetched, judged, and what goes wrong."""

import base64

import pytest
from sqlalchemy import select

from server import jobs
from server.areas import tree
from server.notices.models import Notice
from server.photos.models import PhotoState
from server.riders.hazards import pictures
from server.riders.hazards.models import Hazard, HazardState
from tests.server.photos.drawing import HEIC, PDF, bomb, jpeg

PLACE = {"lat": 37.8601, "lng": 112.5702, "label": "柳巷口"}


@pytest.fixture
def phone(runtime, service, emulator):
    with runtime.db.transaction() as session:
        tree.plant(session, "D", "示例区", tree.AreaKind.DISTRICT, None)
    return emulator.follower("甲")


def send(phone, content: bytes) -> str:
    step = phone.do("image", content=base64.b64encode(content).decode())
    return str(step["reply"]["content"]) if step["reply"] else ""


def report(runtime) -> tuple[Hazard, list[PhotoState]]:
    with runtime.db.reading() as session:
        [hazard] = session.scalars(select(Hazard))
        return hazard, [one.state for one in pictures.of(session, hazard.id)]


def told(runtime) -> list[str]:
    with runtime.db.reading() as session:
        lost = select(Notice.facts).where(Notice.kind == "photos.lost")
        return [facts["reason"] for facts in session.scalars(lost)]


def test_a_photo_and_a_place_are_a_report_with_a_picture(runtime, phone) -> None:
    send(phone, jpeg(3000, 2000))
    phone.do("location", **PLACE)

    assert jobs.run_once(runtime, "fetch-photos") == 1

    hazard, states = report(runtime)
    assert (hazard.state, states) == (HazardState.RECEIVED, [PhotoState.HELD])


def test_ten_photos_at_once_and_each_again_are_ten(runtime, phone) -> None:
    for number in range(10):
        content = base64.b64encode(jpeg(80 + number, 60)).decode()
        phone.do("image", copies=3, content=content)
    phone.do("location", **PLACE)

    assert jobs.run_once(runtime, "fetch-photos") == 10
    assert report(runtime)[1] == [PhotoState.HELD] * 10


@pytest.mark.parametrize("content", [PDF, HEIC, bomb(), jpeg()[:-500]])
def test_who_sent_no_picture_is_told_what_to_do_and_nothing_is_lost(
    runtime, phone, content
) -> None:
    send(phone, content)
    phone.do("location", **PLACE)

    assert jobs.run_once(runtime, "fetch-photos") == 0
    assert jobs.run_once(runtime, "fetch-photos") == 0

    [reason] = told(runtime)
    assert reason.endswith("。")
    assert report(runtime)[1] == [PhotoState.FAILED]


def test_who_wrote_words_as_well_is_left_in_peace(runtime, phone) -> None:
    send(phone, PDF)
    phone.say("井盖没了")
    phone.do("location", **PLACE)

    jobs.run_once(runtime, "fetch-photos")

    assert told(runtime) == []
