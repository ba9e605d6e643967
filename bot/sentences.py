"""What somebody wrote, brought into the shape in which commands are looked for."""

import re
import unicodedata

LONGEST = 120
"""Characters; whoever writes more tells a story and asks for no command."""

# said out of politeness or habit; they change nothing about what is wanted
_HEADS = re.compile(
    r"^(?:好的|好吧|好啊|嗯|行吧|没问题|算了|抱歉|不好意思|请问|请|麻烦您|麻烦|劳驾|你好|您好|我想要|我想|我要|想要|想|要|我(?!的)|能不能|可不可以"
    r"|可以|帮我|帮忙|给我|替我|那就|那|就|看看|查查|问问|有没有|有什么|有哪些|能|小蜂|暖蜂|查询|查看(?!报名))+(?=.)"
)
_TAILS = re.compile(
    r"(?<=.)(?:谢谢您|谢谢你|谢谢|多谢|谢了|可以吗|好吗|行吗|吧|呢|啊|呀|哦|哈|了|吗|嘛)+$"
)
_MIDDLES = re.compile(r"一下|(?<=报名)参加|(?<=参加)报名")

# the space between two numbers keeps them apart: "1 2" is not 12
_SPACES = re.compile(r"(?<![0-9]) | (?![0-9])")
_DIGITS = "零一二三四五六七八九"
_NUMERAL = r"[一二两三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九]"
_BEFORE = r"(?:第|编号|序号|号码|活动|志愿活动|选择|选|no|\s)*"
_AFTER = r"(?:\s|个|号|项|场|条|次|活动|志愿活动|的)*"
NUMBER = rf"{_BEFORE}(?P<number>[0-9]{{1,{LONGEST}}}|{_NUMERAL}){_AFTER}"
"""A number beside the word of a command, however long."""
MOST = 999_999_999
"""Larger numbers are read as this one, which nothing bears; a database knows none beyond 2**63."""
_BARE = re.compile(rf"(?:回复)?{_BEFORE}(?P<number>[0-9]{{1,9}}|{_NUMERAL}){_AFTER}")


def plain(text: str) -> str:
    """Return the words alone: half-width, lower case, single spaces, no punctuation."""
    folded = unicodedata.normalize("NFKC", text[: 4 * LONGEST]).casefold()
    return " ".join("".join(map(_visible, folded)).split())


def readings(text: str) -> tuple[str, ...]:
    """Return how the text may be read: as written, without the polite words, without spaces."""
    words = plain(text)
    if not words or len(words) > LONGEST:
        return ()
    tries = (_TAILS.sub("", words), words, bare(words), bare(_SPACES.sub("", words)))
    return tuple(dict.fromkeys(tries))


def bare(words: str) -> str:
    """Take the polite and idle words off both ends."""
    words = _MIDDLES.sub("", words)
    while True:
        shorter = _TAILS.sub("", _HEADS.sub("", words)).strip()
        if shorter == words:
            return words
        words = shorter


def number(words: str) -> int | None:
    """Return the number that the words consist of, such as 3, 第三个 or 3号."""
    found = _BARE.fullmatch(words)
    return numeral(found["number"]) if found else None


def numeral(digits: str) -> int:
    """Read 0 to 999999999 in digits, more as the last of these, or 零 to 九十九."""
    if digits.isdecimal():
        return min(int(digits), MOST)
    digits = digits.replace("两", "二").replace("〇", "零")
    if "十" not in digits:
        return _DIGITS.index(digits)
    tens, _, ones = digits.partition("十")
    return 10 * (_DIGITS.index(tens) if tens else 1) + (_DIGITS.index(ones) if ones else 0)


def _visible(char: str) -> str:
    """Keep letters and digits; joiners and marks vanish, all other signs part words."""
    kind = unicodedata.category(char)
    if kind[0] in "LN":
        return char
    return "" if kind in ("Cf", "Mn", "Cc") and not char.isspace() else " "
