"""By which ways people are reached: in the order of the kind, each closed one with its reason."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from config.settings import Settings, Templates
from server.areas import tree
from server.notices import channels, credits, delivery, employment, outbox, reasons, templates
from server.notices import versions as kept
from server.notices.channels import Routes
from server.notices.claims import UNKNOWN, Claimed
from server.notices.employment import NotStaff
from server.notices.kinds import KINDS, Way
from server.notices.models import Credit, Source
from server.people import posts
from server.people.models import Account, App, Role
from server.runtime import Runtime
from server.staff.reach import Reach
from server.wechat.models import Inbound, InboundState
from tests.clock import Clock
from tests.phone import Emulator, Phone
from tests.server.notices.conftest import Look, Tell, person_of
from tests.server.notices.people import a_person, an_account

OFFERED, APPOINTED = "volunteers.offered", "office.appointed"
EMPLOYEE = "tpl-staff-progress"


def claimed(person_id: int, kind: str = OFFERED, number: int = 1, **more: int) -> Claimed:
    facts = {"attempts": 1, "not_after": None, "credit_id": None, "by": "me"} | more
    return Claimed(id=number, person_id=person_id, kind=kind, facts={}, **facts)


def chosen(session: Session, runtime: Runtime, one: Claimed) -> Routes:
    return channels.choose(session, [one], runtime.now(), runtime.settings)[one.id]


def ways(routes: Routes) -> list[Way]:
    return [route.way for route in routes.open]


def wrote(session: Session, account: Account, clock: Clock) -> None:
    row = {"kind": "text", "app": account.app.value, "openid": account.openid}
    row |= {"state": InboundState.APPLIED, "key": f"k{account.openid}", "received_at": clock()}
    session.add(Inbound(**row))
    session.flush()


def allowed(session: Session, account: Account, clock: Clock, **more: bool) -> None:
    credits.accept(session, account.id, "tpl-offer", clock(), Source.CLIENT, **more)


def bound(session: Session, account: Account, clock: Clock) -> None:
    account.bound_at = clock()
    credits.accept(session, account.id, EMPLOYEE, clock(), Source.CLIENT, lasting=True)


def test_every_open_way_is_named_in_order(runtime: Runtime, session: Session, clock: Clock) -> None:
    person = a_person(session)
    official = an_account(session, person)
    mini = an_account(session, person, App.MINIPROGRAM, following=False)
    for account in (official, mini):
        wrote(session, account, clock)
        allowed(session, account, clock)

    routes = chosen(session, runtime, claimed(person))

    assert ways(routes) == [
        Way.SERVICE,
        Way.MINIPROGRAM_CHAT,
        Way.SUBSCRIPTION,
        Way.NOTIFICATION,
        Way.TEMPLATE,
    ]
    assert routes.closed == ()
    assert [bool(route.credit_id) for route in routes.open] == [False, False, True, True, False]


def test_every_closed_way_is_named_with_its_reason(runtime: Runtime, session: Session) -> None:
    person = a_person(session)
    an_account(session, person, following=False)
    an_account(session, person, App.MINIPROGRAM, following=False)

    routes = chosen(session, runtime, claimed(person, APPOINTED))

    assert routes.open == ()
    assert routes.closed == (
        "service: not following",
        "miniprogram_chat: window closed",
        "employee: not bound",
        "subscription: no credit",
        "notification: no credit",
        "template: not following",
    )
    assert reasons.in_words("; ".join(routes.closed)) == (
        "公众号客服消息：没有关注公众号；小程序客服消息：最近没有来消息，不能主动发；"
        "用工关系消息：没有绑定用工关系；小程序订阅消息：没有订阅，或订阅次数用完了；"
        "公众号订阅通知：没有订阅，或订阅次数用完了；公众号模板消息：没有关注公众号"
    )


def test_somebody_without_any_account_is_reached_by_none(
    runtime: Runtime, session: Session
) -> None:
    routes = chosen(session, runtime, claimed(a_person(session)))

    assert routes.open == ()
    assert {why.partition(": ")[2] for why in routes.closed} == {"no account"}


def test_what_is_allowed_for_good_is_open_without_a_count(
    runtime: Runtime, session: Session, clock: Clock
) -> None:
    person = a_person(session)
    account = an_account(session, person, App.MINIPROGRAM, following=False)
    allowed(session, account, clock, lasting=True)

    assert ways(chosen(session, runtime, claimed(person))) == [Way.SUBSCRIPTION]


def test_a_credit_that_is_held_already_is_open(
    runtime: Runtime, session: Session, clock: Clock
) -> None:
    person = a_person(session)
    account = an_account(session, person, App.MINIPROGRAM, following=False)
    allowed(session, account, clock)
    held = session.scalars(select(Credit.id)).one()
    assert credits.take(session, [held]) == {held}

    [route] = chosen(session, runtime, claimed(person, credit_id=held)).open

    assert (route.credit_id, route.is_held) == (held, True)
    assert ways(chosen(session, runtime, claimed(person))) == []


def test_staff_who_are_bound_are_told_by_it_before_a_credit_is_used(
    runtime: Runtime, session: Session, clock: Clock
) -> None:
    person = a_person(session)
    account = an_account(session, person, App.MINIPROGRAM, following=False)
    credits.accept(session, account.id, "tpl-progress", clock(), Source.CLIENT)
    bound(session, account, clock)

    assert ways(chosen(session, runtime, claimed(person, APPOINTED))) == [
        Way.EMPLOYEE,
        Way.SUBSCRIPTION,
    ]
    assert Way.EMPLOYEE not in ways(chosen(session, runtime, claimed(person, "needs.done")))


def test_the_order_of_a_kind_is_the_district_s(
    runtime: Runtime, session: Session, clock: Clock
) -> None:
    person = a_person(session)
    account = an_account(session, person)
    wrote(session, account, clock)
    code = kept.of(OFFERED)
    operator = Reach(person, ((Role.DISTRICT_OPERATOR, "/"),))
    given = replace(code, ways=(Way.TEMPLATE, Way.SERVICE))
    templates.make(session, operator, given, 0, clock())

    routes = chosen(session, runtime, claimed(person))

    assert ways(routes) == [Way.TEMPLATE, Way.SERVICE]
    assert routes.closed == ()
    assert routes.version.number == 1


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    seen: list[str] = []
    bind = session.get_bind()

    def note(_c: object, _cur: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(bind, "before_cursor_execute", note)
    yield seen
    event.remove(bind, "before_cursor_execute", note)


@pytest.mark.parametrize("how_many", [1, 60])
def test_any_number_is_chosen_in_five_statements(
    runtime: Runtime, session: Session, clock: Clock, how_many: int
) -> None:
    kinds = list(KINDS)
    wanted: Sequence[Claimed] = []
    for number in range(how_many):
        person = a_person(session)
        account = an_account(session, person)
        an_account(session, person, App.MINIPROGRAM, following=False)
        wrote(session, account, clock)
        wanted = [*wanted, claimed(person, kinds[number % len(kinds)], number)]

    with counted(session) as statements:
        found = channels.choose(session, wanted, clock(), runtime.settings)

    assert len(statements) == 5
    assert found.keys() == {each.id for each in wanted}
    assert all(routes.open[0].way is Way.SERVICE for routes in found.values())


class TestTemplatesOfOneWay:
    """A way may have a template of its own, or none."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        own = Templates(offer_notification="tpl-biz", offer_template="", progress="")
        return settings.model_copy(update={"templates": own})

    def test_it_is_used_there_alone(self, runtime: Runtime, session: Session, clock: Clock) -> None:
        person = a_person(session)
        account = an_account(session, person)
        credits.accept(session, account.id, "tpl-biz", clock(), Source.EVENT)

        routes = chosen(session, runtime, claimed(person))

        assert [(route.way, route.template_id) for route in routes.open] == [
            (Way.NOTIFICATION, "tpl-biz")
        ]
        assert "template: no template" in routes.closed
        assert "subscription: no account" in routes.closed

    def test_messages_to_staff_have_none_but_their_own(
        self, runtime: Runtime, session: Session, clock: Clock
    ) -> None:
        person = a_person(session)
        bound(session, an_account(session, person, App.MINIPROGRAM, following=False), clock)

        [route] = chosen(session, runtime, claimed(person, APPOINTED)).open

        assert (route.way, route.template_id) == (Way.EMPLOYEE, EMPLOYEE)


