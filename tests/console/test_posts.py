"""Posts at the console: given by two, ended by one, handed over for a time."""

import pytest
from sqlalchemy import select

from server.notices.models import Notice
from server.office import appointing
from server.people.models import Post, Role
from server.staff import sessions
from server.staff.models import Approval
from tests.console.desk import a_resident, deeds, posts_of

WANTED = {"role": "community_worker", "area": "A1", "reason": "新来的同事"}


def asked(runtime) -> list[Approval]:
    with runtime.db.reading() as session:
        return list(session.scalars(select(Approval)))


def told(runtime, person: int) -> list[str]:
    with runtime.db.reading() as session:
        kinds = select(Notice.kind).where(Notice.person_id == person).order_by(Notice.id)
        return list(session.scalars(kinds))


def test_a_post_is_given_by_two(clerk, runtime) -> None:
    person = a_resident(runtime)
    first, second = clerk(Role.STREET_OPERATOR, "A"), clerk(Role.STREET_OPERATOR, "A")

    assert first.post(f"/people/{person}/post", **WANTED).status_code == 303
    assert posts_of(runtime, person) == []
    [approval] = asked(runtime)
    assert first.post(f"/approvals/{approval.id}/grant").status_code == 403
    assert posts_of(runtime, person) == []
    assert "社区工作者（示例A1社区）" in second.get("/approvals").get_data(as_text=True)
    assert second.post(f"/approvals/{approval.id}/grant").status_code == 303

    [post] = posts_of(runtime, person)
    assert (post.role, post.until) == (Role.COMMUNITY_WORKER, None)
    assert told(runtime, person) == ["office.appointed"]
    actions = [deed.action for deed in deeds(runtime)]
    assert actions == ["post.appointed.asked", "post.appointed.granted"]


def test_without_the_second_person_the_test_above_would_fail(clerk, runtime, monkeypatch) -> None:
    person, first = a_resident(runtime), clerk(Role.STREET_OPERATOR, "A")
    ask = appointing.approvals.ask

    def at_once(session, asked_by, *rest, **facts):
        approval = ask(session, asked_by, *rest, **facts)
        monkeypatch.setattr(appointing, "SecondPersonNeeded", AssertionError)
        appointing.approvals.KINDS[appointing.APPOINTED].deed(
            session, approval, asked_by, runtime.now()
        )
        return approval

    monkeypatch.setattr(appointing.approvals, "ask", at_once)
    first.post(f"/people/{person}/post", **WANTED)

    assert posts_of(runtime, person) != []


@pytest.mark.parametrize(
    ("role", "area", "who", "status"),
    [
        ("district_operator", "A", Role.STREET_OPERATOR, 403),
        ("district_operator", "D", Role.STREET_OPERATOR, 404),
        ("community_worker", "B1", Role.STREET_OPERATOR, 404),
        ("community_worker", "A", Role.STREET_OPERATOR, 400),
        ("auditor", "A", Role.STREET_OPERATOR, 403),
        ("system_admin", "A", Role.STREET_OPERATOR, 403),
        ("party_data_officer", "A", Role.STREET_OPERATOR, 403),
        ("community_worker", "A1", Role.COMMUNITY_WORKER, 403),
    ],
)
def test_nobody_gives_more_than_they_have(clerk, runtime, role, area, who, status) -> None:
    person = a_resident(runtime)
    giver = clerk(who, "A" if who is Role.STREET_OPERATOR else "A1")

    form = {"role": role, "area": area, "reason": "试试看"}
    assert giver.post(f"/people/{person}/post", **form).status_code == status
    assert asked(runtime) == []


def test_nobody_gives_themselves_or_decides_for_themselves(clerk, runtime) -> None:
    first, second = clerk(Role.STREET_OPERATOR, "A"), clerk(Role.STREET_OPERATOR, "A")

    own = first.post(f"/people/{first.person_id}/post", **WANTED)
    first.post(f"/people/{second.person_id}/post", **WANTED)
    [approval] = asked(runtime)
    granted = second.post(f"/approvals/{approval.id}/grant")

    assert own.status_code == granted.status_code == 403
    assert len(posts_of(runtime, second.person_id)) == 1


