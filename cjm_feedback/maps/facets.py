"""Narrowing a map to some of its answers, and what must stay hidden when that is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cjm_feedback.journeymap.measures import ZERO, Measures
from cjm_feedback.rollups.queries import FacetedKey

NOBODY = 0
"""The persona of answers that no rule assigned."""

MASKED = Measures(1)
"""Stands in a cell for some answers, too few to say how many."""


@dataclass(frozen=True, slots=True)
class Facets:
    """Whose answers, by which channel, in which language; None is all of them."""

    persona_id: int | None = None
    channel_id: int | None = None
    language: str | None = None

    @property
    def chosen(self) -> dict[int, int | str]:
        """What was chosen, by its place in a `FacetedKey`."""
        found = {2: self.persona_id, 3: self.channel_id, 4: self.language}
        return {place: value for place, value in found.items() if value is not None}


EVERYBODY = Facets()


def narrow(
    cells: Iterable[tuple[FacetedKey, Measures]], facets: Facets, *, floor: int = 0
) -> dict[tuple[int, str], Measures]:
    """The cells of the answers chosen, by touchpoint and series.

    With a floor, at most one facet may be chosen, and a cell stays masked where what is shown
    of a group and of its parts would tell about fewer than `floor` answers by subtraction.
    """
    if floor and len(facets.chosen) > 1:
        raise ValueError("several facets at once cannot be shown with a floor")
    found: dict[tuple[int, str], Measures] = {}
    parts: defaultdict[tuple[int, str], dict[int | str, int]] = defaultdict(dict)
    for key, measures in cells:
        cell = (key[0], key[1])
        if all(key[place] == value for place, value in facets.chosen.items()):
            found[cell] = found.get(cell, ZERO) + measures
        for place in facets.chosen:
            parts[cell][key[place]] = parts[cell].get(key[place], 0) + measures.n
    if not floor or not facets.chosen:
        return found
    [chosen] = facets.chosen.values()
    masked = {cell for cell in found if chosen in hidden_parts(parts[cell], floor)}
    return {cell: MASKED if cell in masked else measures for cell, measures in found.items()}


def hidden_parts(parts: Mapping[int | str, int], floor: int) -> set[int | str]:
    """Which parts of a shown whole stay hidden.

    Those under the floor; and as long as what is hidden adds up to less than the floor, or is a
    single part, the next smallest too: the rest of the whole would give it away.
    """
    ranked = sorted((n, str(part), part) for part, n in parts.items() if n > 0)
    hidden = [item for item in ranked if item[0] < floor]
    for item in ranked[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(n for n, _, _ in hidden) >= floor):
            break
        hidden.append(item)
    return {part for _, _, part in hidden}
