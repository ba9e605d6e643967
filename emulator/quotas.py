"""How often an application may call an API on one day (Beijing time).

Numbers: 接口调用频次限制 and the single APIs' pages; a test may lower them.
"""

from collections import Counter
from datetime import datetime

from emulator.clock import beijing_day
from emulator.settings import AppName

DAILY = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/message/subscribe/send": 10_000_000,
    "/cgi-bin/message/subscribe/bizsend": 10_000_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/menu/create": 1_000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/user/get": 500,
}


class Quotas:
    """The day's counts."""

    def __init__(self) -> None:
        self.limits = dict(DAILY)
        self._used: Counter[tuple[AppName, str, str]] = Counter()

    def use(self, app: AppName, path: str, now: datetime) -> bool:
        """Count a call; False when the day's number is used up."""
        key = (app, path, beijing_day(now))
        self._used[key] += 1
        limit = self.limits.get(path)
        return limit is None or self._used[key] <= limit
