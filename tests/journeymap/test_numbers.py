import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.journeymap.numbers import Numbers


@pytest.mark.parametrize(
    ("language", "signed", "share", "count"),
    [
        ("en", "−0.51", "27%", "12,345"),
        ("cs", "−0,51", "27\u00a0%", "12\u00a0345"),
        ("pl", "−0,51", "27\u00a0%", "12\u00a0345"),
        ("ru", "−0,51", "27\u00a0%", "12\u00a0345"),
        ("cs-CZ", "−0,51", "27\u00a0%", "12\u00a0345"),
        ("xx-unknown", "−0.51", "27%", "12,345"),
    ],
)
def test_numbers_are_written_as_the_reader_writes_them(
    language: str, signed: str, share: str, count: str
) -> None:
    numbers = Numbers(language)
    assert (numbers.signed(-0.51), numbers.percent(0.27), numbers.integer(12345)) == (
        signed,
        share,
        count,
    )


def test_each_metric_has_its_own_unit() -> None:
    numbers = Numbers("cs")
    assert numbers.value("nps", 25.4) == "+25"
    assert numbers.value("nps", -100) == "−100"
    assert numbers.value("ces", 5.44) == "5,4"
    assert numbers.value("csat", 1) == "100\u00a0%"
    assert numbers.value("said", 0.5) == "+0,50"


def test_a_value_that_rounds_to_zero_has_no_sign() -> None:
    assert [Numbers("en").signed(v) for v in (0.004, -0.004, -0.0)] == ["0.00"] * 3


@given(st.floats(-1, 1), st.sampled_from(["cs", "pl", "ru", "en"]))
def test_no_number_has_a_hyphen_for_a_minus(value: float, language: str) -> None:
    assert "-" not in Numbers(language).signed(value)
