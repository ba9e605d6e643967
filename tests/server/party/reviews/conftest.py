import pytest

from tests.server.party.acts import Cell, a_cell
from tests.server.party.reviews.acts import JULY
from tests.server.volunteers.conftest import statements as statements


@pytest.fixture
def cell(db, clock) -> Cell:
    """A branch whose member has been there all quarter; the report of it has been due."""
    with db.transaction() as session:
        made = a_cell(session, clock.now())
    clock.set(JULY)
    return made
