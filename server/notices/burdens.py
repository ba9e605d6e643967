"""Which words burden whoever reads them: no notice bears them (G2, G9).

A receipt, a chain of answers, a screenshot, or a deed that is nobody's duty
(《关于防治“指尖上的形式主义”的若干意见》).
"""

import re
import unicodedata

_BURDENS = re.compile(
    r"收到请?回|收到后?(?:请|,)*回"
    r"|(?:回复?|扣)[“‘\"'「]?(?:收到|已读|已阅|知晓|1(?![0-9]))"
    r"|(?:收到|已读|已阅|看到)(?:后|的|请|,|!)*(?:请|要|务必)?(?:统一)?(?:回|扣|反馈)"
    r"|接龙|刷屏|截[图屏](?:后|并)?(?:发|回|上|报|反)"
    r"|打卡|学习时长|在线时长|积分排名"
    r"|(?:务必|全员|必须|人人|一律)(?:都|要)?(?:转发|点赞|关注|下载|注册|投票|登录)"
    r"|(?:转发|发)(?:到|至)?朋友圈|集赞|(?:求|请|帮忙)(?:大家)?(?:点赞|投票)"
)


def found_in(words: str) -> str:
    """Return the first words that burden people; "" when there are none."""
    found = _BURDENS.search(unicodedata.normalize("NFKC", words).replace(" ", ""))
    return found[0] if found else ""
