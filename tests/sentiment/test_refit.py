"""A head is moved by what it is shown, and held where nothing is shown."""

from __future__ import annotations

import numpy as np
import pytest

from cjm_feedback.sentiment.deep.words import Floats
from cjm_feedback.sentiment.refit import Head, as_labels, fit_head, macro_f1, pack, unpack

WIDTH = 24
LABELS = ("negative", "neutral", "positive", "mixed")


def vectors(n: int, seed: int = 0) -> Floats:
    drawn = np.random.default_rng(seed).normal(size=(n, WIDTH)).astype(np.float32)
    found: Floats = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return found


def some_head(seed: int = 1, size: float = 6.0) -> Head:
    chance = np.random.default_rng(seed)
    return Head(
        (size * chance.normal(size=(4, WIDTH))).astype(np.float32),
        chance.normal(size=4).astype(np.float32),
    )


def test_labels_that_agree_with_the_head_leave_its_decisions_alone() -> None:
    start, seen, unseen = some_head(), vectors(200), vectors(500, seed=9)

    fitted = fit_head(seen, start.labels(seen), start)

    assert fitted.agreed_before == 1.0
    assert (fitted.head.labels(unseen) == start.labels(unseen)).mean() > 0.95


def test_a_head_moves_to_what_people_say_and_does_better_on_texts_it_has_not_seen() -> None:
    start, truth = some_head(), some_head(seed=2)
    seen, unseen = vectors(600), vectors(500, seed=9)

    fitted = fit_head(seen, truth.labels(seen), start)

    before = (start.labels(unseen) == truth.labels(unseen)).mean()
    after = (fitted.head.labels(unseen) == truth.labels(unseen)).mean()
    assert after > before + 0.2
    assert fitted.agreed_after > fitted.agreed_before + 0.2


def test_labels_by_chance_move_a_head_little() -> None:
    start, seen, unseen = some_head(), vectors(60), vectors(500, seed=9)
    nonsense = np.random.default_rng(4).integers(0, 4, 60)

    fitted = fit_head(seen, nonsense, start)

    assert fitted.strength >= 30
    assert (fitted.head.labels(unseen) == start.labels(unseen)).mean() > 0.6


def test_the_same_corrections_give_the_same_head() -> None:
    seen = vectors(80)
    labels = some_head(seed=2).labels(seen)
    assert pack(fit_head(seen, labels, some_head()).head) == pack(
        fit_head(seen, labels, some_head()).head
    )


def test_a_head_comes_back_as_it_was_kept() -> None:
    head = some_head()
    back = unpack(pack(head))
    assert np.array_equal(back.weight, head.weight)
    assert np.array_equal(back.bias, head.bias)


@pytest.mark.parametrize("raw", [b"", b"1234" * 4, b"1234" * 9])
def test_bytes_that_are_no_head_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="not a head"):
        unpack(raw)


def test_macro_f1_is_the_mean_over_the_labels_that_occur() -> None:
    labels = as_labels(["negative", "negative", "positive", "neutral"], LABELS)
    said = as_labels(["negative", "positive", "positive", "mixed"], LABELS)
    assert macro_f1(labels, said) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert macro_f1(labels[:0], said[:0]) == 0.0
