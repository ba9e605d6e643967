"""What somebody allows us; and facts by their names."""

import pytest
from sqlalchemy.orm import Session

from server.notices import credits, labels, standing, versions
from server.notices.kinds import KINDS
from server.notices.models import Source
from server.people.models import App
from server.runtime import Runtime
from tests.clock import Clock
from tests.server.notices.people import a_person, an_account


def test_what_is_allowed_on_all_accounts_is_told_in_words(
    runtime: Runtime, session: Session, clock: Clock
) -> None:
    person = a_person(session)
    mini = an_account(session, person, App.MINIPROGRAM, following=False).id
    official = an_account(session, person).id
    for account, template in ((mini, "tpl-reminder"), (official, "tpl-reminder"), (mini, "tpl-x")):
        credits.accept(session, account, template, clock(), Source.CLIENT)
    credits.accept(session, mini, "tpl-progress", clock(), Source.CLIENT, lasting=True)
    credits.accept(session, mini, "tpl-offer", clock(), Source.CLIENT)
    credits.reject(session, mini, "tpl-offer", clock())

    found = standing.allowed(session, person, runtime.settings)

    assert [(each.label, each.number, each.lasting) for each in found] == [
        ("活动前的提醒", 2, False),
        ("办理进展", 0, True),
    ]


@pytest.mark.once
@pytest.mark.parametrize("name", KINDS)
def test_the_facts_of_a_kind_are_called_apart(name: str) -> None:
    kind, code = KINDS[name], versions.of(name)
    called = [fact.label for fact in versions.facts_of(kind).values()]

    assert len(set(called)) == len(called)
    assert labels.read(kind, labels.shown(kind, code.chat)) == code.chat


@pytest.mark.once
@pytest.mark.parametrize("text", ["{活动名", "{{活动}}", "没有变量", "{不知道}", "{title}"])
def test_what_staff_wrote_is_read_and_never_breaks(text: str) -> None:
    kind = KINDS["volunteers.offered"]

    assert labels.read(kind, text) == text
