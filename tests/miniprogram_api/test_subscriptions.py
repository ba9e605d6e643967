import pytest
from sqlalchemy import select

from config.settings import Settings, Templates
from config.wechat import NAMES
from server.notices import asking
from server.notices.models import Credit


def balances(runtime) -> dict[str, int]:
    with runtime.db.reading() as session:
        rows = session.execute(select(Credit.template_id, Credit.balance))
        return {template: balance for template, balance in rows}


ASKED = {
    "": ("tpl-reminder", "tpl-cancelled", "tpl-signup-result"),
    "?for=signup": ("tpl-reminder", "tpl-cancelled", "tpl-signup-result"),
    "?for=waitlist": ("tpl-offer", "tpl-reminder", "tpl-cancelled"),
    "?for=offer": ("tpl-reminder", "tpl-cancelled"),
    "?for=need": ("tpl-progress",),
    "?for=certificate": ("tpl-progress",),
    "?for=record": ("tpl-progress",),
    "?for=team": ("tpl-progress",),
    "?for=star": ("tpl-progress",),
}


def asked(somebody, query: str = "") -> list[str]:
    templates = somebody.ask("GET", f"/subscriptions/ask{query}").get_json()["templates"]
    return [template["id"] for template in templates]


@pytest.mark.parametrize("query", ASKED)
def test_it_is_told_what_to_ask_for_at_each_tap(device, query) -> None:
    assert tuple(asked(device(), query)) == ASKED[query]


def test_every_tap_is_known_by_chat_as_well() -> None:
    assert {f"?for={purpose}" for purpose in asking.ASKS} | {""} == ASKED.keys()


def test_nobody_is_asked_who_wants_no_notices(device) -> None:
    somebody = device()
    somebody.ask("PATCH", "/me", {"consents": {"notices": False}})

    assert asked(somebody) == []


@pytest.mark.parametrize("query", ["for=", "for=nothing", "for_=signup"])
def test_an_unknown_purpose_is_malformed(device, query) -> None:
    assert device().ask("GET", f"/subscriptions/ask?{query}").status_code == 400


def test_a_yes_allows_one_message_and_a_no_takes_nothing_back(device, runtime) -> None:
    somebody = device()

    for _ in range(2):
        told = {"template": "tpl-offer", "answer": "accept"}
        assert somebody.ask("POST", "/subscriptions", told).get_json() == told
    for answer in ("reject", "ban", "filter"):
        somebody.ask("POST", "/subscriptions", {"template": "tpl-offer", "answer": answer})

    assert balances(runtime) == {"tpl-offer": 2}


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


class TestForGood:
    """Templates that people allow once for all messages to come (长期)."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        lasting = Templates(lasting="tpl-reminder, tpl-progress")
        return settings.model_copy(update={"templates": lasting})

    def test_they_are_never_asked_for_beside_others(self, device) -> None:
        assert asked(device()) == ["tpl-reminder"]
        assert asked(device(), "?for=waitlist") == ["tpl-offer", "tpl-cancelled"]

    def test_what_is_allowed_for_good_is_not_asked_for_again(self, device, runtime) -> None:
        somebody = device()
        told = {"template": "tpl-reminder", "answer": "accept"}

        somebody.ask("POST", "/subscriptions", told)

        assert asked(somebody) == ["tpl-cancelled", "tpl-signup-result"]
        with runtime.db.reading() as session:
            credit = session.scalars(select(Credit)).one()
        assert (credit.balance, credit.lasting) == (0, True)


class TestWithoutTemplates:
    """A district that has no templates yet asks for none."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        none = dict.fromkeys(NAMES, "")
        return settings.model_copy(update={"templates": Templates(**none)})

    def test_nothing_is_asked_for(self, device) -> None:
        assert device().ask("GET", "/subscriptions/ask").get_json() == {"templates": []}
