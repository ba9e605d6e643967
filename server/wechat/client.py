"""Our side of WeChat's API: the official account and the mini-program over one wire."""

from dataclasses import dataclass

from config.settings import Settings, WechatApp
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
    """Both apps; close it when the service stops."""

    official: OfficialAccount
    miniprogram: MiniProgram
    http: Http

    def close(self) -> None:
        """Close the connections to WeChat."""
        self.http.close()


def open_wechat(settings: Settings, store: Store, clock: Clock) -> Wechat:
    """Return both apps on one connection pool; nothing is called before the first use."""
    http = Http(settings.wechat_api_url, clock)

    def tokens(app: WechatApp) -> TokenKeeper:
        return TokenKeeper(app, http, store)

    official, miniprogram = settings.official, settings.miniprogram
    state: State = "formal" if settings.environment == "production" else "developer"
    return Wechat(
        official=OfficialAccount(official, http, tokens(official), clock),
        miniprogram=MiniProgram(miniprogram, http, tokens(miniprogram), clock, state),
        http=http,
    )
