"""What happens at the end of a branch's year: letters, what members answer, and a need solved."""

import io
import re

from pypdf import PdfReader

from tests.journeys.branch import BY_CHAT, CALLED, NAMES, YEAR, Year
from tests.journeys.quarters import sure

GONE = BY_CHAT[6]
"""Who came home before the end of the year."""
SAID = "这一年您在外辛苦了，支部一直记着您。"
NEED = "孩子明年上小学，想问问学位"
OUTCOME = "学校已留位，九月报到"
CALLER, NEEDY, WORDY = CALLED[0], BY_CHAT[3], BY_CHAT[4]


def are_written_and_sent(year: Year) -> None:
    """Each is written and looked at; one click sends them all, and nobody hears of it at night."""
    desk = year.secretary
    year.at(12, 20, 21)
    for name in NAMES:
        if name != GONE:
            year.opened(desk, name, f"/letters/{YEAR}")
            desk.fill(said=f"{SAID}\n祝{name}新年好！")
            desk.press("保存并预览", "第1季度")
            desk.sees(f"祝{name}新年好！")
    year.before_work(12, 20, 22)
    desk.open(f"/party/letters?year={YEAR}")
    sure(desk, "发出全部写好的", "已发出11封")
    year.works()


def are_answered(year: Year) -> None:
    """Most say thanks, one says more, one tells a need, one is asked on the phone."""
    year.at(12, 22)
    for name in (each for each in BY_CHAT if each not in (GONE, NEEDY, WORDY)):
        assert SAID in year.says(name, "反馈")
        assert "谢谢" in year.says(name, "1")
    assert "支部会看到" in year.says(WORDY, "反馈", "2", "明年想学叉车")
    assert "跟到办好" in year.says(NEEDY, "反馈", "3", NEED)
    year.opened(year.second, CALLER, f"/letters/{YEAR}")
    year.second.fill(answer="收到了，谢谢支部")
    year.second.press("记下回复", "已记下本人的回复")
    paper = year.second.page.request.get(f"{year.second.url}{_paper(year)}")
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.body())).pages)
    assert SAID in re.sub(r"\s", "", words)


def a_need_is_solved(year: Year) -> None:
    """It stands on the list until it is solved, and its member reads what became of it."""
    assert "还在办" in year.says(NEEDY, "我的困难")
    year.at(12, 28)
    year.secretary.open("/party/needs")
    year.secretary.sees(NEED)
    year.opened(year.second, NEEDY, "/needs")
    year.second.page.get_by_label("怎么办好的").fill(OUTCOME)
    year.second.press("办好了", "已办好")
    year.works()
    assert OUTCOME in year.says(NEEDY, "我的困难")
    year.secretary.open("/party/needs")
    year.secretary.sees("没有在办的困难和请求")


def _paper(year: Year) -> str:
    return f"/console/party/files/{year.file(CALLER)}/letters/{YEAR}/paper"
