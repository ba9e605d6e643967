"""Calls that need an access token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from server.wechat.answers import Json
from server.wechat.errors import StaleToken
from server.wechat.http import Http
from server.wechat.token import TokenKeeper

Clock = Callable[[], datetime]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Post:
    """A call that is ready to be made: where to, with what, and whose token it takes."""

    tokens: TokenKeeper = field(repr=False)
    path: str
    body: Mapping[str, Any] = field(repr=False)


class Calls:
    """Makes a call with the token of one app; a refused token is renewed once, then it is over."""

    def __init__(self, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        self._http = http
        self._tokens = tokens
        self._clock = clock

    def get(self, path: str, query: Mapping[str, str]) -> Json:
        """Ask, and return the answer."""
        return self._twice(lambda token: self._http.get(path, {"access_token": token, **query}))

    def download(self, path: str, query: Mapping[str, str], *, most: int, seconds: float) -> bytes:
        """Fetch a file of at most so many bytes, within so many seconds."""
        return self._twice(
            lambda token: self._http.download(
                path, {"access_token": token, **query}, most=most, seconds=seconds
            )
        )

    def post(self, path: str, body: Mapping[str, Any]) -> Json:
        """Send, and return the answer."""
        return self.make(self.ready(path, body))

    def ready(self, path: str, body: Mapping[str, Any]) -> Post:
        """Return the call without making it; whoever has many makes them at once (`dispatch`)."""
        return Post(self._tokens, path, body)

    def make(self, post: Post) -> Json:
        """Make a call that is ready."""
        return self._twice(
            lambda token: self._http.post(post.path, {"access_token": token}, post.body)
        )

    def _twice(self, call: Callable[[str], Answer]) -> Answer:
        token = self._tokens.token(self._clock())
        try:
            return call(token)
        except StaleToken:
            fresh = self._tokens.refresh(token, self._clock())
        return call(fresh)


def message_id(answer: Json) -> str:
    """Return the id that WeChat gave a message, "" if it gave none."""
    return str(answer.get("msgid", ""))[:64]


def written(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return template data in WeChat's shape."""
    return {key: {"value": value} for key, value in data.items()}