class TestMessagesToStaff:
    """用工关系消息, from the binding in the mini-program to the phone."""

    @pytest.fixture
    def clerk(self, runtime: Runtime, phone: Phone, clock: Clock) -> Phone:
        """Somebody with a post, who does not follow the official account any more."""
        phone.do("unfollow")
        account = {"app": App.MINIPROGRAM, "openid": phone.person["miniprogram_openid"]}
        with runtime.db.transaction() as session:
            person = person_of(runtime.db, phone)
            session.add(Account(person_id=person, created_at=clock(), **account))
            root = tree.plant(session, "D", "示例区", tree.AreaKind.DISTRICT, None)
            posts.appoint(session, person, Role.COMMUNITY_WORKER, root, clock(), None)
        return phone

    def bind(self, runtime: Runtime, clerk: Phone) -> None:
        given = {"binding": "accept", "answers": {EMPLOYEE: "accept"}}
        told = clerk.do("employee_relation", **given)
        told.pop("bindingStatus")
        person = person_of(runtime.db, clerk)
        with runtime.db.transaction() as session:
            [account] = [each.id for each in accounts(session, person) if each.app == "miniprogram"]
            employment.bind(session, person, account, told, runtime.now())

    def tell(self, runtime: Runtime, clerk: Phone, key: str) -> dict[str, int]:
        now = runtime.now()
        facts = {"role": "社区工作者", "area": "示例社区", "at": now}
        with runtime.db.transaction() as session:
            person = person_of(runtime.db, clerk)
            outbox.queue(session, person, APPOINTED, key, now, facts)
        return dict(delivery.deliver(runtime, chance=lambda: 0.5))

    def test_they_arrive_any_number_of_times(self, runtime: Runtime, clerk: Phone) -> None:
        self.bind(runtime, clerk)

        for key in "abc":
            assert self.tell(runtime, clerk, key) == {"sent employee": 1}

        assert len(clerk.pushed()) == 3
        assert "社区工作者（示例社区）" in clerk.pushed()[0]

    def test_nobody_else_may_bind(self, runtime: Runtime, clerk: Phone, session: Session) -> None:
        volunteer = a_person(session)
        account = an_account(session, volunteer, App.MINIPROGRAM, following=False)

        with pytest.raises(NotStaff):
            employment.bind(session, volunteer, account.id, {}, runtime.now())
        asks = employment.asks(session, volunteer, account.id, runtime.now(), runtime.settings)
        assert asks == []

    def test_who_ended_it_unnoticed_is_not_bound_for_us_either(
        self, runtime: Runtime, clerk: Phone, clock: Clock
    ) -> None:
        self.bind(runtime, clerk)
        clerk.do("employee_relation", binding="end")

        assert self.tell(runtime, clerk, "a") == {"unreachable all": 1}
        with runtime.db.reading() as session:
            person = person_of(runtime.db, clerk)
            assert [each.bound_at for each in accounts(session, person)] == [None, None]

    def test_who_turned_the_template_off_is_not_asked_in_vain_again(
        self, runtime: Runtime, clerk: Phone, look: Look
    ) -> None:
        self.bind(runtime, clerk)
        clerk.do("employee_relation", binding="", answers={EMPLOYEE: "reject"})

        assert self.tell(runtime, clerk, "a") == {"unreachable all": 1}
        with runtime.db.reading() as session:
            person = person_of(runtime.db, clerk)
            routes = chosen(session, runtime, claimed(person, APPOINTED))
        assert "employee: not allowed" in routes.closed


