"""One's own sign-ins, and one's own WeChat."""

from server.people.models import Role
from server.staff import sessions
from tests.console.reach import assert_out_of_reach


def another(clerk, runtime) -> tuple[str, int]:
    """Sign the same person in elsewhere; return the token and the id of that session."""
    with runtime.db.transaction() as session:
        token = sessions.start(session, clerk.staff_id, "安卓手机，微信", runtime.now())
        return token, sessions.recognise(session, token, runtime.now()).session_id


def test_staff_see_where_they_are_signed_in_and_end_one(clerk, runtime) -> None:
    anna = clerk()
    _token, other = another(anna, runtime)

    shown = anna.get("/account").get_data(as_text=True)
    ended = anna.post(f"/account/sessions/{other}/end")

    assert "安卓手机，微信" in shown
    assert "就是这里" in shown
    assert ended.status_code == 303
    assert "安卓手机，微信" not in anna.get("/account").get_data(as_text=True)


def test_ending_all_others_leaves_this_one(clerk, runtime) -> None:
    anna = clerk()
    another(anna, runtime)

    anna.post("/account/sessions/end-others")

    with runtime.db.reading() as session:
        assert len(sessions.opened(session, anna.staff_id, runtime.now())) == 1
    assert anna.get("/account").status_code == 200


def test_nobody_ends_somebody_elses_sign_in(clerk, runtime) -> None:
    anna, ben = clerk(), clerk()
    _token, other = another(ben, runtime)

    assert_out_of_reach(anna, "POST", f"/account/sessions/{other}/end")

    with runtime.db.reading() as session:
        assert len(sessions.opened(session, ben.staff_id, runtime.now())) == 2


def test_staff_without_wechat_get_a_code_to_send(clerk, runtime) -> None:
    anna = clerk(Role.COMMUNITY_WORKER, "A1")

    answer = anna.post("/account/link")

    assert "绑定 " in answer.get_data(as_text=True)
