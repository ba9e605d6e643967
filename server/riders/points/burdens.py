"""What nobody may be given points for (P9): coming by, passing on, studying time, rank, speed.

国办函〔2026〕12号 forbids 打卡签到, 积分排名, 在线时长, and forwards, likes or study time as a
yardstick; what platforms count (orders, punctuality) rewards speed. Rules are data, so their words
are looked at.
"""

import re

STEMS = (
    *("LOGIN", "LOGON", "SIGNIN", "CHECKIN", "CLOCKIN", "DAILY", "STREAK", "OPEN"),
    *("BIND", "LINK", "FOLLOW", "SUBSCRIBE", "INSTALL", "DOWNLOAD", "REGISTER"),
    *("SHARE", "SHARING", "FORWARD", "REPOST", "LIKE", "VOTE", "COMMENT"),
    *("REFER", "INVITE", "RECRUIT", "STUDY", "LEARN", "READ", "WATCH", "ONLINE", "DURATION"),
    *("RANK", "LEADER", "TOP", "BEST", "SPEED", "ORDER", "PUNCTUAL", "DELIVER"),
)
"""What a word of a code must not begin with; words are joined by `_`, or not."""
WORDS = re.compile(
    "登录|登陆|签到|打卡|报到|绑定|关注|订阅|安装|下载|注册|分享|转发|转载|扩散|点赞|投票|评论"
    "|邀请|推荐|拉新|介绍人|学习|阅读|观看|在线|时长|连续|排名|排行|名次|榜|第一名"
    "|接单|跑单|单量|准时|好评|提速"
)
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


def is_burden(code: str, name: str) -> bool:
    """Tell whether a rule would give points for what must not be asked of people."""
    words = code.split("_")
    tails = ("".join(words[number:]) for number in range(len(words)))
    said = WORDS.search("".join(name.split()))
    return said is not None or any(tail.startswith(STEMS) for tail in tails)
