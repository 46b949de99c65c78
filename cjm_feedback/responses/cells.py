"""Cells of a table that no spreadsheet program takes for a formula."""

from __future__ import annotations

GUARD = "'"
"""Put before a cell that would be run. Taking one away again gives the cell as it was."""
_SKIPPED = " \"'\u00a0\ufeff\u200b\N{REPLACEMENT CHARACTER}"
_STARTS = "=+-@\t\r\n\0＝＋－＠"


def guarded(text: str) -> str:
    """`text`, made harmless.

    What begins with a guard itself is guarded too, so that `unguarded` can tell them apart.
    """
    begins = text.lstrip(_SKIPPED)[:1] or text[:1]
    runs = begins in _STARTS if begins else False
    return GUARD + text if runs or text.startswith(GUARD) else text


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`; one that was never guarded stays as it is."""
    inner = cell.removeprefix(GUARD)
    return inner if guarded(inner) == cell else cell
