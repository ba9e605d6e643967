"""The emulator's outgoing HTTP: one pool, no proxy, and an end to every wait."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as TookTooLong

MOST = 4 * 1024 * 1024


class Silent(Exception):  # noqa: N818  a fact about the other side
    """No whole answer came; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """Sends requests; redirects are not followed and nothing is repeated."""

    def __init__(self) -> None:
        self._pool = urllib3.PoolManager(maxsize=64, retries=False)

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, seconds: float
    ) -> Answer:
        """Send and return the answer that is complete within `seconds`, or raise `Silent`."""
        end = time.monotonic() + seconds
        try:
            response = self._pool.request(
                method,
                url,
                headers=dict(headers),
                body=body or None,
                timeout=urllib3.Timeout(total=seconds),
                redirect=False,
                preload_content=False,
            )
            return _read(response, end)
        except NewConnectionError:
            raise Silent("nobody listens there") from None
        except TookTooLong:
            raise Silent(f"not within {seconds:g} s") from None
        except (HTTPError, ValueError) as error:
            raise Silent(f"the connection broke ({type(error).__name__})") from None

    def close(self) -> None:
        """Close every connection."""
        self._pool.clear()


def _read(response: urllib3.BaseHTTPResponse, end: float) -> Answer:
    body = b""
    while chunk := response.read1(65536):
        body += chunk
        if time.monotonic() > end or len(body) > MOST:
            response.close()
            raise Silent("the answer was too slow or too long")
    response.release_conn()
    return Answer(response.status, dict(response.headers), body)
