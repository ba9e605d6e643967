"""What the district says in its own words: looked over before it counts, and never lost."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, update

from emulator import keywords
from server.audit.models import AuditEntry
from server.notices import checking, delivery, rendering, templates, versions
from server.notices import fields as typed
from server.notices.checking import BadTemplate
from server.notices.kinds import KINDS, Quiet, Way
from server.notices.models import NoticeTemplate
from server.notices.templates import ChangedMeanwhile
from server.notices.versions import Version
from server.people.models import Role
from server.runtime import Runtime
from server.staff.reach import NotAllowed, Reach
from tests.phone import Phone
from tests.server.notices.conftest import Look, Tell
from tests.server.notices.people import a_person
from tests.server.notices.test_rendering import SAMPLES

OFFERED = "volunteers.offered"


@pytest.fixture
def operator(runtime: Runtime) -> Reach:
    """The district's operator, who may change rules."""
    with runtime.db.transaction() as session:
        return Reach(a_person(session), ((Role.DISTRICT_OPERATOR, "/D/"),))


def make(runtime: Runtime, reach: Reach, given: Version, seen: int = 0) -> Version:
    with runtime.db.transaction() as session:
        return templates.make(session, reach, given, seen, runtime.now())


def reworded(**words: object) -> Version:
    if "chat" in words:
        words.setdefault("text", words["chat"])
    return replace(versions.of(OFFERED), **words)


def typed_as(way: Way, fields: Mapping[str, str]) -> Version:
    code = versions.of(OFFERED)
    return replace(code, fields={**code.fields, way: fields})


def now_said(runtime: Runtime, *names: str) -> dict[str, Version]:
    with runtime.db.reading() as session:
        return templates.in_force(session, names)


def flaws_of(version: Version) -> dict[str, str]:
    return {flaw.at: flaw.code for flaw in checking.flaws(version)}


def test_the_newest_version_is_said_and_the_code_where_there_is_none(
    runtime: Runtime, operator: Reach
) -> None:
    make(runtime, operator, reworded(chat="空出一个名额：{title}"))
    make(runtime, operator, reworded(chat="名额来了：{title}"), seen=1)

    said = now_said(runtime, OFFERED, "volunteers.reminder")

    assert (said[OFFERED].number, said[OFFERED].chat) == (2, "名额来了：{title}")
    assert said[OFFERED].text == "名额来了：{title}"
    assert said["volunteers.reminder"] == versions.of("volunteers.reminder")


def test_only_what_differs_from_the_code_is_kept(runtime: Runtime, operator: Reach) -> None:
    make(runtime, operator, reworded(title="名额来了", quiet=Quiet.PASS))

    with runtime.db.reading() as session:
        content = session.scalars(select(NoticeTemplate.content)).one()
    assert content == {"title": "名额来了", "quiet": "pass"}


def test_an_edit_holds_from_the_next_send_and_stands_on_what_was_sent(
    runtime: Runtime, operator: Reach, phone: Phone, tell: Tell, look: Look
) -> None:
    phone.say("活动")
    first = tell(phone, key="first")
    delivery.deliver(runtime, chance=lambda: 0.5)
    make(runtime, operator, reworded(chat="名额来了：{title}，{until}前请回复“接受”。"))
    second = tell(phone, key="second")
    delivery.deliver(runtime, chance=lambda: 0.5)

    assert phone.pushed()[0].startswith("有名额了：社区图书角整理")
    assert phone.pushed()[1] == "名额来了：社区图书角整理，3月9日（周一）11:00前请回复“接受”。"
    assert (look(first).version, look(second).version) == (0, 1)


def test_what_was_sent_is_shown_in_the_words_it_was_sent_in(
    runtime: Runtime, operator: Reach
) -> None:
    make(runtime, operator, reworded(chat="甲{title}"))
    make(runtime, operator, reworded(chat="乙{title}"), seen=1)

    with runtime.db.reading() as session:
        keys = [(OFFERED, 0), (OFFERED, 1), (OFFERED, 2), (OFFERED, 9), ("gone.kind", 1)]
        found = templates.as_sent(session, keys)

    assert {key: found[key].chat[:1] for key in found} == {
        (OFFERED, 0): "有",
        (OFFERED, 1): "甲",
        (OFFERED, 2): "乙",
    }


