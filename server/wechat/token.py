"""The access token: one for all threads and processes, fetched once for each expiry."""

import hashlib
import json
import logging
import threading
import time
from datetime import datetime

from config.settings import WechatApp
from server.store import FallbackStore, Store
from server.wechat.allowance import Allowance
from server.wechat.credential import Token
from server.wechat.errors import Misconfigured, StaleToken, Transient, WechatError
from server.wechat.http import Http

log = logging.getLogger(__name__)

PATH = "/cgi-bin/stable_token"
DAY = 24 * 3600

PATIENCE = 2.8  # the longest that a caller waits, whatever happens
FETCH_SECONDS = 2.4
LOCK_SECONDS = 4.0  # longer than a fetch; a dead holder is forgotten after it
POLL_SECONDS = 0.02
REST_AFTER_FAULT = 1.0
REST_AFTER_MISCONFIGURED = 60.0

FORCED_A_DAY, FORCED_APART = 20, 30.0  # WeChat's own limits for force_refresh
RENEWALS_AN_HOUR = 120  # after refusals; ours, far below WeChat's


class TokenKeeper:
    """Keeps the token of one app, in the store for all processes and here in case that fails."""

    def __init__(self, app: WechatApp, http: Http, store: Store) -> None:
        self._app = app
        self._http = http
        self._store = FallbackStore(store)
        self._turn = threading.Lock()
        self._mine: Token | None = None
        self._key = f"wechat:token:{app.app_id}"
        self._forced = Allowance(
            self._store, f"{self._key}:forced", FORCED_A_DAY, DAY, FORCED_APART
        )
        self._renewals = Allowance(self._store, f"{self._key}:renewals", RENEWALS_AN_HOUR, 3600, 0)

    def token(self, now: datetime) -> str:
        """Return a token that is valid at `now`, fetching one only when nobody has one.

        In its last five minutes the old one is handed out while a single caller renews it. Raises
        `Transient` or `Misconfigured`, within three seconds.
        """
        moment, mine = now.timestamp(), self._mine
        if mine and moment < mine.due:
            return mine.text
        if mine and moment < mine.ends:
            return self._renewed(mine, now)
        return self._obtained(None, now)

    def refresh(self, stale: str, now: datetime) -> str:
        """Return a token to try instead of one that WeChat has just refused.

        If somebody has renewed it meanwhile, theirs is returned; else it is fetched, once. The
        same token may come back: then WeChat holds it valid, and only if it is refused again
        within a minute is a new one forced (at most 20 a day, 30 seconds apart).
        """
        return self._obtained(stale, now)

    def seconds_left(self, now: datetime) -> float:
        """Return for how long the token at hand is valid, 0 where there is none; asks nobody."""
        kept = Token.loaded(self._store.get(self._key))
        ends = max((token.ends for token in (kept, self._mine) if token), default=0.0)
        return max(ends - now.timestamp(), 0.0)

    def _renewed(self, old: Token, now: datetime) -> str:
        """Renew unless another is at it already; the old token still serves either way."""
        if not self._turn.acquire(blocking=False):
            return old.text
        try:
            with self._store.lock(self._key, LOCK_SECONDS) as held:
                found = self._usable(None, now)
                if found is None and held and self._rest() is None:
                    found = self._fetched(None, now, FETCH_SECONDS)
            return (found or old).text
        except WechatError as error:
            log.warning("the old access token of %s serves on: %s", self._app.app_id, error)
            return old.text
        finally:
            self._turn.release()

    def _obtained(self, stale: str | None, now: datetime) -> str:
        """Wait for a usable token, fetching it when nobody else does; the turn is per process."""
        deadline = time.monotonic() + PATIENCE
        if not self._turn.acquire(timeout=PATIENCE):
            raise Transient(None, "no access token in time")
        try:
            return self._awaited(stale, now, deadline).text
        finally:
            self._turn.release()

    def _awaited(self, stale: str | None, now: datetime, deadline: float) -> Token:
        while (left := deadline - time.monotonic()) > POLL_SECONDS:
            with self._store.lock(self._key, LOCK_SECONDS) as held:
                found = self._usable(stale, now)
                if found:
                    return found
                fault = self._rest()
                if fault:
                    raise fault
                if held:
                    return self._fetched(stale, now, min(left, FETCH_SECONDS))
            time.sleep(POLL_SECONDS)
        raise Transient(None, "no access token in time")

    def _usable(self, stale: str | None, now: datetime) -> Token | None:
        """Return what is known here or in the store, if it is not the refused one and not due."""
        kept = self._store.get(self._key)
        for token in (Token.loaded(kept), self._mine):
            if token and token.text != stale and now.timestamp() < token.due:
                self._mine = token
                return token
        return None

    def _fetched(self, stale: str | None, now: datetime, seconds: float) -> Token:
        """Ask WeChat, keep the answer; a fault is kept too for a while, so that nobody hammers."""
        force = self._must_force(stale, now)
        before = self._store.get(self._key)
        try:
            token = self._asked(force, now, seconds)
        except (Transient, Misconfigured) as fault:
            self._keep_fault(fault)
            raise
        if token.text == stale:
            self._store.put(f"{self._key}:doubted", _digest(stale), 60)
        life = token.ends - now.timestamp()
        if not self._store.swap(self._key, before, token.dumped(), life):
            # this process slept past its lock: what another has kept meanwhile is newer
            token = self._usable(stale, now) or token
        self._mine = token
        log.info("access token of %s renewed, forced: %s", self._app.app_id, force)
        return token

    def _must_force(self, stale: str | None, now: datetime) -> bool:
        """Tell whether asking kindly has failed before; raise when all asking is used up."""
        if stale is None:
            return False
        force = self._store.get(f"{self._key}:doubted") == _digest(stale)
        if not (self._forced if force else self._renewals).take(now):
            raise StaleToken(40001, "the access token was renewed as often as is allowed")
        return force

    def _asked(self, force: bool, now: datetime, seconds: float) -> Token:
        body = {
            "grant_type": "client_credential",
            "appid": self._app.app_id,
            "secret": self._app.secret.get_secret_value(),
            "force_refresh": force,
        }
        try:
            answer = self._http.post(PATH, {}, body, seconds=seconds)
        except StaleToken as wrong_secret:  # the code of a stale token means something else here
            raise Misconfigured(wrong_secret.code, wrong_secret.message, wrong_secret.rid) from None
        token = Token.answered(answer, now)
        if token is None:
            raise Transient(None, f"{PATH}: no token in the answer")
        return token

    def _keep_fault(self, fault: Transient | Misconfigured) -> None:
        wrong = isinstance(fault, Misconfigured)
        level = logging.CRITICAL if wrong else logging.WARNING
        log.log(level, "no access token for %s: %s", self._app.app_id, fault)
        kept = json.dumps([wrong, fault.code, fault.message, fault.rid])
        rest = REST_AFTER_MISCONFIGURED if wrong else REST_AFTER_FAULT
        self._store.put(f"{self._key}:fault", kept, rest)

    def _rest(self) -> WechatError | None:
        """Return the fault after which WeChat is left alone for a while."""
        kept = self._store.get(f"{self._key}:fault")
        if kept is None:
            return None
        wrong, code, message, rid = json.loads(kept)
        return (Misconfigured if wrong else Transient)(code, message, rid)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
