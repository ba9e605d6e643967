"""Volunteer teams, said in chat. A team's number is the same in every list, for ever."""

from bot import activities, allowing, offers, wishes
from bot.activities import MORE
from bot.chat import Chat, Choice, Reply
from bot.duties import for_leaders
from bot.router import Command, Takes
from bot.signups import choose_to_cancel
from bot.telling import PAGE
from config.wording import say
from server.people.models import Channel
from server.volunteers.signups import signups
from server.volunteers.teams import membership, requests
from server.volunteers.teams import views as team_views
from server.volunteers.teams.views import TeamView


def browse(chat: Chat, wish: str = "", after: int = 0) -> Reply:
    """List teams by their number; the wish is a kind, a place or a name."""
    wanted = wishes.team(chat, wish)
    page = team_views.browse(chat.session, chat.person_id, wanted, after=after, limit=PAGE)
    if not page.items:
        return Reply(say("teams.none_such") if wish or after else say("teams.none"))
    choices: dict[str, Choice] = {
        str(team.number): ("show_team", team.number) for team in page.items
    }
    key = "teams.list"
    if page.next_cursor is not None:
        choices[MORE] = ("browse_teams", wish, int(page.next_cursor))
        key = "teams.list_more"
    lines = "\n".join(map(_line, page.items))
    return Reply(say(key, lines=lines, number=page.items[0].number), choices)


def show(chat: Chat, number: int) -> Reply:
    """Tell about one team."""
    team = team_views.by_number(chat.session, chat.person_id, number)
    about = team.about or say("teams.no_about")
    facts = {"name": team.name, "kind": say(f"teams.kind_{team.kind}"), "area": team.area}
    if team.my_state:
        mark = say(f"teams.mark_{team.my_state}")
        return Reply(say("teams.one_mine", about=about, number=number, mark=mark, **facts))
    words = say("teams.one", about=about, number=number, **facts)
    return Reply(words, {"1": ("join_team", number)})


def join(chat: Chat, number: int) -> Reply:
    """Ask to belong to a team."""
    team = team_views.by_number(chat.session, chat.person_id, number)
    standing = membership.join(
        chat.session, chat.person_id, team.id, chat.now, channel=Channel.CHAT
    )
    reply = Reply(say(f"teams.now_{standing.state}", name=team.name, number=team.number))
    return allowing.also(chat, reply, "team")


def leave(chat: Chat, number: int) -> Reply:
    """Leave a team, or take the request back."""
    team = team_views.by_number(chat.session, chat.person_id, number)
    standing = membership.leave(chat.session, chat.person_id, team.id, chat.now)
    return Reply(say("teams.now_left", name=standing.name))


def mine(chat: Chat) -> Reply:
    """List the teams one belongs to, asks for or leads."""
    found = team_views.mine(chat.session, chat.person_id)
    if not found:
        return Reply(say("teams.none_mine"))
    lines = "\n".join(map(_line, found[:PAGE]))
    choices = {str(team.number): ("show_team", team.number) for team in found[:PAGE]}
    return Reply(say("teams.mine", lines=lines, number=found[0].number), choices)


def allow(chat: Chat, member_id: int) -> Reply:
    """Let somebody into the team one leads."""
    standing = membership.decide(chat.session, chat.person_id, member_id, True, chat.now)
    return Reply(say("teams.let_in", name=standing.name))


def asking(chat: Chat) -> Reply:
    """List who asks to belong to the teams one leads."""
    found = requests.asking(chat.session, chat.person_id, vault=chat.runtime.vault)[:PAGE]
    if not found:
        return Reply(say("teams.nobody_asks"))
    lines = "\n".join(
        say("teams.asks", number=one.id, name=one.name or say("teams.no_name"), team=one.team)
        for one in found
    )
    choices: dict[str, Choice] = {str(one.id): ("allow_member", one.id) for one in found}
    return Reply(say("teams.asking", lines=lines, number=found[0].id), choices)


def agree(chat: Chat, number: int | None = None) -> Reply:
    """Take an offered place; where none is offered and somebody asks for one's team, list them."""
    return _asked_of_leader(chat) or offers.accept(chat, number)


def refuse(chat: Chat, number: int | None = None) -> Reply:
    """Let an offered place go; where none is offered and somebody asks, list them."""
    return _asked_of_leader(chat) or offers.decline(chat, number)


def leave_what(chat: Chat) -> Reply:
    """List what one could leave: activities, and where there is none, teams."""
    signed_up = signups.mine(chat.session, chat.person_id, chat.now)
    in_teams = not signed_up and team_views.mine(chat.session, chat.person_id)
    return mine(chat) if in_teams else choose_to_cancel(chat)


def _asked_of_leader(chat: Chat) -> Reply | None:
    """Return who asks to belong to one's teams, unless a place is offered to oneself."""
    if not team_views.leads_any(chat.session, chat.person_id) or offers.is_offered(chat):
        return None
    found = asking(chat)
    return found if found.choices else None


def decline(chat: Chat, member_id: int) -> Reply:
    """Turn down somebody who asks to belong to the team one leads."""
    standing = membership.decide(chat.session, chat.person_id, member_id, False, chat.now)
    return Reply(say("teams.not_let_in", name=standing.name))


def _line(team: TeamView) -> str:
    mark = say(f"teams.mark_{team.my_state}") if team.my_state else ""
    kind = say(f"teams.kind_{team.kind}")
    return say(
        "teams.line", number=team.number, name=team.name, kind=kind, area=team.area, mark=mark
    )


activities.PAGES["browse_teams"] = browse

TEAM = "(?:志愿)?队伍?"
_AGREE = ("同意", "同意加入", "同意入队")
_REFUSE = ("拒绝", "不同意", "不同意加入")

COMMANDS = (
    Command("teams", ("队伍", "志愿队伍", "志愿队", "看队伍", "队伍列表", "有哪些队伍"), browse),
    Command("show_team", ("队伍", "志愿队伍"), show, Takes.NUMBER),
    Command("browse_teams", ("志愿队伍", "队伍"), browse, Takes.WORDS),
    Command("join_team", ("加入", "加入队伍", "申请加入"), join, Takes.NUMBER),
    Command("choose_team", ("加入", "加入队伍", "申请加入"), browse),
    Command("leave_team", ("退出队伍", "离开队伍"), leave, Takes.NUMBER),
    Command("leave_named_team", ("退出", "离开"), leave, Takes.NUMBER, noun=TEAM),
    Command("join_named_team", ("加入", "报名", "参加"), join, Takes.NUMBER, noun=TEAM),
    Command("find_team", ("加入", "加入队伍"), browse, Takes.WORDS),
    Command("my_teams", ("我的队伍", "我的志愿队", "退出队伍", "离开队伍"), mine),
    Command("allow_member", ("通过",), for_leaders(allow), Takes.NUMBER),
    Command("decline_member", ("不通过",), for_leaders(decline), Takes.NUMBER),
    Command("who_asks", ("通过", "不通过", "入队申请", "入队"), for_leaders(asking)),
    Command("agree", _AGREE, agree),
    Command("agree_number", _AGREE, agree, Takes.NUMBER),
    Command("refuse", _REFUSE, refuse),
    Command("refuse_number", _REFUSE, refuse, Takes.NUMBER),
    Command("leave_what", ("退出",), leave_what),
)