def test_ways_and_fields_of_one_way_are_changed_alone(runtime: Runtime, operator: Reach) -> None:
    fields = {"thing2": "{title}", "date5": "{until}", "phrase1": "待确认"}
    given = replace(typed_as(Way.TEMPLATE, fields), ways=(Way.TEMPLATE, Way.SERVICE))
    make(runtime, operator, given)

    said = now_said(runtime, OFFERED)[OFFERED]

    assert said.ways == (Way.TEMPLATE, Way.SERVICE)
    assert said.fields[Way.TEMPLATE] == fields
    assert said.fields[Way.SUBSCRIPTION] == versions.of(OFFERED).fields[Way.SUBSCRIPTION]
    values = rendering.fields(said, Way.TEMPLATE, rendering.samples(said.kind))
    assert values["date5"] == "2026年03月13日 20:00"


def test_the_code_s_words_can_be_had_back(runtime: Runtime, operator: Reach) -> None:
    make(runtime, operator, reworded(chat="名额来了：{title}"))
    make(runtime, operator, versions.of(OFFERED), seen=1)

    said = now_said(runtime, OFFERED)[OFFERED]

    assert (said.number, said.chat) == (2, versions.of(OFFERED).chat)
    with runtime.db.reading() as session:
        assert [made.is_plain for made in templates.history(session, OFFERED)] == [True, False]
        assert templates.numbers(session) == {OFFERED: 2}


def test_any_number_of_kinds_is_read_in_one_statement(runtime: Runtime, operator: Reach) -> None:
    make(runtime, operator, reworded(chat="名额来了：{title}"))
    seen: list[str] = []
    with runtime.db.reading() as session:
        bind = session.get_bind().engine
        event.listen(bind, "before_cursor_execute", lambda *args: seen.append(args[2]))
        templates.in_force(session, KINDS)

    assert len(seen) == 1


def test_who_has_not_seen_the_newest_version_is_told_to_look(
    runtime: Runtime, operator: Reach
) -> None:
    make(runtime, operator, reworded(title="名额来了"))

    for seen in (0, 2):
        with pytest.raises(ChangedMeanwhile):
            make(runtime, operator, reworded(title="又一个"), seen=seen)


def test_of_many_who_save_at_once_one_does(runtime: Runtime, operator: Reach) -> None:
    together = threading.Barrier(6)

    def save(number: int) -> bool:
        together.wait(10)
        try:
            make(runtime, operator, reworded(title=f"名额{number}"))
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(save, range(6))) == 1
    with runtime.db.reading() as session:
        assert len(templates.history(session, OFFERED)) == 1


def test_only_whoever_may_change_rules_does(runtime: Runtime, operator: Reach) -> None:
    worker = Reach(operator.person_id, ((Role.STREET_OPERATOR, "/D/A/"),))

    with pytest.raises(NotAllowed):
        make(runtime, worker, reworded(title="名额来了"))


def test_an_edit_is_a_line_of_the_trail(runtime: Runtime, operator: Reach) -> None:
    make(runtime, operator, reworded(title="名额来了"))

    with runtime.db.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor) == ("notices.template_made", operator.person_id)
    assert entry.facts == {"kind": OFFERED, "version": 1}


def test_what_has_flaws_is_not_kept(runtime: Runtime, operator: Reach) -> None:
    with pytest.raises(BadTemplate) as refused:
        make(runtime, operator, reworded(chat="{nothing}", title=""))

    assert [flaw.at for flaw in refused.value.flaws] == ["chat", "title"]
    assert all(map(checking.sentence, refused.value.flaws))
    assert now_said(runtime, OFFERED)[OFFERED].number == 0


def test_control_without_the_look_it_would_be_sent_with_a_gap(
    runtime: Runtime, operator: Reach, phone: Phone, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "require", lambda _version: None)
    make(runtime, operator, reworded(chat="您好，{nobody}：{title}"))
    phone.say("活动")
    tell(phone)
    delivery.deliver(runtime, chance=lambda: 0.5)

    assert phone.pushed() == ["您好，无：社区图书角整理"]


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "nothing said": ({"chat": " "}, "chat"),
    "an unknown fact": ({"chat": "{titel}"}, "chat"),
    "a brace that does not close": ({"chat": "报名{title"}, "chat"),
    "a look behind a fact": ({"chat": "{title.__class__}"}, "chat"),
    "a format": ({"chat": "{title:>100}"}, "chat"),
    "empty braces": ({"chat": "{}"}, "chat"),
    "a control character": ({"chat": "好\x07"}, "chat"),
    "a title of two lines": ({"title": "好\n的"}, "title"),
    "a long title": ({"title": "好" * 21}, "title"),
    "a long text": ({"chat": "好" * 501}, "chat"),
    "a burden": ({"chat": "{title}，收到请回复"}, "chat"),
    "no way": ({"ways": ()}, "ways"),
}


@pytest.mark.parametrize("what", WRONG)
def test_words_with_a_flaw_are_told_where(what: str) -> None:
    words, at = WRONG[what]

    assert at in flaws_of(reworded(**words))


