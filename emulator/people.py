"""The invented people who hold the phones, and how the accounts know them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from emulator.ids import Ids
from emulator.settings import AppName
from emulator.windows import Windows


@dataclass(slots=True)
class Person:
    """One person: an openid per application, perhaps a unionid, and what they allow."""

    id: str
    name: str
    phone: str
    official_openid: str
    miniprogram_openid: str
    unionid: str | None
    large_text: bool = False
    following: bool = False
    followed_at: datetime | None = None
    scene: str = ""
    risky: bool = False
    blocks_templates: bool = False
    refuses_messages: bool = False
    employed: bool = False
    session_key: str = ""
    last_visit: datetime | None = None
    last_interaction: datetime | None = None
    bearer: str | None = None
    windows: dict[AppName, Windows] = field(default_factory=dict)

    def openid(self, app: AppName) -> str:
        """Return the name by which that application knows the person."""
        return self.official_openid if app == "official" else self.miniprogram_openid

    def interact(self, app: AppName, now: datetime, sends: int, lasting: timedelta) -> None:
        """Note that the person did something, which lets the account send `sends` messages."""
        self.last_interaction = now
        if app == "miniprogram":
            self.last_visit = now
        self.windows.setdefault(app, Windows()).open(sends, lasting, now)

    def show(self) -> dict[str, Any]:
        """Return what the phone page and the tests may see."""
        shown = ("id", "name", "phone", "official_openid", "miniprogram_openid", "unionid")
        flags = ("following", "large_text", "risky", "blocks_templates", "refuses_messages")
        return {name: getattr(self, name) for name in (*shown, *flags, "employed")}


class People:
    """Everybody, by id and by openid."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._all: dict[str, Person] = {}
        self._by_openid: dict[tuple[AppName, str], Person] = {}

    def add(self, name: str, phone: str = "", unionid: bool = True) -> Person:
        """Let a new person appear, who does not follow the account yet."""
        number = len(self._all) + 1
        person = Person(
            id=f"p{number}",
            name=name,
            phone=phone or f"138{number:08d}",
            official_openid=f"oGZH0{self._ids.lasting('official', number, 23)}",
            miniprogram_openid=f"oXCX0{self._ids.lasting('miniprogram', number, 23)}",
            unionid=f"oUNI0{self._ids.lasting('union', number, 23)}" if unionid else None,
        )
        self._all[person.id] = person
        self._by_openid["official", person.official_openid] = person
        self._by_openid["miniprogram", person.miniprogram_openid] = person
        return person

    def get(self, person_id: str) -> Person | None:
        """Return the person with that id."""
        return self._all.get(person_id)

    def known_as(self, app: AppName, openid: object) -> Person | None:
        """Return the person whom that application knows by that openid."""
        return self._by_openid.get((app, openid)) if isinstance(openid, str) else None

    def all(self, wanted: Callable[[Person], bool] = lambda person: True) -> list[Person]:
        """Return the people in the order in which they appeared."""
        return [person for person in self._all.values() if wanted(person)]
