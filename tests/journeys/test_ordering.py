from __future__ import annotations

import pytest

from cjm_feedback.journeys.ordering import put_before, stepped


@pytest.mark.parametrize(
    ("moving", "direction", "order"),
    [
        ("b", "up", "bacd"),
        ("b", "down", "acbd"),
        ("a", "up", "abcd"),
        ("d", "down", "abcd"),
        ("d", "up", "abdc"),
        ("a", "down", "bacd"),
    ],
)
def test_a_step_changes_places_with_the_neighbour(moving: str, direction: str, order: str) -> None:
    assert "".join(stepped("abcd", moving, direction)) == order


@pytest.mark.parametrize(
    ("moving", "before", "order"),
    [
        ("d", "a", "dabc"),
        ("a", "d", "bcad"),
        ("a", None, "bcda"),
        ("x", "c", "abxcd"),
        ("x", None, "abcdx"),
        ("b", "c", "abcd"),
        ("b", "b", "acdb"),
    ],
)
def test_something_is_put_before_another_or_at_the_end(
    moving: str, before: str | None, order: str
) -> None:
    assert "".join(put_before("abcd", moving, before)) == order
