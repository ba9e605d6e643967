"""Staff and walk-ins in the crowd: people who are entered at the desk, offered places, let in."""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select, update

from bench import letters
from bench.district import opened
from bench.rigs.doors import App, Console
from bench.rigs.hands import Deed, Hand
from bench.rigs.routes import said
from bench.rigs.scene import Cast
from bench.rigs.sender import message
from server.people.models import Person
from server.volunteers.models import Activity, Shift

SOON = timedelta(minutes=25)
"""Sign-up is still open then, and whoever comes may be let in already."""
_keys = count(1)


def prepare(url: str, first: int) -> None:
    """Let the first shift begin soon, and give everybody from this person on a number to show."""
    starts_at = datetime.now(UTC) + SOON
    with opened(url) as database, database.transaction() as session:
        ends_at = starts_at + timedelta(hours=2)
        moments = {"starts_at": starts_at, "closes_at": starts_at, "ends_at": ends_at}
        session.execute(update(Shift).where(Shift.id == 1).values(moments))
        closes = {"closes_at": starts_at, "ends_at": ends_at}
        session.execute(update(Activity).where(Activity.id == 1).values(closes))
        for person in session.scalars(select(Person).where(Person.id >= first)):
            person.volunteer_no = shown(person.id)


def shown(person: int) -> str:
    """Return the volunteer number of a person."""
    return f"14010600{person:06}"


class Desk(Hand):
    """Does at random what a desk, a leader, or somebody who was offered a place may do."""

    def __init__(
        self, path: Path, seed: str, cast: Cast, people: Sequence[int], activities: int
    ) -> None:
        super().__init__(path, seed)
        self.did: Counter[str] = Counter()
        self._cast = cast
        self._console = Console(cast.clerk)
        self._people = people
        self._activities = activities

    def work(self, ports: list[int], stop: threading.Event) -> None:
        """Go on until told to stop."""
        ways = (self._enter, self._enter, self._let_in, self._say)
        while not stop.is_set():
            deed = self.chance.choice(ways)(self.chance.choice(self._people))
            if self.act(deed, ports, stop):
                self.did[deed.about[0]] += 1

    def _enter(self, person: int) -> Deed:
        path = f"/shifts/{self.chance.randint(1, self._activities)}/enter"
        fields = {"word": shown(person), "channel": "phone"}
        key = f"desk:{next(_keys)}"
        return Deed(key, ("entered",), lambda port: self._console.post(port, path, fields))

    def _let_in(self, person: int) -> Deed:
        app, key = App(self._cast.tokens[self._cast.clerk.person_id]), f"desk-{next(_keys)}"
        body = {"who": shown(person), "direction": "in"}
        return Deed(
            key, ("let in",), lambda port: app.post(port, "/shifts/1/people", body, key) is not None
        )

    def _say(self, person: int) -> Deed:
        word, told = self.chance.choice(
            (("取消", "已取消"), ("接受", "报名成功"), ("放弃", "放弃"))
        )
        what = message(letters.openid(person), f"{word} {self.chance.randint(1, self._activities)}")
        return Deed(what.key, (word,), lambda port: told in said(port, what))
