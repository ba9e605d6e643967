"""Sending one message over a connection of one's own, and hearing what became of it."""

import http.client
from dataclasses import dataclass

from bench import letters

REPLY_SECONDS = 20.0
LATER = "正在办理"
APOLOGY = "系统出了点问题"


@dataclass(frozen=True, slots=True)
class Message:
    """A text message, and the key under which the service keeps it."""

    sender: str
    words: str
    msg_id: int

    @property
    def key(self) -> str:
        """Return what the service names it by."""
        return f"official:{self.sender}:{self.msg_id}"


class Unsent(Exception):  # noqa: N818  what is known
    """Nobody took the connection: the message has certainly not arrived."""


class Ambiguous(Exception):  # noqa: N818  what is known
    """The line was cut or the service was busy: it may have arrived, or may not."""


def message(sender: str, words: str) -> Message:
    """Return a message that has never been sent."""
    return Message(sender, words, letters.next_msg_id())


class Line:
    """A kept-alive connection to one service process."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=REPLY_SECONDS)

    def send(self, what: Message) -> str:
        """Deliver the message, freshly signed as WeChat does each time; return the reply."""
        path, body = letters.sealed(letters.text(what.sender, what.words, what.msg_id), what.sender)
        self._connect()
        try:
            self._line.request("POST", path, body, {"Content-Type": "text/xml"})
            response = self._line.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._line.close()
            raise Ambiguous(type(error).__name__) from error
        if response.status != 200:
            raise Ambiguous(f"HTTP {response.status}")
        return letters.content(answer)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _connect(self) -> None:
        if self._line.sock is not None:
            return
        try:
            self._line.connect()
        except OSError as error:
            self._line.close()
            raise Unsent from error
