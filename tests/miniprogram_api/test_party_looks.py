"""Every answer that shows a member leaves its lines; none may be missing here."""

from miniprogram_api.face import APART
from tests.miniprogram_api.conftest import device as device
from tests.server.party.acts import a_cell, given_to, looks
from tests.server.party.reviews.acts import QUARTER
from tests.server.party.scene import YEAR, a_year

TOLD = dict.fromkeys(("work", "thought", "life", "needs"), "都好")
ANSWERS = {
    ("GET", "/party/waiting"): (None, 1),
    ("GET", "/party/file"): (None, 1),
    ("PUT", "/party/file"): ({"place": "示例路9号"}, 1),
    ("PUT", "/party/file/confirmation"): (None, 0),
    ("PUT", "/party/file/consent"): (None, 0),
    ("GET", "/party/contact"): (None, 1),
    ("GET", "/party/reads"): (None, 1),
    ("GET", "/party/report"): (None, 1),
    ("PUT", "/party/report"): ({"quarter": "2026Q4", "work": "都好"}, 1),
    ("POST", "/party/report/submit"): ({"quarter": "2026Q4"} | TOLD, 1),
    ("GET", "/party/reviews"): (None, 1),
    ("PUT", "/party/reviews/<quarter>/acknowledgement"): (None, 0),
    ("PUT", "/party/reviews/<quarter>/objection"): ({"words": "示例有一次没算"}, 0),
    ("GET", "/party/letters"): (None, 1),
    ("GET", "/party/letters/<year>/paper"): (None, 1),
    ("PUT", "/party/letters/<year>/answer"): ({"words": "示例租房", "asks": True}, 1),
    ("GET", "/party/needs"): (None, 1),
    ("DELETE", "/party/file/consent"): (None, 0),
}
"""What the mini-program asks, with its body and how many lines it leaves."""


def test_no_answer_is_missing_here() -> None:
    asked = {(contract.method, contract.rule) for api in APART for contract in api.contracts}

    assert asked == set(ANSWERS)


def test_every_answer_of_rest_leaves_as_many_lines_as_it_says(runtime, clock, device) -> None:
    with runtime.db.transaction() as session:
        cell = a_cell(session, runtime.now())
    a_year(runtime, clock, cell)
    phone = device()
    with runtime.db.transaction() as session:
        given_to(session, cell.file, phone.person_id)

    def lines() -> int:
        with runtime.db.reading() as session:
            return looks(session, cell.file)

    for (method, rule), (body, many) in ANSWERS.items():
        path = rule.replace("<quarter>", QUARTER).replace("<year>", str(YEAR))
        before = lines()
        answer = phone.ask(method, path, body)
        assert answer.status_code in (200, 204), (path, answer.get_data(as_text=True))
        assert lines() - before == many, (method, path)
