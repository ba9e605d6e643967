"""Answers that come later than the conversation."""

from datetime import timedelta

from server.notices.kinds.facts import bears
from server.notices.kinds.kind import Kind, Promise, Quiet, Urgency

CHAT = (
    Kind(
        name="chat.late_reply",
        wording="notices.late_reply",
        title="notices.title_late_reply",
        template="",
        fields={},
        facts=bears("text"),
        promise=Promise.AT_LEAST_ONCE,
        reason="somebody was promised an answer; the same answer twice does no harm",
        life=timedelta(hours=48),
        urgency=Urgency.URGENT,
        quiet=Quiet.PASS,
        asked_for=True,
    ),
)
