"""One's own hours and disputes, said in chat."""

from bot import allowing
from bot.chat import ANY, LEAVE, Chat, Reply
from bot.router import Command, Takes
from bot.telling import PAGE, short
from config.wording import say
from server.people.models import Channel
from server.volunteers.hours import disputes, histories, hours, records
from server.volunteers.hours.histories import Record, Version
from server.volunteers.hours.refusals import WordsNeeded
from server.volunteers.models import RecordState

MOST_VERSIONS = 8


def show(chat: Chat) -> Reply:
    """Tell the total, what still waits and until when, and the last entries by number."""
    totals = records.totals(chat.session, chat.person_id)
    page = histories.mine(chat.session, chat.person_id, PAGE)
    if not page.items:
        return Reply(say("records.none"))
    lines = "\n".join(map(_line, page.items))
    more = say("records.and_older") if page.has_more else ""
    choices = {str(entry.number): ("record", entry.id) for entry in page.items}
    return Reply(
        say(
            "records.mine",
            final=hours.spelled(totals.final),
            pending=hours.spelled(totals.pending),
            lines=lines,
            more=more,
            number=page.items[0].number,
        ),
        choices,
    )


def record(chat: Chat, record_id: int) -> Reply:
    """Tell who said what of one entry, and when."""
    entry = histories.own(chat.session, chat.person_id, record_id)
    versions = histories.versions(chat.session, entry, vault=chat.runtime.vault)
    steps = "\n".join(map(_step, versions[-MOST_VERSIONS:]))
    return Reply(say("records.one", line=_line(entry), steps=steps, number=entry.number))


def dispute(chat: Chat, number: int, words: str) -> Reply:
    """Dispute the entry of this number in the words that follow it; ask for them where none do."""
    record_id = histories.numbered(chat.session, chat.person_id, number)
    if not words.strip():
        return ask_words(chat, record_id)
    return dispute_in_words(chat, record_id, words)


def which(chat: Chat) -> Reply:
    """Ask which of the last entries is meant."""
    page = histories.mine(chat.session, chat.person_id, PAGE)
    if not page.items:
        return Reply(say("records.none"))
    lines = "\n".join(map(_line, page.items))
    choices = {str(entry.number): ("ask_words", entry.id) for entry in page.items}
    return Reply(say("records.dispute_which", lines=lines), choices)


def ask_words(chat: Chat, record_id: int) -> Reply:
    """Ask in which words one's entry is disputed."""
    entry = histories.own(chat.session, chat.person_id, record_id)
    text = say("records.ask_words", title=short(entry.title), day=entry.day, number=entry.number)
    return Reply(text, {ANY: ("dispute_in_words", record_id), LEAVE: ("hours",)})


def dispute_in_words(chat: Chat, record_id: int, words: str) -> Reply:
    """Dispute one's entry in these words."""
    if not words.strip():
        raise WordsNeeded
    raised = disputes.raise_dispute(
        chat.session,
        chat.person_id,
        record_id,
        words,
        chat.now,
        channel=Channel.CHAT,
        vault=chat.runtime.vault,
    )
    entry = histories.own(chat.session, chat.person_id, record_id)
    title = short(entry.title)
    facts = {"title": title, "day": entry.day, "due": raised.due, "number": entry.number}
    return allowing.also(chat, Reply(say("records.disputed", **facts)), "record")


def choose_to_withdraw(chat: Chat) -> Reply:
    """Ask which of one's open disputes is taken back."""
    page = histories.mine(chat.session, chat.person_id, PAGE)
    open_ones = [entry for entry in page.items if entry.disputed]
    if not open_ones:
        return Reply(say("records.no_dispute"))
    lines = "\n".join(map(_line, open_ones))
    choices = {str(entry.number): ("withdraw_dispute", entry.number) for entry in open_ones}
    return Reply(say("records.withdraw_which", lines=lines), choices)


def withdraw(chat: Chat, number: int) -> Reply:
    """Take the dispute of the entry of this number back."""
    record_id = histories.numbered(chat.session, chat.person_id, number)
    disputes.withdraw(chat.session, chat.person_id, record_id, chat.now)
    entry = histories.own(chat.session, chat.person_id, record_id)
    return Reply(say("records.withdrawn", title=short(entry.title), day=entry.day))


def _line(entry: Record) -> str:
    state = say(f"records.state_{entry.state}", due=entry.due)
    if entry.disputed and entry.state is not RecordState.VOID:
        state = say("records.state_disputed")
    return say(
        "records.line",
        number=entry.number,
        title=short(entry.title),
        day=entry.day,
        minutes=entry.minutes,
        state=state,
    )


def _step(version: Version) -> str:
    who = say(f"records.part_{version.part}", who=version.who or "")
    also = say("records.also", who=version.approved_by) if version.approved_by else ""
    return say(
        "records.step",
        at=version.made_at,
        who=who.strip(),
        also=also,
        minutes=version.minutes,
        reason=version.reason,
    )


_TAKE_BACK = ("撤回异议", "撤销异议", "取消异议")

COMMANDS = (
    Command(
        "hours",
        (
            *("时长", "我的时长", "服务时长", "时长记录", "志愿时长", "服务记录", "我的记录"),
            *("查时长", "时长查询", "多少时长", "我有多少时长"),
        ),
        show,
    ),
    Command("record", (), record, Takes.NUMBER),
    Command("which_to_dispute", ("异议", "时长异议", "申诉", "时长不对", "记录不对"), which),
    Command("which_to_withdraw", _TAKE_BACK, choose_to_withdraw),
    Command("withdraw_dispute", _TAKE_BACK, withdraw, Takes.NUMBER),
    Command("dispute", ("异议", "时长异议"), dispute, Takes.NUMBER_AND_TEXT),
    Command("ask_words", (), ask_words, Takes.NUMBER),
    Command("dispute_in_words", (), dispute_in_words, Takes.WORDS),
)
