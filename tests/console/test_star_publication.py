"""Published stars before staff: every colleague sees them, one objects, another answers."""

import pytest
from sqlalchemy import select

from server.areas import tree
from server.people.models import Role
from server.volunteers.models import StarAward, StarObjection, StarState
from tests.server.volunteers.stars.acts import a_published_star

STREET = Role.STREET_OPERATOR


@pytest.fixture
def star(runtime, district) -> int:
    with runtime.db.transaction() as session:
        home = tree.by_code(session, "A1").id
        return a_published_star(session, runtime.now(), runtime.vault, home)


def objection_of(runtime) -> StarObjection:
    with runtime.db.reading() as session:
        return session.scalars(select(StarObjection)).one()


def state_of(runtime, star) -> StarState:
    with runtime.db.reading() as session:
        return session.get_one(StarAward, star).state


def test_what_is_published_is_seen_everywhere_with_a_masked_name(clerk, star) -> None:
    page = clerk(Role.COMMUNITY_WORKER, "B2").get("/stars/published").get_data(as_text=True)

    assert "示***丰" in page
    assert "张三" not in page
    assert "104小时" in page


def test_an_objection_goes_from_a_colleague_to_its_answer(clerk, star, runtime) -> None:
    bert, street = clerk(Role.COMMUNITY_WORKER, "B2"), clerk(STREET, "A")

    asked = bert.get(f"/stars/published/{star}").get_data(as_text=True)
    bert.post(f"/stars/published/{star}", reason="那天他在外地")
    raised = objection_of(runtime)
    todo = street.get("/").get_data(as_text=True)
    read = street.post(f"/star-objections/{raised.id}/words").get_data(as_text=True)
    street.post(f"/star-objections/{raised.id}/answer", becomes="upheld", answer="查实，没有参加")

    assert "提出异议" in asked
    assert f"/console/star-objections/{raised.id}" in todo
    assert "那天他在外地" in read
    assert state_of(runtime, star) is StarState.DECLINED
    assert "查实，没有参加" in street.get(f"/stars/{star}").get_data(as_text=True)


def test_one_that_is_wrong_lets_the_publication_go_on(clerk, star, runtime) -> None:
    clerk(Role.COMMUNITY_WORKER, "B2").post(f"/stars/published/{star}", reason="不对")
    raised, street = objection_of(runtime), clerk(STREET, "A")

    street.post(f"/star-objections/{raised.id}/answer", becomes="dismissed", answer="没有问题")

    assert state_of(runtime, star) is StarState.PUBLISHED
    assert objection_of(runtime).answer == "没有问题"


def test_an_objection_without_words_keeps_the_page(clerk, star) -> None:
    answer = clerk(Role.COMMUNITY_WORKER, "B2").post(f"/stars/published/{star}", reason=" ")

    assert answer.status_code == 400
    assert "哪里不对" in answer.get_data(as_text=True)


def test_a_long_list_costs_what_a_short_one_does(clerk, star, runtime, statements) -> None:
    bert = clerk(Role.COMMUNITY_WORKER, "B2")
    with statements() as few:
        bert.get("/stars/published")
    with runtime.db.transaction() as session:
        home = tree.by_code(session, "A2").id
        for _ in range(60):
            a_published_star(session, runtime.now(), runtime.vault, home)

    with statements() as many:
        page = bert.get("/stars/published").get_data(as_text=True)

    assert len(many) == len(few)
    assert "后面的" in page
