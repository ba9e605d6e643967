"""A copy of one's own data as files: JSON for programs, a plain text to read, both in a ZIP."""

import io
import json
import zipfile
from typing import Any

from config.wording import say
from server.people.copies import Copy, word

JSON_NAME = "data.json"
TEXT_NAME = "data.txt"


def as_facts(copy: Copy) -> dict[str, Any]:
    """Return the copy as plain data, labels and states in Chinese."""
    return {
        "made_at": word(copy.made_at),
        "parts": [{"title": part.title, "rows": list(part.rows)} for part in copy.sections],
    }


def as_text(copy: Copy) -> str:
    """Return the copy as a text that anyone can read."""
    lines = [f"{say('copies.page_title')} {word(copy.made_at)}"]
    for part in copy.sections:
        lines += ["", f"【{part.title}】"]
        if not part.rows:
            lines.append(say("copies.nothing"))
        for row in part.rows:
            lines.append("；".join(f"{label}：{value}" for label, value in row.items()))
    return "\n".join(lines) + "\n"


def as_zip(copy: Copy) -> bytes:
    """Return both in one file; a person's data fits in memory."""
    packed = io.BytesIO()
    facts = json.dumps(as_facts(copy), ensure_ascii=False, indent=2)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(JSON_NAME, facts)
        # a byte order mark, so that every editor reads it as UTF-8
        bundle.writestr(TEXT_NAME, "\ufeff" + as_text(copy))
    return packed.getvalue()
