"""The district's own words for notices: looked at before they are kept, kept as versions."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from config.settings import Settings, Templates
from server.notices import templates, versions
from server.notices.kinds import KINDS
from server.people.models import Role
from server.runtime import Runtime
from tests.console.conftest import Clerk

CODE = versions.of("volunteers.offered")
OFFERED = "/notice-templates/volunteers.offered"
APPOINTED = "/notice-templates/office.appointed"


@pytest.fixture
def operator(clerk: Callable[..., Clerk]) -> Clerk:
    return clerk(Role.DISTRICT_OPERATOR, "D")


def page(clerk: Clerk, path: str) -> str:
    answer = clerk.get(path)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def fields_of(shown: str) -> dict[str, str]:
    """Return what a browser would send of the form that a page shows."""
    form = shown[shown.index('<form method="post" action="/console/notice-templates') :]
    texts = re.findall(r'<input class="form-control"[^>]* name="([^"]+)" value="([^"]*)"', form)
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    chosen = re.findall(r'<select[^>]* name="([^"]+)".*?<option value="(\w*)" selected', form)
    quiet = re.findall(r'type="radio" name="(quiet)" value="(\w+)"[^>]* checked', form)
    seen = re.findall(r'name="(seen)" value="(\d+)"', form)
    return dict(texts + areas + chosen + quiet + seen)


def said(runtime: Runtime, kind: str = "volunteers.offered"):
    with runtime.db.reading() as session:
        return templates.of(session, kind)


def test_every_kind_is_listed_by_its_work(operator: Clerk) -> None:
    shown = page(operator, "/notice-templates")

    for name in KINDS:
        assert f"/console/notice-templates/{name}" in shown
    assert "有名额了：社区图书角整理" in shown


def test_a_list_costs_the_same_however_many_versions_there_are(
    operator: Clerk, statements: Callable
) -> None:
    with statements() as few:
        page(operator, "/notice-templates")
    for seen in range(3):
        form = fields_of(page(operator, f"{OFFERED}/edit"))
        operator.post(OFFERED, **form | {"title": f"名额{seen}"})
    with statements() as many:
        page(operator, "/notice-templates")

    assert len(few) == len(many)


def test_a_kind_is_shown_as_a_phone_shows_it(operator: Clerk) -> None:
    shown = page(operator, OFFERED)

    assert "请在3月13日（周五）20:00前回复“接受”" in shown
    assert "<dt>截止时间</dt><dd>2026年03月13日 20:00</dd>" in shown
    assert "小程序订阅消息、公众号订阅通知、公众号模板消息" in shown
    assert "至少送到一次" in shown
    assert "{活动名称}" in shown


def test_the_form_comes_with_what_is_said_now_and_changes_nothing_by_itself(
    operator: Clerk, runtime: Runtime
) -> None:
    form = fields_of(page(operator, f"{OFFERED}/edit"))
    assert form["chat"].startswith("有名额了：{活动名称}")
    assert form["subscription-key-1"] == "thing1"
    assert form["subscription-text-2"] == "{活动时间}"

    operator.post(OFFERED, **form)

    assert (said(runtime).number, said(runtime).chat) == (1, CODE.chat)
    assert said(runtime).fields == CODE.fields
    assert said(runtime).ways == CODE.ways


def test_new_words_are_looked_at_first_and_then_kept(operator: Clerk, runtime: Runtime) -> None:
    form = fields_of(page(operator, f"{OFFERED}/edit"))
    changed = form | {"chat": "名额来了：{活动名称}，{截止时间}前请回复“接受”。", "quiet": "pass"}

    looked = unescape(operator.post(f"{OFFERED}/preview", **changed).get_data(as_text=True))
    assert "名额来了：社区图书角整理，3月13日（周五）20:00前请回复“接受”。" in looked
    assert "改过以后的样子" in looked
    assert said(runtime).number == 0

    answer = operator.post(OFFERED, **changed)
    assert answer.status_code == 303
    assert said(runtime).chat == "名额来了：{title}，{until}前请回复“接受”。"
    assert said(runtime).quiet == "pass"
    assert "现在用的是第1版" in page(operator, OFFERED)


def test_what_is_wrong_is_told_at_its_place_and_what_was_keyed_stays(
    operator: Clerk, runtime: Runtime
) -> None:
    form = fields_of(page(operator, f"{OFFERED}/edit"))
    wrong = form | {"chat": "名额来了：{活动名}", "subscription-text-2": "明天上午"}

    for path, status in ((f"{OFFERED}/preview", 200), (OFFERED, 400)):
        answer = operator.post(path, **wrong)
        shown = unescape(answer.get_data(as_text=True))

        assert answer.status_code == status
        assert "有2处要改" in shown
        assert "这种通知里没有“活动名”，请换成页上列出的变量。" in shown
        assert "这一栏只能填时间" in shown
        assert fields_of(shown)["chat"] == "名额来了：{活动名}"
        assert fields_of(shown)["subscription-text-2"] == "明天上午"
        assert "改过以后的样子" not in shown
    assert said(runtime).number == 0


def test_a_field_that_stands_there_twice_is_told(operator: Clerk, runtime: Runtime) -> None:
    form = fields_of(page(operator, f"{OFFERED}/edit"))

    answer = operator.post(OFFERED, **form | {"subscription-key-2": "thing1"})

    assert "“thing1”写了两次" in unescape(answer.get_data(as_text=True))
    assert said(runtime).number == 0


def test_one_way_may_have_fields_of_its_own(operator: Clerk, runtime: Runtime) -> None:
    form = fields_of(page(operator, f"{OFFERED}/edit"))
    own = {"own-template": "1", "template-key-1": "thing9", "template-text-1": "{活动名称}"}
    none = {f"template-{part}-{n}": "" for part in ("key", "text") for n in range(2, 6)}

    operator.post(OFFERED, **form | own | none)

    assert said(runtime).fields["template"] == {"thing9": "{title}"}
    assert said(runtime).fields["subscription"] == CODE.fields["subscription"]
    unfolded = page(operator, f"{OFFERED}/edit").split('<details class="own-fields" open>')
    assert len(unfolded) == 2
    assert "公众号模板消息的栏目不一样" in unfolded[1].split("</summary>")[0]


def test_the_order_of_the_ways_is_chosen(operator: Clerk, runtime: Runtime) -> None:
    form = {name: "" for name in fields_of(page(operator, f"{OFFERED}/edit")) if "way" in name}
    form = fields_of(page(operator, f"{OFFERED}/edit")) | form

    twice = {"way-1": "template", "way-2": "service", "way-3": "template", "way-4": "employee"}
    operator.post(OFFERED, **form | twice)

    assert said(runtime).ways == ("template", "service")


def test_only_what_is_for_staff_goes_by_the_way_for_staff(operator: Clerk) -> None:
    assert "用工关系消息" not in page(operator, f"{OFFERED}/edit")
    assert "用工关系消息" in page(operator, f"{APPOINTED}/edit")


def test_of_two_who_edit_the_second_is_told_to_look(operator: Clerk, runtime: Runtime) -> None:
    form = fields_of(page(operator, f"{OFFERED}/edit"))
    operator.post(OFFERED, **form | {"title": "甲"})

    answer = operator.post(OFFERED, **form | {"title": "乙"})

    assert answer.status_code == 409
    assert "刚才有同事保存了新的版本" in answer.get_data(as_text=True)
    assert said(runtime).title == "甲"
    again = operator.post(OFFERED, **fields_of(unescape(answer.get_data(as_text=True))))
    assert again.status_code == 409


def test_the_words_it_came_with_can_be_had_back(operator: Clerk, runtime: Runtime) -> None:
    form = fields_of(page(operator, f"{OFFERED}/edit"))
    operator.post(OFFERED, **form | {"title": "甲"})

    answer = operator.post(f"{OFFERED}/plain", seen="1")

    assert answer.status_code == 303
    assert (said(runtime).number, said(runtime).title) == (2, CODE.title)
    shown = page(operator, OFFERED)
    assert "恢复系统原来的说法" in shown
    assert shown.count("示例·职员") >= 2


def test_a_kind_without_a_template_has_no_card(operator: Clerk, runtime: Runtime) -> None:
    path = "/notice-templates/guardians.agreed"
    shown = page(operator, f"{path}/edit")
    assert "栏目名照微信后台" not in shown

    operator.post(path, **fields_of(shown) | {"chat": "监护人同意了。", "text": ""})

    assert said(runtime, "guardians.agreed").text == "监护人同意了。"


class TestWithoutTemplateMessages:
    """A district that has no template for one way."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"templates": Templates(offer_template="")})

    def test_the_way_is_marked(self, operator: Clerk) -> None:
        assert "公众号模板消息（没有设置模板）" in page(operator, OFFERED)


@pytest.mark.parametrize("path", ["", "/edit"])
def test_a_kind_that_is_none_is_not_there(operator: Clerk, path: str) -> None:
    assert operator.get(f"/notice-templates/nothing.there{path}").status_code == 404


def test_a_street_operator_may_not_look(clerk: Callable[..., Clerk]) -> None:
    assert clerk(Role.STREET_OPERATOR, "A").get("/notice-templates").status_code == 403
