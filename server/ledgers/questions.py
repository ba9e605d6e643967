"""What somebody asks to have written to a file, and why that may be turned down."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from server.areas.models import Area
from server.errors import Conflict, Invalid
from server.ledgers.months import Span


class BadKind(Invalid):
    """There is no such table, or no such form of file."""

    code = "exports.bad_kind"


class PurposeNeeded(Invalid):
    """An export without a purpose is none that anybody can answer for."""

    code = "exports.purpose_needed"


class NotReady(Conflict):
    """The file is not written yet, or is gone."""

    code = "exports.not_ready"


@dataclass(frozen=True)
class Question:
    """What somebody asks to have written: a table, of an area, in a form, and what for."""

    kind: str
    form: str
    area: Area
    span: Span
    purpose: str
    whole: bool = False
    activity_id: int | None = None

    def said(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {
            "since": self.span.since.isoformat(),
            "until": self.span.until.isoformat(),
            "purpose": self.purpose.strip()[:200],
            "whole": self.whole,
            "activity_id": self.activity_id,
        }


class Asked(NamedTuple):
    """What became of the question: an export, or a question to a second person."""

    export_id: int | None
    approval_id: int | None
