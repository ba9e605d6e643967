import pytest
from sqlalchemy import select, text

from config.settings import Settings
from server.people.models import App, Person


def test_one_sees_ones_own_page(device) -> None:
    somebody = device()

    page = somebody.ask("GET", "/me").get_json()

    assert page["id"] == str(somebody.person_id)
    assert (page["name"], page["phone"], page["birth_year"]) == (None, None, None)
    assert page["consents"]["service"] == {"version": 1, "granted": False, "changed_at": None}


def test_what_is_changed_is_shown_and_the_rest_stays(device) -> None:
    somebody = device()

    somebody.ask("PATCH", "/me", {"name": " 示例·李明 ", "birth_year": 1968})
    page = somebody.ask("PATCH", "/me", {"birth_year": 1969}).get_json()

    assert (page["name"], page["birth_year"]) == ("示例·李明", 1969)
    assert somebody.ask("GET", "/me").get_json() == page
    assert somebody.ask("PATCH", "/me", {}).get_json() == page


def test_a_name_comes_in_one_normal_form(device) -> None:
    page = device().ask("PATCH", "/me", {"name": "Jose\u0301"}).get_json()

    assert page["name"] == "Jos\u00e9"


@pytest.mark.parametrize("name", ["葛\U000e0100", "☺\ufe0f", "O’Neill", "阿依古丽·买买提", "😀"])
def test_names_of_all_people_are_taken(device, name) -> None:
    assert device().ask("PATCH", "/me", {"name": name}).get_json()["name"] == name


def test_a_year_without_a_fraction_is_the_integer_that_the_document_says(device) -> None:
    answer = device().ask(
        "PATCH", "/me", data=b'{"birth_year": 1950.0}', content_type="application/json"
    )

    assert answer.get_json()["birth_year"] == 1950


def test_nobody_is_born_next_year(device) -> None:
    answer = device().ask("PATCH", "/me", {"name": "示例", "birth_year": 2027})

    assert answer.status_code == 409
    assert answer.get_json()["code"] == "people.not_born_yet"


def test_a_refusal_undoes_the_whole_change(device) -> None:
    somebody = device()

    somebody.ask("PATCH", "/me", {"name": "示例", "birth_year": 2027})

    assert somebody.ask("GET", "/me").get_json()["name"] is None


def test_consent_is_given_and_taken_back(device, clock) -> None:
    somebody = device()

    given = somebody.ask("PATCH", "/me", {"consents": {"service": True}}).get_json()
    clock.advance(hours=1)
    taken = somebody.ask("PATCH", "/me", {"consents": {"service": {"granted": False}}}).get_json()

    assert given["consents"]["service"] == {
        "version": 1,
        "granted": True,
        "changed_at": "2026-03-09T09:00:00+08:00",
    }
    assert taken["consents"]["service"]["granted"] is False
    assert taken["consents"]["service"]["changed_at"] == "2026-03-09T10:00:00+08:00"


def test_consent_to_another_text_than_the_one_in_force_is_refused(device) -> None:
    somebody = device()
    told = {"consents": {"service": {"granted": True, "version": 2}}}

    answer = somebody.ask("PATCH", "/me", told)

    assert answer.status_code == 409
    assert answer.get_json()["code"] == "people.text_changed"
    assert not somebody.ask("GET", "/me").get_json()["consents"]["service"]["granted"]


def test_names_and_phones_stand_sealed(device, emulator, runtime) -> None:
    phone = emulator.person("示例·李明", phone="13800001234")
    somebody = device()
    code = emulator.ask("POST", f"/_/people/{phone.id}/phone_code")["code"]

    somebody.ask("PATCH", "/me", {"name": "示例·李明"})
    page = somebody.ask("POST", "/me/phone", {"code": code}).get_json()

    assert page["phone"] == "138****1234"
    with runtime.db.reading() as session:
        [row] = session.execute(select(Person.__table__)).all()
    assert "李明".encode() not in row.name
    assert b"13800001234" not in row.phone
    assert row.phone_mark == runtime.vault.mark("+8613800001234", "phone")


def test_a_phone_code_serves_once(device, emulator) -> None:
    phone = emulator.person("示例·李明", phone="13800001234")
    code = emulator.ask("POST", f"/_/people/{phone.id}/phone_code")["code"]
    somebody = device()

    first, second = (somebody.ask("POST", "/me/phone", {"code": code}) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 409)
    assert second.get_json()["code"] == "people.phone_again"


