"""Handing one notice to WeChat, by whichever way was chosen."""

from server.notices.channels import Route
from server.notices.kinds import Way
from server.notices.rendering import Letter
from server.wechat.client import Wechat
from server.wechat.official import Link


def carry(wechat: Wechat, route: Route, letter: Letter, notice_id: int) -> str:
    """Send a letter by a route and return the message's id, "" if WeChat gives none.

    Raises the errors of `server.wechat.errors`. A template message that is sent again within ten
    minutes, since the first answer was lost, is shown once.
    """
    to, template_id = route.openid, route.template_id
    if route.way is Way.SERVICE:
        wechat.official.send_text(to, letter.text)
        return ""
    if route.way is Way.MINIPROGRAM_CHAT:
        wechat.miniprogram.send_text(to, letter.text)
        return ""
    if route.way is Way.SUBSCRIPTION:
        return wechat.miniprogram.send_subscription(to, template_id, letter.data, letter.page)
    if route.way is Way.EMPLOYEE:
        wechat.miniprogram.send_to_employee(to, template_id, letter.data, letter.page)
        return ""
    link = Link(letter.url, wechat.miniprogram.app.app_id if letter.page else "", letter.page)
    if route.way is Way.NOTIFICATION:
        return wechat.official.send_subscription(to, template_id, letter.data, link)
    name = f"notice-{notice_id}"
    return wechat.official.send_template(to, template_id, letter.data, link, name)
