"""The service's REST API as far as the phone page uses it: activities, sign-up, the account."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

TITLES = (
    (
        "社区食堂送餐",
        "elderly_and_children",
        "party",
        "柳巷街道桃园社区",
        1,
        "骑行送餐，请戴头盔、注意路况。",
    ),
    (
        "独居老人上门陪聊",
        "elderly_and_children",
        "women",
        "文庙街道上马社区",
        6,
        "两人一组上门，不收受礼物。",
    ),
    (
        "义诊秩序引导",
        "medical_and_health",
        "youth",
        "迎泽公园东门",
        12,
        "户外站立两小时，请穿保暖衣物。",
    ),
    (
        "防汛沙袋演练",
        "emergency_rescue",
        "veterans",
        "老军营街道广场",
        20,
        "搬运重物，腰伤者请勿报名。",
    ),
    ("河道捡拾垃圾", "environment", "youth", "桥东街道", 15, "近水作业，须穿救生衣。"),
    ("老照片口述史", "culture", "seniors", "庙前街道文化站", 8, "室内活动，无特别风险。"),
)
LATER = ("便民理发", "旧衣分拣", "图书整理", "路口文明引导", "消防通道清理", "郝庄镇敬老院慰问")
DAY = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


class Service:
    """Activities with one shift each, and who stands where."""

    def __init__(self) -> None:
        rows = [
            *TITLES,
            *((title, "convenience", "other", "郝庄镇", 10, "无特别风险。") for title in LATER),
        ]
        self.activities = [_activity(number, row) for number, row in enumerate(rows, 1)]
        self.states: dict[tuple[str, str], str] = {}
        self.linked: set[str] = set()

    def listed(self) -> str:
        """Return the chat's list of activities."""
        when = "11月25日（周三）09:00"
        lines = [
            f"{a['number']}. {a['title']} 余{self._left(a)}位\n   {when} {a['place']}"
            for a in self.activities[:4]
        ]
        return "最近的志愿活动：\n" + "\n".join(lines) + "\n回复“报名 1”或直接发编号就能报名。"

    def sign_up(self, person: str, shift: str) -> dict[str, Any]:
        activity = self._of(shift)
        free = self._left(activity) > 0
        self.states.setdefault((person, shift), "confirmed" if free else "waitlisted")
        state = self.states[person, shift]
        return {"state": state, "position": 1 if state == "waitlisted" else None}

    def cancel(self, person: str, shift: str) -> dict[str, Any]:
        self.states.pop((person, shift), None)
        for (other, each), state in self.states.items():
            if each == shift and state == "waitlisted":
                self.states[other, each] = "offered"
                break
        return {"state": "cancelled"}

    def answer(self, person: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Answer one call of the mini-program."""
        parts = urlsplit(path)
        words = parts.path.removeprefix("/api/v1/").split("/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if words == ["activities"]:
            return 200, self._list(person, query)
        if words == ["inbox"]:
            return 200, {"items": [], "next_cursor": None, "unread": 0}
        if words[0] == "shifts":
            return 200, self._sign(person, method, words)
        if words == ["me", "signups"]:
            return 200, {
                "items": [
                    self._mine(key, state) for key, state in self.states.items() if key[0] == person
                ]
            }
        if (words[0] == "me" and words[1:] in (["privacy"], [])) or words == ["guardianships"]:
            return 200, self._own(person)
        return self._account(person, words, body)

    def _own(self, person: str) -> dict[str, Any]:
        """Return what the account's page reads, all in one."""
        about = {"name": "林小满", "phone": "138****0001", "linked": person in self.linked}
        return about | {"items": [], "words": "隐私说明（第1版）\n保存什么", "leaving_at": None}

    def _account(self, person: str, words: list[str], body: Any) -> tuple[int, Any]:
        if words == ["me", "link"] and body == {"code": "123456"}:
            self.linked.add(person)
            return 200, {}
        if words == ["me", "phone"] and body == {"code": "phone-code-1"}:
            return 200, {}
        return 404, {
            "code": "link.unknown",
            "message": "绑定码不对或已过期，请在聊天里重新发“绑定”。",
        }

    def _sign(self, person: str, method: str, words: list[str]) -> dict[str, Any]:
        shift = words[1]
        if method == "DELETE" or words[-1] == "decline":
            return self.cancel(person, shift)
        if words[-1] == "accept":
            self.states[person, shift] = "confirmed"
            return {"state": "confirmed", "position": None}
        return self.sign_up(person, shift)

    def _list(self, person: str, query: dict[str, str]) -> dict[str, Any]:
        wanted = [
            activity | {"shifts": [self._shift(person, activity)]}
            for activity in self.activities
            if query.get("q", "") in activity["title"] + activity["place"]
            and query.get("field", activity["field"]) == activity["field"]
        ]
        start, limit = int(query.get("cursor", 0)), int(query.get("limit", 20))
        following = str(start + limit) if start + limit < len(wanted) else None
        return {"items": wanted[start : start + limit], "next_cursor": following}

    def _mine(self, key: tuple[str, str], state: str) -> dict[str, Any]:
        activity = self._of(key[1])
        item = {"shift": self._shift(key[0], activity), "activity": activity, "state": state}
        return item | {"position": 1 if state == "waitlisted" else None, "offer_expires_at": None}

    def _shift(self, person: str, activity: dict[str, Any]) -> dict[str, Any]:
        shift = f"s{activity['number']}"
        starts = DAY + timedelta(days=activity["number"] // 2)
        return {
            "id": shift,
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=2)).isoformat(),
            "capacity": activity["capacity"],
            "places_left": self._left(activity),
            "waiting": sum(
                s == "waitlisted" for (_, each), s in self.states.items() if each == shift
            ),
            "my_state": self.states.get((person, shift)),
        }

    def _left(self, activity: dict[str, Any]) -> int:
        shift = f"s{activity['number']}"
        held = sum(s != "waitlisted" for (_, each), s in self.states.items() if each == shift)
        return max(0, int(activity["capacity"]) - held)

    def _of(self, shift: str) -> dict[str, Any]:
        return self.activities[int(shift[1:]) - 1]


def _activity(number: int, row: tuple[str, str, str, str, int, str]) -> dict[str, Any]:
    title, field, team, place, capacity, risk = row
    shown = {"id": f"a{number}", "number": number, "title": title, "field": field, "team": team}
    return shown | {"place": place, "area": "迎泽区", "risk_note": risk, "capacity": capacity}
