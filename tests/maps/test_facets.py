from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.journeymap.measures import Measures, measure, merge
from cjm_feedback.maps.facets import EVERYBODY, MASKED, Facets, hidden_parts, narrow
from cjm_feedback.rollups.queries import FacetedKey

FLOOR = 5
sizes = st.lists(st.integers(0, 30), min_size=1, max_size=8)


def cells(*groups: tuple[int, int, str, int]) -> list[tuple[FacetedKey, Measures]]:
    """Ratings of 4 at one touchpoint: persona, channel, language, how many."""
    return [
        ((1, "csat", persona, channel, language), merge([measure("csat", 4)] * n))
        for persona, channel, language, n in groups
    ]


def shown(found: dict[tuple[int, str], Measures]) -> int:
    return found[1, "csat"].n


def test_facets_add_up_what_was_chosen() -> None:
    given_cells = cells((0, 1, "cs", 3), (1, 1, "cs", 4), (1, 2, "pl", 5))
    assert shown(narrow(given_cells, EVERYBODY)) == 12
    assert shown(narrow(given_cells, Facets(persona_id=1))) == 9
    assert shown(narrow(given_cells, Facets(persona_id=0))) == 3
    assert shown(narrow(given_cells, Facets(persona_id=1, channel_id=2))) == 5
    assert narrow(given_cells, Facets(persona_id=1, language="ru")) == {}


def test_a_part_whose_rest_is_too_small_stays_hidden() -> None:
    given_cells = cells((0, 1, "cs", 40), (1, 1, "cs", 4))
    for persona in (0, 1):
        found = narrow(given_cells, Facets(persona_id=persona), floor=FLOOR)
        assert found[1, "csat"] == MASKED


def test_a_part_is_shown_where_the_rest_is_large_enough() -> None:
    given_cells = cells((0, 1, "cs", 40), (1, 1, "cs", 6))
    assert shown(narrow(given_cells, Facets(persona_id=1), floor=FLOOR)) == 6


def test_several_facets_cannot_be_protected() -> None:
    with pytest.raises(ValueError, match="several facets"):
        narrow(cells((0, 1, "cs", 9)), Facets(persona_id=0, language="cs"), floor=FLOOR)


def test_a_single_hidden_part_takes_the_next_smallest_with_it() -> None:
    assert hidden_parts({"a": 40, "b": 20, "c": 2}, FLOOR) == {"b", "c"}
    assert hidden_parts({"a": 40, "b": 3, "c": 4}, FLOOR) == {"b", "c"}
    assert hidden_parts({"a": 40, "b": 20}, FLOOR) == set()
    assert hidden_parts({"a": 40, "b": 0}, FLOOR) == set()


@given(sizes)
def test_nothing_under_the_floor_can_be_had_by_subtraction(parts: list[int]) -> None:
    named: dict[int | str, int] = dict(enumerate(parts))
    hidden = hidden_parts(named, FLOOR)
    assert all(part in hidden for part, n in named.items() if 0 < n < FLOOR)
    rest = sum(named[part] for part in hidden)
    everybody = sum(named.values())
    assert rest == 0 or rest >= FLOOR or rest == everybody
    assert len(hidden) != 1 or rest == everybody
