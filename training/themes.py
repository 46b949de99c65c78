"""How near a theme has to be before a comment is said to be about it.

`python -m training.themes [words|deep]` writes `cjm_feedback/sentiment/theme_limits.json` anew. For
`words` it also writes what they say of the starter themes, `theme_words.npz`; for `deep` where the
phrases of these lie, `theme_vectors.npz`. Without a name it does both.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from cjm_feedback.content.themes import starter_themes
from cjm_feedback.sentiment.theme_words import Learned, WordThemeIndex, stems_of
from cjm_feedback.sentiment.themes import Encode, Floats, Limits, ThemeIndex, ThemeSpec, choose
from training.calibrate import gold
from training.data import HERE, LANGUAGES, Comment, read_comments

LIMITS: Final = HERE.parent / "cjm_feedback" / "sentiment" / "theme_limits.json"
WORDS: Final = LIMITS.with_name("theme_words.npz")
VECTORS: Final = LIMITS.with_name("theme_vectors.npz")
FEWEST: Final = 2
"""Comments that a stem has to be in."""
STRENGTH: Final = 2.0
COVERAGE: Final = 0.8
"""Share of the comments with a theme that have to be given one."""


WORD_COVERAGE: Final = 0.4
"""Words alone are less sure and say less."""


@dataclass(frozen=True)
class Quality:
    """Comments without a theme count in `silent` alone: how many of them get none, as is right."""

    coverage: float
    top1: float
    recall: float
    precision: float
    silent: float
    n: int


def starter_specs() -> list[ThemeSpec]:
    return [
        ThemeSpec(theme.key, tuple(seed for seeds in theme.seeds.values() for seed in seeds))
        for theme in starter_themes()
    ]


def training_comments() -> list[Comment]:
    return [
        comment
        for language in LANGUAGES
        for comment in read_comments(HERE / "comments" / f"{language}.tsv")
    ]


def measure(scores: Floats, comments: Sequence[Comment], limits: Limits) -> Quality:
    """How well themes are found with these limits, by comments as wholes."""
    keys = [spec.key for spec in starter_specs()]
    covered = right = said = hits = wanted = themed = silent = 0
    for row, comment in zip(scores, comments, strict=True):
        found = [match.key for match in choose(row, keys, limits)]
        if not comment.themes:
            silent += not found
            continue
        themed += 1
        covered += bool(found)
        right += bool(found) and found[0] in comment.themes
        said += len(found)
        hits += len(set(found) & set(comment.themes))
        wanted += len(comment.themes)
    none = len(comments) - themed
    return Quality(
        coverage=covered / themed,
        top1=right / max(covered, 1),
        recall=hits / wanted,
        precision=hits / max(said, 1),
        silent=silent / max(none, 1),
        n=len(comments),
    )


def calibrate(scores: Floats, comments: Sequence[Comment], *, coverage: float = COVERAGE) -> Limits:
    """The limits with the best mean of top-1, recall and silence among those that cover enough."""
    best = np.sort(scores, axis=1)[:, ::-1]
    thresholds = np.unique(np.quantile(best[:, 0], np.linspace(0.02, 0.5, 13)).round(3))
    margins = np.unique(np.quantile(best[:, 0] - best[:, 1], np.linspace(0, 0.3, 6)).round(3))
    seconds = np.unique(np.quantile(best[:, 1], [0.5, 0.6, 0.7, 0.8, 0.9, 0.97]).round(3))
    found: list[tuple[bool, float, Limits]] = []
    for threshold, margin, second in itertools.product(thresholds, margins, seconds):
        limits = Limits(float(threshold), float(margin), float(max(threshold, second)))
        quality = measure(scores, comments, limits)
        worth = quality.top1 + (quality.recall + quality.precision) / 2 + quality.silent / 2
        enough = quality.coverage >= coverage
        found.append((enough, worth if enough else quality.coverage, limits))
    return max(found, key=lambda one: one[:2])[2]


def deep_scores(encode: Encode, comments: Sequence[Comment]) -> Floats:
    specs, none = starter_specs(), Limits(0, 0, 0)
    words = WordThemeIndex(specs, limits=none)
    index = ThemeIndex(specs, encode, limits=none, words=words.scores)
    texts = [comment.text for comment in comments]
    parts = [texts[start : start + 64] for start in range(0, len(texts), 64)]
    return np.concatenate([index.scores(part, encode(part)) for part in parts])


def word_scores(known: Learned, comments: Sequence[Comment]) -> Floats:
    index = WordThemeIndex(starter_specs(), limits=Limits(0, 0, 0), known=known)
    return index.scores([comment.text for comment in comments])


def learn_words(comments: Sequence[Comment]) -> Learned:
    """A softmax regression over stems, with `none` as the last class."""
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - heavy
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    keys = [theme.key for theme in starter_themes()]
    rows = [
        (text, keys.index(key) if key else len(keys), weight)
        for comment in comments
        for text in (comment.text,)
        for key in comment.themes or ("",)
        for weight in (1 / max(len(comment.themes), 1),)
    ]
    # Their phrases too: they are what the themes mean to be.
    rows += [(seed, keys.index(spec.key), 1.0) for spec in starter_specs() for seed in spec.seeds]
    texts, target, weight = zip(*rows, strict=True)
    counter = CountVectorizer(analyzer=lambda text: set(stems_of(text)), min_df=FEWEST)
    matrix = counter.fit_transform(texts)
    model = LogisticRegression(C=STRENGTH, max_iter=300, random_state=0)
    model.fit(matrix, target, sample_weight=weight)
    scale = float(np.abs(model.coef_).max() / 127)
    return Learned(
        keys=tuple(keys),
        rows={str(stem): row for row, stem in enumerate(counter.get_feature_names_out())},
        weights=(np.round(model.coef_.T / scale) * scale).astype(np.float32),
        bias=model.intercept_.astype(np.float32),
    )


def save_words(known: Learned, path: Path = WORDS) -> None:
    scale = np.float32(np.abs(known.weights).max() / 127)
    np.savez_compressed(
        path,
        keys=np.array(known.keys),
        stems=np.array(list(known.rows)),
        weights=np.round(known.weights / scale).astype(np.int8),
        scale=scale,
        bias=known.bias,
    )


def save(kind: str, limits: Limits, path: Path = LIMITS) -> None:
    known = json.loads(path.read_text(encoding="utf-8"))
    known[kind] = {name: round(value, 3) for name, value in asdict(limits).items()}
    path.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


def main(kinds: Sequence[str]) -> None:
    comments = training_comments()
    for kind in kinds or ("words", "deep"):
        limits, quality = (calibrate_deep if kind == "deep" else calibrate_words)(comments)
        save(kind, limits)
        sys.stdout.write(f"{kind}: {limits} {quality}\n")


def calibrate_deep(_: Sequence[Comment]) -> tuple[Limits, Quality]:
    """On the development part of the gold set: model and words were made from the others."""
    from cjm_feedback.sentiment.deep.model import deep_model  # noqa: PLC0415 - not there for words

    model = deep_model()
    save_vectors(lambda texts: model.encode(texts).themes)
    comments = gold("dev")
    scores = deep_scores(lambda texts: model.encode(texts).themes, comments)
    limits = calibrate(scores, comments)
    return limits, measure(scores, comments, limits)


def save_vectors(encode: Encode, path: Path = VECTORS) -> None:
    """So that no worker has to read the phrases of the starter themes when it begins."""
    phrases = [seed for spec in starter_specs() for seed in spec.seeds]
    np.savez_compressed(path, phrases=np.array(phrases), vectors=encode(phrases).astype(np.float16))


def calibrate_words(comments: Sequence[Comment]) -> tuple[Limits, Quality]:
    """Limits and quality from comments that the words were not learned from."""
    held, rest = comments[::5], [one for number, one in enumerate(comments) if number % 5]
    scores = word_scores(learn_words(rest), held)
    limits = calibrate(scores, held, coverage=WORD_COVERAGE)
    save_words(learn_words(comments))
    return limits, measure(scores, held, limits)


if __name__ == "__main__":
    main(sys.argv[1:])
