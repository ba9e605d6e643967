"""Whatever people and staff may do on a street, all at once, by all doors."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from sqlalchemy import select

from bench import letters
from bench.rigs.desks import shown
from bench.rigs.doors import App, Console
from bench.rigs.routes import Routes, said
from bench.rigs.sender import APOLOGY, Ambiguous, Unsent, message
from bench.rigs.standin import StandIn
from bench.rigs.street import Round, Stand, Street
from config.wording import LOCAL
from server.db import Database
from server.volunteers.models import Activity, Signup, SignupState

Send = Callable[[int], bool]
CHAT = {
    "sign up": ("报名", ("报名成功", "候补第", "给您留到"), ()),
    "leave": ("取消", ("已取消",), (SignupState.CONFIRMED, SignupState.WAITLISTED)),
    "accept": ("接受", ("报名成功",), (SignupState.OFFERED,)),
    "decline": ("放弃", ("放弃",), (SignupState.OFFERED,)),
}
"""What people say, what they are told when it is taken, and how those stand who would say it."""
SENSE = 0.8
"""So often somebody is chosen for whom the deed makes sense; else anybody."""
MARKS = 4
"""So many people are marked on the roster at a time."""
_keys = count(1)


class Player:
    """One thread's worth of deeds, drawn by lot; `surfaced` counts what was no proper answer."""

    def __init__(
        self, street: Street, database: Database, routes: Routes, standin: StandIn, seed: str
    ) -> None:
        self.did: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.surfaced: Counter[str] = Counter()
        self.slowest = 0.0
        self.round: Round | None = None
        self.chance = random.Random(seed)
        self._street = street
        self._database = database
        self._routes = routes
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
            **{name: (8 if name == "sign up" else 4, self._chat(name)) for name in CHAT},
            "sign up by phone": (6, lambda: self._by_phone("PUT", "")),
            "leave by phone": (4, lambda: self._by_phone("DELETE", "")),
            "accept by phone": (2, lambda: self._by_phone("POST", "/accept")),
            "come": (6, lambda: self._come("typed")),
            "come by scan": (6, lambda: self._come("scanned")),
            "go": (4, self._go),
            "mark": (6, lambda: self._mark(self._street.worker.person_id)),
            "let in": (3, self._let_in),
            "enter": (4, lambda: self._enter(self._worker)),
            "places": (4, self._places),
            "move": (4, self._move),
            "relocate": (2, self._relocate),
            "call off": (2, self._call_off),
            "link": (2, self._link),
            "be forgotten": (2, self._be_forgotten),
            "hand over": (2, self._hand_over),
            "take back": (2, self._take_back),
            "stand in: mark": (3, lambda: self._as_colleague(self._mark_as_colleague())),
            "stand in: enter": (3, lambda: self._as_colleague(self._enter(self._colleague))),
        }

    @property
    def _now(self) -> Round:
        assert self.round is not None
        return self.round

    def _somebody(self) -> int:
        return self.chance.choice(self._now.volunteers)

    def _somewhere(self, *states: SignupState) -> tuple[int, Stand]:
        """Return somebody and an activity; most of the time they stand so towards it."""
        stands = {stand.shift_id: stand for stand in self._now.stands}
        here = Signup.shift_id.in_(stands), Signup.person_id.in_(self._now.volunteers)
        with self._database.reading() as session:
            pairs = select(Signup.person_id, Signup.shift_id).where(*here, Signup.state.in_(states))
            found = session.execute(pairs).all()
        if not found or self.chance.random() > SENSE:
            return self._somebody(), self._stand()
        person, shift_id = self.chance.choice(found)
        return person, stands[shift_id]

    def _stand(self) -> Stand:
        return self.chance.choice(self._now.stands)

    def _chat(self, name: str) -> Callable[[], Send]:
        word, told, states = CHAT[name]

        def say() -> Send:
            person, stand = self._somewhere(*states)
            return self._saying(person, f"{word} {stand.number}", told)

        return say

    def _saying(self, person: int, words: str, told: tuple[str, ...]) -> Send:
        what = message(letters.openid(person), words)

        def send(port: int) -> bool:
            reply = said(port, what)
            if APOLOGY in reply:
                raise Ambiguous("an apology")
            return any(each in reply for each in told)

        return send

    def _app(self, token: str, method: str, path: str, **body: object) -> Send:
        key = f"tangle-{next(_keys)}"
        return lambda port: App(token).ask(port, method, path, body, key) is not None

    def _by_phone(self, method: str, end: str) -> Send:
        tokens = [self._street.tokens[self._somebody()], *(token for token, _ in self._now.pairs)]
        path = f"/shifts/{self._stand().shift_id}/signup{end}"
        return self._app(self.chance.choice(tokens), method, path)

    def _come(self, way: str) -> Send:
        person, stand = self._somewhere(SignupState.CONFIRMED)
        deed: Send = getattr(self._routes, way)(person, stand).send
        return deed

    def _go(self) -> Send:
        person, stand = self._somewhere(SignupState.CHECKED_IN)
        if self.chance.random() < 0.5:
            return self._saying(person, "签退", ("已签退",))
        return self._routes.leaves(person, stand).send

    def _mark(self, by: int) -> Send:
        stand = self._stand()
        with self._database.reading() as session:
            found = select(Signup.id).where(Signup.shift_id == stand.shift_id)
            ids = list(session.scalars(found.order_by(Signup.id.desc()).limit(20)))
        chosen = self.chance.sample(ids, min(MARKS, len(ids)))
        did = self.chance.choice(("came", "whole", "left"))
        marks = [{"signup_id": str(each), "did": did} for each in chosen]
        token = self._street.tokens[by]
        return self._app(token, "POST", f"/shifts/{stand.shift_id}/roster", marks=marks)

    def _mark_as_colleague(self) -> Send:
        return self._mark(self._street.colleague.person_id)

    def _let_in(self) -> Send:
        path, token = f"/shifts/{self._stand().shift_id}/people", self._token_of_worker
        return self._app(token, "POST", path, who=shown(self._somebody()), direction="in")

    @property
    def _token_of_worker(self) -> str:
        return self._street.tokens[self._street.worker.person_id]

    def _enter(self, console: Console) -> Send:
        path = f"/shifts/{self._stand().shift_id}/enter"
        fields = {"word": shown(self._somebody()), "channel": "phone", "override": "本人坚持"}
        return lambda port: console.post(port, path, fields)

    def _places(self) -> Send:
        fields = {"places": str(self.chance.randint(2, 5))}
        path = f"/shifts/{self._stand().shift_id}/capacity"
        return lambda port: self._worker.post(port, path, fields)

    def _move(self) -> Send:
        stand = self.chance.choice(self._now.stands[:-1])
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
        stand = self._stand()
        fields = {"seen": self._seen(stand), "place": f"示例广场{self.chance.randrange(100)}号"}
        path = f"/activities/{stand.activity_id}/place"
        return lambda port: self._worker.post(port, path, fields)

    def _seen(self, stand: Stand) -> str:
        with self._database.reading() as session:
            return str(session.get_one(Activity, stand.activity_id).revision)

    def _call_off(self) -> Send:
        path = f"/activities/{self._stand().activity_id}/cancel"
        return lambda port: self._worker.post(port, path, {"reason": "示例：暴雨预警"})

    def _link(self) -> Send:
        token, person = self.chance.choice(self._now.pairs)
        key = f"tangle-{next(_keys)}"

        def send(port: int) -> bool:
            offered = App(token).ask(port, "POST", "/me/link-code", {}, key)
            if offered is None:
                return False
            return self._saying(person, f"绑定 {offered['code']}", ("绑定好了",))(port)

        return send

    def _be_forgotten(self) -> Send:
        person = self.chance.choice(self._now.leavers)
        return self._app(self._street.tokens[person], "DELETE", "/me")

    def _hand_over(self) -> Send:
        return lambda port: self.standin.begin(self._worker, port)

    def _take_back(self) -> Send:
        return lambda port: self.standin.end(self._worker, port)

    def _as_colleague(self, send: Send) -> Send:
        return lambda port: self.standin.act(send, port)
