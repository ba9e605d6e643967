"""The official account and the mini-program's pushes, put together."""

from dataclasses import dataclass

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from bot import (
    activities,
    attendance,
    certificates,
    duties,
    either,
    faults,
    feeds,
    guardians,
    hazard_dialogue,
    hazards,
    help,
    hours,
    inbox,
    keeping,
    late,
    later,
    leading,
    looking,
    need_dialogue,
    need_stories,
    needs,
    offers,
    party,
    party_contacts,
    party_home,
    party_letters,
    party_owed,
    party_proxies,
    party_reports,
    party_returned,
    party_reviews,
    people,
    points,
    privacy,
    redeeming,
    reminders,
    rewards,
    riders,
    rosters,
    signups,
    staff,
    stars,
    stations,
    stories,
    teams,
    vouchers,
)
from bot.conversation import Conversation
from bot.desk import Desk
from bot.exchange import Exchange
from bot.menu import MENU
from bot.reception import Reception
from bot.router import Router
from bot.webhook import Webhook
from server.jobs import Job
from server.people.models import App
from server.runtime import Runtime
from server.web import runtime

COMMANDS = (
    *help.COMMANDS,
    *activities.COMMANDS,
    *signups.COMMANDS,
    *offers.COMMANDS,
    *attendance.COMMANDS,
    *leading.COMMANDS,
    *looking.COMMANDS,
    *guardians.COMMANDS,
    *feeds.COMMANDS,
    *people.COMMANDS,
    *certificates.COMMANDS,
    *stars.COMMANDS,
    *hours.COMMANDS,
    *rosters.COMMANDS,
    *needs.COMMANDS,
    *need_dialogue.COMMANDS,
    *need_stories.COMMANDS,
    *duties.COMMANDS,
    *teams.COMMANDS,
    *stations.COMMANDS,
    *keeping.COMMANDS,
    *faults.COMMANDS,
    *hazards.COMMANDS,
    *hazard_dialogue.COMMANDS,
    *either.COMMANDS,
    *privacy.COMMANDS,
    *inbox.COMMANDS,
    *points.COMMANDS,
    *rewards.COMMANDS,
    *vouchers.COMMANDS,
    *redeeming.COMMANDS,
    *riders.COMMANDS,
    *reminders.COMMANDS,
    *staff.COMMANDS,
    *later.COMMANDS,
    *party.COMMANDS,
    *party_contacts.COMMANDS,
    *party_owed.COMMANDS,
    *party_proxies.COMMANDS,
    *party_reports.COMMANDS,
    *party_returned.COMMANDS,
    *party_home.COMMANDS,
    *party_letters.COMMANDS,
    *party_reviews.COMMANDS,
)
OF_PARTY = (
    *(party, party_contacts, party_home, party_letters, party_owed, party_proxies),
    *(party_reports, party_returned, party_reviews),
)
APART = frozenset(command for each in OF_PARTY for command in each.COMMANDS)
"""The commands of a work that is there only where its key is set."""

bot = Blueprint("bot", __name__)


@dataclass(frozen=True)
class Doors:
    """The callbacks of one app object."""

    official: Webhook
    miniprogram: Webhook


def exchange_of(runtime: Runtime) -> Exchange:
    """Return what gives messages their effect and their reply."""
    here = [each for each in COMMANDS if runtime.has_party or each not in APART]
    router = Router(here, help.lost, stories.take, need_stories.take_plea)
    return Exchange(runtime, Conversation(runtime, router).reply)


def open_doors(runtime: Runtime) -> Doors:
    """Build both callbacks over one runtime."""
    exchange = exchange_of(runtime)
    reception = Reception(runtime, exchange, Desk())
    return Doors(
        official=Webhook(App.OFFICIAL, runtime, exchange, reception),
        miniprogram=Webhook(App.MINIPROGRAM, runtime, exchange, reception),
    )


def answer_waiting(runtime: Runtime) -> int:
    """Answer the messages that were promised a later reply and got none."""
    return late.catch_up(runtime, exchange_of(runtime))


JOBS = (Job("answer-waiting", "every 10s", run=answer_waiting),)


@bot.record
def _hang(state: BlueprintSetupState) -> None:
    state.app.extensions["menu"] = MENU


def _doors() -> Doors:
    return runtime().once(open_doors)


@bot.get("/wechat/official")
def greet_official() -> Response:
    """Answer WeChat's check of the official account's address."""
    return _doors().official.greet()


@bot.post("/wechat/official")
def receive_official() -> Response:
    """Answer a message or event of the official account."""
    return _doors().official.receive()


@bot.get("/wechat/miniprogram")
def greet_miniprogram() -> Response:
    """Answer WeChat's check of the mini-program's address."""
    return _doors().miniprogram.greet()


@bot.post("/wechat/miniprogram")
def receive_miniprogram() -> Response:
    """Take in a push of the mini-program; it is always answered `success`."""
    return _doors().miniprogram.receive()
