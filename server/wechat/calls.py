"""Calls that need an access token."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from server.wechat.answers import Json
from server.wechat.errors import StaleToken
from server.wechat.http import Http
from server.wechat.token import TokenKeeper

Clock = Callable[[], datetime]


class Calls:
    """Makes a call with the token of one app; a refused token is renewed once, then it is over."""

    def __init__(self, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        self._http = http
        self._tokens = tokens
        self._clock = clock

    def get(self, path: str, query: Mapping[str, str]) -> Json:
        """Ask, and return the answer."""
        return self._twice(lambda token: self._http.get(path, {"access_token": token, **query}))

    def post(self, path: str, body: Mapping[str, Any]) -> Json:
        """Send, and return the answer."""
        return self._twice(lambda token: self._http.post(path, {"access_token": token}, body))

    def _twice(self, call: Callable[[str], Json]) -> Json:
        token = self._tokens.token(self._clock())
        try:
            return call(token)
        except StaleToken:
            fresh = self._tokens.refresh(token, self._clock())
        return call(fresh)


def written(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return template data in WeChat's shape."""
    return {key: {"value": value} for key, value in data.items()}
