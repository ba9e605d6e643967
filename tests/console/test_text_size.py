"""Large text is kept for a browser, and leads nowhere else."""

import pytest
from flask.testing import FlaskClient

from tests.console.gallery import build

pytestmark = pytest.mark.once


@pytest.fixture
def browser() -> FlaskClient:
    app = build()
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def test_large_text_is_kept_until_it_is_taken_back(browser: FlaskClient) -> None:
    answer = browser.post("/console/text-size", data={"size": "large", "back": "/console/gallery"})
    large = browser.get(answer.location).text
    browser.post("/console/text-size", data={"size": "normal"})

    assert 'class="large-text"' in large
    assert 'class="large-text"' not in browser.get("/console/gallery").text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/console//elsewhere",
        "/console/\\x",
        "/console/x\n",
        "",
    ],
)
def test_it_leads_to_no_other_place(browser: FlaskClient, elsewhere: str) -> None:
    answer = browser.post("/console/text-size", data={"size": "large", "back": elsewhere})

    assert answer.location == "/console/"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
