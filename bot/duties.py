"""What staff and leaders of teams do on the road; to anybody else these words mean nothing."""

from collections.abc import Callable
from functools import wraps

from bot import help
from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.router import Answer, Command, Takes
from bot.telling import PAGE
from config.wording import say
from server.people.models import Channel
from server.staff import queue
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import Need
from server.volunteers.needs import answers, desk, needs, steps, views
from server.volunteers.needs import queue as need_queue
from server.volunteers.teams import views as team_views


def for_staff(answer: Callable[..., Reply]) -> Answer:
    """Let whoever holds a post be answered; others are told that the words were not understood."""

    @wraps(answer)
    def ask(chat: Chat, *holes: object) -> Reply:
        reach = reaches.of(chat.session, chat.person_id, chat.now)
        return answer(chat, reach, *holes) if reach.grants else help.lost(chat)

    return ask


def for_leaders(answer: Callable[..., Reply]) -> Answer:
    """Let whoever leads a team be answered; others are told that the words were not understood."""

    @wraps(answer)
    def ask(chat: Chat, *holes: object) -> Reply:
        leads = team_views.leads_any(chat.session, chat.person_id)
        return answer(chat, *holes) if leads else help.lost(chat)

    return ask


def waiting(chat: Chat) -> Reply:
    """List what waits for one's posts, what is due soonest first; else for one's teams."""
    reach = reaches.of(chat.session, chat.person_id, chat.now)
    if not reach.may(Right.SEE_QUEUE):
        return for_leaders(sent)(chat)
    tasks = queue.tasks(chat.session, reach, chat.now, PAGE)
    if not tasks:
        return Reply(say("needs.no_duties"))
    lines = [
        say("needs.duty", title=task.title, why=task.why, whose=task.whose, area=task.area)
        for task in tasks
    ]
    of_needs = [task.subject_id for task in tasks if task.kind == need_queue.KIND]
    numbers = views.numbers(chat.session, of_needs).values()
    choices: dict[str, Choice] = {str(number): ("duty", number) for number in numbers}
    ways = [say("needs.duties_here")] if choices else []
    ways += [say("needs.duties_console")] if len(of_needs) < len(tasks) else []
    return Reply(say("needs.duties", lines="\n".join(lines), ways="\n".join(ways)), choices)


def list_duties(chat: Chat, _reach: Reach) -> Reply:
    """List what waits for whoever says what they do and not with what."""
    return waiting(chat)


def sent(chat: Chat) -> Reply:
    """List what was sent to the teams one leads, and what they have taken on."""
    vault = chat.runtime.vault
    found = views.sent_to(chat.session, chat.person_id, chat.now, vault=vault)[:PAGE]
    if not found:
        return Reply(say("needs.nothing_sent"))
    lines = [
        say(f"needs.sent_{need.state}", number=need.number, title=need.title, area=need.area)
        for need in found
    ]
    return Reply(say("needs.sent", lines="\n".join(lines), number=found[0].number))


def show(chat: Chat, reach: Reach, number: int) -> Reply:
    """Tell what a need is about, and what may be replied."""
    need_id = views.id_of(chat.session, number)
    view, contact = desk.show(chat.session, reach, need_id, chat.now, vault=chat.runtime.vault)
    words = say(
        "needs.duty_one",
        number=view.number,
        title=view.title,
        state=say(f"needs.state_{view.state}"),
        area=view.area,
        phone=contact.phone or say("needs.no_phone"),
        words=view.words,
    )
    return Reply(words, private=True)


def verify(chat: Chat, reach: Reach, number: int) -> Reply:
    """Find a need true and fit for volunteers."""
    need_id = views.id_of(chat.session, number)
    need = needs.verify(chat.session, reach, need_id, chat.now, channel=Channel.CHAT)
    teams = desk.teams_for(chat.session, reach, need_id, PAGE)
    lines = "\n".join(say("teams.choice", number=each.number, name=each.name) for each in teams)
    return Reply(say("needs.now_send", number=need.number, lines=lines or say("teams.none_near")))


