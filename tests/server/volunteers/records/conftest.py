import pytest

from server.volunteers.hours import versions


@pytest.fixture
def changed(monkeypatch):
    """The ids of records of which others were told that they changed."""
    told = []
    monkeypatch.setattr(versions, "CHANGED", [lambda _session, record, _now: told.append(record)])
    return told
