import pytest

from server.people import profile
from server.volunteers.models import RecordState
from tests.server.volunteers.records.acts import a_past_shift, a_record, confirm, record_of, staff

RECORD = "/me/records/{}"
DISPUTES = "/me/records/{}/disputes"


@pytest.fixture
def me(device):
    return device()


@pytest.fixture
def mine(runtime, now, me):
    """The ids of three records of mine, the newest last."""
    with runtime.db.transaction() as session:
        shifts = [a_past_shift(session, now, ago=ago) for ago in (3, 5, 7)]
        return [a_record(session, now, shift, person=me.person_id) for shift in shifts]


def test_my_records_are_paged_the_newest_first_with_their_sums(me, mine):
    first = me.ask("GET", "/me/records?limit=2").get_json()
    rest = me.ask("GET", f"/me/records?limit=2&cursor={first['next_cursor']}").get_json()

    assert [entry["number"] for entry in first["items"]] == [3, 2]
    assert [entry["id"] for entry in rest["items"]] == [str(mine[0])]
    assert rest["next_cursor"] is None
    assert (first["final_minutes"], first["pending_minutes"]) == (0, 360)
    entry = first["items"][0]
    assert (entry["state"], entry["day"], entry["due"]) == ("pending", "2026-03-09", "2026-03-23")


def test_a_list_costs_the_same_however_long_it_is(me, mine, statements):
    with statements() as few:
        me.ask("GET", "/me/records?limit=1")
    with statements() as many:
        assert len(me.ask("GET", "/me/records").get_json()["items"]) == 3
    assert len(few) == len(many)


def test_a_record_tells_who_said_what_of_it(me, mine, runtime, now):
    with runtime.db.transaction() as session:
        reach = staff(session, now)
        profile.rename(session, reach.person_id, "王小兰", vault=runtime.vault)
        confirm(session, reach, record_of(session, mine[0]).shift_id, now)

    told = me.ask("GET", RECORD.format(mine[0])).get_json()

    assert told["state"] == RecordState.CONFIRMED
    assert [(each["part"], each["who"]) for each in told["versions"]] == [
        ("system", None),
        ("staff", "王*兰"),
    ]
    assert told["disputes"] == []


def test_a_record_is_disputed_and_the_dispute_taken_back(me, mine):
    where = DISPUTES.format(mine[0])

    raised = me.ask("POST", where, {"words": "少记了半小时"})
    again = me.ask("POST", where, {"words": "少记了半小时"})
    shown = me.ask("GET", RECORD.format(mine[0])).get_json()
    back = me.ask("DELETE", where)

    assert raised.get_json()["state"] == "open"
    assert (again.status_code, again.get_json()["code"]) == (409, "records.disputed_already")
    assert (shown["disputed"], len(shown["disputes"])) == (True, 1)
    assert back.get_json()["disputes"][0]["state"] == "withdrawn"
    assert me.ask("DELETE", where).status_code == 200
    assert me.ask("DELETE", DISPUTES.format(mine[1])).status_code == 409


@pytest.mark.parametrize("words", ["", " \n", "\u200b", "x" * 401])
def test_a_dispute_without_words_is_malformed(me, mine, words):
    assert me.ask("POST", DISPUTES.format(mine[0]), {"words": words}).status_code == 400


def test_other_peoples_records_do_not_exist(device, mine):
    other = device()

    assert other.ask("GET", "/me/records").get_json()["items"] == []
    assert other.ask("GET", RECORD.format(mine[0])).status_code == 404
    assert other.ask("POST", DISPUTES.format(mine[0]), {"words": "我的"}).status_code == 404
    assert other.ask("DELETE", DISPUTES.format(mine[0])).status_code == 404


@pytest.mark.parametrize("cursor", ["0", "x", "9" * 19])
def test_a_cursor_that_is_none_is_malformed(me, cursor):
    assert me.ask("GET", f"/me/records?cursor={cursor}").status_code == 400
