"""Whatever people and staff may do on a street, all at once, by all doors."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from bench.rigs.desks import shown
from bench.rigs.doors import Console
from bench.rigs.routes import Routes
from bench.rigs.sender import Ambiguous, Unsent
from bench.rigs.standin import StandIn
from bench.rigs.street import Stand, Street
from bench.rigs.townsfolk import CHAT, Send, Townsfolk
from config.wording import LOCAL
from server.db import Database
from server.volunteers.models import Activity, Signup

MARKS = 4
"""So many people are marked on the roster at a time."""


class Player(Townsfolk):
    """One thread's worth of deeds, drawn by lot; `surfaced` counts what was no proper answer."""

    def __init__(
        self, street: Street, database: Database, routes: Routes, standin: StandIn, seed: str
    ) -> None:
        super().__init__(street, database, routes, seed)
        self.did: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.surfaced: Counter[str] = Counter()
        self.slowest = 0.0
        self.standin = standin
        self._worker, self._colleague = Console(street.worker), Console(street.colleague)
        self._deeds = self._known()

    def act(self, ports: list[int]) -> None:
        """Do one thing, and note what was answered."""
        names = list(self._deeds)
        weights = [self._deeds[name][0] for name in names]
        [name] = self.chance.choices(names, weights)
        send, begun = self._deeds[name][1](), time.monotonic()
        try:
            taken = send(self.chance.choice(ports))
        except (Ambiguous, Unsent) as error:
            self.surfaced[f"{name}: {error}"] += 1
            return
        finally:
            self.slowest = max(self.slowest, time.monotonic() - begun)
        (self.did if taken else self.refused)[name] += 1

    def _known(self) -> dict[str, tuple[int, Callable[[], Send]]]:
        """Return every deed by name, with how often it is drawn."""
        return {
            **{name: (8 if name == "sign up" else 4, self.chat(name)) for name in CHAT},
            "sign up by phone": (6, lambda: self.by_phone("PUT", "")),
            "leave by phone": (4, lambda: self.by_phone("DELETE", "")),
            "accept by phone": (2, lambda: self.by_phone("POST", "/accept")),
            "come": (6, lambda: self.come("typed")),
            "come by scan": (6, lambda: self.come("scanned")),
            "go": (4, self.go),
            "mark": (6, lambda: self._mark(self.street.worker.person_id)),
            "let in": (3, self._let_in),
            "enter": (4, lambda: self._enter(self._worker)),
            "places": (4, self._places),
            "move": (4, self._move),
            "relocate": (2, self._relocate),
            "call off": (2, self._call_off),
            "link": (2, self.link),
            "be forgotten": (2, self.be_forgotten),
            "hand over": (2, self._hand_over),
            "take back": (2, self._take_back),
            "stand in: mark": (3, lambda: self._as_colleague(self._mark_as_colleague())),
            "stand in: enter": (3, lambda: self._as_colleague(self._enter(self._colleague))),
        }

    def _mark(self, by: int) -> Send:
        stand = self.stand()
        with self.database.reading() as session:
            found = select(Signup.id).where(Signup.shift_id == stand.shift_id)
            ids = list(session.scalars(found.order_by(Signup.id.desc()).limit(20)))
        chosen = self.chance.sample(ids, min(MARKS, len(ids)))
        did = self.chance.choice(("came", "whole", "left"))
        marks = [{"signup_id": str(each), "did": did} for each in chosen]
        token = self.street.tokens[by]
        return self.app(token, "POST", f"/shifts/{stand.shift_id}/roster", marks=marks)

    def _mark_as_colleague(self) -> Send:
        return self._mark(self.street.colleague.person_id)

    def _let_in(self) -> Send:
        path, token = f"/shifts/{self.stand().shift_id}/people", self._token_of_worker
        return self.app(token, "POST", path, who=shown(self.somebody()), direction="in")

    @property
    def _token_of_worker(self) -> str:
        return self.street.tokens[self.street.worker.person_id]

    def _enter(self, console: Console) -> Send:
        path = f"/shifts/{self.stand().shift_id}/enter"
        fields = {"word": shown(self.somebody()), "channel": "phone", "override": "本人坚持"}
        return lambda port: console.post(port, path, fields)

    def _places(self) -> Send:
        fields = {"places": str(self.chance.randint(2, 5))}
        path = f"/shifts/{self.stand().shift_id}/capacity"
        return lambda port: self._worker.post(port, path, fields)

    def _move(self) -> Send:
        stand = self.chance.choice(self.now.stands[:-1])
        begins = (stand.starts_at + timedelta(minutes=self.chance.randrange(10))).astimezone(LOCAL)
        fields = {
            "seen": self._seen(stand),
            "day": f"{begins:%Y-%m-%d}",
            "begins": f"{begins:%H:%M}",
            "ends": f"{begins + timedelta(hours=1):%H:%M}",
        }
        path = f"/shifts/{stand.shift_id}/move"
        return lambda port: self._worker.post(port, path, fields)

    def _relocate(self) -> Send:
        stand = self.stand()
        fields = {"seen": self._seen(stand), "place": f"示例广场{self.chance.randrange(100)}号"}
        path = f"/activities/{stand.activity_id}/place"
        return lambda port: self._worker.post(port, path, fields)

    def _seen(self, stand: Stand) -> str:
        with self.database.reading() as session:
            return str(session.get_one(Activity, stand.activity_id).revision)

    def _call_off(self) -> Send:
        path = f"/activities/{self.stand().activity_id}/cancel"
        return lambda port: self._worker.post(port, path, {"reason": "示例：暴雨预警"})

    def _hand_over(self) -> Send:
        return lambda port: self.standin.begin(self._worker, port)

    def _take_back(self) -> Send:
        return lambda port: self.standin.end(self._worker, port)

    def _as_colleague(self, send: Send) -> Send:
        return lambda port: self.standin.act(send, port)
