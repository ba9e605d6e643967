"""Whatever may stand in the audit trail is told in words, and no word is for nothing."""

import ast
import gc
import re

from config.wording import sentences
from server.audit.actions import WORDS
from server.notices.kinds import KINDS
from server.riders.models import OddState
from server.riders.stations.models import FaultState
from server.staff import approvals
from server.volunteers.attendance.codes import Direction
from server.volunteers.models import DisputeState, OddityState
from server.volunteers.needs.steps import Move
from tests.rules.test_words import import_all
from tests.rules.tree import programs

CODE = re.compile(r"[a-z]+\.[a-z_]+")
NO_ACTION = re.compile(
    r"points\.award|rewards\.correction|(approval|export)\.(\w+_by|bulk)|hours\.\w+"
    r"|posts\.imported|(needs|hazards)\.\w+|party\.list(_again)?|party\.touch|\w+\.\w+_"
)
TEAM = ("founded", "edited", "leader_appointed", "retired")
HAZARD = (
    *("triaged", "merged", "rejected", "proven_false", "weighed", "routed_out", "remarked"),
    *("assigned", "begun", "progress_noted", "fixed", "extended", "asked"),
    *("appeal_granted", "appeal_upheld"),
)
STATION = ("added", "edited", "retired", "day_set", "entrusted", "relieved", "opened", "closed")
ALSO_SENTENCES = {
    *("attendance.marked", "staff.sessions_ended", "staff.signed_in", "records.confirmed"),
    *("points.awarded", "points.reversed", "party.consent_withdrawn"),
    *("records.escalated", "stars.awarded", "stars.declined"),
    *("stars.published", "stars.objected"),
}
"""Actions whose codes are those of a sentence or a notice as well."""


def plain() -> set[str]:
    """Return the actions that stand as such in a file which writes the trail."""
    found: set[str] = set()
    for name, text in programs().items():
        writes = any(sign in text for sign in ("trail", ".note(", "trace(", "trace_branch("))
        if not writes or not name.startswith("server/") or "/console/" in name:
            continue
        words = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
        found |= {word for word in words if isinstance(word, str) and CODE.fullmatch(word)}
    actions = {word for word in found if not NO_ACTION.fullmatch(word)}
    return (actions - set(sentences()) - set(KINDS)) | ALSO_SENTENCES


def put_together() -> set[str]:
    """Return the actions that are made of a noun and a state."""
    import_all()
    noted = [one for one in gc.get_objects() if isinstance(one, Move)]
    kinds = [kind for kind in approvals.KINDS if not kind.startswith("test")]
    return {
        *(f"need.{move.action}" for move in noted),
        *(f"{kind}.{what}" for kind in kinds for what in ("asked", "granted", "declined")),
        *(f"attendance.{way}" for way in Direction),
        *(f"oddity.{state}" for state in OddityState if state is not OddityState.OPEN),
        *(f"dispute.{state}" for state in (DisputeState.AMENDED, DisputeState.UPHELD)),
        *(f"team.{action}" for action in TEAM),
        *(f"hazard.{action}" for action in HAZARD),
        *(f"station.{action}" for action in (*STATION, "confirmed")),
        *(f"odd_points.{state}" for state in OddState if state is not OddState.OPEN),
        *(f"station.fault_{state}" for state in FaultState if state is not FaultState.OPEN),
    }


def test_every_action_has_its_words_and_every_word_its_action() -> None:
    actions = {action.replace(".", "_") for action in plain() | put_together()}

    assert actions ^ WORDS == set()


def test_an_action_without_words_is_seen() -> None:
    assert "need_raised" in {action.replace(".", "_") for action in plain()}
    assert "hours_void_granted" not in WORDS - {"hours_void_granted"}
