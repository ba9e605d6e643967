"""A notice made ready to be sent by one route."""

from config.settings import Settings
from server.notices import digests, rendering
from server.notices.channels import Route
from server.notices.claims import Claimed
from server.notices.kinds import Way
from server.notices.rendering import Letter
from server.notices.versions import Version
from server.wechat.calls import Post
from server.wechat.client import Wechat
from server.wechat.official import Link


def ready(
    wechat: Wechat, route: Route, claimed: Claimed, version: Version, settings: Settings
) -> Post:
    """Return the notice as it goes to WeChat by this route, in the words of this version.

    A template message bears a name of its own, so that one whose answer was lost may be sent again
    within ten minutes and is shown once.
    """
    letter = rendering.letter(version, route.way, claimed.facts, settings)
    letter = digests.gathered(letter, version, route.way, claimed)
    return _post(wechat, route, letter, f"notice-{claimed.id}")


def _post(wechat: Wechat, route: Route, letter: Letter, name: str) -> Post:
    to, template_id = route.openid, route.template_id
    if route.way is Way.SERVICE:
        return wechat.official.text(to, letter.text)
    if route.way is Way.MINIPROGRAM_CHAT:
        return wechat.miniprogram.text(to, letter.text)
    if route.way is Way.SUBSCRIPTION:
        return wechat.miniprogram.subscription(to, template_id, letter.data, letter.page)
    if route.way is Way.EMPLOYEE:
        return wechat.miniprogram.to_employee(to, template_id, letter.data, letter.page)
    link = Link(letter.url, wechat.miniprogram.app.app_id if letter.page else "", letter.page)
    if route.way is Way.NOTIFICATION:
        return wechat.official.subscription(to, template_id, letter.data, link)
    return wechat.official.template(to, template_id, letter.data, link, client_msg_id=name)
