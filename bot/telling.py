"""Activities and sign-ups in the few words a chat has room for; moments are told in local time."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat import Reply
from config.wording import LOCAL, say, spell
from server.volunteers.models import Risk, SignupState
from server.volunteers.signups.gates import ADULT
from server.volunteers.views import ActivityView, MySignup, Outcome, ShiftView

PAGE = 6
"""Entries of a list: with titles and places cut short they fit WeChat's 2048 bytes."""

LONGEST_LINE = 20
LONGEST_NOTE = 120


def where_one_stands(outcome: Outcome) -> Reply:
    """Tell a person their place, their place in line, or the offer they may answer."""
    near = say("chat.near", near=outcome.near) if outcome.near else ""
    waits = waits_first(outcome.waits_until)
    agreed = say("chat.agreed") if outcome.agreed else ""
    return Reply(say(f"chat.{outcome.state}", **facts(outcome)) + near + waits + agreed)


def waits_first(until: datetime | None) -> str:
    """Tell somebody who stayed away too often that they get no place at once; else nothing."""
    return say("chat.waits_first", until=until) if until else ""


def gates(view: ActivityView) -> str:
    """Tell in one line what an activity asks of people; nothing where it asks nothing."""
    asked = []
    if view.risk is Risk.HIGH and (view.min_age or 0) < ADULT:
        asked.append(say("chat.gate_adult"))
    elif view.min_age:
        asked.append(say("chat.gate_min_age", age=view.min_age))
    if view.max_age is not None:
        asked.append(say("chat.gate_max_age", age=view.max_age))
    skills = (view.training, view.qualification)
    asked += [say("chat.gate_skill", skill=skill) for skill in skills if skill]
    if view.risk is Risk.HIGH or (view.min_age or 0) >= ADULT:
        asked.append(say("chat.gate_seen"))
    return say("chat.gates", asked="，".join(asked)) if asked else ""


def facts(outcome: Outcome) -> dict[str, object]:
    """Return what sentences about a sign-up may name."""
    return {
        "number": outcome.number,
        "title": outcome.title,
        "time": span(outcome.starts_at, outcome.ends_at),
        "starts_at": outcome.starts_at,
        "place": outcome.place,
        "leader_name": outcome.leader_name,
        "risk_note": short(outcome.risk_note, LONGEST_NOTE),
        "position": outcome.position,
        "until": outcome.offer_ends_at,
    }


def span(starts_at: datetime, ends_at: datetime) -> str:
    """Tell from when to when."""
    return f"{spell(starts_at)}–{ends_at.astimezone(LOCAL):%H:%M}"


def short(text: str, most: int = LONGEST_LINE) -> str:
    """Cut a text so that a list stays a list."""
    return text if len(text) <= most else text[: most - 1] + "…"


def entry(view: ActivityView) -> str:
    """Tell an activity in two lines: number, title and places, then time and place."""
    first = view.shifts[0]
    others = say("chat.more_times", count=len(view.shifts) - 1) if len(view.shifts) > 1 else ""
    return say(
        "chat.entry",
        number=view.number,
        title=short(view.title),
        places=_mine(view) or _places(sum(shift.places_left for shift in view.shifts)),
        starts_at=first.starts_at,
        others=others,
        place=short(view.place),
    )


def time_and_places(shift: ShiftView) -> str:
    """Tell when a shift is and whether there is room."""
    return f"{span(shift.starts_at, shift.ends_at)} {_places(shift.places_left)}"


def ask_which(lines: Sequence[str], shift_ids: Sequence[int], command: str, key: str) -> Reply:
    """Ask which of several times is meant; the number chooses."""
    numbered = "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))
    choices = {str(place): (command, shift_id) for place, shift_id in enumerate(shift_ids, 1)}
    return Reply(say(key, lines=numbered), choices)


def ask_among(entries: Sequence[MySignup], command: str, key: str) -> Reply:
    """Ask which of one's own sign-ups is meant; the number chooses."""
    shown = entries[:PAGE]
    lines = [f"{short(entry.title)} {span(entry.starts_at, entry.ends_at)}" for entry in shown]
    return ask_which(lines, [entry.shift_id for entry in shown], command, key)


def _places(left: int) -> str:
    return say("chat.places_left", count=left) if left > 0 else say("chat.full")


def _mine(view: ActivityView) -> str:
    states = [shift.my_state for shift in view.shifts]
    held = next((state for state in SignupState if state in states), None)
    return say(f"chat.mark_{held}") if held else ""