def test_what_was_asked_by_somebody_who_left_is_not_given(clerk, runtime) -> None:
    person = a_resident(runtime)
    first, second = clerk(Role.STREET_OPERATOR, "A"), clerk(Role.DISTRICT_OPERATOR, "D")
    first.post(f"/people/{person}/post", **WANTED)
    [post] = posts_of(runtime, first.person_id)
    second.post(f"/posts/{post.id}/end", reason="调到别处")

    assert second.post(f"/approvals/{asked(runtime)[0].id}/grant").status_code == 409
    assert posts_of(runtime, person) == []


def test_a_worker_who_is_moved_loses_the_old_area_at_once(clerk, runtime) -> None:
    person = a_resident(runtime)
    worker, leader = clerk(Role.COMMUNITY_WORKER, "A1"), clerk(Role.STREET_OPERATOR, "A")
    assert worker.get(f"/people/{person}/edit").status_code == 200
    [post] = posts_of(runtime, worker.person_id)

    assert leader.post(f"/posts/{post.id}/end", reason="调到别处").status_code == 303
    answer = worker.post(f"/people/{person}/edit", phone="13800009999", reason="本人要求")

    assert answer.status_code == 403
    assert [deed.action for deed in deeds(runtime)] == ["post.ended"]
    assert told(runtime, worker.person_id) == ["office.post_ended"]


def test_posts_elsewhere_are_neither_seen_nor_ended(clerk, runtime) -> None:
    worker, other = clerk(Role.COMMUNITY_WORKER, "A1"), clerk(Role.STREET_OPERATOR, "B")
    [post] = posts_of(runtime, worker.person_id)

    assert other.get(f"/posts/{post.id}/end").status_code == 404
    assert other.post(f"/posts/{post.id}/end", reason="试试看").status_code == 404
    assert other.get(f"/people/{worker.person_id}/post").status_code == 404
    assert other.get(f"/people/{worker.person_id}/leave").status_code == 404
    assert f"/posts/{post.id}/end" not in other.get("/posts").get_data(as_text=True)
    assert posts_of(runtime, worker.person_id)[0].until is None


def leave(to: int, since: str = "2026-03-10", until: str = "2026-03-12", **more) -> dict:
    return {"to": str(to), "since": since, "until": until, **more}


def test_a_colleague_stands_in_until_the_day_and_no_longer(clerk, runtime, clock) -> None:
    worker, colleague = clerk(Role.COMMUNITY_WORKER, "A1"), clerk(Role.COMMUNITY_WORKER, "A2")
    person = a_resident(runtime)

    for _ in range(2):
        assert worker.post("/leave", **leave(colleague.person_id)).status_code == 303
    seen = []
    for _ in range(6):
        seen.append(colleague.get(f"/people/{person}").status_code)
        clock.advance(hours=20)
        worker.get("/")
        colleague = clerk_again(colleague, runtime)

    assert len(posts_of(runtime, colleague.person_id)) == 2
    assert seen == [404, 200, 200, 200, 200, 404]
    assert told(runtime, worker.person_id) == ["office.handed_over"]
    assert told(runtime, colleague.person_id) == ["office.stands_in"]


def clerk_again(clerk, runtime):
    """Sign the same person in once more: a console left alone ends."""
    with runtime.db.transaction() as session:
        token = sessions.start(session, clerk.staff_id, "test", runtime.now())
    clerk.client.set_cookie("console", token)
    return clerk


