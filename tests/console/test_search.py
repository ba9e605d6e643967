"""One field that finds whatever has a number or a name, within reach and nothing beyond it."""

import pytest

from server.areas.pinyin import begins
from server.people import volunteer_numbers
from server.people.models import Role
from tests.console.desk import NAME, PHONE, a_resident
from tests.factories import an_activity


@pytest.fixture
def known(runtime, district) -> list[str]:
    """A person and an activity of A1, by every word that names them."""
    person = a_resident(runtime)
    with runtime.db.transaction() as session:
        activity = an_activity(session, runtime.now(), area_code="A1", title="示例图书整理")
        number = volunteer_numbers.of(session, person, runtime.now())
    return [NAME, PHONE, number, f"{activity.number}"]


def test_everything_of_ones_own_area_is_found(clerk, known) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")

    pages = [worker.post("/search", words=words).text for words in known]

    assert all("示***雀" in page for page in pages[:3])
    assert "示例图书整理" in pages[3]
    assert all("没有找到" not in page for page in pages)


def test_nothing_of_another_area_is_found_or_counted(clerk, known) -> None:
    other = clerk(Role.COMMUNITY_WORKER, "B1")

    numbered, *pages = [
        other.post("/search", words=words).text
        for words in (known[3], *known[:3], "示例A1社区", "A1", "示例图书")
    ]

    # the number 1 stands in the name of their own community
    assert all("没有找到" in page for page in pages)
    assert "活动" not in numbered.partition("</form>")[2].partition("<h2>")[2]
    assert all("示***雀" not in page and "图书" not in page for page in pages)


@pytest.mark.both
@pytest.mark.parametrize("words", ["示例A", "slajd", "SLA", "A2"])
def test_areas_are_found_by_a_piece_of_their_name_its_initials_or_code(clerk, words) -> None:
    page = clerk(Role.DISTRICT_OPERATOR, "D").post("/search", words=words).text

    assert "/areas/A" in page
    assert "/areas/B" not in page


@pytest.mark.both
@pytest.mark.parametrize("words", ["", " ", "%", "_", "'; drop", "0" * 80, "９" * 13, "😀"])
def test_odd_words_find_nothing_and_break_nothing(clerk, known, words) -> None:
    page = clerk(Role.DISTRICT_OPERATOR, "D").post("/search", words=words)

    assert page.status_code == 200
    assert "没有找到" in page.text


def test_a_grid_worker_finds_no_people(clerk, known) -> None:
    worker = clerk(Role.GRID_WORKER, "A1")

    assert "没有找到" in worker.post("/search", words=NAME).text


def test_the_number_of_statements_does_not_grow(clerk, known, statements) -> None:
    worker, counts = clerk(Role.DISTRICT_OPERATOR, "D"), []
    for words in ("示例", "slajd", known[3]):
        with statements() as seen:
            worker.post("/search", words=words)
        counts.append(len(seen))

    assert max(counts) <= 15


def test_the_initials_of_every_reading_are_known() -> None:
    assert begins("重庆社区", "cq")
    assert begins("长治路社区", "czl")
    assert not begins("长治路社区", "l")
