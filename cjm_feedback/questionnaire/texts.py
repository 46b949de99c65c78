"""What people type, made safe to store, compare and draw without changing what it says."""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# A NUL is refused by PostgreSQL, a lone surrogate by UTF-8, the other control characters by SVG;
# an escape character could drive the terminal of whoever prints the text.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` with one kind of line end and nothing that cannot be stored or shown."""
    return _UNPRINTABLE.sub(REPLACEMENT, _LINE_ENDS.sub("\n", text))


def clean_text(text: str) -> str:
    """`printable`, without the blanks around it; empty means that nothing was said."""
    return printable(text).strip()
