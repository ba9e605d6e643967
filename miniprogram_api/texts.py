"""What the texts people type may consist of, as patterns that the document shows too.

Any character class here is read alike by pydantic, by Python and by ECMAScript with `u`.
"""

from typing import Final

NO_NUL: Final = "^[^\u0000]*$"
"""Any text; NUL is what the reader (`strict_json`) lets nobody say."""

_UNWANTED = (
    "\u0000-\u001f\u007f-\u009f"  # control characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # they turn the reading direction
    "\u00ad\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\U000e0000-\U000e007f"
)
_UNSEEN = (
    f"{_UNWANTED}"
    " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800"  # spaces, and Braille without a dot
    "\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0080-\U000e0fff"  # joiners, variation selectors
    "\u115f\u1160\u3164\uffa0\u17b4\u17b5"  # fillers and vowels that leave no trace
    "\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # marks for programs
)

WORDS: Final = f"^[^\u0000]*[^\u0000{_UNSEEN}][^\u0000]*$"
"""What somebody has to say: any text in which there is something to see."""

NAME: Final = f"^[^{_UNWANTED}]*[^{_UNSEEN}][^{_UNWANTED}]*$"
"""A name: nothing that is unseen on purpose or turns the text around, and something to see.

Source: Unicode 15.1, `Default_Ignorable_Code_Point` and `White_Space`.
"""
