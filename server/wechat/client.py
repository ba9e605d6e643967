"""Our side of WeChat's API: the official account and the mini-program over one wire."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.settings import Settings
from server.store import Store
from server.wechat.calls import Clock
from server.wechat.http import Http
from server.wechat.miniprogram import LoginSession as LoginSession
from server.wechat.miniprogram import MiniProgram as MiniProgram
from server.wechat.miniprogram import State
from server.wechat.official import Follower as Follower
from server.wechat.official import OfficialAccount as OfficialAccount
from server.wechat.official import QrCode as QrCode
from server.wechat.token import TokenKeeper


@dataclass(frozen=True, slots=True)
class Wechat:
    """Both apps, with the keepers of their tokens by name; close it when the service stops."""

    official: OfficialAccount
    miniprogram: MiniProgram
    http: Http
    tokens: Mapping[str, TokenKeeper]

    def close(self) -> None:
        """Close the connections to WeChat."""
        self.http.close()


def open_wechat(settings: Settings, store: Store, clock: Clock) -> Wechat:
    """Return both apps on one connection pool; nothing is called before the first use."""
    http = Http(settings.wechat_api_url, clock)

    official, miniprogram = settings.official, settings.miniprogram
    apps = {"official": official, "miniprogram": miniprogram}
    tokens = {name: TokenKeeper(app, http, store) for name, app in apps.items()}
    state: State = "formal" if settings.environment == "production" else "developer"
    return Wechat(
        official=OfficialAccount(official, http, tokens["official"], clock),
        miniprogram=MiniProgram(miniprogram, http, tokens["miniprogram"], clock, state),
        http=http,
        tokens=tokens,
    )
