"""What is looked at when a branch's year is over: packs, who has looked, and what stands where."""

import io
import re
from collections import Counter
from zipfile import ZipFile

from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from server.audit import trail
from server.db import Base
from server.party.access import DESK
from server.party.models import FileRead, Look, PartyReview
from tests.journeys.branch import BY_CHAT, CALLED, NAMES, YEAR, Year
from tests.journeys.letters import NEED, OUTCOME, SAID
from tests.journeys.quarters import FIRST, SECOND, TOLD

JIA, YI = BY_CHAT[:2]
IN_CHAT = {(FIRST, CALLED[1]): 3, (SECOND, CALLED[0]): 3, (SECOND, CALLED[1]): 1}
"""How many reports of whom a contact has put down in chat."""
CANARIES = ("示例·流动", "示例物流", "示例新村", *TOLD[:3], SAID, NEED, OUTCOME, "住院")
"""Names, places and words that stand sealed, and nowhere else at all."""


def the_host_reads_what_it_may(year: Year) -> None:
    """The branch where two of them live sees these two, and no other."""
    host = year.windows["示例·小何"]
    host.open("/party")
    shown = host.page.locator("#members tbody th").all_inner_texts()
    assert shown == [JIA, YI]
    year.opened(host, JIA, f"/letters/{YEAR}")
    host.sees(SAID)
    hidden = f"{host.url}/console/party/files/{year.file(BY_CHAT[2])}"
    assert host.page.request.get(hidden).status == 404


def the_packs_are_taken(year: Year) -> None:
    """A pack of each quarter is downloaded as a workbook and a paper, and the year adds up."""
    told = []
    for number in range(1, 5):
        workbook, paper = pack(year, f"{YEAR}Q{number}")
        told.append([int(COUNT[what].findall(workbook)[0]) for what in COUNT])
        assert told[-1] == [int(COUNT[what].findall(paper)[0]) for what in COUNT]
    assert told == [[12, 12], [12, 12], [12, 12], [11, 11]]
    with year.runtime.db.reading() as session:
        reviews = session.scalar(select(func.count()).select_from(PartyReview))
    assert sum(done for _due, done in told) == reviews


COUNT = {
    "due": re.compile(r"应交汇报(\d+)份"),
    "reviews": re.compile(r"季度考评做了(\d+)份"),
}


def pack(year: Year, quarter: str) -> tuple[str, str]:
    """Return what stands in both files of a quarter's pack."""
    desk = year.secretary
    desk.open(f"/party/figures?quarter={quarter}")
    with desk.page.expect_download() as taken:
        desk.follow("下载季度资料")
    parcel = ZipFile(taken.value.path())
    names = sorted(parcel.namelist(), reverse=True)
    assert [name.rpartition(".")[2] for name in names] == ["xlsx", "pdf"]
    workbook, paper = (io.BytesIO(parcel.read(name)) for name in names)
    rows = CalamineWorkbook.from_filelike(workbook).get_sheet_by_index(0).to_python()
    printed = "".join(page.extract_text() for page in PdfReader(paper).pages)
    return repr(rows), "".join(printed.split())


def every_look_is_in_the_log(year: Year) -> None:
    """Each page that showed a member is one line, as is each report that was taken in chat."""
    names = {person: name for name, person in year.persons.items()}
    seen = year.looks.seen + Counter(
        {(who, year.file(name), Look.REPORT): times for (who, name), times in IN_CHAT.items()}
    )
    with year.runtime.db.reading() as session:
        lines = select(FileRead.reader_id, FileRead.file_id, FileRead.part)
        rows = session.execute(lines.where(FileRead.why == DESK))
        noted = Counter((names[reader], file_id, part) for reader, file_id, part in rows)
        assert trail.verify(session).flaw is None
    assert (noted - seen, seen - noted) == (Counter(), Counter())
    assert {file_id for _who, file_id, _part in seen} == {year.file(name) for name in NAMES}
    assert "示例·小何" not in year.says(BY_CHAT[2], "谁看过我的档案")
    assert "示例·小何" in year.says(JIA, "谁看过我的档案")


def nothing_stands_elsewhere(year: Year) -> None:
    """Neither a name nor a word of anybody is in clear, in whatever table."""
    with year.runtime.db.reading() as session:
        stored = {
            table.name: "\n".join(repr(row) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
    found = [(name, word) for name, rows in stored.items() for word in CANARIES if word in rows]
    assert found == []
    assert SAID in year.says(JIA, "反馈"), "control: it can still be read"
