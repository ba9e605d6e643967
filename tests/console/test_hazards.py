"""随手拍 at the console: looked at, handed on, put right; photos judged; nobody told from whom."""

import io

import pytest

from server.audit.models import AuditEntry
from server.people import profile
from server.people.models import Channel, Role
from server.photos import files, noting, pictures
from server.photos.models import Photo, PhotoState, Purpose
from server.riders.hazards import appeals, reporting
from server.riders.hazards.models import Hazard, HazardState
from server.riders.hazards.reporting import Told
from tests.console.reach import assert_out_of_reach
from tests.factories import a_person
from tests.server.photos.drawing import PDF, image_of, jpeg

NAME, NUMBER = "示例·报信人", "13812340000"
PLACE = "示例A1社区北门"


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def reporter(runtime, district) -> int:
    """Somebody of A1 whose name and number are known."""
    with runtime.db.transaction() as session:
        person = a_person(session, runtime.now())
        profile.rename(session, person, NAME, vault=runtime.vault)
        profile.set_phone(session, person, NUMBER, vault=runtime.vault)
    return person


@pytest.fixture
def report(runtime, reporter):
    """Report a hazard at A1, perhaps with photos that have come, and return its number."""

    def of(words="井盖没了", *photos: bytes, place=PLACE) -> int:
        now, vault = runtime.now(), runtime.vault
        laid = [
            files.lay(runtime.settings.photos_dir, pictures.look(each), vault=vault)
            for each in photos
        ]
        with runtime.db.transaction() as session:
            ids = [
                noting.keep(
                    session, one, one.name, by=reporter, purpose=Purpose.HAZARD, now=now, ask=False
                )
                for one in laid
            ]
            told = Told(words, place, photos=tuple(ids))
            channel = Channel.MINIPROGRAM
            hazard = reporting.report(session, reporter, told, now, channel=channel, vault=vault)
            return hazard.id

    return of


@pytest.fixture
def anna(clerk):
    """A worker of A1, who looks at reports."""
    return clerk(Role.COMMUNITY_WORKER, "A1")


@pytest.fixture
def gustav(clerk):
    """A grid worker of A1, who puts right what A1 was handed."""
    return clerk(Role.GRID_WORKER, "A1")


def state(runtime, number: int) -> HazardState:
    with runtime.db.reading() as session:
        return session.get_one(Hazard, number).state


def photos(runtime) -> list[Photo]:
    with runtime.db.reading() as session:
        return list(session.query(Photo).order_by(Photo.id))


def test_a_report_goes_from_the_queue_to_done(anna, gustav, report, runtime) -> None:
    number = report()
    assert "井盖没了" in text(anna.get("/hazards"))
    assert f"{number}号" in text(anna.get("/"))

    anna.post(f"/hazards/{number}/triage", area="A1")
    anna.post(f"/hazards/{number}/assign", unit="A1", remark="请今天去看")
    assert PLACE in text(gustav.get("/fixing"))
    assert "井盖没了" in text(gustav.get(f"/fixing/{number}"))
    gustav.post(f"/fixing/{number}/begin")
    gustav.post(f"/fixing/{number}/progress", progress="已围挡")
    gustav.post(f"/fixing/{number}/extend", reason="等井盖到货")
    answer = gustav.post(f"/fixing/{number}/fix", closing_note="井盖已换好")

    assert answer.status_code == 303
    assert state(runtime, number) is HazardState.FIXED
    shown = text(anna.get(f"/hazards/{number}"))
    for words in ("井盖已换好", "已围挡", "等井盖到货", "请今天去看"):
        assert words in shown


def test_nobody_is_told_from_whom_it_is(anna, gustav, report, runtime) -> None:
    number = report(f"井盖没了，打我电话{NUMBER}", jpeg())
    anna.post(f"/hazards/{number}/triage", area="A1")
    anna.post(f"/hazards/{number}/assign", unit="A1")

    seen = [text(anna.get(path)) for path in ("/hazards", f"/hazards/{number}")]
    told = [text(gustav.get(path)) for path in ("/fixing", f"/fixing/{number}")]

    assert not [page for page in seen + told if NAME in page]
    assert not [page for page in told if NUMBER in page]
    assert gustav.get(f"/hazards/{number}").status_code == 403
    assert gustav.post(f"/hazards/{number}/reporter", look="想看").status_code == 403


