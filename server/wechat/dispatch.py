"""Many calls with access tokens at once; a refused token is renewed once a call."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from server.wechat.answers import Json
from server.wechat.calls import Post
from server.wechat.errors import StaleToken, WechatError
from server.wechat.lines import Heard, Lines, MayLeave

log = logging.getLogger(__name__)


class Dispatch:
    """Sends what is ready on so many lines at once; close it when done.

    `send` may be called from any thread; what came of a call is told in another. Renewing a token
    waits in a thread of its own, so that it holds up no line.
    """

    def __init__(self, base_url: str, clock: Callable[[], datetime], most: int) -> None:
        self._clock = clock
        self._lines = Lines(base_url, clock, most)
        self._renewals = ThreadPoolExecutor(1, thread_name_prefix="renew")

    def send(self, post: Post, heard: Heard, may_leave: MayLeave) -> None:
        """Make the call, with one more try when its token is refused."""
        try:
            token = post.tokens.token(self._clock())
        except WechatError as error:
            heard(error)
            return

        def told(outcome: Json | Exception) -> None:
            if isinstance(outcome, StaleToken):
                self._renewals.submit(self._again, post, token, heard, may_leave)
            else:
                heard(outcome)

        self._post(post, token, told, may_leave)

    def close(self) -> None:
        """Close every line, once all is told."""
        self._lines.close()
        self._renewals.shutdown()

    def _again(self, post: Post, stale: str, heard: Heard, may_leave: MayLeave) -> None:
        try:
            fresh = post.tokens.refresh(stale, self._clock())
        except WechatError as error:
            heard(error)
            return
        except Exception as mistake:
            # nobody waits for this thread: whoever asked must hear of it all the same
            log.exception("the access token cannot be renewed")
            heard(mistake)
            return
        self._post(post, fresh, heard, may_leave)

    def _post(self, post: Post, token: str, heard: Heard, may_leave: MayLeave) -> None:
        self._lines.post(post.path, {"access_token": token}, post.body, heard, may_leave)
