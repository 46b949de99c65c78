"""Keys and slugs out of names: short, readable in an address, and never changed afterwards."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from itertools import count

LONGEST = 60
_PREFERRED = ("en", "pl", "cs", "ru")
"""The name in Latin letters first: a key made of it reads as people would write it."""
# What Unicode does not take apart into a letter and its mark, and the Cyrillic alphabet.
_LETTERS = str.maketrans(
    dict(zip("абвгдезиклмнопрстуфыэłøđ", "abvgdeziklmnoprstufyelod", strict=True))
    | {"ё": "yo", "ж": "zh", "й": "y", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"}
    | {"ъ": "", "ь": "", "ю": "yu", "я": "ya", "æ": "ae", "œ": "oe", "ß": "ss"}
)
_OTHER_SIGNS = re.compile(r"[^a-z0-9]+")


def slug_of(text: str) -> str:
    """`text` in small Latin letters, digits and dashes; empty where it has neither."""
    # Composed first, so that й and ё are letters of the table and not и and е with a mark.
    plain = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    taken_apart = unicodedata.normalize("NFKD", plain)
    bare = "".join(sign for sign in taken_apart if not unicodedata.combining(sign))
    return _OTHER_SIGNS.sub("-", bare).strip("-")


def new_key(name: Mapping[str, str], taken: Collection[str], *, otherwise: str) -> str:
    """A key for something called `name` that is none of `taken`.

    A name without a letter or digit that we can write makes it `otherwise`.
    """
    texts = [name[code] for code in _PREFERRED if name.get(code)]
    stem = next((slug for text in texts if (slug := slug_of(text))), otherwise)
    for number in count(1):
        ending = "" if number == 1 else f"-{number}"
        key = stem[: LONGEST - len(ending)].strip("-") + ending
        if key not in taken:
            return key
    raise AssertionError("unreachable")
