"""What kind of device asks, in words by which its owner knows it again."""

from flask import request

_SYSTEMS = (
    ("Windows", "Windows 电脑"),
    ("Android", "安卓手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
# the first that is named counts: most browsers also name those they descend from
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "火狐"),
    ("QQBrowser", "QQ浏览器"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def describe() -> str:
    """Return for instance: Windows 电脑，Chrome."""
    told = request.headers.get("User-Agent", "")
    system = next((words for mark, words in _SYSTEMS if mark in told), "")
    browser = next((words for mark, words in _BROWSERS if mark in told), "")
    return "，".join(filter(None, (system, browser))) or "未知设备"
