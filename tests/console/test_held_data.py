"""No form of the console asks for what is held already: it stands in its field (G10)."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

import pytest

from server.console.face import PAGES
from server.people.models import Role
from tests.console.neighbours import planted

HELD = {
    "person_id": {"name", "phone", "birth_year", "area", "volunteer_no", "who"},
    "activity_id": {
        *("title", "place", "leader_name", "risk_note", "area", "team", "team_id", "leader_id"),
        *("field", "day", "begins", "ends", "starts_at", "ends_at", "capacity", "places", "risk"),
    },
    "shift_id": {"day", "begins", "ends", "places", "capacity", "starts_at", "ends_at"},
    "need_id": {"title", "place", "area", "field", "leader", "leader_name", "team"},
    "team_id": {"name", "kind", "area"},
    "record_id": {"minutes"},
    "code": {"name", "name_now"},
}
"""What is known of the thing that a page's address names, as forms call it."""
ASIDE = {
    "/areas/<code> name": "of an area below it, which is new",
    "/people/<person_id>/edit name": "masked beside the field: seeing it whole takes a reason",
    "/people/<person_id>/edit phone": "masked beside the field: seeing it whole takes a reason",
    "/people/<person_id>/proxy area": "where a rider rides most, which need not be at home",
    "/people/<person_id>/proxy name": "a guardian's, who is somebody else",
    "/people/<person_id>/proxy phone": "a guardian's, who is somebody else",
}
"""Fields that bear such a name and ask for something else, each with the reason."""
UNTYPED = {"hidden", "submit", "file", "password", "checkbox"}


class Field(NamedTuple):
    """A field of a form, as somebody finds it: `filled` tells that something stands in it."""

    name: str
    filled: bool


class Forms(HTMLParser):
    """The fields that a page asks staff to fill in."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[Field] = []
        self._posted = False
        self._select = self._area = ""
        self._radios: dict[str, bool] = {}
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._posted = given.get("method") == "post"
        elif not self._posted:
            return
        elif tag == "input" and given.get("type") == "radio":
            self._radios[name] = self._radios.get(name, False) or "checked" in given
        elif tag == "input" and given.get("type") not in UNTYPED:
            self.fields.append(Field(name, bool(given.get("value"))))
        elif tag == "select":
            self._select = name
            self.fields.append(Field(name, False))
        elif tag == "option" and self._select and "selected" in given:
            self.fields[-1] = Field(self._select, bool(given.get("value")))
        elif tag == "textarea":
            self._area, self._text = name, ""

    def handle_data(self, data: str) -> None:
        self._text += data if self._area else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.fields.append(Field(self._area, bool(self._text.strip())))
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self.fields += [Field(name, filled) for name, filled in self._radios.items()]
            self._radios, self._posted = {}, False


def fields_of(page: str) -> list[Field]:
    forms = Forms()
    forms.feed(page)
    return forms.fields


def asked_again(rule: str, page: str) -> list[str]:
    """Return the empty fields of a page that ask for what its address names."""
    held = set().union(*(HELD.get(name, set()) for name in re.findall(r"<(\w+)>", rule)))
    empty = {field.name for field in fields_of(page) if not field.filled} & held
    return sorted(f"{rule} {name}" for name in empty if f"{rule} {name}" not in ASIDE)


def about_something(ids: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Yield (rule, path) of every page that is about one thing, in each state that there is."""
    for _endpoint, page in PAGES:
        names = set(re.findall(r"<(\w+)>", page.rule))
        if page.method != "GET" or not names or names - set(ids) - {"code"}:
            continue
        states = ("activity_id", "draft_id", "review_id")
        for activity in states if "activity_id" in names else states[:1]:
            given = {**ids, "activity_id": ids[activity], "code": "A1"}
            path = page.rule
            for name in names:
                path = path.replace(f"<{name}>", str(given[name]))
            yield page.rule, path


def test_no_form_asks_for_what_is_held(clerk, runtime, district) -> None:
    world, boss = planted(runtime), clerk(Role.DISTRICT_OPERATOR, "D")

    found: set[str] = set()
    there: set[str] = set()
    opened = 0
    for rule, path in about_something(world.ids):
        answer = boss.get(path)
        page = answer.get_data(as_text=True)
        opened += answer.status_code == 200
        found |= set(asked_again(rule, page))
        there |= {f"{rule} {field.name}" for field in fields_of(page)}

    assert opened > 25
    assert sorted(found) == []
    assert set(ASIDE) - there == set()


@pytest.mark.parametrize(
    "asked",
    [
        '<input name="name" value="" required>',
        '<input name="phone">',
        '<select name="area"><option value="">不变</option><option value="A1">x</option></select>',
        '<textarea name="birth_year">\n</textarea>',
        '<input type="radio" name="area" value="A1"><input type="radio" name="area" value="A2">',
    ],
)
def test_control_a_form_that_asks_again_is_seen(asked) -> None:
    page = f'<form method="post"><input type="hidden" name="csrf_token" value="x">{asked}</form>'

    assert len(asked_again("/people/<person_id>/visit", page)) == 1
    assert asked_again("/people/new", page) == []
