"""The benchmark of a quarter in small: both contenders leave the very same rows."""

import pytest
from sqlalchemy import delete, select

from bench import quarters
from bench.district import Plan, build, opened
from server.notices.models import Notice
from server.party import reminders

MANY = 25


def rows(database) -> list[tuple[object, ...]]:
    """Return what waits, but for its number."""
    columns = [column for column in Notice.__table__.c if column.name != "id"]
    with database.reading() as session:
        return list(session.execute(select(*columns).order_by(Notice.person_id)).all())


@pytest.fixture
def database(bare_database_url):
    build(bare_database_url, Plan(people=MANY, open=0))
    with opened(bare_database_url) as found:
        quarters.enrol(found)
        yield found


def test_a_quarter_is_opened_for_everybody_as_a_bare_statement_would(database, monkeypatch) -> None:
    monkeypatch.setattr(reminders, "PIECE", 10)
    quarters.bare(database)
    bare = rows(database)
    with database.transaction() as session:
        session.execute(delete(Notice))

    for _ in range(2):
        quarters.ours(database)

    assert rows(database) == bare
    assert len(bare) == MANY
