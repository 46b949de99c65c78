"""Complaints that resemble each other, as proposals for themes that are missing.

Topics found without anybody's help are often wrong, so these are only proposed: few and tight
groups, each with the words of those who wrote.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.theme_words import FUNCTION_WORDS

Floats = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]

MOST_TEXTS: Final = 500
SMALLEST: Final = 5
"""Texts, and people, that a group needs."""
MOST_GROUPS: Final = 12
NEAR: Final = 0.35
"""Mean cosine, from the middle of all texts, at which two groups are one."""
SAME: Final = 0.75
"""Cosine of two groups that mean the same."""
_PHRASES: Final = 3
_SHORTEST, _LONGEST = 2, 4
_NAMED_FROM: Final = 6
"""Texts of a group that its phrases are looked for in."""
_COMMON: Final = 0.2
_BESIDE: Final = 0.6

_WORD: Final = re.compile(r"[^\W\d_](?:[\w'’-]*[^\W_])?")
_SENTENCE: Final = re.compile(r"[.!?;:,()\n…–—]+")
_NEGATIONS: Final = frozenset(
    """
    ne neni nejsou nebyl nebyla nebylo nebyly nikdo nic nikdy zadny zadna zadne zadnou ani bez
    nie nikt nigdy zaden zadnej brak bez ani
    не нет ни нельзя никто никогда никак ничего без
    no not never none nobody nothing without can't don't doesn't didn't won't isn't wasn't cannot
    couldn't wouldn't aren't weren't haven't hasn't
    """.split()  # noqa: SIM905 - a list of words reads best as one
)


@dataclass(frozen=True)
class Complaint:
    """A text, or the part of one, that no theme covers, and who wrote it."""

    text: str
    language: str
    writer: Hashable


@dataclass(frozen=True)
class Group:
    """`members` by their place among the complaints, the most typical first."""

    members: tuple[int, ...]
    phrases: dict[str, list[str]]
    centre: Floats


def propose(
    complaints: Sequence[Complaint], encode: Encode, *, known: Sequence[Floats] = ()
) -> list[Group]:
    """Groups of complaints, the largest first, none of which means what a `known` one does."""
    complaints = complaints[:MOST_TEXTS]
    if len(complaints) < SMALLEST:
        return []
    vectors = encode([one.text for one in complaints])
    middle = vectors.mean(axis=0)
    centred = _unit(vectors - middle)
    # Those of another model mean nothing to this one.
    seen = [_unit((one - middle)[None])[0] for one in known if one.shape == middle.shape]
    found: list[Group] = []
    for members in sorted(cluster(centred, near=NEAR), key=lambda one: (-len(one), one)):
        if len({complaints[place].writer for place in members}) < SMALLEST:
            continue
        heart = _unit(centred[members].mean(axis=0)[None])[0]
        if any(float(heart @ one) >= SAME for one in seen):
            continue
        typical = sorted(members, key=lambda place: -float(centred[place] @ heart))
        phrases = name_group(
            [complaints[place] for place in typical],
            lambda texts, heart=heart: _unit(encode(texts) - middle) @ heart,  # type: ignore[misc]
        )
        if phrases:
            centre = vectors[members].mean(axis=0).astype(np.float32)
            found.append(Group(tuple(typical), phrases, centre))
        if len(found) == MOST_GROUPS:
            break
    return found


def cluster(vectors: Floats, *, near: float) -> list[list[int]]:
    """Agglomerative, by average linkage, until no two groups are nearer than `near`.

    Groups of one are left out. Costs the cube of the number of vectors, of which there are few.
    """
    size = len(vectors)
    alike = (vectors @ vectors.T).astype(np.float64)
    np.fill_diagonal(alike, -np.inf)
    members = {place: [place] for place in range(size)}
    while len(members) > 1:
        first, second = sorted(divmod(int(alike.argmax()), size))
        if alike[first, second] < near:
            break
        a, b = len(members[first]), len(members[second])
        mixed = (a * alike[first] + b * alike[second]) / (a + b)
        alike[first], alike[:, first] = mixed, mixed
        alike[second], alike[:, second] = -np.inf, -np.inf
        alike[first, first] = -np.inf
        members[first] += members.pop(second)
    return [sorted(one) for one in members.values() if len(one) > 1]


def name_group(
    complaints: Sequence[Complaint], nearness: Callable[[Sequence[str]], Floats]
) -> dict[str, list[str]]:
    """Phrases of two to four words, as written, by language; the most typical language first.

    `nearness` says how near phrases are to what the group means. A phrase never begins after the
    word that negates it, or it would say the opposite.
    """
    typical = complaints[:_NAMED_FROM]
    candidates = {
        phrase.casefold(): (phrase, one.language)
        for one in reversed(typical)
        for phrase in phrases_of(one.text)
    }
    if not candidates:
        return {}
    said_in = Counter(
        folded
        for one in complaints
        for folded in {phrase.casefold() for phrase in phrases_of(one.text)}
        if folded in candidates
    )
    keys = list(candidates)
    near = nearness([candidates[key][0] for key in keys])
    worth = [
        float(value) + _COMMON * math.log(said_in[key])
        for key, value in zip(keys, near, strict=True)
    ]
    named: dict[str, list[str]] = {}
    nearest = float(near.max())
    for place in sorted(range(len(keys)), key=lambda place: (-worth[place], keys[place])):
        if float(near[place]) < _BESIDE * nearest:
            continue  # said in such a complaint, but beside the point
        phrase, language = candidates[keys[place]]
        chosen = named.setdefault(language, [])
        if len(chosen) < _PHRASES and not any(_overlap(phrase, other) for other in chosen):
            chosen.append(phrase)
    return named


def phrases_of(text: str) -> Iterator[str]:
    """Runs of words that neither begin nor end with a word of grammar; negations belong to them."""
    for part in _SENTENCE.split(text):
        words = list(_WORD.finditer(part))
        plain = [fold(word[0].lower()) for word in words]
        for start in range(len(words)):
            if plain[start] in FUNCTION_WORDS - _NEGATIONS:
                continue
            if start and plain[start - 1] in _NEGATIONS:
                continue
            for end in range(start + _SHORTEST, min(start + _LONGEST, len(words)) + 1):
                if plain[end - 1] in FUNCTION_WORDS | _NEGATIONS:
                    continue
                yield " ".join(part[words[start].start() : words[end - 1].end()].split())


def _overlap(one: str, other: str) -> bool:
    first, second = set(one.casefold().split()), set(other.casefold().split())
    return len(first & second) * 2 >= min(len(first), len(second))


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
