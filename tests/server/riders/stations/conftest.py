from tests.server.volunteers.conftest import now, race, statements

__all__ = ["now", "race", "statements"]
