import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_feedback.sentiment.streams import Line, decoded_lines, parse_line, score_lines
from tests.sentiment.texts import ANY_TEXT


def scored(*lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in score_lines(lines)]


def test_each_line_gives_a_line_in_order_blank_ones_too() -> None:
    rows = scored("Skvělá obsluha", "", "Ужас", "Great product")

    assert [row["language"] for row in rows] == ["cs", None, "ru", "en"]
    assert rows[1]["reason"] == "empty"


def test_a_json_line_may_name_language_languages_and_prior() -> None:
    assert parse_line('{"text": "Super", "language": "cs"}') == Line("Super", "cs", ("cs",))
    assert parse_line('{"text": "Super", "languages": ["pl", "en"], "prior": "pl"}') == Line(
        "Super", "pl", ("pl", "en")
    )
    assert parse_line('{"text": "Super"}') == Line("Super")


def test_the_named_language_is_not_guessed_at() -> None:
    (row,) = scored('{"text": "Great product, I love it", "language": "cs"}')

    assert row["language"] == "cs"


def test_the_prior_gives_way_to_strong_evidence() -> None:
    weak, strong = scored(
        '{"text": "Super", "prior": "pl"}',
        '{"text": "Great product, I love it", "prior": "pl"}',
    )

    assert (weak["language"], strong["language"]) == ("pl", "en")


@pytest.mark.parametrize(
    "raw",
    [
        "{",
        '{"text": 5}',
        '{"txt": "x"}',
        "[1]",
        '"x"',
        '{"text": ' + "[" * 100_000,
        "{Super}",
        "{}",
    ],
)
def test_anything_else_is_the_text_itself(raw: str) -> None:
    assert parse_line(raw) == Line(raw)


def test_members_of_the_wrong_type_count_as_left_out() -> None:
    raw = '{"text": "Super", "language": 5, "languages": "cs", "prior": 0.5}'

    assert parse_line(raw) == Line("Super")


def test_bytes_become_lines_whatever_they_are() -> None:
    stream = [b"\xef\xbb\xbfSkv\xc4\x9bl\xc3\xa9\r\n", b"\xff\xfe\n", "a\u2028b\x0bc".encode()]

    assert list(decoded_lines(stream)) == ["Skvělé", "\ufffd\ufffd", "a\u2028b\x0bc"]


@settings(deadline=None)
@given(st.lists(ANY_TEXT, max_size=4))
def test_r22_as_many_lines_come_out_as_go_in(lines: list[str]) -> None:
    out = list(score_lines(lines))

    assert len(out) == len(lines)
    assert not any("\n" in line for line in out)
    assert all("engine" in json.loads(line) for line in out)
