"""What the platform makes of a server's answer to a push.

`success` or nothing: silence. A good reply: the person sees it. Anything else: the person
reads that the account is out of order (被动回复用户消息).
"""

from dataclasses import dataclass
from typing import Any, Literal
from xml.etree.ElementTree import Element

from emulator.envelope import Parcel, open_reply
from emulator.seal import Unsealable
from emulator.settings import Account
from emulator.trees import tree_of
from emulator.wire import Answer

Outcome = Literal["reply", "silent", "failed"]
LONGEST_TEXT = 2048  # bytes; the figure long in use, not in today's documentation
MOST_ARTICLES = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a push ended; `problem` tells a developer what was wrong with the answer."""

    outcome: Outcome
    reply: dict[str, Any] | None = None
    plain: str | None = None
    problem: str | None = None


def judge(account: Account, openid: str, parcel: Parcel, answer: Answer) -> Verdict:
    """Classify a server's answer."""
    if answer.status != 200:
        return Verdict("failed", problem=f"HTTP status {answer.status}")
    if answer.body in (b"", b"success"):
        return Verdict("silent")
    if account.name == "miniprogram":
        return Verdict("failed", problem="a mini-program answers `success` and nothing else")
    plain = None
    try:
        tree, plain = _opened(account, parcel, answer.body)
        reply = read_reply(tree, account.original_id, openid)
    except Unsealable as flaw:
        return Verdict("failed", plain=plain, problem=str(flaw))
    return Verdict("reply", reply, plain)


def _opened(account: Account, parcel: Parcel, body: bytes) -> tuple[Element, str | None]:
    tree = tree_of(body)
    if tree.find("Encrypt") is not None:
        if parcel.mode == "plain":
            raise Unsealable("a sealed reply to a plain push")
        return open_reply(account, body)
    if parcel.mode == "secure":
        raise Unsealable("a plain reply in secure mode")
    return tree, None


def read_reply(tree: Element, sender: str, openid: str) -> dict[str, Any]:
    """Return the reply as the phone shows it, or raise `Unsealable` saying what is wrong."""
    if tree.tag != "xml":
        raise Unsealable("the root is not <xml>")
    if (tree.findtext("FromUserName"), tree.findtext("ToUserName")) != (sender, openid):
        raise Unsealable("FromUserName and ToUserName must be swapped")
    if not (tree.findtext("CreateTime") or "").strip().isdecimal():
        raise Unsealable("CreateTime is not a number")
    kind = tree.findtext("MsgType") or ""
    if kind == "text":
        return {"type": "text", "content": _text(tree)}
    if kind == "news":
        return _news(tree)
    if kind in _MEDIA:
        return _media(tree, kind)
    if kind == "transfer_customer_service":
        return {"type": kind, "content": "（已转接人工客服）"}
    raise Unsealable(f"unknown MsgType {kind[:40]!r}")


def _text(tree: Element) -> str:
    content = tree.findtext("Content") or ""
    if not content:
        raise Unsealable("an empty text is not sent: answer `success` instead")
    if len(content.encode()) > LONGEST_TEXT:
        raise Unsealable(f"the text is longer than {LONGEST_TEXT} bytes")
    return content


def _news(tree: Element) -> dict[str, Any]:
    articles = [
        {name.lower(): item.findtext(name) or "" for name in _ARTICLE}
        for item in tree.iterfind("Articles/item")
    ]
    if not 1 <= len(articles) <= MOST_ARTICLES:
        raise Unsealable("a news reply has 1 to 8 articles")
    if tree.findtext("ArticleCount") != str(len(articles)):
        raise Unsealable("ArticleCount does not count the articles")
    lines = [line for article in articles for line in article.values() if line]
    return {"type": "news", "content": "\n".join(lines), "articles": articles}


def _media(tree: Element, kind: str) -> dict[str, Any]:
    wrapper, wanted, shown = _MEDIA[kind]
    media = {part.tag: part.text or "" for part in tree.iterfind(f"{wrapper}/*")}
    if not media.get(wanted):
        raise Unsealable(f"{wrapper}/{wanted} is missing")
    return {"type": kind, "content": media.get("Title") or shown, "data": media}


_ARTICLE = ("Title", "Description", "PicUrl", "Url")
_MEDIA = {
    "image": ("Image", "MediaId", "[图片]"),
    "voice": ("Voice", "MediaId", "[语音]"),
    "video": ("Video", "MediaId", "[视频]"),
    "music": ("Music", "ThumbMediaId", "[音乐]"),
}
