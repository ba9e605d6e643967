"""One's inbox over REST: the same as in chat, a page at a time."""

from datetime import timedelta

import pytest

from server.notices.models import Notice, NoticeState

NEWS = "needs.accepted"


@pytest.fixture
def zhao(device):
    return device()


@pytest.fixture
def told(runtime, clock):
    """Tell somebody so many things, one a minute; return the ids, the newest first."""

    def tell(person: int, number: int) -> list[str]:
        ids = []
        with runtime.db.transaction() as session:
            for each in range(number):
                at = clock() - timedelta(minutes=number - each)
                notice = Notice(
                    key=f"k{person}-{each}",
                    person_id=person,
                    kind=NEWS,
                    facts={"number": str(each), "title": "读报"},
                    state=NoticeState.UNREACHABLE,
                    queued_at=at,
                    due_at=at,
                    settled_at=at,
                )
                session.add(notice)
                session.flush()
                ids.append(str(notice.id))
        return ids[::-1]

    return tell


def test_one_reads_what_one_was_told_the_newest_first(zhao, told) -> None:
    ids = told(zhao.person_id, 3)

    first = zhao.ask("GET", "/inbox?limit=2").json
    rest = zhao.ask("GET", f"/inbox?limit=2&cursor={first['next_cursor']}").json

    assert [each["id"] for each in first["items"] + rest["items"]] == ids
    assert (first["unread"], rest["next_cursor"]) == (3, None)
    newest = first["items"][0]
    assert newest["text"] == ("您的求助2号“读报”有队伍接单了，正在找志愿者。定好时间会告诉您。")
    assert {name: newest[name] for name in newest.keys() - {"id", "text"}} == {
        "kind": NEWS,
        "at": "2026-03-09T08:59:00+08:00",
        "title": "有队伍接单了",
        "read": False,
        "reached": False,
    }


def test_whoever_was_told_nothing_reads_an_empty_page(zhao) -> None:
    assert zhao.ask("GET", "/inbox").json == {"items": [], "next_cursor": None, "unread": 0}


def test_what_one_has_seen_is_marked_once_and_never_unmarked(zhao, told) -> None:
    newest, middle, oldest = told(zhao.person_id, 3)

    left = [
        zhao.ask("POST", "/inbox/read", {"up_to": each}).json["unread"]
        for each in (middle, oldest, newest, oldest)
    ]

    assert left == [1, 1, 0, 0]
    page = zhao.ask("GET", "/inbox").json
    assert ([each["read"] for each in page["items"]], page["unread"]) == ([True] * 3, 0)


def test_a_message_of_somebody_else_is_as_if_it_did_not_exist(zhao, device, told) -> None:
    [theirs] = told(device().person_id, 1)

    answer = zhao.ask("POST", "/inbox/read", {"up_to": theirs})

    assert (answer.status_code, answer.json["code"]) == (404, "inbox.message_missing")
    assert answer.json["message"].startswith("没有这条消息")
    assert zhao.ask("POST", "/inbox/read", {"up_to": "999"}).status_code == 404
    assert zhao.ask("GET", "/inbox").json["items"] == []


@pytest.mark.parametrize(
    "body", [{}, {"up_to": 1}, {"up_to": "0"}, {"up_to": "x"}, {"up_to": "1", "more": 1}]
)
def test_what_is_no_id_is_malformed(zhao, body: dict[str, object]) -> None:
    assert zhao.ask("POST", "/inbox/read", body).status_code == 400


@pytest.mark.parametrize("query", ["cursor=x", "cursor=1-", "limit=0", "limit=101", "page=2"])
def test_what_is_no_page_is_malformed(zhao, query: str) -> None:
    assert zhao.ask("GET", f"/inbox?{query}").status_code == 400


def test_the_list_costs_the_same_however_long_it_is(zhao, told, runtime, statements) -> None:
    costs = []
    for number in (5, 50):
        with runtime.db.transaction() as session:
            session.execute(Notice.__table__.delete())
        told(zhao.person_id, number)
        with statements() as seen:
            assert len(zhao.ask("GET", "/inbox?limit=100").json["items"]) == number
        costs.append(len(seen))

    assert costs[0] == costs[1]
