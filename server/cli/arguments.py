"""What may be typed behind an option, and how results are printed."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import click

from config.wording import LOCAL, say
from server.errors import Refusal

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Duration(click.ParamType[Any]):
    """A length of time such as 90m, 48h or 3d."""

    name = "duration"

    def convert(self, value: Any, param: Any, ctx: Any) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([0-9]{1,5}(?:\.[0-9]+)?)([mhd]?)", str(value))
        if found is None:
            self.fail(f"{value} is no length of time: write 90m, 48h or 3d", param, ctx)
        return timedelta(**{UNITS[found[2] or "h"]: float(found[1])})


class Moment(click.ParamType[Any]):
    """A moment such as 2026-03-09T09:00; without an offset it is local time in Shanghai."""

    name = "moment"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is no moment: write 2026-03-09T09:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


DURATION = Duration()
MOMENT = Moment()


def show(facts: Mapping[str, Any]) -> None:
    """Print facts as one line of JSON, for people and programs alike."""
    click.echo(json.dumps(facts, ensure_ascii=False))


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn a refusal into its sentence on standard error and exit status 1."""
    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(say(refusal.code, **refusal.facts)) from None


def copy_of(copy: str | None) -> tuple[int, str] | None:
    """Return the length and hash that a `head` command told, written as LENGTH:HASH."""
    if copy is None:
        return None
    found = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", copy.strip())
    if found is None:
        raise click.ClickException("write the copy as LENGTH:HASH, as the command `head` told it")
    return int(found[1]), found[2]
