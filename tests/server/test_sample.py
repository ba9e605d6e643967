from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from server import sample, sample_needs, sample_party, sample_rewards, sample_stations
from server.areas.models import Area, AreaKind
from server.audit import trail
from server.party import desk
from server.party.dues import Due
from server.party.figures import figures, hiding
from server.party.models import Organiser, PartyReport, ReportRevision
from server.party.quarters import Quarter
from server.people.models import Channel
from server.riders.rewards import offers, proof
from server.riders.stations import stations
from server.riders.stations.coordinates import Place
from server.riders.stations.models import Station, StationState
from server.riders.stations.wishes import OPEN
from server.staff import reach as reaches
from server.volunteers.activities import activities
from server.volunteers.models import Need, Team, TeamKind
from tests.factories import POLICY
from tests.server.party.acts import GENERAL
from tests.server.party.acts import VAULT as PARTY
from tests.server.volunteers.need_acts import VAULT


def test_the_sample_is_the_district_with_its_streets(session, clock):
    told = sample.load(session, clock.now(), POLICY)

    kinds = Counter(session.scalars(select(Area.kind)))
    streets = session.scalars(select(Area.name).where(Area.kind == AreaKind.STREET)).all()
    assert kinds == {"district": 1, "street": 7, "community": 14, "grid": 28}
    assert streets[:2] == ["柳巷街道", "文庙街道"]
    assert "郝庄镇" in streets
    assert told == {"areas": 50, "activities": 30}


def test_what_is_invented_says_so(session, clock):
    sample.load(session, clock.now(), POLICY)

    below = session.scalars(
        select(Area.name).where(Area.kind.in_([AreaKind.COMMUNITY, AreaKind.GRID]))
    )
    page = activities.browse(session, None, clock.now(), limit=100)
    assert all("示例" in name for name in below)
    assert all("示例" in view.leader_name and "示例" in view.place for view in page.items)


def test_the_first_activity_has_one_place_and_stands_first(session, clock):
    sample.load(session, clock.now(), POLICY)

    page = activities.browse(session, None, clock.now(), limit=100)

    assert [view.number for view in page.items] == list(range(1, 31))
    assert page.items[0].shifts[0].capacity == 1
    assert all(view.risk_note for view in page.items)


def test_loading_again_changes_nothing_until_all_is_past(session, clock):
    sample.load(session, clock.now(), POLICY)

    assert sample.load(session, clock.now(), POLICY)["activities"] == 0
    later = clock.now() + timedelta(days=60)
    assert sample.load(session, later, POLICY)["activities"] == 30
    assert len(activities.browse(session, None, later, limit=100).items) == 30


def test_activities_move_with_the_day_of_loading(session, clock):
    clock.set(clock.now() + timedelta(days=200))
    sample.load(session, clock.now(), POLICY)

    first = activities.browse(session, None, clock.now(), limit=1).items[0].shifts[0]

    assert timedelta(days=1) < first.starts_at - clock.now() < timedelta(days=3)


def test_its_teams_and_needs_are_made_once_and_say_that_they_are_invented(session, clock) -> None:
    sample.load(session, clock.now(), POLICY)
    assert sample_needs.load(session, clock.now(), vault=VAULT) == {"teams": 0, "needs": 0}
    sample.invite_staff(session, clock.now(), vault=VAULT)

    told = [sample_needs.load(session, clock.now(), vault=VAULT) for _ in range(2)]

    assert told == [{"teams": 6, "needs": 5}, {"teams": 0, "needs": 0}]
    assert all("示例" in name for name in session.scalars(select(Team.name)))
    assert set(session.scalars(select(Team.kind))) == set(TeamKind)
    assert all(team.leader_id for team in session.scalars(select(Team)))
    assert [need.title for need in session.scalars(select(Need).order_by(Need.number))] == [
        "一老一小：需要搬抬",
        "便民：需要教用手机",
        "环境：需要维修",
        "医疗健康：需要陪同、需要代买代送",
        "一老一小：需要照看",
    ]


