"""What is said of a need: kept as it was told, found again however it is punctuated."""

import re

from server.party.keys import PartyVault
from server.party.refusals import WordsNeeded
from server.party.texts import as_written

LONGEST, LONGEST_OUTCOME = 2_000, 500
_WHAT = r"(?:困难|请求|问题|要求|需求|需要|帮助|帮忙|事情?)"
NOTHING = re.compile(
    r"(?:一切都?好|挺好|都好|都|目前|暂时|现在|最近|还|也|我|这边|的话)*(?:没有|没|无|暂无|不用|不需要|不必|没啥|没什么)"
    rf"(?:什么|啥|任何|新的|特别的?|要|其他)*(?:{_WHAT}|和|与|及|或|也|没有|无|支部|解决|的|了)*"
    r"(?:谢谢(?:您|组织|支部|大家)?|多谢|感谢(?:组织|支部)?|一切(?:都好|顺利)|都好|挺好)*"
)
"""Answers that tell of no need, without their punctuation: 没有, 无, 暂时没有困难, 没有，谢谢."""


def kept(said: str, most: int = LONGEST) -> str:
    """Return the words as they are kept; nothing, or far too much, is refused."""
    words = as_written(said, most)
    if not words:
        raise WordsNeeded
    return words


def tells(said: str) -> bool:
    """Tell whether an answer about needs says that there is one."""
    words = _bare(said)
    return bool(words) and not NOTHING.fullmatch(words)


def mark(words: str, vault: PartyVault) -> str:
    """Return the mark by which the same words are found again."""
    return vault.mark(_bare(words) or words, "need")


def place(need_id: int | str) -> str:
    """Return where the words of a need are sealed."""
    return f"party_need:{need_id}:words"


def outcome_place(need_id: int | str) -> str:
    """Return where it is sealed what became of a need."""
    return f"party_need:{need_id}:outcome"


def _bare(said: str) -> str:
    return re.sub(r"[\W_]+", "", said)