def test_a_repeat_with_its_key_needs_no_second_phone_code(device, emulator) -> None:
    phone = emulator.person("示例·李明", phone="13800001234")
    code = emulator.ask("POST", f"/_/people/{phone.id}/phone_code")["code"]
    somebody, key = device(), {"Idempotency-Key": "tap-1"}

    answers = [somebody.ask("POST", "/me/phone", {"code": code}, headers=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data


class TestLinking:
    """Two accounts become one person by six digits."""

    def test_a_code_joins_two_accounts(self, device) -> None:
        chat, mini = device("oChat", App.OFFICIAL), device("oMini")
        mini.ask("PATCH", "/me", {"name": "示例·李明", "birth_year": 1968})
        code = chat.ask("POST", "/me/link-code").get_json()["code"]

        page = mini.ask("POST", "/me/link", {"code": code}).get_json()

        assert page["id"] == str(chat.person_id)
        assert page["name"] == "示例·李明"
        assert page["birth_year"] == 1968
        assert {account["app"] for account in page["accounts"]} == {"official", "miniprogram"}
        assert mini.ask("GET", "/me").get_json() == chat.ask("GET", "/me").get_json() == page

    def test_a_code_says_how_long_it_is_good(self, device) -> None:
        offered = device().ask("POST", "/me/link-code").get_json()

        assert offered["expires_at"] == "2026-03-09T09:10:00+08:00"
        assert len(offered["code"]) == 6

    def test_a_code_is_good_for_ten_minutes(self, device, clock) -> None:
        chat, mini = device("oChat", App.OFFICIAL), device("oMini")
        code = chat.ask("POST", "/me/link-code").get_json()["code"]

        clock.advance(minutes=10)
        answer = mini.ask("POST", "/me/link", {"code": code})

        assert answer.status_code == 404
        assert answer.get_json()["code"] == "people.wrong_link_code"
        assert "重新获取" in answer.get_json()["message"]

    def test_ones_own_code_is_refused_and_stays_good(self, device) -> None:
        chat, mini = device("oChat", App.OFFICIAL), device("oMini")
        code = {"code": chat.ask("POST", "/me/link-code").get_json()["code"]}

        own = chat.ask("POST", "/me/link", code)

        assert own.get_json()["code"] == "people.own_link_code"
        assert mini.ask("POST", "/me/link", code).status_code == 200

    def test_two_accounts_of_one_app_are_not_one_person(self, device) -> None:
        one, other = device("oOne"), device("oOther")
        code = {"code": one.ask("POST", "/me/link-code").get_json()["code"]}

        answer = other.ask("POST", "/me/link", code)

        assert answer.status_code == 409
        assert answer.get_json()["code"] == "people.linked_already"

    def test_whoever_guesses_is_kept_out_even_from_the_right_code(self, device) -> None:
        chat, mini = device("oChat", App.OFFICIAL), device("oMini")
        code = chat.ask("POST", "/me/link-code").get_json()["code"]
        wrong = {"code": f"{(int(code) + 1) % 10**6:06}"}

        tried = [mini.ask("POST", "/me/link", wrong).status_code for _ in range(5)]
        locked = mini.ask("POST", "/me/link", {"code": code})

        assert tried == [404] * 5
        assert locked.status_code == 429
        assert locked.get_json()["code"] == "people.too_many_guesses"
        assert 0 < int(locked.headers["Retry-After"]) <= 601
        assert device("oThird").ask("POST", "/me/link", {"code": code}).status_code == 200

    @pytest.mark.parametrize(
        "code", ["12345", "1234567", "１２３４５６", "12345a", 123456, " 12345"]
    )
    def test_what_is_no_code_is_malformed_and_no_guess(self, device, code) -> None:
        somebody = device()

        tried = [somebody.ask("POST", "/me/link", {"code": code}).status_code for _ in range(6)]

        assert tried == [400] * 6

    def test_an_answer_under_a_key_outlives_the_join(self, device) -> None:
        chat, mini = device("oChat", App.OFFICIAL), device("oMini")
        code = {"code": chat.ask("POST", "/me/link-code").get_json()["code"]}
        key = {"Idempotency-Key": "link-1"}

        answers = [mini.ask("POST", "/me/link", code, headers=key) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].data == answers[1].data


class TestGuessesOfAll:
    """Many accounts together may not guess their way in either."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"limit_guess_all": "3/10 minutes"})

    def test_all_guesses_together_have_a_limit(self, device) -> None:
        tried = [device().ask("POST", "/me/link", {"code": "123456"}) for _ in range(4)]

        assert [answer.status_code for answer in tried] == [404] * 3 + [429]


class TestGuessingUnchecked:
    """Control: without the limits a code is found by trying."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        free = "1000000/minute"
        knobs = (
            "limit_guess",
            "limit_guess_all",
            "limit_sensitive",
            "limit_person",
            "limit_device",
        )
        return settings.model_copy(update=dict.fromkeys(knobs, free))

    def test_without_a_limit_guessing_goes_on(self, device, runtime) -> None:
        chat, mini = device("oChat", App.OFFICIAL), device("oMini")
        chat.ask("POST", "/me/link-code")
        with runtime.db.transaction() as session:
            mark = runtime.vault.mark("000020", "link_code")
            session.execute(text("UPDATE link_code SET mark = :mark"), {"mark": mark})

        tried = [mini.ask("POST", "/me/link", {"code": f"{n:06}"}).status_code for n in range(21)]

        assert tried == [404] * 20 + [200]
