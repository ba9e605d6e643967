"""A notice made ready to be sent by one route."""

from server.notices import digests
from server.notices.channels import Route, Way
from server.notices.claims import Claimed
from server.people.models import App
from server.wechat.calls import Post
from server.wechat.client import Wechat


def ready(wechat: Wechat, route: Route, claimed: Claimed) -> Post:
    """Return the notice as it goes to WeChat by this route.

    A template message bears a name of its own, so that one whose answer was lost may be sent again
    within ten minutes and is shown once.
    """
    if route.way is Way.SERVICE:
        return wechat.official.text(route.openid, digests.chat_text(claimed))
    data = digests.fields(claimed)
    if route.way is Way.TEMPLATE:
        return wechat.official.template(
            route.openid, route.template_id, data, client_msg_id=f"notice-{claimed.id}"
        )
    app = wechat.official if route.app is App.OFFICIAL else wechat.miniprogram
    return app.subscription(route.openid, route.template_id, data)
