"""Pictures that people send are fetched by their media id, for three days, with every fault."""

import base64
import hashlib
from pathlib import Path

import pytest
import urllib3

import emulator
from tests.emulator.conftest import Desk
from tests.emulator.counterpart import Service

JPEG = b"\xff\xd8\xff\xe0 an invented picture"
PHOTOS = Path(emulator.__file__).parent / "page" / "photos"


def sent(desk: Desk, service: Service, **body: str) -> str:
    desk.do(desk.follower(), "image", body)
    return str(service.pushes[-1].fields["MediaId"])


def fetched(desk: Desk, media_id: str, app: str = "official"):
    query = {"access_token": desk.token(app)["access_token"], "media_id": media_id}
    return desk.http.get("/cgi-bin/media/get", query_string=query)


def test_what_a_test_uploads_is_what_the_service_fetches(desk: Desk, service: Service) -> None:
    media_id = sent(desk, service, content=base64.b64encode(JPEG).decode())

    answer = fetched(desk, media_id)

    assert (answer.data, answer.mimetype) == (JPEG, "image/jpeg")
    assert ".jpg" in answer.headers["Content-Disposition"]


def test_a_drawn_picture_is_fetched_as_it_is_drawn(desk: Desk, service: Service) -> None:
    wires = sent(desk, service, pic_url="http://127.0.0.1/page/photos/wires.jpg")
    any_one = sent(desk, service)

    assert fetched(desk, wires).data == (PHOTOS / "wires.jpg").read_bytes()
    assert fetched(desk, any_one).data == (PHOTOS / "pothole.jpg").read_bytes()


def test_an_id_serves_for_three_days_with_a_token(desk: Desk, service: Service) -> None:
    media_id = sent(desk, service)

    assert desk.get("/cgi-bin/media/get", token=None, media_id=media_id)["errcode"] == 41001
    assert desk.get("/cgi-bin/media/get", media_id="invented")["errcode"] == 40007
    desk.ask("POST", "/_/clock", {"advance_seconds": 3 * 24 * 3600})
    assert desk.get("/cgi-bin/media/get", media_id=media_id)["errcode"] == 40007


def test_what_is_no_base64_is_refused(desk: Desk) -> None:
    desk.do(desk.follower(), "image", {"content": "照片"}, status=400)


def test_the_phone_page_shows_what_was_sent(desk: Desk, service: Service) -> None:
    person = desk.follower()
    desk.do(person, "image", {"content": base64.b64encode(JPEG).decode()})
    shown = desk.chat(person)[-1]

    picture = desk.http.get(shown["data"]["pic_url"])

    assert (picture.data, picture.mimetype) == (JPEG, "image/jpeg")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert desk.http.get("/_/media/none").status_code == 404


def test_a_page_sent_as_a_picture_is_not_shown_as_a_page(desk: Desk, service: Service) -> None:
    page = base64.b64encode(b"<script>alert(1)</script>").decode()

    media_id = sent(desk, service, content=page)

    assert desk.http.get(f"/_/media/{media_id}").mimetype == "application/octet-stream"


def test_a_redirect_leads_where_the_fault_says(desk: Desk, service: Service) -> None:
    media_id = sent(desk, service)
    desk.fault("/cgi-bin/media/get", "redirect", "http://127.0.0.1:9/x")

    answer = fetched(desk, media_id)

    assert (answer.status_code, answer.headers["Location"]) == (302, "http://127.0.0.1:9/x")


def test_a_huge_file_is_as_long_as_the_fault_says(desk: Desk, service: Service) -> None:
    media_id = sent(desk, service)
    desk.fault("/cgi-bin/media/get", "huge", 3)

    assert len(fetched(desk, media_id).data) == 3 * 1024 * 1024


def test_an_endless_file_drips_until_the_caller_hangs_up(
    desk: Desk, service: Service, address: str, wire: urllib3.PoolManager
) -> None:
    media_id = sent(desk, service)
    desk.fault("/cgi-bin/media/get", "endless")
    token = desk.token()["access_token"]
    url = f"{address}/cgi-bin/media/get?access_token={token}&media_id={media_id}"

    answer = wire.request("GET", url, preload_content=False)
    begun = [answer.read1(64) for _ in range(3)]
    answer.close()

    assert all(begun)
    assert fetched(desk, media_id).status_code == 200


@pytest.fixture
def visitor(desk: Desk):
    """Somebody who has just used the mini-program, whose pushes come in XML."""
    desk.turn(miniprogram_format="xml")
    person = desk.follower()
    desk.ask("POST", f"/_/people/{person['id']}/login_code")
    return person


def checked(desk: Desk, person, **more):
    body = {"media_url": "http://127.0.0.1:9/x.jpg", "media_type": 2, "version": 2, "scene": 3}
    openid = {"openid": person["miniprogram_openid"]}
    return desk.post("/wxa/media_check_async", body | openid | more, "miniprogram")


def test_a_picture_that_cannot_be_fetched_is_told_as_such(
    desk: Desk, service: Service, visitor
) -> None:
    answer = checked(desk, visitor)
    desk.settle()

    event = service.pushes[-1].fields
    assert answer["errcode"] == 0
    assert (event["Event"], event["trace_id"]) == ("wxa_media_check", answer["trace_id"])
    assert str(event["errcode"]) == "-1008"
    assert "result" not in event


def test_a_picture_that_can_be_fetched_gets_the_verdict_that_is_set(
    desk: Desk, service: Service, visitor, address: str
) -> None:
    desk.turn(picture_verdict="risky")

    checked(desk, visitor, media_url=f"{address}/page/photos/wires.jpg")
    desk.settle()

    assert service.pushes[-1].fields["result"]["suggest"] == "risky"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"openid": "invented"}, 40003),
        ({"media_type": 1}, 40004),
        ({"version": 1}, 40004),
        ({"media_url": "ftp://x"}, 40097),
    ],
)
def test_a_check_that_makes_no_sense_is_refused(desk: Desk, visitor, more, code) -> None:
    assert checked(desk, visitor, **more)["errcode"] == code


def test_who_has_not_used_the_mini_program_for_two_hours_is_not_checked(
    desk: Desk, visitor
) -> None:
    desk.ask("POST", "/_/clock", {"advance_seconds": 7201})

    assert checked(desk, visitor)["errcode"] == 61010
    assert checked(desk, desk.follower())["errcode"] == 61010


def test_a_whole_photo_of_a_phone_fits(desk: Desk, service: Service) -> None:
    photo = JPEG * 400_000

    media_id = sent(desk, service, content=base64.b64encode(photo).decode())

    assert hashlib.sha256(fetched(desk, media_id).data).digest() == hashlib.sha256(photo).digest()
