"""Fits how the parts are weighed, on the half of the gold set that is there for it (`dev`)."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from cjm_feedback.sentiment.calibration import (
    CALIBRATION_FILE,
    LABELS,
    Calibration,
    label_of,
    softmax,
    together,
)
from cjm_feedback.sentiment.clauses import MOST_CLAUSES, split_clauses
from cjm_feedback.sentiment.deep.model import EMOTIONS, deep_model
from cjm_feedback.sentiment.deep.words import Floats
from cjm_feedback.sentiment.fast import fast_model
from cjm_feedback.sentiment.normalise import prepare
from training.data import HERE, LANGUAGES, Comment, read_comments

START = Calibration(1.0, 0.3, 0.2, 1.0, {}, 0.6, (1.0,) * 8, (0.0,) * 8, (0.5,) * 8)
BIAS_RIDGE = 2.0


def gold(split: str) -> list[Comment]:
    return [
        comment
        for language in LANGUAGES
        for comment in read_comments(HERE / "gold" / f"{language}.tsv")
        if comment.split == split
    ]


class Parts:
    """What the models put out for each comment, computed once."""

    def __init__(self, comments: list[Comment]) -> None:
        model = deep_model()
        self.comments = comments
        self.labels = np.array([LABELS.index(c.label) for c in comments])  # type: ignore[arg-type]
        self.languages = np.array([LANGUAGES.index(c.language) for c in comments])
        texts = [prepare(comment.text).text for comment in comments]
        whole = model.encode(texts)
        self.deep, self.emotions = whole.polarity, whole.emotions
        self.fast = np.array(
            [
                fast_model(comment.language).probabilities([text])[0]
                for text, comment in zip(texts, comments, strict=True)
            ],
            np.float32,
        )
        self.clauses: list[Floats | None] = []
        for text, comment in zip(texts, comments, strict=True):
            spans = split_clauses(text, comment.language)
            parts = [text[span.start : span.end] for span in spans]
            self.clauses.append(model.encode(parts).polarity if len(parts) > 1 else None)

        self.padded = np.full((len(comments), MOST_CLAUSES, len(LABELS)), np.nan)
        for number, said in enumerate(self.clauses):
            if said is not None:
                self.padded[number, : len(said)] = said

    def probabilities(self, settings: Calibration) -> Floats:
        return np.array(
            [
                settings.whole(
                    deep,
                    fast,
                    None if said is None else together(settings.clause(said)),
                    LANGUAGES[language],
                )
                for deep, fast, said, language in zip(
                    self.deep, self.fast, self.clauses, self.languages, strict=True
                )
            ]
        )


def fit_polarity(parts: Parts) -> Calibration:
    """Least log loss; biases are held back by a ridge, for 158 comments a language are few.

    The same sums as `Calibration.whole`, over all comments at once and in double precision,
    without which differences too small for the optimiser to see would be lost.
    """
    deep, fast = parts.deep.astype(float), np.log(np.maximum(parts.fast.astype(float), 1e-6))
    has_clauses = ~np.isnan(parts.padded[:, 0, 0])
    rows = np.arange(len(deep))

    def loss(values: Floats) -> float:
        bias = values[4:].reshape(len(LANGUAGES), len(LABELS))
        logits = values[0] * deep + values[1] * fast + bias[parts.languages]
        logits[has_clauses] += values[2] * _log_together(values[3] * parts.padded[has_clauses])
        logits -= logits.max(1, keepdims=True)
        own = logits[rows, parts.labels] - np.log(np.exp(logits).sum(1))
        return float(-own.mean() + BIAS_RIDGE * (values[4:] ** 2).sum() / len(own))

    start = np.array([START.deep, START.fast, START.clauses, START.clause_deep, *[0.0] * 16])
    bounds = [(0.2, 3), (0, 1.5), (0, 1.5), (0.3, 2), *[(-1.5, 1.5)] * 16]
    best = np.round(minimize(loss, start, method="L-BFGS-B", bounds=bounds).x, 4)
    return replace(
        START,
        deep=float(best[0]),
        fast=float(best[1]),
        clauses=float(best[2]),
        clause_deep=float(best[3]),
        bias={
            name: best[4:].reshape(len(LANGUAGES), -1)[number].tolist()
            for number, name in enumerate(LANGUAGES)
        },
    )


def _log_together(logits: Floats) -> Floats:
    """The logarithm of `together` for comments (n, clauses, 4), padded with NaN."""
    powers = np.exp(logits - np.nanmax(logits, axis=2, keepdims=True))
    shares = powers / powers.sum(2, keepdims=True)
    praised = np.nanmax(shares[..., 2] + shares[..., 3] / 2, axis=1)
    blamed = np.nanmax(shares[..., 0] + shares[..., 3] / 2, axis=1)
    whole = [
        blamed * (1 - praised),
        (1 - blamed) * (1 - praised),
        praised * (1 - blamed),
        praised * blamed,
    ]
    return np.log(np.maximum(np.stack(whole, axis=1), 1e-6))


def fit_emotions(parts: Parts, settings: Calibration) -> Calibration:
    """A temperature and bias for each emotion, and the threshold of best F1 on `dev`."""
    told = np.array([[e in c.emotions for e in EMOTIONS] for c in parts.comments], float)
    weights, biases, thresholds = [], [], []
    for column in range(len(EMOTIONS)):
        x, y = parts.emotions[:, column], told[:, column]

        def loss(values: Floats, x: Floats = x, y: Floats = y) -> float:
            p = 1 / (1 + np.exp(-(values[0] * x + values[1])))
            p = np.clip(p, 1e-6, 1 - 1e-6)
            held = 0.01 * ((values[0] - 1) ** 2 + values[1] ** 2)
            return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean() + held)

        best = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.2, 3), (-4, 4)])
        p = 1 / (1 + np.exp(-(best.x[0] * x + best.x[1])))
        grid = np.arange(0.1, 0.61, 0.02)
        scores = [_f1(p >= t, y > 0) for t in grid]
        weights.append(round(float(best.x[0]), 4))
        biases.append(round(float(best.x[1]), 4))
        thresholds.append(round(float(grid[int(np.argmax(scores))]), 2))
    return replace(
        settings, emotion_weight=weights, emotion_bias=biases, emotion_threshold=thresholds
    )


def _f1(said: Floats, told: Floats) -> float:
    return 2 * float((said & told).sum()) / max(1, int(said.sum() + told.sum()))


def unsure_below(probabilities: Floats, labels: Floats, *, wanted: float = 0.5) -> float:
    """The confidence under which a label is right less often than `wanted`: a coin's worth."""
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == labels
    for threshold in np.arange(0.75, 0.3, -0.01):
        below = confidence < threshold
        if below.sum() >= 20 and right[below].mean() < wanted + 0.1:
            return round(float(threshold), 2)
    return 0.45


def expected_calibration_error(probabilities: Floats, labels: Floats, *, bins: int = 10) -> float:
    """Mean distance of confidence from accuracy over `bins` of equal size, in 0…1 (Naeini 2015)."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    order = np.argsort(confidence)
    parts = np.array_split(order, bins)
    gaps = [abs(confidence[part].mean() - right[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(order))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=CALIBRATION_FILE)
    out: Path = parser.parse_args().out
    parts = Parts(gold("dev"))
    settings = fit_emotions(parts, fit_polarity(parts))
    found = parts.probabilities(settings)
    settings = replace(settings, unsure=unsure_below(found, parts.labels))
    out.write_text(json.dumps(asdict(settings), indent=1) + "\n", encoding="utf-8")
    right = np.mean([LABELS[n] == label_of(p) for n, p in zip(parts.labels, found, strict=True)])
    ece = expected_calibration_error(found, parts.labels)
    print(f"dev: {len(found)} comments, accuracy {right:.3f}, calibration error {ece:.3f}")
    print(f"deep alone: {np.mean(softmax(parts.deep).argmax(1) == parts.labels):.3f}")


if __name__ == "__main__":
    main()
