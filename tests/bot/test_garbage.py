"""Whatever stands behind a word that the chat knows gets an answer, and never an apology."""

import os
from random import Random

import pytest

from bot.face import COMMANDS
from config.settings import Settings
from server.areas import tree
from server.people import identities, posts
from server.people.models import App, Role
from server.volunteers.models import Activity
from tests.factories import a_shift

MOST = int(os.environ.get("GARBAGE_TAILS", "3"))
TAILS = (
    *("", " ", "1", " 0", " -1", " 999999999999999999", "１２３４５６７８", " 1 1 1", "1、2-9，x"),
    *(" 12345678", " 123456", "V2026000007", " 13800000000", " 1e400", "²", " NaN", "一百万"),
    *(" 0001-01-01", " 9999-12-31", " 明天25点", "2026年2月30日", "😀" * 20, "字" * 600, "*"),
    *(" \u202e1", " \u200b", " ' OR 1=1 --", "%s{0}{title}", "<xml>", " 1 " + "理由" * 200),
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    limits = [name for name in Settings.model_fields if name.startswith("limit_")]
    return settings.model_copy(update=dict.fromkeys(limits, "1000000/minute"))


@pytest.mark.both
@pytest.mark.parametrize("role", [None, Role.COMMUNITY_WORKER])
def test_no_tail_breaks_a_word(phone, runtime, role) -> None:
    speaker, dice = phone(), Random(7)
    speaker.follows()
    with runtime.db.transaction() as session:
        now = runtime.now()
        a_shift(session, now)
        known = identities.welcome(session, App.OFFICIAL, speaker.openid, now)
        if role is not None:
            posts.appoint(session, known.person_id, role, tree.root(session), now, until=None)
            session.query(Activity).update({Activity.leader_id: known.person_id})

    broken, said = [], 0
    for command in COMMANDS:
        for word in command.words[:2]:
            for tail in dice.sample(TAILS, MOST):
                answer = speaker.says(f"{word}{tail}")
                said += 1
                if "系统出了点问题" in answer or not answer:
                    broken.append((word, tail[:40], answer[:60]))

    assert broken == []
    assert said > 250
