"""What is looked at when a branch's year is over: the packs, who has looked, and what stands where."""

import io
from collections import Counter
from zipfile import ZipFile

from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from server.audit import trail
from server.db import Base
from server.party.access import DESK
from server.party.models import FileRead, Look
from tests.journeys.branch import BY_CHAT, NAMES, YEAR, Year
from tests.journeys.letters import NEED, OUTCOME, SAID
from tests.journeys.quarters import TOLD

JIA, YI = BY_CHAT[:2]
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
    hidden = host.page.goto(f"{host.url}/console/party/files/{year.file(BY_CHAT[2])}")
    assert hidden is not None
    assert hidden.status == 404


def the_packs_are_taken(year: Year) -> None:
    """A pack of each quarter is downloaded as a workbook and a paper, and the year adds up."""
    for number, (due, members) in enumerate(zip(DUE, MEMBERS, strict=True), 1):
        words, paper = pack(year, f"{YEAR}Q{number}")
        for expected in (due, members):
            assert expected in words, words
            assert expected in paper, paper


DUE = ("应交汇报12份", "应交汇报12份", "应交汇报12份", "应交汇报11份")
MEMBERS = ("季度考评做了12份", "季度考评做了12份", "季度考评做了12份", "季度考评做了11份")


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
    """Each page that showed a member is one line of the log; and members read who has looked."""
    files = {year.file(name) for name in NAMES}
    names = {person: name for name, person in year.persons.items()}
    with year.runtime.db.reading() as session:
        rows = session.execute(
            select(FileRead.reader_id, FileRead.file_id, FileRead.part).where(FileRead.why == DESK)
        )
        noted = Counter((names[reader], file_id, part) for reader, file_id, part in rows)
        proof = trail.verify(session)
    assert proof.flaw is None
    at_windows = Counter({look: count for look, count in noted.items() if look[0] in year.windows})
    by_chat = at_windows - year.looks.seen
    assert year.looks.seen - at_windows == Counter()
    assert {look[0] for look in by_chat} <= {"示例·小郑"}
    assert {look[2] for look in by_chat} <= {Look.REPORT, Look.LIST}
    assert {look[1] for look in noted} == files
    assert "示例·老周" in year.says(JIA, "谁看过我的档案")


def nothing_stands_elsewhere(year: Year) -> None:
    """Neither a name nor a word of anybody is in clear, in whatever table."""
    with year.runtime.db.reading() as session:
        stored = {
            table.name: "\n".join(repr(row) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
    found = [
        (name, word) for name, rows in stored.items() for word in CANARIES if word in rows
    ]
    assert found == []
    assert NAMES[0][:3] in repr(year.phones), "control: it stands where it was said"