FIELDS: dict[str, tuple[str, str, str]] = {
    "no type": ("things1", "{title}", "bad_key"),
    "a key of its own": ("thing", "{title}", "bad_key"),
    "nothing": ("thing1", " ", "empty"),
    "too long a constant": ("thing1", "一" * 21, "too_long"),
    "no room for the fact": ("thing1", "{title}" + "一" * 17, "too_long"),
    "a text for a time": ("time1", "{title}", "wrong_fact"),
    "a moment beside words": ("time1", "时间{until}", "bad_value"),
    "words for a time": ("time1", "明天上午", "bad_value"),
    "a moment for a number": ("number1", "{until}", "wrong_fact"),
    "two numbers in one": ("number1", "{number}{number}", "bad_value"),
    "hanzi for a number": ("number1", "七", "bad_value"),
    "a fact in a phrase": ("phrase1", "{title}", "no_facts"),
    "latin in a phrase": ("phrase1", "OK", "bad_value"),
    "a long phrase": ("phrase1", "报名成功啦啦", "too_long"),
    "hanzi in a string": ("character_string1", "编号{number}", "bad_value"),
    "a digit in a name": ("name1", "老7", "bad_value"),
    "a line break": ("thing1", "甲\n乙", "control"),
    "an amount with words": ("amount1", "约{number}元", "bad_value"),
    "letters that are none": ("letter1", "甲", "bad_value"),
    "symbols that are none": ("symbol1", "ab", "bad_value"),
    "no phone": ("phone_number1", "电话", "bad_value"),
    "no car": ("car_number1", "晋A1234567890", "too_long"),
}


@pytest.mark.parametrize("what", FIELDS)
def test_a_field_with_a_flaw_is_told_and_how_to_mend_it(what: str) -> None:
    key, text, code = FIELDS[what]

    found = checking.flaws(typed_as(Way.TEMPLATE, {key: text}))

    assert [flaw.code for flaw in found] == [code]
    assert all(flaw.at == f"template.{key}" for flaw in found)
    assert all(checking.sentence(flaw) for flaw in found)


def test_a_template_has_one_to_five_fields() -> None:
    none = checking.flaws(typed_as(Way.TEMPLATE, {}))
    six = checking.flaws(typed_as(Way.TEMPLATE, {f"thing{n}": "{title}" for n in range(1, 7)}))

    assert [flaw.code for flaw in (*none, *six)] == ["no_fields", "too_many_fields"]


@pytest.mark.parametrize("name", KINDS)
def test_what_the_code_says_has_no_flaw(name: str) -> None:
    assert checking.flaws(versions.of(name)) == ()


KEYS = st.sampled_from([f"{name}{number}" for name in typed.TYPES for number in (1, 2)])
PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["{title}", "{until}", "{number}", "{place}", "{starts_at}~{until}", "元"]),
)


@pytest.mark.once
@given(key=KEYS, pieces=st.lists(PIECES, min_size=1, max_size=3), data=st.data())
def test_what_passes_is_taken_by_wechat_whatever_the_facts(
    key: str, pieces: list[str], data: st.DataObject
) -> None:
    pattern = "".join(pieces)
    if checking.flaws(typed_as(Way.TEMPLATE, {key: pattern})):
        return
    kind = KINDS[OFFERED]
    facts = {name: data.draw(SAMPLES[fact.sort]) for name, fact in kind.facts.items()}
    rendering.check(kind, facts)

    value = rendering.value(key, pattern, rendering.spelled(facts))

    assert keywords.fits(key.rstrip("12"), value), (key, pattern, value)


def test_a_version_is_never_changed_once_made(runtime: Runtime, operator: Reach) -> None:
    """The one statement that could is nobody's: rows are only ever added."""
    make(runtime, operator, reworded(title="名额来了"))
    make(runtime, operator, reworded(title="又一版"), seen=1)

    with runtime.db.reading() as session:
        contents = session.scalars(select(NoticeTemplate.content).order_by(NoticeTemplate.version))
        assert list(contents) == [{"title": "名额来了"}, {"title": "又一版"}]


def test_a_way_that_is_no_more_does_not_break_what_was_kept(
    runtime: Runtime, operator: Reach
) -> None:
    make(runtime, operator, reworded(ways=(Way.SERVICE,)))
    with runtime.db.transaction() as session:
        content = {"ways": ["pigeon", "service"], "fields": {"pigeon": {"thing1": "{title}"}}}
        session.execute(update(NoticeTemplate).values(content=content))

    assert now_said(runtime, OFFERED)[OFFERED].ways == (Way.SERVICE,)
