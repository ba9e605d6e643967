"""What a person's inbox shows, in the words of its index, or neither database would use that.

It is what was told, or could not be in its time; not what became needless, nor what went along in
another's message, since that one tells it.
"""

TOLD = (
    "(state IN ('sent', 'unreachable', 'dead') OR (state = 'dropped'"
    " AND outcome IN ('too late', 'quiet hours', 'another message today')))"
    " AND (state != 'sent' OR channel IS NULL OR channel != 'digest')"
)