def test_who_it_was_is_seen_with_a_reason_that_is_kept(anna, report, runtime) -> None:
    number = report()

    assert anna.post(f"/hazards/{number}/reporter", look=" ").status_code == 400
    shown = text(anna.post(f"/hazards/{number}/reporter", look="地点不清，要打电话问"))

    assert NAME in shown
    with runtime.db.reading() as session:
        entries = session.query(AuditEntry).filter_by(action="hazard.reporter_seen").all()
    assert [entry.reason for entry in entries] == ["地点不清，要打电话问"]


def test_a_photo_is_judged_before_the_unit_sees_it(anna, gustav, report, runtime) -> None:
    number = report("井盖没了", jpeg(), jpeg(colour="blue"))
    anna.post(f"/hazards/{number}/triage", area="A1")
    anna.post(f"/hazards/{number}/assign", unit="A1")
    kept, refused = (photo.id for photo in photos(runtime))
    path = f"/photos/{kept}/full"
    before = gustav.get(f"/fixing/{number}{path}")

    judged = anna.get(f"/hazards/{number}{path}")
    anna.post(f"/hazards/{number}/photos/{kept}", answer="allow")
    assert anna.post(f"/hazards/{number}/photos/{refused}", photo_reason="").status_code == 400
    anna.post(f"/hazards/{number}/photos/{refused}", photo_reason="拍到了旁人的脸")

    assert before.status_code == 404
    assert image_of(judged.data).format == "JPEG"
    after = gustav.get(f"/fixing/{number}{path}")
    assert (after.status_code, after.mimetype) == (200, "image/jpeg")
    assert [photo.state for photo in photos(runtime)] == [PhotoState.KEPT, PhotoState.REFUSED]
    assert anna.get(f"/hazards/{number}/photos/{refused}/full").status_code == 404
    assert f"/fixing/{number}/photos/{kept}/thumb" in text(gustav.get("/fixing"))
    assert f"/hazards/{number}/photos/{kept}/thumb" in text(anna.get("/hazards"))


def test_a_photo_is_nothing_but_a_picture_to_the_browser(anna, report, runtime) -> None:
    number = report("井盖没了", jpeg())
    [photo] = photos(runtime)

    for size in ("full", "thumb"):
        headers = anna.get(f"/hazards/{number}/photos/{photo.id}/{size}").headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert anna.get(f"/hazards/{number}/photos/{photo.id}/huge").status_code == 404


def test_photos_are_those_of_the_report_alone(anna, clerk, report, runtime) -> None:
    first, second = report("井盖没了", jpeg()), report("路灯坏了", jpeg(colour="blue"))
    bert = clerk(Role.COMMUNITY_WORKER, "B1")
    one, _other = (photo.id for photo in photos(runtime))

    assert anna.get(f"/hazards/{second}/photos/{one}/full").status_code == 404
    assert anna.post(f"/hazards/{second}/photos/{one}", answer="allow").status_code == 404
    for path in (f"/hazards/{first}", f"/hazards/{first}/photos/{one}/full"):
        assert_out_of_reach(bert, "GET", path)
    for path in ("photos/" + str(one), "triage", "reject", "route-out", "assign"):
        assert_out_of_reach(bert, "POST", f"/hazards/{first}/{path}", answer="allow", reason="x")
    assert_out_of_reach(bert, "GET", f"/fixing/{first}")


def test_what_was_put_right_may_be_shown(anna, gustav, report, runtime) -> None:
    number = report()
    anna.post(f"/hazards/{number}/triage", area="A1")
    anna.post(f"/hazards/{number}/assign", unit="A1")
    path = f"/fixing/{number}/fix"

    wrong = gustav.post(path, closing_note="好了", after=(io.BytesIO(PDF), "after.jpg"))
    assert (wrong.status_code, state(runtime, number)) == (400, HazardState.ASSIGNED)
    assert "PDF" in text(wrong)
    done = gustav.post(path, closing_note="好了", after=(io.BytesIO(jpeg()), "after.jpg"))

    assert done.status_code == 303
    [photo] = photos(runtime)
    assert (photo.state, photo.purpose) == (PhotoState.KEPT, Purpose.FIX)
    assert gustav.get(f"/fixing/{number}/photos/{photo.id}/full").status_code in (200, 404)
    assert anna.get(f"/hazards/{number}/photos/{photo.id}/full").status_code == 200


