"""What WeChat answered, read with care: JSON, or one of `server.wechat.errors`."""

import json
import logging
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.wechat.errors import Misconfigured, Transient, of_code

log = logging.getLogger(__name__)

MAX_ANSWER = 1024 * 1024

SECRETS = ("access_token", "secret", "js_code", "code", "session_key", "appsecret")
IN_ADDRESS = re.compile(rf"\b({'|'.join(SECRETS)})=[^&\s\"']+")

Json = dict[str, Any]


def read(path: str, status: int, answer: bytes, hidden: Mapping[str, Any], now: datetime) -> Json:
    """Return the JSON object of an answer, or raise what it stands for.

    The words of an error name the path, never the query; `hidden` is what was sent, whose secrets
    are blotted out should WeChat repeat them.
    """
    found = _object(path, status, answer)
    code = _code(path, found)
    if code == 0 and status < 500:
        return found
    if code == 0:
        raise Transient(None, f"{path}: HTTP {status}", outcome_unknown=True)
    error = of_code(code, _without(str(found.get("errmsg", "")), hidden), now)
    log.info("wechat %s: code %s, rid %s", path, code, error.rid or "none")
    raise error


def written(body: Mapping[str, Any]) -> bytes:
    """Write JSON in plain UTF-8: escapes confuse some of WeChat's menus."""
    return json.dumps(body, ensure_ascii=False).encode(errors="replace")


def cut(path: str, name: str, *, unsent: bool) -> Transient:
    """Return the error of a call that got no answer; `unsent`: nothing of it has left."""
    log.warning("wechat %s: %s", path, name)
    return Transient(None, f"{path}: {name}", outcome_unknown=not unsent)


def scrubbed(words: str) -> str:
    """Return the words with the values of secret query parameters blotted out."""
    return IN_ADDRESS.sub(r"\1=***", words)


def _object(path: str, status: int, answer: bytes) -> Json:
    try:
        found = json.loads(answer.decode())
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    if status in (404, 405) or 300 <= status < 400:
        raise Misconfigured(None, f"{path}: HTTP {status}, is this WeChat's address?")
    unknown = status < 400 or status >= 500
    raise Transient(None, f"{path}: HTTP {status} without JSON", outcome_unknown=unknown)


def _code(path: str, found: Json) -> int:
    """Return the errcode, which may be a number, its text, or absent on success."""
    try:
        return int(found.get("errcode") or 0)
    except (TypeError, ValueError, OverflowError):
        raise Transient(None, f"{path}: unreadable errcode", outcome_unknown=True) from None


def _without(words: str, hidden: Mapping[str, Any]) -> str:
    """Return what WeChat says without the secrets that we have sent, should it repeat them."""
    for name in SECRETS:
        value = hidden.get(name)
        if isinstance(value, str) and value:
            words = words.replace(value, "***")
    return scrubbed(words)
