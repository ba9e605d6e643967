"""How a message travels."""

from enum import StrEnum


class Way(StrEnum):
    """A way to a person; each is one API of WeChat with rules of its own."""

    SERVICE = "service"
    """客服消息 in the official account's chat, while its window is open"""
    MINIPROGRAM_CHAT = "miniprogram_chat"
    """客服消息 in the mini-program's own chat, while its window is open"""
    SUBSCRIPTION = "subscription"
    """订阅消息 of the mini-program, for an accepted tap"""
    NOTIFICATION = "notification"
    """订阅通知 of the official account, for an accepted tap"""
    TEMPLATE = "template"
    """模板消息 of the official account, to whoever follows"""
    EMPLOYEE = "employee"
    """用工关系消息 of the mini-program, to staff who are bound"""

    @property
    def is_typed(self) -> bool:
        """Tell whether it carries the typed fields of a template rather than a text."""
        return self in TYPED


CHATS = (Way.SERVICE, Way.MINIPROGRAM_CHAT)
TYPED = (Way.SUBSCRIPTION, Way.NOTIFICATION, Way.TEMPLATE, Way.EMPLOYEE)
CREDITED = (Way.SUBSCRIPTION, Way.NOTIFICATION)
"""The ways that use up what somebody allowed."""
