"""Guessing the encoding of a file that nobody wrote it down for."""

from __future__ import annotations

import codecs
import re

ENCODINGS = ("utf-8-sig", "utf-16", "cp1250", "cp1251", "iso-8859-2")
CODE_PAGES = ("cp1250", "cp1251")
PLAUSIBLE = 0.9
_SIGNS = "\ufeff\u00a0–—‘’‚“”„…«»€№•"
_BEYOND_LATIN_AND_CYRILLIC = 0x530
_WORD = re.compile(r"[^\W\d_]+")
_CZECH_POLISH_SLOVAK = frozenset("áčďéěíňóřšťúůýžąćęłńóśźżäĺľôŕ")
_RARE = frozenset("äĺľôŕ")
"""Slovak only; nearly every Russian word holds letters that would be these."""
_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_LETTERS = {"cp1250": _CZECH_POLISH_SLOVAK - _RARE, "cp1251": _RUSSIAN}


def guess_encoding(sample: bytes) -> str:
    """UTF-8 and UTF-16 by what they are; the two Windows code pages by which gives words.

    If both give as many: in Czech and Polish an accented letter stands alone between plain ones;
    in Russian every letter lies in the upper half, so that runs of high bytes are words.
    """
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if 0 in sample:  # no other encoding writes any
        for encoding in ("utf-16-le", "utf-16-be"):
            if _share_of_known_signs(sample, encoding) >= PLAUSIBLE:
                return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return _guess_code_page(sample)
    return "utf-8-sig"


def _share_of_known_signs(sample: bytes, encoding: str) -> float:
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return 0.0
    return sum(map(_is_known, text)) / max(len(text), 1)


def _is_known(sign: str) -> bool:
    if sign.isalnum():
        return ord(sign) < _BEYOND_LATIN_AND_CYRILLIC
    return (sign.isascii() and (sign.isprintable() or sign.isspace())) or sign in _SIGNS


def _guess_code_page(sample: bytes) -> str:
    central, cyrillic = (_plausible_words(sample, encoding) for encoding in CODE_PAGES)
    if central != cyrillic:
        return "cp1250" if central > cyrillic else "cp1251"
    runs = re.findall(rb"[\x80-\xff]+", sample)
    mean_run = sum(len(run) for run in runs) / len(runs)
    return "cp1251" if mean_run > 2.5 else "cp1250"


def _plausible_words(sample: bytes, encoding: str) -> int:
    words = _WORD.findall(sample.decode(encoding, "replace"))
    return sum(_is_plausible(word, encoding) for word in words if not word.isascii())


def _is_plausible(word: str, encoding: str) -> bool:
    """Written in one case, and in letters of the languages that the code page is used for."""
    if word not in (word.lower(), word.upper(), word.capitalize()):
        return False
    letters = _LETTERS[encoding]
    if encoding == "cp1251":
        return letters.issuperset(word.lower())
    return all(letter.isascii() or letter in letters for letter in word.lower())
