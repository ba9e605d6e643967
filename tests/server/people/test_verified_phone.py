"""Who was put down by staff under a phone number joins in with their own WeChat."""

import pytest
from sqlalchemy import insert, select

from server.people import linking, profile
from server.people.models import App, Person
from tests.factories import a_person

PHONE = "13800001234"


@pytest.fixture
def tell(db, runtime):
    def put_down(name: str | None, account: bool = False, phone: str = PHONE) -> int:
        with db.transaction() as session:
            if account:
                person = a_person(session, runtime.now(), app=App.MINIPROGRAM)
            else:
                made = insert(Person.__table__).values(created_at=runtime.now())
                person = session.scalar(made.returning(Person.id))
            if name:
                profile.rename(session, person, name, vault=runtime.vault)
            profile.set_phone(session, person, phone, vault=runtime.vault)
            return person

    return put_down


def verified(db, runtime, person: int) -> int:
    with db.transaction() as session:
        return linking.follow_phone(session, person, runtime.now(), vault=runtime.vault)


def people(db) -> list[int]:
    with db.reading() as session:
        return list(session.scalars(select(Person.id).order_by(Person.id)))


def test_whoever_proves_the_number_is_whom_staff_put_down(db, runtime, tell) -> None:
    elder, phone = tell("示例·赵奶奶"), tell(None, account=True)

    assert verified(db, runtime, phone) == elder
    assert people(db) == [elder]
    with db.reading() as session:
        assert profile.name_of(session, elder, vault=runtime.vault) == "示例·赵奶奶"


def test_a_number_that_two_share_joins_nobody_without_a_name(db, runtime, tell) -> None:
    tell("示例·赵奶奶"), tell("示例·钱爷爷")
    phone = tell(None, account=True)

    assert verified(db, runtime, phone) == phone
    assert len(people(db)) == 3


def test_of_two_who_share_a_number_the_name_tells_who(db, runtime, tell) -> None:
    elder, other = tell("示例·赵奶奶"), tell("示例·钱爷爷")
    phone = tell("示例·钱爷爷", account=True)

    assert verified(db, runtime, phone) == other
    assert people(db) == [elder, other]


def test_another_name_or_another_account_is_another_person(db, runtime, tell) -> None:
    tell("示例·赵奶奶"), tell("示例·孙女", account=True)
    phone = tell("示例·孙女", account=True)

    assert verified(db, runtime, phone) == phone
    assert len(people(db)) == 3
