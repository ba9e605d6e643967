"""Figures say what was served, area by area, and never who did."""

from datetime import date, timedelta

from server.areas.models import Area
from server.ledgers import figures, months, unmet
from server.ledgers import served as ledger
from server.ledgers.months import Span
from server.volunteers.models import Field, NeedState

TODAY = date(2026, 3, 9)
MARCH = months.month_of(TODAY)


def by_area(runtime, areas, code, now, span=MARCH):
    with runtime.db.reading() as session:
        found = figures.by_area(session, session.get_one(Area, areas[code]), span, now)
    return {line.label: line for line in found}


def test_months_are_local_ones() -> None:
    spans = months.last(TODAY, 3)

    assert [span.since for span in spans] == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert spans[1].until == date(2026, 2, 28)
    assert spans[2].begins.isoformat() == "2026-02-28T16:00:00+00:00"


def test_areas_below_are_rolled_up(runtime, areas, served, now) -> None:
    served("A1", people=5, each=2, minutes=60)
    served("A2", people=6, minutes=30)
    served("B1", people=7, minutes=90)

    district, street = by_area(runtime, areas, "D", now), by_area(runtime, areas, "A", now)

    assert district["示例A街道"].minutes == 5 * 2 * 60 + 6 * 30
    assert district["示例A街道"].people == 11
    assert district["示例B街道"].minutes == 630
    assert set(street) == {"示例A1社区", "示例A2社区"}
    assert sum(line.minutes for line in street.values()) == district["示例A街道"].minutes


def test_what_belongs_to_the_street_itself_stands_under_its_own_name(
    runtime, areas, served, now
) -> None:
    served("A", people=5)
    served("A1", people=5)

    assert set(by_area(runtime, areas, "A", now)) == {"示例A街道", "示例A1社区"}


def test_fewer_than_five_persons_are_not_counted_out(runtime, areas, served, now) -> None:
    served("A1", people=4)
    served("A2", people=5)

    found = by_area(runtime, areas, "A", now)

    assert (found["示例A1社区"].people, found["示例A1社区"].minutes) == (None, 240)
    assert found["示例A2社区"].people == 5
    assert [figures.shown(number) for number in (0, 1, 4, 5)] == [0, None, None, 5]


def test_months_stand_beside_each_other(runtime, areas, served, now) -> None:
    served("A1", people=5, day=date(2026, 1, 31))
    served("A1", people=5, minutes=90, day=date(2026, 3, 1))
    spans = months.last(TODAY, 3)

    with runtime.db.reading() as session:
        area = session.get_one(Area, areas["A"])
        found = figures.by_month(session, area, spans, now)

    assert [line.minutes for line in found] == [60 * 5, 0, 90 * 5]


def test_needs_are_on_time_by_the_wish_or_within_two_weeks(runtime, areas, needed, now) -> None:
    raised = now - timedelta(days=6)
    wish = {"raised": raised, "wanted_until": raised + timedelta(days=1)}
    done = {"state": NeedState.RATED, "rating": 5}
    needed("A1", Field.CULTURE, **done, **wish, took=timedelta(hours=23))
    needed("A1", Field.CULTURE, **done, **wish, took=timedelta(days=2))
    needed("A1", Field.CULTURE, **done, raised=now - timedelta(days=20), took=timedelta(days=13))
    needed("A1", Field.CULTURE, **done, raised=now - timedelta(days=20), took=timedelta(days=15))
    needed("A1", Field.CULTURE)

    [line] = by_area(runtime, areas, "A", now).values()

    assert (line.done, line.on_time, line.punctual, line.satisfaction) == (4, 2, 50, None)
    needed("A1", Field.CULTURE, NeedState.RATED, rating=2, raised=raised, took=timedelta(hours=1))
    [line] = by_area(runtime, areas, "A", now).values()
    assert line.satisfaction == 4.4


def test_the_map_tells_open_overdue_and_served(runtime, areas, needed, now) -> None:
    late = now - timedelta(hours=1)
    needed("A1", Field.ELDERLY_AND_CHILDREN, due_at=late)
    needed("A1", Field.ELDERLY_AND_CHILDREN, NeedState.DISPATCHED, due_at=now + timedelta(days=1))
    needed("A2", Field.CULTURE, NeedState.DONE, took=timedelta(hours=1))
    needed("A2", Field.CULTURE, NeedState.REJECTED)
    needed("B1", Field.CULTURE, due_at=late)

    with runtime.db.reading() as session:
        found = unmet.of(session, session.get_one(Area, areas["A"]), now)

    assert found.at(areas["A1"], Field.ELDERLY_AND_CHILDREN) == (2, 1, 0)
    assert found.total(Field.CULTURE) == (0, 0, 1)
    assert [name for _id, name in found.areas] == ["示例A1社区", "示例A2社区"]


def test_a_ledger_is_walked_once_and_wholly(runtime, areas, served, monkeypatch) -> None:
    served("A1", people=3, each=7)
    served("A2", people=2, each=3)
    served("B1", people=2)
    monkeypatch.setattr(ledger, "CHUNK", 4)
    span = Span(date(2026, 3, 1), date(2026, 3, 31))

    with runtime.db.reading() as session:
        street = session.get_one(Area, areas["A"])
        ids = [row.id for row in ledger.walk(session, street, span)]
        pages, after = [], None
        while rows := ledger.page(session, street, span, after):
            pages += [row.id for row in rows]
            after = ledger.Place(rows[-1].day, rows[-1].id)
        count = ledger.count(session, street, span)

    assert len(ids) == len(set(ids)) == count == 27
    assert sorted(pages) == sorted(ids)
