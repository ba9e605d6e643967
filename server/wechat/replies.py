"""Passive replies: the XML that answers a message within its five seconds.

Every text is safe in CDATA, and what XML does not know is left out. An empty string means
that there is nothing to say; the caller then sends an empty body, which WeChat takes as
"received".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.wechat.messages import Incoming

MOST_BYTES = 2048  # of a text; the figure in long use
MOST_ARTICLES = 8  # after an event; an ordinary message is answered with one

ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Article:
    """One line of a news reply: title, description, picture address, page address."""

    title: str
    description: str = ""
    picture: str = ""
    url: str = ""


def text(incoming: Incoming, content: str, now: datetime) -> str:
    """Answer with words, cut at 2048 bytes; without words there is no answer but ""."""
    words = shortened(legal(content))
    return _reply(incoming, now, "text", _cdata("Content", words)) if words.strip() else ""


def image(incoming: Incoming, media_id: str, now: datetime) -> str:
    """Answer with a picture uploaded before."""
    return _reply(incoming, now, "image", f"<Image>{_cdata('MediaId', media_id)}</Image>")


def voice(incoming: Incoming, media_id: str, now: datetime) -> str:
    """Answer with a recording uploaded before."""
    return _reply(incoming, now, "voice", f"<Voice>{_cdata('MediaId', media_id)}</Voice>")


def video(incoming: Incoming, media_id: str, now: datetime, *, title: str, about: str = "") -> str:
    """Answer with a video uploaded before."""
    inner = _cdata("MediaId", media_id) + _cdata("Title", title) + _cdata("Description", about)
    return _reply(incoming, now, "video", f"<Video>{inner}</Video>")


def music(incoming: Incoming, url: str, now: datetime, *, title: str, thumb: str) -> str:
    """Answer with music at this address; `thumb` is the media id of its picture."""
    inner = _cdata("Title", title) + _cdata("MusicUrl", url) + _cdata("ThumbMediaId", thumb)
    return _reply(incoming, now, "music", f"<Music>{inner}</Music>")


def news(incoming: Incoming, articles: Sequence[Article], now: datetime) -> str:
    """Answer with articles: the first one to a message, up to eight to an event; "" for none."""
    shown = articles[: MOST_ARTICLES if incoming.kind == "event" else 1]
    if not shown:
        return ""
    inner = "".join(_item(article) for article in shown)
    counted = f"<ArticleCount>{len(shown)}</ArticleCount><Articles>{inner}</Articles>"
    return _reply(incoming, now, "news", counted)


def transfer(incoming: Incoming, now: datetime) -> str:
    """Hand the conversation to the people at WeChat's customer-service desk."""
    return _reply(incoming, now, "transfer_customer_service", "")


def legal(words: str) -> str:
    """Return the words without the characters that XML does not know."""
    return ILLEGAL.sub("", words)


def shortened(words: str, most: int = MOST_BYTES) -> str:
    """Return the words cut to so many bytes of UTF-8, never inside a character, with "…"."""
    encoded = words.encode()
    if len(encoded) <= most:
        return words
    return encoded[: most - len("…".encode())].decode(errors="ignore") + "…"


def _item(article: Article) -> str:
    return (
        f"<item>{_cdata('Title', article.title)}{_cdata('Description', article.description)}"
        f"{_cdata('PicUrl', article.picture)}{_cdata('Url', article.url)}</item>"
    )


def _cdata(name: str, words: str) -> str:
    return f"<{name}><![CDATA[{legal(words).replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


def _reply(incoming: Incoming, now: datetime, kind: str, inner: str) -> str:
    return (
        f"<xml>{_cdata('ToUserName', incoming.openid)}{_cdata('FromUserName', incoming.to)}"
        f"<CreateTime>{int(now.timestamp())}</CreateTime>{_cdata('MsgType', kind)}{inner}</xml>"
    )
