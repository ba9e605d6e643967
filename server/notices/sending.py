"""A notice made ready to be sent by one route."""

from server.notices import rendering
from server.notices.channels import Route, Way
from server.notices.claims import Claimed
from server.notices.kinds import KINDS
from server.people.models import App
from server.wechat.calls import Post
from server.wechat.client import Wechat


def ready(wechat: Wechat, route: Route, claimed: Claimed) -> Post:
    """Return the notice as it goes to WeChat by this route.

    A template message bears a name of its own, so that one whose answer was lost may be sent again
    within ten minutes and is shown once.
    """
    kind, facts = KINDS[claimed.kind], claimed.facts
    if route.way is Way.SERVICE:
        return wechat.official.text(route.openid, rendering.chat_text(kind, facts))
    data = rendering.fields(kind, facts)
    if route.way is Way.TEMPLATE:
        return wechat.official.template(
            route.openid, route.template_id, data, client_msg_id=f"notice-{claimed.id}"
        )
    app = wechat.official if route.app is App.OFFICIAL else wechat.miniprogram
    return app.subscription(route.openid, route.template_id, data)
