"""Getting into the console, and what does not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from server.audit.models import AuditEntry
from server.people.models import Role
from server.staff import passwords, sessions
from server.staff.models import ConsoleSession, StaffAccount, StaffState
from tests.console.newcomers import PASSWORD, Newcomer

WRONG = "登录名或密码不对"


@pytest.fixture
def newcomer(app, runtime, district):
    """Somebody with a fresh invitation and nothing else."""
    return Newcomer.invited(app, runtime, "wanghong", Role.COMMUNITY_WORKER, "A1")


@pytest.fixture
def member(newcomer):
    """Somebody who has accepted and is signed out again, on a browser that knows nobody."""
    newcomer.accepts()
    return newcomer.elsewhere()


def test_an_invitation_leads_into_the_console_once(newcomer) -> None:
    answer = newcomer.accepts()

    assert answer.headers["Location"] == "/console/"
    assert newcomer.client.get("/console/").status_code == 200
    again = newcomer.elsewhere().client.get(newcomer.path)
    assert again.status_code == 404
    assert "已用过或已过期" in again.get_data(as_text=True)


def test_an_invitation_ends_after_three_days(newcomer, clock) -> None:
    clock.advance(hours=73)

    assert newcomer.client.get(newcomer.path).status_code == 404
    assert newcomer.accepts().status_code == 404


@pytest.mark.parametrize(
    ("keyed", "told"),
    [
        ({"password": "tooshort", "repeated": "tooshort"}, "12到128"),
        ({"password": "woaini1314520", "repeated": "woaini1314520"}, "太容易被猜到"),
        ({"password": "wanghong+x7Kp2q", "repeated": "wanghong+x7Kp2q"}, "太容易被猜到"),
        ({"repeated": "something else"}, "两次输入的密码不一样"),
        ({"code": "000000"}, "验证没通过"),
    ],
)
def test_a_poor_choice_leaves_the_invitation_in_force(newcomer, keyed, told) -> None:
    answer = newcomer.accepts(**keyed)

    assert 400 <= answer.status_code < 500
    assert told in answer.get_data(as_text=True)
    assert PASSWORD not in answer.get_data(as_text=True)
    assert newcomer.client.get(newcomer.path).status_code == 200


def test_password_and_code_open_the_console(member, clock) -> None:
    clock.advance(minutes=1)

    first = member.shows_password()
    assert member.client.get("/console/").status_code == 303
    second = member.shows_code()

    assert first.headers["Location"].startswith("/console/sign-in/code")
    assert second.headers["Location"] == "/console/"
    assert member.client.get("/console/").status_code == 200


def test_after_signing_in_one_is_where_one_wanted_to_be(member, clock) -> None:
    clock.advance(minutes=1)

    member.shows_password(next="/console/account?x=1")
    answer = member.shows_code(next="/console/account?x=1")

    assert answer.headers["Location"] == "/console/account?x=1"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/console//evil.example", "/console/\\evil"],
)
def test_no_other_host_is_led_to(member, clock, elsewhere) -> None:
    clock.advance(minutes=1)
    member.shows_password(next=elsewhere)

    assert member.shows_code(next=elsewhere).headers["Location"] == "/console/"


def test_a_code_works_once(member, clock) -> None:
    clock.advance(minutes=1)
    other = member.elsewhere()
    for each in (member, other):
        each.shows_password()

    first, second = member.shows_code(), other.shows_code()

    assert (first.status_code, second.status_code) == (303, 401)
    assert "已用过" in second.get_data(as_text=True)


def test_a_code_whose_use_is_not_noted_would_work_twice(member, clock, db) -> None:
    clock.advance(minutes=1)
    other = member.elsewhere()
    for each in (member, other):
        each.shows_password()

    first = member.shows_code()
    with db.transaction() as session:
        session.execute(update(StaffAccount).values(totp_step=None))
    second = other.shows_code()

    assert (first.status_code, second.status_code) == (303, 303)


def test_of_two_who_show_one_code_at_once_one_enters(member, clock, db) -> None:
    clock.advance(minutes=1)
    phones = [member.elsewhere() for _ in range(4)]
    for phone in phones:
        phone.shows_password()

    with ThreadPoolExecutor(len(phones)) as threads:
        answers = list(threads.map(lambda phone: phone.shows_code().status_code, phones))

    assert sorted(answers) == [303, 401, 401, 401]


def test_a_code_half_a_minute_off_is_taken_and_an_older_one_is_not(member, clock) -> None:
    clock.advance(minutes=5)
    early, old = (
        member.code(clock.now() + timedelta(seconds=30)),
        member.code(clock.now() - timedelta(seconds=90)),
    )

    member.shows_password()

    assert member.shows_code(code=old).status_code == 401
    assert member.shows_code(code=early).status_code == 303


def test_who_does_not_exist_is_answered_like_who_is_wrong(member, monkeypatch) -> None:
    compared = []
    real = passwords._HASHER.verify

    class Counting:
        def verify(self, kept: str, word: str) -> bool:
            compared.append(kept)
            return real(kept, word)

        hash = passwords._HASHER.hash

    monkeypatch.setattr(passwords, "_HASHER", Counting())

    answers = [
        member.shows_password(password="wrong-wrong-wrong"),
        member.shows_password(login="nobody", password="wrong-wrong-wrong"),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert all(WRONG in answer.get_data(as_text=True) for answer in answers)
    assert len(compared) == 2
    assert len({kept.split("$")[3] for kept in compared}) == 1


def test_an_account_rests_after_some_failures_and_not_for_long(member, clock) -> None:
    clock.advance(minutes=1)
    for _ in range(5):
        member.shows_password(password="wrong-wrong-wrong")

    resting = member.shows_password()
    clock.advance(seconds=61)
    rested = member.shows_password()

    assert (resting.status_code, rested.status_code) == (401, 303)


def test_whoever_is_known_on_a_device_is_not_locked_out(member, clock) -> None:
    clock.advance(minutes=1)
    member.shows_password()
    member.shows_code()
    stranger = member.elsewhere()
    for _ in range(6):
        stranger.shows_password(password="wrong-wrong-wrong")
    clock.advance(seconds=30)

    assert stranger.shows_password().status_code == 401
    assert member.shows_password().status_code == 303
    assert member.shows_code().status_code == 303


def test_a_right_password_does_not_forgive_wrong_codes(member, clock) -> None:
    clock.advance(minutes=1)

    for _ in range(5):
        member.shows_password()
        member.shows_code(code="000000")

    assert member.shows_password().status_code == 401


def test_after_the_password_the_code_is_awaited_for_five_minutes(member, clock) -> None:
    member.shows_password()
    clock.advance(minutes=6)

    answer = member.shows_code()

    assert answer.headers["Location"].startswith("/console/sign-in")
    assert member.client.get("/console/").status_code == 303


def test_a_sign_in_replaces_the_one_before(member, clock, db) -> None:
    for _ in range(2):
        clock.advance(minutes=1)
        member.shows_password()
        member.shows_code()

    with db.reading() as session:
        opened = session.scalars(select(ConsoleSession.id)).all()
    # the other one is of the browser on which the invitation was accepted
    assert len(opened) == 2


def test_a_closed_account_is_out_at_once(member, clock, db) -> None:
    clock.advance(minutes=1)
    member.shows_password()
    member.shows_code()
    assert member.client.get("/console/").status_code == 200

    with db.transaction() as session:
        session.execute(update(StaffAccount).values(state=StaffState.DISABLED))

    assert member.client.get("/console/").status_code == 303


def test_signing_out_ends_the_session(clerk, runtime) -> None:
    anna = clerk()
    token = anna.client.get_cookie("console").value

    anna.post("/sign-out")

    with runtime.db.reading() as session, pytest.raises(sessions.NotSignedIn):
        sessions.recognise(session, token, runtime.now())


def test_a_sign_in_is_in_the_trail(newcomer, db) -> None:
    newcomer.accepts()

    with db.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["staff.invited", "staff.accepted", "staff.signed_in"]


def test_proof_is_given_by_code_or_password(newcomer, clock) -> None:
    newcomer.accepts()
    for word in (lambda: newcomer.code(), lambda: PASSWORD):
        clock.advance(minutes=11)
        asked = newcomer.posts(
            "/account/link", headers={"Referer": "http://localhost/console/account"}
        )
        shown = newcomer.posts("/prove", word=word(), next="/console/account")

        assert asked.headers["Location"] == "/console/prove?next=/console/account"
        assert shown.headers["Location"] == "/console/account"
        assert "绑定 " in newcomer.posts("/account/link").get_data(as_text=True)


def test_a_wrong_proof_proves_nothing(newcomer, clock) -> None:
    newcomer.accepts()
    clock.advance(minutes=11)

    answer = newcomer.posts("/prove", word="wrong-wrong-wrong")

    assert answer.status_code == 401
    assert newcomer.posts("/account/link").status_code == 303


class TestBehindHttps:
    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"public_url": "https://console.example"})

    def test_cookies_are_bound_to_the_host(self, newcomer) -> None:
        answer = newcomer.accepts()

        given = {text.partition("=")[0]: text for text in answer.headers.getlist("Set-Cookie")}
        for name in ("__Host-console", "__Host-device"):
            assert all(
                word in given[name] for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")
            )
            assert "Domain" not in given[name]
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
