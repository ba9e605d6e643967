"""What lives as long as the process: the settings, and all that was opened with them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import TypeVar, cast

from config.settings import Settings
from server.db import Database
from server.limits import Limits
from server.metrics import Metrics
from server.party.keys import OFF, RULES, WING, PartyVault
from server.party.reviews.terms import REVIEW_RULES, Rules
from server.people.vault import Vault
from server.store import Store, open_store
from server.volunteers.policy import Policy
from server.wechat.client import Wechat, open_wechat

Clock = Callable[[], datetime]
Made = TypeVar("Made")


def wall_clock() -> datetime:
    """Look at the clock; nothing else in the service does."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Runtime:
    """The settings, and what was opened with them."""

    settings: Settings
    db: Database
    store: Store
    wechat: Wechat
    vault: Vault
    limits: Limits
    clock: Clock
    metrics: Metrics = field(default_factory=Metrics)
    _made: dict[object, object] = field(default_factory=dict, init=False, repr=False)
    _making: Lock = field(default_factory=Lock, init=False, repr=False)

    @classmethod
    def open(cls, settings: Settings, clock: Clock = wall_clock) -> "Runtime":
        """Open everything the settings name."""
        redis = settings.redis_url.get_secret_value() if settings.redis_url else None
        store = open_store(redis)
        key = settings.party_key
        party = PartyVault(key.get_secret_value()) if key else None
        rules = Rules(settings.reports, settings.reviews)
        carried = {RULES: rules.reports, REVIEW_RULES: rules} if party else {OFF: True}
        return cls(
            settings=settings,
            db=Database(settings.database_url, **carried),
            store=store,
            wechat=open_wechat(settings, store, clock),
            vault=Vault(settings.data_key.get_secret_value(), {WING: party} if party else {}),
            limits=Limits(settings),
            clock=clock,
        )

    @property
    def has_party(self) -> bool:
        """Tell whether the work of floating Party members is there at all."""
        return self.vault.wing(WING) is not None

    @property
    def party(self) -> PartyVault:
        """Return the vault under the party key; nothing asks for it where there is none."""
        return cast(PartyVault, self.vault.wing(WING))

    @cached_property
    def policy(self) -> Policy:
        """Return the numbers this district chose for its sign-ups and for checking in."""
        chosen = self.settings.attendance
        return Policy(
            offer=timedelta(minutes=self.settings.offer_minutes),
            free_cancel=timedelta(hours=self.settings.late_cancel_hours),
            reminder=timedelta(hours=self.settings.reminder_hours_before),
            check_in_opens=timedelta(minutes=chosen.opens_minutes),
            no_show=timedelta(hours=chosen.no_show_hours),
            recheck_percent=chosen.recheck_percent,
            bulk=chosen.bulk,
            no_shows=self.settings.no_show_limit,
            no_show_window=timedelta(days=self.settings.no_show_days),
            waits=timedelta(days=self.settings.waitlist_only_days),
            hours=self.settings.notices,
        )

    def once(self, make: Callable[["Runtime"], Made]) -> Made:
        """Return what a face makes of this runtime; made when it is first asked for."""
        with self._making:
            if make not in self._made:
                self._made[make] = make(self)
            return cast(Made, self._made[make])

    def now(self) -> datetime:
        """Return the moment it is, in UTC."""
        return self.clock()

    def close(self) -> None:
        """Close every connection."""
        self.db.dispose()
        self.limits.close()
        self.wechat.close()
        self.store.close()