def test_its_stations_are_as_many_as_the_districts_and_the_same_each_time(session, clock) -> None:
    sample.load(session, clock.now(), POLICY)

    told = [sample_stations.load(session, clock.now()) for _ in range(2)]

    assert told == [{"stations": 152}, {"stations": 0}]
    found = session.scalars(select(Station).order_by(Station.number)).all()
    assert [one.number for one in found] == list(range(1, 153))
    assert all("示例" in one.name and "示例" in one.address for one in found)
    assert Counter(one.state for one in found)[StationState.CLOSED] == 6
    assert found[0].place == Place(37_873_538, 112_569_487)
    middle = Place(37_860_000, 112_575_000)
    assert all(one.place.metres_to(middle) < 6_000 for one in found)
    open_now = stations.browse(session, clock.now(), OPEN, limit=200)
    assert 80 < len(open_now.items) < 152


def test_its_rewards_lie_at_some_of_its_stations(session, clock) -> None:
    sample.load(session, clock.now(), POLICY)
    sample_stations.load(session, clock.now())

    told = [sample_rewards.load(session, clock.now()) for _ in range(2)]

    found = offers.browse(session, clock.now())
    assert told == [{"rewards": 6}, {"rewards": 0}]
    assert [(one.offer.name, one.offer.points) for one in found] == [
        *(("肥皂", 5), ("纸巾", 15), ("理发", 20)),
        *(("手套", 30), ("餐券", 30), ("头盔", 80)),
    ]
    assert all(one.free > 100 and one.stations > 20 for one in found)
    assert proof.flaws(session) == []


def planted(session, now, rules):
    return sample_party.load(session, now, sample_party.Keys(rules, PARTY, GENERAL))


def test_its_branch_has_twelve_members_and_a_year_behind_them(session, clock, settings) -> None:
    now, rules = clock.now(), settings.reports
    sample.load(session, now, POLICY)

    invited = [len(planted(session, now, rules)) for _ in range(2)]

    secretary = session.scalars(select(Organiser.person_id)).one()
    reach = reaches.of(session, secretary, now)
    keys = {"rules": rules, "vault": PARTY, "names": GENERAL}
    page = desk.members(session, reach, Due.ALL, now, **keys)
    assert invited == [4, 0]
    assert len(page.lines) == 12
    assert all(line.name.startswith("示例·") and line.contact for line in page.lines)
    assert {line.host for line in page.lines} == {None, sample_party.HOST}
    quarters_told = Counter(session.scalars(select(PartyReport.quarter)))
    assert sorted(quarters_told) == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    assert all(5 <= count <= 12 for count in quarters_told.values())
    waits = select(PartyReport.quarter).where(PartyReport.accepted_at.is_(None))
    assert set(session.scalars(waits)) == {"2025Q4"}
    doors = set(session.scalars(select(ReportRevision.channel)))
    assert doors == {Channel.CHAT, Channel.PHONE}
    found = figures.of(session, reach, Quarter(2025, 4), now, rules=rules, vault=PARTY)
    assert found.sheets[hiding.ALL].counts["members"] == 12


@pytest.mark.parametrize("month", [1, 5, 8, 12])
def test_its_branch_can_be_planted_on_any_day(session, clock, settings, month) -> None:
    clock.set(clock.now().replace(month=month, day=20))
    sample.load(session, clock.now(), POLICY)

    assert len(planted(session, clock.now(), settings.reports)) == 4


def test_without_the_key_its_branch_is_not_planted_and_nothing_is_said(app, monkeypatch) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["sample", "load"])

    with_key = runner.invoke(args=["sample", "party"])
    runtime = app.extensions["runtime"]
    with runtime.db.reading() as session:
        flaw = trail.verify(session).flaw
    monkeypatch.setattr(runtime.vault, "_wings", {})
    without = runner.invoke(args=["sample", "party"])

    assert "shuji" in with_key.output, with_key.output
    assert without.output == ""
    assert flaw is None