def reject(chat: Chat, reach: Reach, number: int, reason: str) -> Reply:
    """Turn a need down with a reason."""
    need_id = views.id_of(chat.session, number)
    if not reason:
        steps.reached(chat.session, reach, Right.MANAGE_NEEDS, need_id)
        return _why(number, "reject_need", ("duty", number))
    need = needs.reject(chat.session, reach, need_id, reason, chat.now, channel=Channel.CHAT)
    return _now(need)


def finish(chat: Chat, reach: Reach, number: int, note: str) -> Reply:
    """Say that a need was served, and how."""
    need_id = views.id_of(chat.session, number)
    if not note:
        steps.reached(chat.session, reach, Right.MANAGE_NEEDS, need_id)
        return _why(number, "finish_need", ("duty", number))
    need = needs.finish(chat.session, reach, need_id, note, chat.now, channel=Channel.CHAT)
    return _now(need)


def dispatch(chat: Chat, reach: Reach, number: int, team_number: str) -> Reply:
    """Send a need to the team of this number."""
    digits = team_number.strip(" 号队伍第")
    if not (digits.isdecimal() and len(digits) <= 9):
        return Reply(say("needs.send_how", number=number))
    team = team_views.by_number(chat.session, chat.person_id, int(digits))
    need_id = views.id_of(chat.session, number)
    need = needs.dispatch(chat.session, reach, need_id, team.id, chat.now, channel=Channel.CHAT)
    return Reply(say("needs.sent_to", number=need.number, team=team.name))


def accept(chat: Chat, number: int) -> Reply:
    """Take a need on for the team one leads."""
    need_id = views.id_of(chat.session, number)
    need = answers.accept(chat.session, chat.person_id, need_id, chat.now, channel=Channel.CHAT)
    return Reply(say("needs.taken_on", number=need.number, title=need.title))


def turn_back(chat: Chat, number: int, reason: str) -> Reply:
    """Say that one's team cannot do it."""
    need_id = views.id_of(chat.session, number)
    if not reason:
        answers.sent(chat.session, chat.person_id, need_id)
        return _why(number, "turn_back_need", ("needs_sent",))
    need = answers.turn_back(
        chat.session, chat.person_id, need_id, reason, chat.now, channel=Channel.CHAT
    )
    return Reply(say("needs.turned_back", number=need.number))


def _why(number: int, command: str, left: Choice) -> Reply:
    """Ask for the words that are lacking; what is written next is taken for them."""
    words = say(f"needs.ask_{command}", number=number)
    return Reply(words, {ANY: (command, number), LEAVE: left})


def _now(need: Need) -> Reply:
    state = say(f"needs.state_{need.state}")
    return Reply(say("needs.now", number=need.number, state=state))


COMMANDS = (
    Command("duties", ("待办", "我的待办", "待办事项"), waiting),
    Command("which_duty", ("受理", "驳回", "不受理", "办结", "派", "派单"), for_staff(list_duties)),
    Command("duty", ("待办",), for_staff(show), Takes.NUMBER),
    Command("verify_need", ("受理",), for_staff(verify), Takes.NUMBER),
    Command("reject_need", ("驳回", "不受理"), for_staff(reject), Takes.NUMBER_AND_TEXT),
    Command("finish_need", ("办结",), for_staff(finish), Takes.NUMBER_AND_TEXT),
    Command("dispatch_need", ("派", "派单"), for_staff(dispatch), Takes.NUMBER_AND_TEXT),
    Command("needs_sent", ("接单", "退单"), for_leaders(sent)),
    Command("accept_need", ("接单",), for_leaders(accept), Takes.NUMBER),
    Command("turn_back_need", ("退单",), for_leaders(turn_back), Takes.NUMBER_AND_TEXT),
)
