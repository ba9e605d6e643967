"""The menu under the chat: its keys are words of the chat, routed like typed ones."""

MENU = (
    {"type": "click", "name": "活动", "key": "活动"},
    {"type": "click", "name": "我的", "key": "我的"},
    {"type": "click", "name": "帮助", "key": "帮助"},
)
