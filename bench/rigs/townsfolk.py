"""What volunteers may do on a street, by chat and by mini-program, drawn by lot."""

import random
from collections.abc import Callable
from itertools import count

from sqlalchemy import select

from bench import letters
from bench.rigs.doors import App
from bench.rigs.routes import Routes, said
from bench.rigs.sender import APOLOGY, Ambiguous, message
from bench.rigs.street import Round, Stand, Street
from server.db import Database
from server.volunteers.models import Signup, SignupState

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
_keys = count(1)


class Townsfolk:
    """Makes deeds of volunteers; each is sent to a port, and tells whether it was taken."""

    def __init__(self, street: Street, database: Database, routes: Routes, seed: str) -> None:
        self.round: Round | None = None
        self.chance = random.Random(seed)
        self.street = street
        self.database = database
        self._routes = routes

    @property
    def now(self) -> Round:
        """Return what there is to do, and who is about."""
        assert self.round is not None
        return self.round

    def somebody(self) -> int:
        """Return one of the volunteers."""
        return self.chance.choice(self.now.volunteers)

    def somewhere(self, *states: SignupState) -> tuple[int, Stand]:
        """Return somebody and an activity; most of the time they stand so towards it."""
        stands = {stand.shift_id: stand for stand in self.now.stands}
        here = Signup.shift_id.in_(stands), Signup.person_id.in_(self.now.volunteers)
        with self.database.reading() as session:
            pairs = select(Signup.person_id, Signup.shift_id).where(*here, Signup.state.in_(states))
            found = session.execute(pairs).all()
        if not found or self.chance.random() > SENSE:
            return self.somebody(), self.stand()
        person, shift_id = self.chance.choice(found)
        return person, stands[shift_id]

    def stand(self) -> Stand:
        """Return one of the activities."""
        return self.chance.choice(self.now.stands)

    def chat(self, name: str) -> Callable[[], Send]:
        """Return what makes a deed of this name by chat."""
        word, told, states = CHAT[name]

        def say() -> Send:
            person, stand = self.somewhere(*states)
            return self.saying(person, f"{word} {stand.number}", told)

        return say

    def saying(self, person: int, words: str, told: tuple[str, ...]) -> Send:
        """Let somebody say this in chat; taken when one of these words stands in the reply."""
        what = message(letters.openid(person), words)

        def send(port: int) -> bool:
            reply = said(port, what)
            if APOLOGY in reply:
                raise Ambiguous("an apology")
            return any(each in reply for each in told)

        return send

    def app(self, token: str, method: str, path: str, **body: object) -> Send:
        """Ask something of the API as whoever bears this token."""
        key = f"tangle-{next(_keys)}"
        return lambda port: App(token).ask(port, method, path, body, key) is not None

    def by_phone(self, method: str, end: str) -> Send:
        """Let somebody do something about their sign-up by mini-program."""
        tokens = [self.street.tokens[self.somebody()], *(token for token, _ in self.now.pairs)]
        path = f"/shifts/{self.stand().shift_id}/signup{end}"
        return self.app(self.chance.choice(tokens), method, path)

    def come(self, way: str) -> Send:
        """Let somebody come by this route."""
        person, stand = self.somewhere(SignupState.CONFIRMED)
        deed: Send = getattr(self._routes, way)(person, stand).send
        return deed

    def go(self) -> Send:
        """Let somebody leave, with a code or without."""
        person, stand = self.somewhere(SignupState.CHECKED_IN)
        if self.chance.random() < 0.5:
            return self.saying(person, "签退", ("已签退",))
        return self._routes.leaves(person, stand).send

    def link(self) -> Send:
        """Let one who knows the mini-program alone prove to be one of the volunteers."""
        token, person = self.chance.choice(self.now.pairs)
        key = f"tangle-{next(_keys)}"

        def send(port: int) -> bool:
            offered = App(token).ask(port, "POST", "/me/link-code", {}, key)
            if offered is None:
                return False
            return self.saying(person, f"绑定 {offered['code']}", ("绑定好了",))(port)

        return send

    def be_forgotten(self) -> Send:
        """Let one of those who leave for good ask for it."""
        person = self.chance.choice(self.now.leavers)
        return self.app(self.street.tokens[person], "DELETE", "/me")
