from collections.abc import Callable, Sequence

import pytest

from cjm_feedback.sentiment.evaluate import (
    BadLineError,
    Evaluation,
    NoRowsError,
    Row,
    evaluate,
    parse_rows,
)
from cjm_feedback.sentiment.result import Label, Reading, unscored

POLARITY: dict[Label, float] = {"negative": -0.5, "neutral": 0.0, "positive": 0.5, "mixed": 0.1}


def reader(readings: dict[str, Label | None]) -> Callable[[str], Reading]:
    def read(text: str) -> Reading:
        label = readings[text]
        if label is None:
            return unscored("no_known_words", language="cs", engine="fake-1")
        return Reading("cs", POLARITY[label], label, 0.5, "fake-1")

    return read


def evaluated(pairs: Sequence[tuple[Label, Label | None]]) -> Evaluation:
    rows = [Row(str(number), gold) for number, (gold, _) in enumerate(pairs)]
    read = reader({str(number): predicted for number, (_, predicted) in enumerate(pairs)})
    ticks = iter([0.0, 2.0])
    return evaluate(rows, read, seconds=lambda: next(ticks))


def test_the_figures_follow_from_the_confusion() -> None:
    found = evaluated(
        [
            ("negative", "negative"),
            ("negative", "positive"),
            ("positive", "positive"),
            ("neutral", "neutral"),
        ]
    )

    assert found.confusion == {
        "negative": {"negative": 1, "neutral": 0, "positive": 1},
        "neutral": {"negative": 0, "neutral": 1, "positive": 0},
        "positive": {"negative": 0, "neutral": 0, "positive": 1},
    }
    assert found.per_class == {"negative": 0.6667, "neutral": 1.0, "positive": 0.6667}
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 + 2 / 3) / 3, abs=1e-4)
    assert found.accuracy == 0.75
    assert found.binary_accuracy == pytest.approx(2 / 3, abs=1e-4)
    assert (found.n, found.texts_per_second, found.engine) == (4, 2.0, "fake-1")


def test_a_class_absent_from_the_gold_is_left_out_of_the_mean() -> None:
    found = evaluated([("negative", "negative"), ("positive", "neutral")])

    assert set(found.per_class) == {"negative", "positive"}
    assert found.macro_f1 == 0.5
    assert found.confusion["positive"]["neutral"] == 1


def test_unscored_counts_as_neutral() -> None:
    found = evaluated([("neutral", None), ("negative", None)])

    assert found.confusion["negative"] == {"negative": 0, "neutral": 1}
    assert (found.accuracy, found.unscored) == (0.5, 1.0)


def test_mixed_counts_as_neutral_where_the_gold_has_none() -> None:
    assert evaluated([("neutral", "mixed")]).accuracy == 1.0


def test_mixed_is_a_class_where_the_gold_has_it() -> None:
    found = evaluated([("neutral", "mixed"), ("mixed", "mixed")])

    assert found.accuracy == 0.5
    assert set(found.per_class) == {"neutral", "mixed"}


def test_binary_accuracy_takes_no_and_zero_polarity_as_wrong() -> None:
    found = evaluated(
        [
            ("negative", None),
            ("positive", "neutral"),
            ("positive", "mixed"),
            ("neutral", "positive"),
        ]
    )

    assert found.binary_accuracy == pytest.approx(1 / 3, abs=1e-4)


def test_binary_accuracy_needs_gold_of_a_sign() -> None:
    assert evaluated([("neutral", "neutral")]).binary_accuracy is None


def test_nothing_to_evaluate_is_refused() -> None:
    with pytest.raises(NoRowsError):
        evaluate([], reader({}))


def test_lines_give_rows() -> None:
    lines = ["Skvělé\tpos\tshop", "", "Hrůza\tnegative", "Přišlo v úterý\tNEU", "Tak napůl\tmixed"]

    assert list(parse_rows(lines)) == [
        Row("Skvělé", "positive"),
        Row("Hrůza", "negative"),
        Row("Přišlo v úterý", "neutral"),
        Row("Tak napůl", "mixed"),
    ]


@pytest.mark.parametrize("line", ["no label", "text\tjoy,trust", "text\t"])
def test_a_line_that_is_no_annotated_comment_is_named(line: str) -> None:
    with pytest.raises(BadLineError, match="line 2"):
        list(parse_rows(["fine\tpos", line]))
