import pytest
from sqlalchemy import select

from config.settings import Settings, Templates
from server.notices.models import Credit


def balances(runtime) -> dict[str, int]:
    with runtime.db.reading() as session:
        rows = session.execute(select(Credit.template_id, Credit.balance))
        return {template: balance for template, balance in rows}


@pytest.mark.parametrize(
    ("query", "first"),
    [("", "tpl-reminder"), ("?for=signup", "tpl-reminder"), ("?for=waitlist", "tpl-offer")],
)
def test_it_is_told_what_to_ask_for(device, query, first) -> None:
    templates = device().ask("GET", f"/subscriptions/ask{query}").get_json()["templates"]

    assert len(templates) == 3
    assert templates[0]["id"] == first


@pytest.mark.parametrize("query", ["for=", "for=nothing", "for_=signup"])
def test_an_unknown_purpose_is_malformed(device, query) -> None:
    assert device().ask("GET", f"/subscriptions/ask?{query}").status_code == 400


def test_a_yes_allows_one_message_and_a_no_takes_all_back(device, runtime) -> None:
    somebody = device()

    for _ in range(2):
        told = {"template": "tpl-offer", "answer": "accept"}
        assert somebody.ask("POST", "/subscriptions", told).get_json() == told
    assert balances(runtime) == {"tpl-offer": 2}

    somebody.ask("POST", "/subscriptions", {"template": "tpl-offer", "answer": "reject"})
    assert balances(runtime) == {"tpl-offer": 0}


def test_a_yes_repeated_under_its_key_counts_once(device, runtime) -> None:
    somebody, told = device(), {"template": "tpl-offer", "answer": "accept"}

    for _ in range(2):
        somebody.ask("POST", "/subscriptions", told, headers={"Idempotency-Key": "yes-1"})

    assert balances(runtime) == {"tpl-offer": 1}


def test_a_template_that_is_not_ours_is_404(device, runtime) -> None:
    answer = device().ask("POST", "/subscriptions", {"template": "tpl-x", "answer": "accept"})

    assert answer.status_code == 404
    assert answer.get_json()["code"] == "notices.template_missing"
    assert balances(runtime) == {}


@pytest.mark.parametrize("answer", ["yes", "", None, True])
def test_an_answer_that_wechat_never_gives_is_malformed(device, answer) -> None:
    told = {"template": "tpl-offer", "answer": answer}

    assert device().ask("POST", "/subscriptions", told).status_code == 400


class TestWithoutTemplates:
    """A district that has no templates yet asks for none."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        none = dict.fromkeys(Templates.model_fields, "")
        return settings.model_copy(update={"templates": Templates(**none)})

    def test_nothing_is_asked_for(self, device) -> None:
        assert device().ask("GET", "/subscriptions/ask").get_json() == {"templates": []}
