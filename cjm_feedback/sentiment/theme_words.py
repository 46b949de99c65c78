"""Themes by words, for when there are no vectors: what phrases say, and what customers wrote.

Words that our own comments use of the starter themes are known from training; what staff add is
known by its phrases alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.themes import (
    CONFIRMATIONS_NEEDED,
    Limits,
    Match,
    ThemeSpec,
    choose,
    limits_of,
)

Floats = npt.NDArray[np.float32]

_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST_STEM: Final = 6
_SHORTEST_STEM: Final = 4
_READ: Final = 200
"""Words of a text that are looked at."""
_FULL: Final = 8.0
"""Weight of the words in common from which on a phrase counts as said."""

_PHRASE: Final = 0.8
"""How sure a phrase is that is said in full."""

# Words that belong to no theme, their accents folded.
FUNCTION_WORDS: Final = frozenset(
    """
    a aby ale ani az bez by byl byla bylo byly co do hodne i ja jak jako je jeji jejich jeho jen
    jeste ji jsem jsme jsou jste k kdyz ke ktera ktere ktery ma mam mi mne moc moje muj my na
    nad nam nas ne nebo nejsou neni nez nic o od ode on ona po pod pro proto protoze pred pri
    s se si snad tak take taky tam te ten tento tim to toto tu tuto ty u uz v vam vas vase ve
    velmi vsak vse vsechno vy z za ze zde
    bardzo bo byc czy dla dlatego gdy go jednak jego jej jest jestem juz kiedy ktora ktore
    ktory lecz ma mnie moj mu nasz nie niz oraz pan pani po przez przy sa sie tego tej temu to
    tylko tym wam was wiec wszystko z za zeby
    а бы был была были было в вам вас весь во вот все всё вы где да для до его ее если есть еще
    же за и из или им их к как ко когда кто ли мне мы на над нам нас не него нее нет ни них но
    ну о об он она они оно от очень по под при про с со так также там то того тоже только ту ты
    у уже чего чем что чтобы это эта эти этот я
    an and any are as at be been but by did do does for from had has have he her his i if in is
    it its just me more my no not of on or our she so than that the their them then there they
    this to too us very was we were what when which who will with would you your
    """.split()  # noqa: SIM905 - a list of words reads best as one
)


@dataclass(frozen=True)
class Learned:
    """How much each stem speaks for each theme; the column after the last theme is for none."""

    keys: tuple[str, ...]
    rows: dict[str, int]
    weights: Floats
    bias: Floats

    def shares(self, stems: Collection[str]) -> Floats:
        known = [self.rows[stem] for stem in stems if stem in self.rows]
        logits = self.bias + self.weights[known].sum(axis=0)
        powers = np.exp(logits - logits.max())
        shares: Floats = (powers / powers.sum())[:-1]
        return shares


@cache
def learned() -> Learned:
    """The weights in `theme_words.npz`, which `training.themes` writes."""
    file = resources.files("cjm_feedback.sentiment").joinpath("theme_words.npz")
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        return Learned(
            keys=tuple(str(key) for key in stored["keys"]),
            rows={str(stem): row for row, stem in enumerate(stored["stems"])},
            weights=stored["weights"].astype(np.float32) * np.float32(stored["scale"]),
            bias=stored["bias"].astype(np.float32),
        )


class WordThemeIndex:
    """Finds a phrase by the stems it shares with a text, rare ones counting more."""

    def __init__(
        self,
        specs: Sequence[ThemeSpec],
        *,
        limits: Limits | None = None,
        known: Learned | None = None,
    ) -> None:
        specs = [spec for spec in specs if spec.seeds]
        self._limits = limits or limits_of("words")
        self._known = known or learned()
        self._keys = [spec.key for spec in specs]
        self._columns = [
            self._known.keys.index(key) if key in self._known.keys else -1 for key in self._keys
        ]
        self._phrases = [[frozenset(stems_of(one)) for one in _shown_by(spec)] for spec in specs]
        themes_with = Counter(
            stem for phrases in self._phrases for stem in frozenset().union(*phrases)
        )
        most = len(self._keys) + 1
        self._weight = {stem: float(np.log(most / n) + 0.5) for stem, n in themes_with.items()}

    def match(
        self, texts: Sequence[str], *, among: Collection[str] | None = None
    ) -> list[tuple[Match, ...]]:
        return [choose(row, self._keys, self._limits, among) for row in self.scores(texts)]

    def scores(self, texts: Sequence[str]) -> Floats:
        """From 0 to 1: how likely a theme is by its words, or how much of a phrase is said."""
        found = np.zeros((len(texts), len(self._keys)), np.float32)
        for row, text in enumerate(texts):
            stems = frozenset(stems_of(text))
            said = stems & self._weight.keys()
            shares = [*self._known.shares(stems), 0.0]
            found[row] = [
                max(shares[column], self._said(said, phrases))
                for column, phrases in zip(self._columns, self._phrases, strict=True)
            ]
        return found

    def _said(self, stems: frozenset[str], phrases: Sequence[frozenset[str]]) -> float:
        best = 0.0
        for phrase in phrases if stems else ():
            shared = sum(self._weight[stem] for stem in phrase & stems)
            if shared:
                whole = sum(self._weight[stem] for stem in phrase)
                best = max(best, _PHRASE * shared / whole * min(1.0, shared / _FULL) ** 0.5)
        return best


def _shown_by(spec: ThemeSpec) -> tuple[str, ...]:
    """Its phrases, and what staff confirmed once that is enough."""
    return (*spec.seeds, *(spec.examples if len(spec.examples) >= CONFIRMATIONS_NEEDED else ()))


def stems_of(text: str) -> Iterator[str]:
    """The beginnings of the words that carry meaning, without accents."""
    for number, word in enumerate(_WORD.finditer(text)):
        if number >= _READ:
            return
        plain = fold(word[0].lower()).replace("ё", "е")
        if plain not in FUNCTION_WORDS and len(plain) > 2:
            yield stem(plain)


def stem(word: str) -> str:
    """Inflection stands at the end of a word; what is left tells most words apart."""
    return word[: max(_SHORTEST_STEM, min(_LONGEST_STEM, len(word) - 2))]