def test_it_is_rejected_with_a_reason_and_another_decides_the_appeal(
    anna, clerk, report, reporter, runtime
) -> None:
    number = report()
    assert anna.post(f"/hazards/{number}/reject", why="slight", reason=" ").status_code == 400
    anna.post(f"/hazards/{number}/reject", why="slight", reason="已经过去了")
    assert state(runtime, number) is HazardState.REJECTED
    with runtime.db.transaction() as session:
        appeal(session, reporter, number, runtime)

    own = anna.post(f"/hazards/{number}/appeal", answer="upheld", answer_reason="看过了")
    other = clerk(Role.COMMUNITY_WORKER, "A1")
    shown = text(other.get("/hazards?state=appealed"))
    other.post(f"/hazards/{number}/appeal", answer="granted", answer_reason="再去看")

    assert own.status_code == 403
    assert "有申诉" in shown
    assert state(runtime, number) is HazardState.RECEIVED


def appeal(session, reporter, number, runtime) -> None:
    from_chat = {"channel": Channel.CHAT, "vault": runtime.vault}
    appeals.appeal(session, reporter, number, "没有过去", runtime.now(), **from_chat)


def test_routing_out_says_what_goes_and_forgets_it(anna, report, runtime) -> None:
    number = report("某某贪污", jpeg())
    asked = text(anna.get(f"/hazards/{number}"))

    anna.post(f"/hazards/{number}/route-out", direction="accusation")

    assert "不能恢复" in asked
    shown = text(anna.get("/hazards?state=routed_out"))
    assert "某某贪污" not in shown
    assert {photo.state for photo in photos(runtime)} == {PhotoState.PURGED}
    assert state(runtime, number) is HazardState.ROUTED_OUT


def test_the_same_is_merged_and_a_question_is_asked(anna, report, runtime, clock) -> None:
    first, second = report(), report("井盖又没了", place=f"{PLACE}旁")
    anna.post(f"/hazards/{first}/triage", area="A1", kind="manhole")
    anna.post(f"/hazards/{second}/ask", question="在路的哪一边？")
    assert "在路的哪一边？" in text(anna.get(f"/hazards/{second}"))

    anna.post(f"/hazards/{second}/merge", first=str(first))

    assert state(runtime, second) is HazardState.MERGED
    assert f"{first}号" in text(anna.get(f"/hazards/{second}"))


def test_staff_write_down_what_is_told_by_telephone(anna, reporter, runtime) -> None:
    told = {"words": "路灯不亮", "spot": PLACE, "channel": "phone"}
    bare = anna.post("/hazards", **told)
    named = anna.post("/hazards", **told | {"person": str(reporter)})
    empty = anna.post("/hazards", **told | {"words": "", "spot": ""})

    assert (bare.status_code, named.status_code, empty.status_code) == (303, 303, 409)
    assert "路灯不亮" in text(anna.get("/hazards"))


def test_what_the_reporter_says_by_telephone_counts_as_in_chat(
    anna, gustav, report, runtime
) -> None:
    number = report()
    anna.post(f"/hazards/{number}/ask", question="在路的哪一边？")
    anna.post(f"/hazards/{number}/told", wish="add", told="在路北边")
    assert "在路北边" in text(anna.get(f"/hazards/{number}"))
    early = anna.post(f"/hazards/{number}/told", wish="reopen", told="没有好")
    anna.post(f"/hazards/{number}/triage", area="A1")
    anna.post(f"/hazards/{number}/assign", unit="A1")
    gustav.post(f"/fixing/{number}/fix", closing_note="好了")

    anna.post(f"/hazards/{number}/told", wish="rate", stars="2", told="又松了")
    anna.post(f"/hazards/{number}/told", wish="reopen", told="又松了")

    assert early.status_code == 409
    assert state(runtime, number) is HazardState.TRIAGED
    assert NAME not in text(anna.get(f"/hazards/{number}"))


def test_a_list_costs_the_same_however_long(anna, gustav, report, runtime, statements) -> None:
    def lay(number: int) -> None:
        anna.post(f"/hazards/{number}/triage", area="A1")
        anna.post(f"/hazards/{number}/assign", unit="A1")

    lay(report("一", jpeg(), place=f"{PLACE}一"))
    with statements() as few:
        anna.get("/hazards")
        gustav.get("/fixing")
    for nth in range(4):
        lay(report(f"二{nth}", place=f"{PLACE}{nth}"))

    with statements() as many:
        anna.get("/hazards")
        gustav.get("/fixing")

    assert len(many) == len(few)
