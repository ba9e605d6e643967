"""What a person does with the phone: each deed becomes a message to the service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from emulator.chat import Kind, Line
from emulator.menus import PRESSED
from emulator.messages import Message, Value, legal
from emulator.options import Options
from emulator.people import Person
from emulator.push import Pusher
from emulator.settings import AppName
from emulator.steps import take_step
from emulator.windows import DEED_LASTS, DEED_SENDS, MESSAGE_LASTS, MESSAGE_SENDS

Extra = Mapping[str, Value]
NOTHING: Extra = {}
SHOWN: dict[str, Kind] = {"text": "text", "image": "image", "voice": "voice"}
TITLES = {
    "text": "文本消息",
    "image": "图片消息",
    "voice": "语音消息",
    "location": "位置消息",
    "video": "视频消息",
    "link": "链接消息",
}


class NotNow(Exception):  # noqa: N818  a fact about the person
    """The person cannot do this at the moment; the text says why."""


class Phone:
    """One person's phone; a method returns the step for the page."""

    def __init__(self, pusher: Pusher, person: Person, options: Options) -> None:
        self.world = pusher.world
        self.pusher = pusher
        self.person = person
        self.options = options

    def follow(self, scene: str) -> dict[str, Any]:
        """Follow the account, perhaps by a QR code with a scene."""
        with self.world.lock:
            if self.person.following:
                raise NotNow("已经关注了")
            now = self.world.clock.now()
            self.person.following, self.person.followed_at = True, now
            self.person.scene = scene
            extra: Extra = {"EventKey": ""}
            if scene:
                extra = {"EventKey": f"qrscene_{scene}", **self._ticket()}
            message = self._event("subscribe", extra, "关注公众号")
        return self._send(message, ("me", "event", "关注了公众号"))

    def unfollow(self) -> dict[str, Any]:
        """Stop following; nothing can be sent to the person any more."""
        with self.world.lock:
            self._must_follow()
            self.person.following = False
            message = self._event("unsubscribe", {"EventKey": ""}, "取消关注", deed=False)
            for windows in [w for app, w in self.person.windows.items() if app == "official"]:
                windows.close()
        return self._send(message, ("me", "event", "取消了关注"))

    def scan(self, scene: str) -> dict[str, Any]:
        """Scan a QR code with a scene; somebody who does not follow follows by it."""
        if not self.person.following:
            return self.follow(scene)
        with self.world.lock:
            message = self._event("SCAN", {"EventKey": scene, **self._ticket()}, "扫描二维码")
        return self._send(message, ("me", "event", f"扫描了二维码：{scene}"))

    def say(self, content: str, tapped: str | None, app: AppName) -> dict[str, Any]:
        """Send a text, or tap a line of a menu message (`tapped`)."""
        extra: dict[str, Value] = {"Content": legal(content)}
        if tapped is not None:
            extra["bizmsgmenuid"] = tapped
        return self.send("text", extra, content, app=app)

    def send(
        self,
        kind: str,
        extra: Extra,
        text: str,
        data: dict[str, Any] | None = None,
        app: AppName = "official",
    ) -> dict[str, Any]:
        """Send an ordinary message of any type."""
        with self.world.lock:
            if app == "official":
                self._must_follow()
            now = self.world.clock.now()
            self.person.interact(app, now, MESSAGE_SENDS, MESSAGE_LASTS)
            fields = {**self._head(app, kind, now), **extra, "MsgId": self.world.ids.message()}
            message = Message(
                app, self.person.openid(app), f"{TITLES.get(kind, kind)}：{text}"[:60], fields
            )
        return self._send(message, ("me", SHOWN.get(kind, "location"), text), data)

    def tap(self, key: str) -> dict[str, Any]:
        """Tap a menu button, also one that the account has taken away since."""
        with self.world.lock:
            self._must_follow()
            button = self.world.menu.find(key) or {"type": "click", "name": key}
            event = PRESSED.get(button["type"], button["type"])
            extra: dict[str, Value] = {"EventKey": key}
            if event.startswith("scancode"):
                extra["ScanCodeInfo"] = {"ScanType": "qrcode", "ScanResult": key}
            deed = event == "CLICK" or event.startswith("scancode")
            message = self._event(event, extra, f"点击菜单：{button['name']}", deed=deed)
        return self._send(message, ("me", "event", f"点击菜单：{button['name']}"))

    def enter(self, came_from: str) -> dict[str, Any]:
        """Open the mini-program's customer-service chat."""
        with self.world.lock:
            now = self.world.clock.now()
            self.person.interact("miniprogram", now, DEED_SENDS["miniprogram"], DEED_LASTS)
            fields = self._head("miniprogram", "event", now)
            fields |= {"Event": "user_enter_tempsession", "SessionFrom": came_from}
            openid = self.person.miniprogram_openid
            message = Message("miniprogram", openid, "进入小程序客服会话", fields)
        return self._send(message, ("me", "event", "进入了小程序客服"))

    def push(self, message: Message, line: str) -> dict[str, Any]:
        """Send a ready-made event about this person, shown as one line in the chat."""
        return self._send(message, ("me", "event", line))

    def _event(self, event: str, extra: Extra, title: str, *, deed: bool = True) -> Message:
        now = self.world.clock.now()
        if deed:
            self.person.interact("official", now, DEED_SENDS["official"], DEED_LASTS)
        fields = {**self._head("official", "event", now), "Event": event, **extra}
        return Message("official", self.person.official_openid, title, fields)

    def _head(self, app: AppName, kind: str, now: datetime) -> dict[str, Value]:
        return {
            "ToUserName": self.world.settings.account(app).original_id,
            "FromUserName": self.person.openid(app),
            "CreateTime": int(now.timestamp()),
            "MsgType": kind,
        }

    def _ticket(self) -> dict[str, Value]:
        return {"Ticket": f"gQ{self.world.ids.fresh('ticket', 86)}=="}

    def _must_follow(self) -> None:
        if not self.person.following:
            raise NotNow("还没有关注公众号，请先关注")

    def _send(
        self, message: Message, line: Line, data: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return take_step(self.pusher, self.person, message, (line, data), self.options)
