import pytest

from server.people.models import Role


@pytest.mark.parametrize("path", ["/people","/people/new","/areas","/areas/A1","/posts","/leave","/search","/imports","/imports/people","/imports/people/template","/calendar"])
def test_x(clerk, path):
    c = clerk(Role.DISTRICT_OPERATOR, "D")
    a = c.get(path)
    assert a.status_code == 200, a.get_data(as_text=True)[-600:]