def accounts(session: Session, person: int) -> list[Account]:
    return [account for account in session.query(Account).filter_by(person_id=person)]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (None, ""),
        ("sent", "sent"),
        ("all: no notices wanted", "本人不要提醒"),
        ("template: 43004", "公众号模板消息：没有关注公众号（43004）"),
        ("subscription: 99999", "小程序订阅消息：微信没有收下（99999）"),
        ("pigeon: asleep", "pigeon: asleep"),
        ("template: closed (45009)", "公众号模板消息：微信暂时关掉了（45009）"),
        ("template: user block", "公众号模板消息：本人不收公众号的模板消息"),
        (
            "waits: official, miniprogram:subscription; service: used up; template: closed (1)",
            "等微信重新开放：公众号的全部消息、小程序订阅消息；"
            "公众号客服消息：这次能主动发的条数用完了",
        ),
        ("waits: pigeon", "等微信重新开放：pigeon"),
        ("refused: 47003: 王小兰; argument invalid rid 5", "内容不合模板的格式（47003）"),
        ("-1: system error", "微信系统忙（-1）"),
        (UNKNOWN, "发到一半断了，不知道送到没有"),
    ],
)
def test_an_outcome_is_told_in_words(outcome: str | None, words: str) -> None:
    assert reasons.in_words(outcome) == words


def test_a_code_that_a_way_was_refused_with_is_told_too(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, emulator: Emulator, clock: Clock
) -> None:
    notice = tell(phone)
    fault = {"path": "/cgi-bin/message/template/send", "kind": "errcode", "value": 43116}
    emulator.ask("POST", "/_/faults", fault | {"times": 1})

    delivery.deliver(runtime, chance=lambda: 0.5)

    assert "公众号模板消息：模板被微信停用（43116）" in reasons.in_words(look(notice).outcome)


def test_a_window_that_closed_long_ago_is_no_way(
    runtime: Runtime, session: Session, clock: Clock
) -> None:
    person = a_person(session)
    account = an_account(session, person)
    wrote(session, account, clock)
    session.execute(update(Inbound).values(received_at=clock() - timedelta(hours=48)))

    assert ways(chosen(session, runtime, claimed(person))) == [Way.TEMPLATE]
