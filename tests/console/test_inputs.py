"""Fields written by name keep what was keyed, and nothing secret."""

import re

import pytest
from flask.testing import FlaskClient

from tests.console.gallery import build

pytestmark = pytest.mark.once
FORM = {
    "name": "王<b>",
    "note": "两行\n字",
    "grid": "1",
    "pace": "now",
    "kinds": ["other"],
    "consent": "1",
}


@pytest.fixture
def browser() -> FlaskClient:
    app = build()
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def chosen(page: str) -> list[str]:
    found = re.findall(r'value="([^"]*)"[^>]* (?:checked|selected)', page)
    return [value for value in found if value.isascii()]


def test_a_form_shown_once_more_keeps_what_was_keyed(browser: FlaskClient) -> None:
    page = browser.post("/console/gallery", data=FORM).text

    assert 'name="name" value="王&lt;b&gt;"' in page
    assert ">\n两行\n字</textarea>" in page
    assert chosen(page) == ["1", "now", "other", "1"]


def test_a_fresh_form_holds_what_the_page_says(browser: FlaskClient) -> None:
    page = browser.get("/console/gallery").text

    assert 'name="name" value=""' in page
    assert chosen(page) == ["2", "calm", "culture"]


def test_a_list_keeps_what_its_address_asks_for(browser: FlaskClient) -> None:
    page = browser.get("/console/gallery?name=赵").text

    assert 'name="name" value="赵"' in page


def test_a_password_is_never_shown_again(browser: FlaskClient) -> None:
    page = browser.post("/console/public", data={"login": "wang", "password": "secret-word"}).text

    assert 'value="wang"' in page
    assert "secret-word" not in page
