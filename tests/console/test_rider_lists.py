"""An organiser's list of riders: looked at row by row, kept whole, and it vouches for them."""

import pytest
from sqlalchemy import func, select

from server.areas import tree
from server.office.imports import looking
from server.people import identities, posts, profile
from server.people.models import Channel, Person, Role
from server.riders import registration
from server.riders.models import PointsAccount, Rider, RiderState, Sector
from server.riders.registration import Told
from tests.console.tables import batch_of, send_bytes
from tests.server.riders.acts import earn, has
from tests.server.sheets import books

HEADERS = ["姓名", "手机号", "行业", "常跑区域", "平台"]


@pytest.fixture
def upload(runtime, tmp_path):
    """Send a list and let the job read it."""

    def send(clerk, *rows: list[str]) -> str:
        path = books.xlsx(tmp_path / "a.xlsx", [HEADERS, *rows])
        answer = send_bytes(clerk, "riders", path.read_bytes())
        looking.work(runtime)
        return batch_of(answer)

    return send


@pytest.fixture
def anna(clerk):
    return clerk(Role.COMMUNITY_WORKER, "A1")


def row(number: int, **more: str) -> list[str]:
    told = {"name": f"示例·骑手{number}", "phone": f"1380000{number:04}", "sector": "外卖"}
    told |= {"area": "A1", "platform": ""} | more
    return list(told.values())


def met(runtime, number: int, name: str | None = None) -> int:
    """Return somebody whose number WeChat has told, with or without a name."""
    with runtime.db.transaction() as session:
        person = identities.put_down(session, runtime.now())
        profile.set_phone(session, person, f"1380000{number:04}", vault=runtime.vault)
        if name:
            profile.rename(session, person, name, vault=runtime.vault)
    return person


def riding(runtime, person: int, *, leave: bool = False) -> None:
    with runtime.db.transaction() as session:
        told = Told(Sector.PARCEL, "A2")
        registration.register(session, person, told, Channel.CHAT, runtime.now())
        if leave:
            registration.leave(session, person, runtime.now())


def rider_of(runtime, person: int) -> Rider | None:
    with runtime.db.reading() as session:
        return session.scalar(select(Rider).where(Rider.person_id == person))


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_a_list_registers_and_verifies_once(anna, runtime, upload, clock) -> None:
    page = upload(anna, row(1), row(2, sector="快递", platform="示例快送"))
    refused = anna.post(f"{page}/apply")
    for _ in range(2):
        assert anna.post(f"{page}/apply", agreed="1").status_code == 303

    assert refused.status_code == 400
    with runtime.db.transaction() as session:
        found = session.scalars(select(Rider).order_by(Rider.id)).all()
        assert [(one.sector, one.platform) for one in found] == [
            (Sector.FOOD, None),
            (Sector.PARCEL, "示例快送"),
        ]
        assert {one.state for one in found} == {RiderState.VERIFIED}
        assert {one.verified_by for one in found} == {anna.person_id}
        assert {one.channel for one in found} == {Channel.PAPER}
        accounts = select(func.count()).select_from(PointsAccount)
        assert session.scalar(accounts.where(PointsAccount.person_id.is_not(None))) == 4
        earn(session, found[0].person_id, clock.now())
        assert has(session, found[0].person_id, clock.now()) == 1


def test_who_registered_by_chat_is_verified_and_keeps_what_they_told(anna, runtime, upload) -> None:
    nameless, named = met(runtime, 1), met(runtime, 2, "示例·骑手2")
    riding(runtime, nameless)
    riding(runtime, named)

    page = upload(anna, row(1), row(2), row(3))
    shown = text(anna.get(page))
    anna.post(f"{page}/apply", agreed="1")

    assert shown.count("已登记，将标为已核实") == 2
    for person in (nameless, named):
        found = rider_of(runtime, person)
        assert found is not None
        assert (found.state, found.sector) == (RiderState.VERIFIED, Sector.PARCEL)
    with runtime.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Rider)) == 3


def test_who_left_stays_away_and_who_is_verified_stays_as_they_are(anna, runtime, upload) -> None:
    gone = met(runtime, 1, "示例·骑手1")
    riding(runtime, gone, leave=True)

    page = upload(anna, row(1), row(2))
    shown = text(anna.get(page))
    anna.post(f"{page}/apply", agreed="1")
    again = upload(anna, row(2))

    assert "本人退出过骑手登记" in shown
    found = rider_of(runtime, gone)
    assert found is not None
    assert found.state is RiderState.LEFT
    assert "已是核实过的骑手" in text(anna.get(again))


def test_staff_get_no_account_by_a_list(anna, runtime, upload, district) -> None:
    """G4."""
    worker = met(runtime, 1, "示例·骑手1")
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "A1")
        posts.appoint(session, worker, Role.GRID_WORKER, area, runtime.now(), until=None)

    page = upload(anna, row(1))

    assert "在岗的工作人员不参加积分" in text(anna.get(page))
    assert anna.post(f"{page}/apply", agreed="1").status_code == 409
    assert rider_of(runtime, worker) is None


def test_who_got_a_post_between_look_and_keeping_gets_none(anna, runtime, upload) -> None:
    worker = met(runtime, 1, "示例·骑手1")
    page = upload(anna, row(1))
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "A1")
        posts.appoint(session, worker, Role.GRID_WORKER, area, runtime.now(), until=None)

    assert anna.post(f"{page}/apply", agreed="1").status_code == 409
    assert rider_of(runtime, worker) is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "“姓名”没有填"),
        ({"phone": "12"}, "手机号不对（2位）"),
        ({"phone": ""}, "“手机号”没有填"),
        ({"sector": "骑马"}, "行业“骑马”不对，应是：外卖、快递、网约车、货车、代驾、其他"),
        ({"sector": ""}, "“行业”没有填"),
        ({"area": "B1"}, "不在您负责的范围"),
        ({"area": "月球"}, "没有这个区域"),
        ({"platform": "<b>x</b>"}, "平台名称"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_in_words(anna, runtime, upload, wrong, words) -> None:
    page = upload(anna, row(1, **wrong), row(2))

    assert words in text(anna.get(page))
    assert anna.post(f"{page}/apply", agreed="1").status_code == 409
    with runtime.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Rider)) == 0


def test_a_number_that_bears_another_name_is_for_staff_to_look_at(anna, runtime, upload) -> None:
    met(runtime, 1, "示例·别人")

    page = upload(anna, row(1), row(2), row(2, name="示例·骑手二"))
    shown = text(anna.get(page))

    assert "这个手机号登记的是别的姓名" in shown
    assert "与第3行重复" in shown


def test_many_rows_cost_few_statements(anna, upload, statements, runtime) -> None:
    page = upload(anna, *[row(number) for number in range(300)])

    with statements() as seen:
        anna.post(f"{page}/apply", agreed="1")

    assert len(seen) < 60
    with runtime.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Rider)) == 300
        assert session.scalar(select(func.count()).select_from(Person)) >= 300
