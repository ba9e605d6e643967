"""Answers that come later than the conversation."""

from datetime import timedelta

from server.notices.kinds.kind import Kind, Promise, Urgency

CHAT = (
    Kind(
        name="chat.late_reply",
        wording="notices.late_reply",
        template="",
        fields={},
        promise=Promise.AT_LEAST_ONCE,
        reason="somebody was promised an answer; the same answer twice does no harm",
        life=timedelta(hours=48),
        urgency=Urgency.URGENT,
        asked_for=True,
    ),
)
