"""One's own calendar: the secret address that calendar programs fetch."""

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import exampled
from miniprogram_api.shapes import Out
from server.volunteers.signups import feeds

api = Api("feeds", __name__)


class CalendarOut(Out):
    """The address of one's calendar; whoever knows it can read it."""

    model_config = exampled({"url": "https://example.org/calendar/5f0c9b…ab.ics"})

    url: str


@api.post("/me/calendar", limit="sensitive")
def offer_calendar(call: Call) -> CalendarOut:
    """Tell the address of one's calendar; asking again tells the same."""
    token = feeds.offer(call.session, call.person_id, call.now, vault=call.runtime.vault)
    return CalendarOut(url=f"{call.runtime.settings.public_url}/calendar/{token}.ics")


@api.delete("/me/calendar")
def end_calendar(call: Call) -> None:
    """Let the address lead nowhere from now on."""
    feeds.end(call.session, call.person_id)
