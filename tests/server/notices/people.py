from itertools import count

from sqlalchemy.orm import Session

from server.people.models import Account, App, Person
from tests.clock import MONDAY_MORNING

_numbers = count(1)


def a_person(session: Session) -> int:
    person = Person(created_at=MONDAY_MORNING)
    session.add(person)
    session.flush()
    return person.id


def an_account(
    session: Session, person_id: int, app: App = App.OFFICIAL, *, following: bool = True
) -> Account:
    account = Account(
        person_id=person_id,
        app=app,
        openid=f"o{app.value[:3]}{next(_numbers):0>24}",
        following=following,
        created_at=MONDAY_MORNING,
    )
    session.add(account)
    session.flush()
    return account
