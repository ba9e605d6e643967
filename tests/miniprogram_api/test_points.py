"""One's points over REST: the same as in chat, a page at a time."""

import pytest

from tests.server.riders.acts import earn, riding


@pytest.fixture
def rider(device, runtime):
    found = device()
    with runtime.db.transaction() as session:
        riding(session, found.person_id, runtime.now())
    return found


@pytest.fixture
def earned(runtime):
    """Give somebody five points for each of so many suggestions."""

    def give(person: int, how_many: int, begins: int = 0) -> None:
        with runtime.db.transaction() as session:
            for number in range(begins, begins + how_many):
                source = f"suggestion:{person}:{number}"
                earn(session, person, runtime.now(), source, code="SUGGEST_ADOPTED")

    return give


@pytest.mark.parametrize("path", ["/points", "/points/entries"])
def test_who_is_no_rider_is_told_the_word_that_registers(device, path) -> None:
    answer = device().ask("GET", path)

    assert (answer.status_code, answer.json["code"]) == (404, "points.no_account")
    assert "骑手" in answer.json["message"]


def test_the_balance_says_what_is_there_on_its_way_and_runs_out_first(
    rider, runtime, earned
) -> None:
    nothing = rider.ask("GET", "/points").json
    earned(rider.person_id, 1)
    with runtime.db.transaction() as session:
        now = runtime.now()
        earn(session, rider.person_id, now, "service_record:1", code="VOL_HOUR", units=3)

    assert nothing == {"balance": 0, "pending": 0, "expiring": None, "paused_until": None}
    assert rider.ask("GET", "/points").json == {
        "balance": 5,
        "pending": 3,
        "expiring": {"points": 5, "last_day": "2027-12-31"},
        "paused_until": None,
    }


def test_lines_come_by_pages_each_with_what_it_rests_on(rider, earned) -> None:
    earned(rider.person_id, 3)

    first = rider.ask("GET", "/points/entries?limit=2").json
    rest = rider.ask("GET", f"/points/entries?limit=2&cursor={first['next_cursor']}").json

    assert [each["number"] for each in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next_cursor"] is None
    assert rest["items"] == [
        {
            "number": 1,
            "at": "2026-03-09T09:00:00+08:00",
            "points": 5,
            "balance": 5,
            "kind": "earn",
            "name": "建议被采纳",
            "source": f"suggestion:{rider.person_id}:0",
            "reason": None,
            "event_at": "2026-03-09T09:00:00+08:00",
            "last_day": "2027-12-31",
            "rule": "SUGGEST_ADOPTED",
            "version": 1,
            "verifier": "district",
            "day_cap": None,
            "month_cap": None,
            "shortfall": 0,
        }
    ]


def test_nobody_reads_the_lines_of_another(rider, device, runtime, earned) -> None:
    other = device()
    with runtime.db.transaction() as session:
        riding(session, other.person_id, runtime.now())
    earned(other.person_id, 2)

    assert rider.ask("GET", "/points/entries").json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("query", ["cursor=x", "cursor=0", "limit=0", "limit=101", "page=2"])
def test_what_is_no_page_is_malformed(rider, query: str) -> None:
    assert rider.ask("GET", f"/points/entries?{query}").status_code == 400


def test_a_page_costs_the_same_however_long_it_is(rider, earned, statements) -> None:
    costs = []
    for begins, more in ((0, 1), (1, 11)):
        earned(rider.person_id, more, begins)
        with statements() as seen:
            items = rider.ask("GET", "/points/entries?limit=100").json["items"]
        assert len(items) == begins + more
        costs.append(len(seen))

    assert costs[0] == costs[1]


def test_a_month_tells_what_moved(rider, earned, clock) -> None:
    earned(rider.person_id, 2)

    this = rider.ask("GET", "/points/statement?month=2026-03").json
    last = rider.ask("GET", "/points/statement").json

    assert this == {
        "month": "2026-03",
        "opening": 0,
        "closing": 10,
        "earned": [{"name": "建议被采纳", "points": 10}],
        "moved": {},
        "expiring": {"points": 10, "last_day": "2027-12-31"},
    }
    assert (last["month"], last["closing"], last["earned"]) == ("2026-02", 0, [])


@pytest.mark.parametrize(
    ("month", "status", "code"),
    [
        ("2026-04", 404, "points.no_such_month"),
        ("2020-01", 404, "points.no_such_month"),
        ("2026-13", 400, None),
        ("3", 400, None),
    ],
)
def test_a_month_that_is_none_is_refused(rider, month, status, code) -> None:
    answer = rider.ask("GET", f"/points/statement?month={month}")

    assert answer.status_code == status
    assert code is None or answer.json["code"] == code


def test_a_code_moves_to_a_new_wechat(device, runtime) -> None:
    old, new = device(), device()
    with runtime.db.transaction() as session:
        riding(session, old.person_id, runtime.now())
        earn(session, old.person_id, runtime.now(), code="SUGGEST_ADOPTED")

    code = old.ask("POST", "/me/move-code").json["code"]
    joined = new.ask("POST", "/me/link", {"code": code})

    assert joined.status_code == 200
    assert new.ask("GET", "/points").json["balance"] == 5
    assert old.ask("GET", "/points").status_code == 401
