"""What happens in a quarter of a branch: calls, reports, reviews, and what members say to them."""

from sqlalchemy import select

from server.party.models import PartyFile, PartyReview, ReviewState
from tests.journeys.branch import CALLED, NAMES, Year
from tests.journeys.people import Window

TOLD = ("还在示例物流跑车", "都好，想多学点", "参加了线上学习", "没有")
SHORT = 6
"""So many messages at most are a report whose answers are known from last time."""
FIRST, SECOND = "示例·小吴", "示例·小郑"


def sure(window: Window, words: str, then: str) -> None:
    """Press a button that asks once more."""
    window.page.locator("main summary", has_text=words).first.click()
    window.press(f"确定{words}", then)


def called(year: Year, contact: str, *names: str) -> None:
    """Let a contact be in touch with members, by one line each in chat."""
    for name in names:
        assert "记下了" in year.staff[contact].say(f"联系了 {name} 电话 一切都好")


def visited(year: Year, *names: str) -> None:
    """Let the contact at a phone's browser write down visits."""
    for name in names:
        year.opened(year.second, name)
        year.second.fill(words="见了面，都好")
        year.second.page.get_by_label("怎么联系的").select_option(label="见面走访")
        year.second.press("记下联系", "已记下")


def tries(year: Year, contact: str, name: str) -> None:
    """Let a contact try in vain."""
    assert "没联系上" in year.staff[contact].say(f"联系不上 {name}")


def reports_at_first(year: Year, name: str) -> str:
    """Let a member answer all four questions; return what they are told."""
    assert "（1/4）" in year.says(name, "汇报")
    return year.says(name, *TOLD, "1")


def reports_as_before(year: Year, name: str) -> None:
    """Let a member report in few and short messages, with the answers of last time."""
    said = ["汇报", "1", "1", "1", "1", "1"]
    answers = [year.says(name, words) for words in said]
    assert len(said) <= SHORT
    assert max(map(len, said)) <= len("汇报")
    assert "交好了" in answers[-1]
    assert not any("交好了" in each for each in answers[:-1])


def reports_by_mini_program(year: Year, name: str) -> None:
    """Let a member keep a draft in the mini-program, and hand it in."""
    phone, path = year.phones[name], "/api/v1/party/report"
    shown = phone.call("GET", path)["body"]
    assert (shown["state"], shown["said"]["work"]) == ("open", TOLD[0])
    draft = {"quarter": shown["quarter"], "thought": "想报名学电工"}
    assert phone.call("PUT", path, draft)["body"]["is_draft"]
    said = shown["said"] | {"thought": "想报名学电工"}
    sent = phone.call("POST", f"{path}/submit", {"quarter": shown["quarter"]} | said)
    assert sent["body"]["state"] == "submitted"


def told_at_the_console(year: Year, window: Window, name: str) -> None:
    """Put down at the console what a member tells on the phone."""
    year.opened(window, name, "/report")
    window.fill(work=TOLD[0], thought=TOLD[1], life=TOLD[2], needs=TOLD[3])
    window.press("记下汇报", "已记下汇报")


def told_to(year: Year, contact: str, name: str, *, known: bool = True) -> None:
    """Let a contact put down in chat what a member tells on the phone."""
    phone = year.staff[contact]
    assert "（1/4）" in phone.say(f"代汇报 {name}")
    for words in ["1"] * len(TOLD) if known else TOLD:
        phone.say(words)
    assert "汇报记下了" in phone.say("1")


def accepted(year: Year, quarter: str, name: str, version: int = 1) -> None:
    """Let the secretary accept a report as it was read."""
    year.opened(year.secretary, name, f"/report?quarter={quarter}")
    year.secretary.press(f"收下第{version}版", "已收下")


def decided_by_hand(year: Year, quarter: str, name: str, grade: str, reason: str) -> None:
    """Let the secretary decide otherwise than proposed, and say why."""
    year.opened(year.secretary, name, f"/review?quarter={quarter}")
    year.secretary.page.get_by_label(grade, exact=True).check()
    year.secretary.fill(reason=reason)
    year.secretary.press("定下来", "已定，还没有给本人看")


def proposals_accepted(year: Year, quarter: str, by_system: int, shown: int) -> None:
    """Let the secretary accept all proposals at once, and show what was decided."""
    desk = year.secretary
    desk.open(f"/party/reviews?quarter={quarter}")
    desk.press("按系统建议定下勾选的人", f"按系统建议定了{by_system}人")
    desk.press(f"把定了的给本人看（{shown}人）", f"已给{shown}人看")


def has_nothing_against_it(year: Year, *names: str) -> None:
    """Let members read their review and agree."""
    for name in names:
        assert "2. 我有话说" in year.says(name, "考评")
        assert "谢谢" in year.says(name, "1")


def objects(year: Year, name: str, words: str) -> None:
    """Let a member object."""
    assert "答复以前不会定" in year.says(name, "考评", "2", words)


def nods_on_the_phone(year: Year, quarter: str, name: str) -> None:
    """Let the secretary read a review out, and put down what the member says."""
    year.opened(year.secretary, name, f"/review?quarter={quarter}")
    year.secretary.page.get_by_label("没意见", exact=True).check()
    year.secretary.press("记下本人的话", "已记下")


def replied(year: Year, quarter: str, name: str, words: str, grade: str = "") -> None:
    """Let the secretary reply to an objection, with another grade or the same."""
    year.opened(year.secretary, name, f"/review?quarter={quarter}")
    year.secretary.fill(words=words)
    if grade:
        year.secretary.page.get_by_label("等次").select_option(label=grade)
    year.secretary.press("答复本人", "已答复本人")


def stand(year: Year, quarter: str) -> dict[str, ReviewState]:
    """Return how the reviews of a quarter stand, by member."""
    numbers = {year.file(name): name for name in NAMES}
    with year.runtime.db.reading() as session:
        rows = session.execute(
            select(PartyReview.file_id, PartyReview.state)
            .join(PartyFile)
            .where(PartyReview.quarter == quarter)
        )
        return {numbers[file_id]: state for file_id, state in rows}


def ends_after_the_reply(
    year: Year, quarter: str, name: str, day: tuple[int, int], words: str, grade: str = ""
) -> None:
    """Let an objection outlive the days that silence takes, and end once it was replied to.

    `day` is the month and day of the reply; the next day all are final.
    """
    year.at(*day)
    others = {state for each, state in stand(year, quarter).items() if each != name}
    assert (stand(year, quarter)[name], others) == (ReviewState.OBJECTED, {ReviewState.FINAL})
    replied(year, quarter, name, words, grade)
    assert words in year.says(name, "考评")
    year.at(day[0], day[1] + 1)
    assert set(stand(year, quarter).values()) == {ReviewState.FINAL}


def told_by_contacts(year: Year, second: str = SECOND, first: str = FIRST) -> None:
    """Let both who have no WeChat be asked on the phone by their contacts."""
    for contact, name in zip((second, first), CALLED, strict=True):
        told_to(year, contact, name)
