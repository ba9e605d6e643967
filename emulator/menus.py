"""The account's menu, with the limits of 创建自定义菜单."""

from collections.abc import Iterator
from typing import Any

PRESSED = {"click": "CLICK", "view": "VIEW", "miniprogram": "view_miniprogram"}
NEEDS = {
    "click": ("key",),
    "view": ("url",),
    "miniprogram": ("url", "appid", "pagepath"),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
    "location_select": ("key",),
    "media_id": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
}
KEPT = ("key", "url", "appid", "pagepath", "media_id", "article_id")
LONGEST = {"key": (128, 40019), "url": (1024, 40020)}


class BadMenu(Exception):  # noqa: N818  a fact about the menu
    """The menu is not taken; carries WeChat's code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Menu:
    """The menu that the account has created, or none."""

    def __init__(self) -> None:
        self.buttons: list[dict[str, Any]] = []

    def create(self, given: object) -> None:
        """Put a new menu in the place of the old, or raise `BadMenu`."""
        self.buttons = [_top(button) for button in _list(given, 3, 40016)]

    def delete(self) -> None:
        """Take the menu away."""
        self.buttons = []

    def find(self, key: str) -> dict[str, Any] | None:
        """Return the button with that key, address or page."""
        for button in self._leaves():
            if key in (button.get("key"), button.get("url"), button.get("pagepath")):
                return button
        return None

    def _leaves(self) -> Iterator[dict[str, Any]]:
        for button in self.buttons:
            yield from button.get("sub_button") or [button]


def _top(button: object) -> dict[str, Any]:
    if isinstance(button, dict) and button.get("sub_button"):
        name = _name(button, 16, 40018)
        return {"name": name, "sub_button": [_leaf(sub, 60) for sub in _subs(button)]}
    return _leaf(button, 16)


def _subs(button: dict[str, Any]) -> list[object]:
    return _list(button["sub_button"], 5, 40023)


def _leaf(button: object, longest: int) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise BadMenu(40016, "invalid button size")
    kind = button.get("type")
    if not isinstance(kind, str) or kind not in NEEDS:
        raise BadMenu(40017, "invalid button type")
    shown = {"type": kind, "name": _name(button, longest, 40018 if longest == 16 else 40025)}
    for part in KEPT:
        if part in NEEDS[kind]:
            shown[part] = _text(button, part)
    return shown


def _name(button: dict[str, Any], longest: int, code: int) -> str:
    name = button.get("name")
    if not isinstance(name, str) or not 0 < len(name.encode()) <= longest:
        raise BadMenu(code, "invalid button name size")
    return name


def _text(button: dict[str, Any], part: str) -> str:
    value = button.get(part)
    longest, code = LONGEST.get(part, (1024, 40055))
    if not isinstance(value, str) or not value:
        raise BadMenu(40054 if part == "url" else code, f"invalid button {part}")
    if len(value.encode()) > longest:
        raise BadMenu(code, f"invalid button {part} size")
    return value


def _list(given: object, most: int, code: int) -> list[object]:
    if not isinstance(given, list) or not 1 <= len(given) <= most:
        raise BadMenu(code, "invalid button size")
    return given
