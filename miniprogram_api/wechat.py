"""Asking WeChat on behalf of somebody who waits: what it refuses becomes a refusal of ours."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from miniprogram_api import berths
from miniprogram_api.berths import NoBerth
from server.errors import Conflict, Forbidden, Unauthorised, Unavailable
from server.web import runtime
from server.wechat.errors import CallRejected, WechatError

log = logging.getLogger(__name__)

RISKY = 40226
RETRY_SECONDS = 5


class LoginAgain(Unauthorised):
    """The login code is used up, too old or invented."""

    code = "people.login_again"


class PhoneAgain(Conflict):
    """The code of the phone button is used up, too old or invented."""

    code = "people.phone_again"


class RiskyAccount(Forbidden):
    """WeChat itself holds the account for risky."""

    code = "people.risky_account"


class WechatAway(Unavailable):
    """WeChat does not answer, or not us."""

    code = "request.wechat_away"


@contextmanager
def asked(again: type[LoginAgain | PhoneAgain]) -> Iterator[None]:
    """Turn the errors of one call into refusals; `again` is said of a code used up.

    Only so many wait for WeChat at once (`berths`); the others are told at once to come back.
    """
    try:
        with runtime().once(berths.opened).taken():
            yield
    except NoBerth as error:
        log.warning("nobody else may wait for WeChat just now")
        raise WechatAway(RETRY_SECONDS) from error
    except CallRejected as error:
        if error.code == RISKY:
            raise RiskyAccount from error
        if error.login_again:
            raise again from error
        log.warning("WeChat rejects our call: %s", error)
        raise WechatAway(RETRY_SECONDS) from error
    except WechatError as error:
        log.warning("WeChat does not do what we ask: %s", error)
        raise WechatAway(RETRY_SECONDS) from error