@pytest.mark.parametrize(
    ("role", "area", "days", "status"),
    [
        (Role.COMMUNITY_WORKER, "B1", {}, 403),
        (Role.COMMUNITY_ASSISTANT, "A1", {}, 403),
        (Role.COMMUNITY_WORKER, "A2", {"until": "2026-03-01"}, 400),
        (Role.COMMUNITY_WORKER, "A2", {"since": "2026-02-01"}, 400),
        (Role.COMMUNITY_WORKER, "A2", {"until": "2026-12-01"}, 400),
        (Role.COMMUNITY_WORKER, "A2", {"until": "明天"}, 400),
        (Role.STREET_OPERATOR, "A", {}, 303),
        (Role.DISTRICT_OPERATOR, "D", {}, 303),
    ],
)
def test_only_a_colleague_of_the_street_with_the_same_rights_stands_in(
    clerk, runtime, role, area, days, status
) -> None:
    worker, other = clerk(Role.COMMUNITY_WORKER, "A1"), clerk(role, area)

    answer = worker.post("/leave", **leave(other.person_id, **days))

    assert answer.status_code == status
    assert len(posts_of(runtime, other.person_id)) == 1 + (status == 303)


def test_standing_in_is_not_handed_on_and_ends_with_the_post(clerk, runtime, clock) -> None:
    worker, colleague = clerk(Role.COMMUNITY_WORKER, "A1"), clerk(Role.COMMUNITY_WORKER, "A2")
    third, leader = clerk(Role.COMMUNITY_WORKER, "A2"), clerk(Role.STREET_OPERATOR, "A")
    worker.post("/leave", **leave(colleague.person_id, "2026-03-09", "2026-03-30"))
    colleague.post("/leave", **leave(third.person_id, "2026-03-09", "2026-03-12"))

    held = [post.stands_in_for for post in posts_of(runtime, third.person_id)]
    [own, *_] = posts_of(runtime, worker.person_id)
    leader.post(f"/posts/{own.id}/end", reason="调到别处")

    assert held == [None, colleague.person_id]
    [_, stand_in] = posts_of(runtime, colleague.person_id)
    assert stand_in.until == clock.now()


def test_the_leader_hands_over_for_somebody_and_either_takes_back(clerk, runtime, clock) -> None:
    worker, colleague = clerk(Role.COMMUNITY_WORKER, "A1"), clerk(Role.COMMUNITY_WORKER, "A2")
    leader, other = clerk(Role.STREET_OPERATOR, "A"), clerk(Role.COMMUNITY_WORKER, "B1")
    path = f"/people/{worker.person_id}/leave"

    silent = leader.post(path, **leave(colleague.person_id, "2026-03-09"))
    done = leader.post(path, **leave(colleague.person_id, "2026-03-09", reason="突然住院"))
    [_, stand_in] = posts_of(runtime, colleague.person_id)
    strange = other.post(f"/leave/{stand_in.id}/back")
    own = [post.id for post in posts_of(runtime, worker.person_id)]
    no_stand_in = worker.post(f"/leave/{own[0]}/back")
    back = worker.post(f"/leave/{stand_in.id}/back")

    assert (silent.status_code, done.status_code) == (400, 303)
    assert (strange.status_code, no_stand_in.status_code, back.status_code) == (404, 404, 303)
    assert posts_of(runtime, colleague.person_id)[1].until == clock.now()


def test_a_page_of_posts_costs_the_same_however_many_it_holds(clerk, runtime, statements) -> None:
    leader = clerk(Role.STREET_OPERATOR, "A")
    counts = []
    for _ in range(2):
        for _ in range(5):
            clerk(Role.COMMUNITY_WORKER, "A1")
        with statements() as seen:
            leader.get("/posts")
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_a_post_is_not_given_for_a_time_that_is_over(clerk, runtime, clock) -> None:
    person = a_resident(runtime)
    first, second = clerk(Role.STREET_OPERATOR, "A"), clerk(Role.STREET_OPERATOR, "A")
    past = WANTED | {"until": "2026-03-01"}
    assert first.post(f"/people/{person}/post", **past).status_code == 400

    first.post(f"/people/{person}/post", **(WANTED | {"until": "2026-03-10"}))
    clock.advance(days=2)
    second = clerk_again(second, runtime)

    assert second.post(f"/approvals/{asked(runtime)[0].id}/grant").status_code == 400
    with runtime.db.reading() as session:
        assert session.scalar(select(Post).where(Post.person_id == person)) is None
