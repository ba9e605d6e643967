from server.people.models import Role


def test_a_stranger_is_led_to_the_door(client, district) -> None:
    answer = client.get("/console/")

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/console/sign-in")


def test_staff_see_their_queue(clerk) -> None:
    answer = clerk(Role.COMMUNITY_WORKER, "A1").get("/")

    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_form_without_its_token_does_nothing(clerk) -> None:
    answer = clerk().client.post("/console/text-size", data={"size": "large"})

    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers or "text_size" not in answer.headers["Set-Cookie"]


def test_a_form_with_its_token_is_taken(clerk) -> None:
    answer = clerk().post("/text-size", size="large")

    assert answer.status_code == 303
