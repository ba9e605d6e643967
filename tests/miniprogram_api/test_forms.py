"""A report sent as a form, with its photos beside it: the way `wx.uploadFile` sends one."""

import pytest

from server.photos import pictures
from server.photos.models import Photo
from tests.server.photos.drawing import PDF, jpeg

TOLD = (("words", "井盖没了"), ("place", "柳巷口北边"), ("near", "37.8601,112.5702"))
CODE = "code"


def a_form(fields=TOLD, files=(), part: str = "file") -> dict[str, object]:
    """Return what a request bears that sends a form."""
    parts = [(f'name="{name}"', words.encode()) for name, words in fields]
    parts += [(f'name="{part}"; filename="a.jpg"', content) for content in files]
    body = b"".join(
        f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    return {"data": body + b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def sends(phone, *args, **more):
    return phone.ask("POST", "/reports", **a_form(*args), **more)


def photos_kept(runtime) -> int:
    with runtime.db.reading() as session:
        return session.query(Photo).count()


def test_a_form_with_two_photos_is_one_report(device, runtime) -> None:
    phone = device()

    sent = sends(phone, TOLD, (jpeg(), jpeg(colour="blue")))

    assert sent.status_code == 200, sent.get_data(as_text=True)
    assert (sent.json["words"], sent.json["photos"]) == ("井盖没了", 2)
    assert sends(phone, TOLD, (jpeg(),)).json["id"] == sent.json["id"]
    assert len(phone.ask("GET", "/me/reports").json["items"]) == 1


def test_photos_alone_tell_what_is_dangerous(device) -> None:
    assert sends(device(), (("place", "柳巷口"),), (jpeg(),)).json["photos"] == 1


def test_a_form_without_photos_says_the_same_as_json(device) -> None:
    phone = device()
    as_json = phone.ask("POST", "/reports", dict(TOLD)).json

    assert sends(phone).json["id"] == as_json["id"]


def test_a_field_that_is_a_list_may_be_named_more_than_once(device) -> None:
    phone = device()
    ids = [
        phone.ask("POST", "/photos", data=jpeg(colour=colour), content_type="image/jpeg").json["id"]
        for colour in ("red", "green")
    ]

    assert sends(phone, (*TOLD, *(("photos", one) for one in ids))).json["photos"] == 2


@pytest.mark.parametrize(
    ("fields", "flaw"),
    [
        ((*TOLD, ("words", "又一次")), {"words": "repeated"}),
        ((*TOLD, ("colour", "red")), {"colour": "extra_forbidden"}),
        ((("near", "north"),), {"near": "string_pattern_mismatch"}),
    ],
)
def test_what_a_form_says_is_read_as_strictly_as_json(device, fields, flaw) -> None:
    answer = sends(device(), fields)

    assert (answer.status_code, answer.json["fields"]) == (400, flaw)


def test_one_bad_file_and_nothing_of_the_form_is_kept(device, runtime) -> None:
    phone = device()

    answer = sends(phone, TOLD, (jpeg(), PDF))

    assert (answer.status_code, answer.json[CODE]) == (400, "photos.is_pdf")
    assert photos_kept(runtime) == 0
    assert phone.ask("GET", "/me/reports").json["items"] == []


def test_too_many_files_too_large_ones_and_other_names_are_refused(device) -> None:
    phone = device()
    large = jpeg() + bytes(pictures.MOST_BYTES)

    assert sends(phone, TOLD, [jpeg()] * 4).json["fields"] == {"file": "too_long"}
    assert sends(phone, TOLD, [large]).status_code == 413
    assert sends(phone, TOLD, [large] * 4).status_code == 413
    assert sends(phone, TOLD, [jpeg()], "photo").json[CODE] == "request.no_file"


def test_a_form_under_a_key_is_done_once_and_other_photos_are_another_request(device) -> None:
    phone, key = device(), {"headers": {"Idempotency-Key": "tap-1"}}
    first = sends(phone, TOLD, (jpeg(),), **key)

    assert sends(phone, TOLD, (jpeg(),), **key).json == first.json
    assert sends(phone, TOLD, (jpeg(colour="blue"),), **key).status_code == 422


def test_an_endpoint_that_takes_no_form_says_so(device) -> None:
    answer = device().ask("POST", "/needs", **a_form())

    assert answer.status_code == 415
