"""The menu under the chat: its keys are words of the chat, routed like typed ones."""


def _words(name: str, *words: str) -> dict[str, object]:
    return {
        "name": name,
        "sub_button": [{"type": "click", "name": word, "key": word} for word in words],
    }


MENU = (
    _words("志愿", "活动", "签到", "签退", "队伍"),
    {"type": "click", "name": "求助", "key": "求助"},
    _words("我的", "我的报名", "时长", "证书", "隐私", "帮助"),
)
