"""Numbers as a Czech, Polish, Russian or English reader writes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
SPACE_BEFORE_PERCENT = frozenset({"cs", "pl", "ru", "de", "fr", "sk", "sv", "uk"})
EMPTY = "\N{EN DASH}"


@lru_cache(maxsize=64)
def _signs(language: str) -> dict[int, str]:
    """What stands for Python's comma and point, as a translation table."""
    try:
        locale = Locale.parse(language, sep="-" if "-" in language else "_")
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    group = get_group_symbol(locale)
    return {ord(","): NBSP if group.isspace() else group, ord("."): get_decimal_symbol(locale)}


@dataclass(frozen=True, slots=True)
class Numbers:
    """`language` is a tag such as `cs` or `cs-CZ`; an unknown one is written as English."""

    language: str

    def integer(self, value: int) -> str:
        return self._write(f"{value:,}")

    def percent(self, share: float) -> str:
        """A share 0…1 in whole per cent, with a no-break space where the language has one."""
        primary = self.language.replace("_", "-").split("-")[0]
        gap = NBSP if primary in SPACE_BEFORE_PERCENT else ""
        return f"{self._write(f'{100 * share:.0f}')}{gap}%"

    def signed(self, value: float, digits: int = 2) -> str:
        """With + or a true minus; neither before a value that rounds to zero."""
        size = round(abs(value), digits)
        sign = "" if size == 0 else "+" if value > 0 else MINUS
        return sign + self.plain(size, digits)

    def plain(self, value: float, digits: int = 1) -> str:
        return self._write(f"{value:,.{digits}f}")

    def value(self, metric: str, value: float) -> str:
        """A figure in its metric's unit."""
        if metric == "csat":
            return self.percent(value)
        if metric == "nps":
            return self.signed(value, 0)
        if metric == "ces":
            return self.plain(value, 1)
        return self.signed(value, 2)

    def _write(self, written: str) -> str:
        return written.translate(_signs(self.language)).replace("-", MINUS)
