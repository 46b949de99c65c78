"""Fit names into columns without a browser: widths of letters, hyphens by language."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import pyphen

# Advance widths of DejaVu Sans in thousandths of the font size, rounded up to 25. Pages use the
# reader's system font; this is the widest of those in the stack, so what fits it fits them all.
# Accented letters are as wide as their base letter.
_CHARACTERS: dict[int, str] = {
    275: "'",
    300: "IJijlІЈіјł",
    325: " ,.‘’‚·\u00a0",
    350: "/:;\\|",
    375: "-f",
    400: "()[]t",
    425: "!r",
    475: '"',
    500: "*_`–",
    525: "szѕ“”„",
    550: "?cгзсэєґ",
    575: "LŁ",
    600: "Fkvxyвтухчь•",
    625: "PTYaeoГРТУабекояђҐ«»ø",
    650: "$0123456789ESbdghnpqu{}ЅЕЗилр€đß",
    675: "Kнпћџ",
    700: "ABCRVXZЄАБВСХЧЬЭЯдц",
    725: "Къ",
    750: "NUИ",
    775: "DGHЏЛНПм▲▼Đ",
    800: "&OQЂЋДОЦыØ",
    825: "w",
    850: "#+<=>^~Ъю−",
    875: "MМФф",
    900: "Ыњ",
    925: "жшљ",
    950: "щ",
    975: "%mÆ",
    1000: "@W—…æ",
    1025: "œ",
    1050: "Њ№",
    1075: "ШŒ",
    1100: "ЉЖЩЮ",
}
_WIDTHS: dict[str, int] = {char: width for width, chars in _CHARACTERS.items() for char in chars}
_UNKNOWN, _WIDE = 700, 1100
_BOLD = 1.12
_DICTIONARIES = {"cs": "cs_CZ", "pl": "pl_PL", "ru": "ru_RU", "en": "en_US"}
ELLIPSIS = "…"


@lru_cache(maxsize=4096)
def _advance(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Cf", "Mn", "Me"}:
        return 0
    base = char if char in _WIDTHS else unicodedata.normalize("NFD", char)[0]
    if unicodedata.east_asian_width(base) in {"W", "F"}:
        return _WIDE
    return _WIDTHS.get(base, _UNKNOWN)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that `text` takes at most."""
    return sum(map(_advance, text)) * size / 1000 * (_BOLD if bold else 1)


@lru_cache(maxsize=32)
def _dictionary(language: str) -> pyphen.Pyphen | None:
    primary = re.split("[-_]", language)[0].lower()
    known = pyphen.language_fallback(_DICTIONARIES.get(primary, primary))
    return pyphen.Pyphen(lang=known) if known else None


@lru_cache(maxsize=2048)
def hyphen_positions(word: str, language: str) -> tuple[int, ...]:
    dictionary = _dictionary(language)
    return tuple(dictionary.positions(word)) if dictionary else ()


@lru_cache(maxsize=4096)
def wrap(
    text: str, room: float, size: float, language: str, *, lines: int = 3, bold: bool = False
) -> tuple[str, ...]:
    """Lines that fit into `room` pixels; what needs more than `lines` ends in an ellipsis.

    Words wider than the room are broken where the language breaks them, and anywhere where
    it has no place for a hyphen.
    """
    ruler = _Ruler(room, size, language, bold)
    found = [""]
    for word in text.split():
        for index, piece in enumerate(re.findall(r"[^-/]+[-/]?|[-/]", word)):
            ruler.place(found, piece, joined=index > 0)
    found = [line for line in found if line]
    if len(found) > lines:
        found = [*found[: lines - 1], ruler.cut(found[lines - 1])]
    return tuple(found)


class _Ruler:
    def __init__(self, room: float, size: float, language: str, bold: bool) -> None:
        self.room, self.size, self.language, self.bold = room, size, language, bold

    def fits(self, text: str) -> bool:
        return width(text, self.size, bold=self.bold) <= self.room

    def place(self, lines: list[str], word: str, *, joined: bool) -> None:
        """Put `word` after the last line, breaking it as often as it needs."""
        while word:
            start = lines[-1] + ("" if joined or not lines[-1] else " ")
            if self.fits(start + word):
                lines[-1] = start + word
                return
            head, rest = ("", word) if self.fits(word) else self.split(start, word)
            if head:
                lines[-1] = start + head
                word, joined = rest, True
                lines.append("")
            elif lines[-1]:
                lines.append("")
            else:
                lines[-1], word = self.force(word)
                lines.append("")
                joined = True

    def split(self, start: str, word: str) -> tuple[str, str]:
        """The longest hyphenated beginning that fits after `start`, and what is left."""
        for position in sorted(hyphen_positions(word, self.language), reverse=True):
            head = word[:position] + "-"
            if self.fits(start + head):
                return head, word[position:]
        return "", word

    def force(self, word: str) -> tuple[str, str]:
        """At least one letter, so that this ends for any room."""
        position = max((i for i in range(1, len(word)) if self.fits(word[:i] + "-")), default=1)
        return word[:position] + ("-" if position < len(word) else ""), word[position:]

    def cut(self, line: str) -> str:
        line = line.removesuffix("-")
        while line and not self.fits(line + ELLIPSIS):
            line = line[:-1]
        return line.rstrip() + ELLIPSIS
