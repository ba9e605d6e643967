"""One JSON line an event, with nothing in it that belongs to a person or opens a door."""

import json
import logging
import logging.config
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

SECRET_NAMES = (
    r"secret|access_token|refresh_token|token|session_key|js_code|password|authorization"
    r"|openid|unionid|touser|phone(?:number)?|fromusername|aes_key|encodingaeskey"
)
SCRUBS = (
    # name=value, "name": "value", <name>value</name>, in whatever dress
    (
        re.compile(
            rf"(?i)((?:\b|_)(?:{SECRET_NAMES})['\"]?\s*[=:>]\s*(?:<!\[CDATA\[)?['\"]?(?:bearer\s+)?)[^\s'\"&,;}})<\]]+"
        ),
        r"\1***",
    ),
    (re.compile(r"(?i)\bbearer\s+[\w.~+/=-]+"), "Bearer ***"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"), "***"),
    # openids and unionids: o… with 28 characters of base64url
    (re.compile(r"(?<![\w-])o[\w-]{27}(?![\w-])"), "***"),
)
PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def scrub(text: str) -> str:
    """Return the text without secrets, openids and phone numbers, on one line."""
    for pattern, cover in SCRUBS:
        text = pattern.sub(cover, text)
    return text.replace("\r", "\\r").replace("\n", "\\n")


class JsonFormatter(logging.Formatter):
    """Write a record as one scrubbed JSON object; moments are UTC."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        line |= {
            name: scrub(str(value)) for name, value in vars(record).items() if name not in PLAIN
        }
        if record.exc_info:
            line["trace"] = scrub("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(line, ensure_ascii=False)


def configure(level: str) -> None:
    """Send every log of the process to standard error, scrubbed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # it warns whenever a job of every other second takes longer, which is no trouble
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
