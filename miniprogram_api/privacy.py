"""One's own data: a copy of all of it, and being forgotten."""

from datetime import timedelta

from config.wording import say
from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import exampled
from miniprogram_api.shapes import Moment, Out
from server.people import copies, erasures, packing
from server.people.consents import CURRENT, Purpose
from server.people.copies import NobodyHere
from server.people.erasures import HoldsPosts, NothingToTakeBack
from server.people.models import Channel
from server.volunteers.forgetting import StillLeads

api = Api("privacy", __name__)


class PartOut(Out):
    """One table of the copy: each row tells its cells under Chinese labels."""

    title: str
    rows: list[dict[str, str]]


class CopyOut(Out):
    """All that is kept of the person who asks."""

    model_config = exampled(
        {
            "made_at": "2026-03-09 09:00",
            "parts": [{"title": "基本信息", "rows": [{"姓名": "示例·李明", "出生年份": "1968"}]}],
        }
    )

    made_at: str
    parts: list[PartOut]


class PrivacyOut(Out):
    """What is kept of people, why and how long; `version` is what one agrees to.

    `leaving_at` is when one's data will be erased, where one has asked for that.
    """

    model_config = exampled(
        {
            "version": 1,
            "words": "隐私说明（第1版）\n保存什么：微信编号、报名和服务记录……",
            "leaving_at": None,
        }
    )

    version: int
    words: str
    leaving_at: Moment | None


class LeavingOut(Out):
    """When one's data will be erased; until then it can be taken back."""

    model_config = exampled({"due_at": "2026-03-16T09:00:00+08:00"})

    due_at: Moment


@api.get("/me/privacy")
def show_privacy(call: Call) -> PrivacyOut:
    """Tell what is kept, why and how long, and whether one is about to be forgotten."""
    version = CURRENT[Purpose.SERVICE]
    wish = erasures.of(call.session, call.person_id)
    words = say("privacy.what", version=version)
    return PrivacyOut(version=version, words=words, leaving_at=wish.due_at if wish else None)


@api.get("/me/export", refuses=(NobodyHere,), logged=True)
def export(call: Call) -> CopyOut:
    """Give all that is kept of oneself, in words one can read."""
    vault = call.runtime.vault
    made = copies.make(call.session, call.person_id, call.now, vault=vault, own=True)
    return CopyOut.model_validate(packing.as_facts(made))


@api.delete("/me", limit="sensitive", refuses=(HoldsPosts, StillLeads))
def leave(call: Call) -> LeavingOut:
    """Ask to be forgotten; pushes stop at once, the data goes some days later."""
    cooling = timedelta(days=call.runtime.settings.erasure_cooling_days)
    wish = erasures.ask(
        call.session, call.person_id, call.now, channel=Channel.MINIPROGRAM, cooling=cooling
    )
    return LeavingOut.model_validate(wish)


@api.delete("/me/erasure", refuses=(NothingToTakeBack,))
def stay(call: Call) -> None:
    """Take the wish to be forgotten back, with all that it stopped."""
    erasures.take_back(call.session, call.person_id, call.now)
