"""What answers are counted for, as something to choose and to count."""

from __future__ import annotations

from flask_babel import gettext as _

from cjm_feedback.journeymap.measures import COUNTED_SERIES, split_choice
from cjm_feedback.maps.answers import Behind
from cjm_feedback.maps.queries import JourneyMap
from cjm_feedback.maps.review import CONTRADICTING, UNSURE
from cjm_feedback.maps.toolbar import Option


def series_options(chosen: str) -> list[Option]:
    words = {
        COUNTED_SERIES: _("All answers"),
        "written": _("With a comment that was read"),
        "said": _("With a feeling picked"),
        "csat": _("With a satisfaction rating"),
        "nps": _("With a recommendation rating"),
        "ces": _("With an ease rating"),
    }
    choice = split_choice(chosen)
    if choice is not None:
        words[chosen] = _("%(question)s: %(choice)s", question=choice[0], choice=choice[1])
    return [Option(one, str(label), one == chosen) for one, label in words.items()]


def review_options(chosen: str) -> list[Option]:
    """Answers whose reading somebody should look at."""
    words = {
        "": _("All readings"),
        UNSURE: _("Unsure readings"),
        CONTRADICTING: _("Rating and words disagree"),
    }
    return [Option(one, str(label), one == chosen) for one, label in words.items()]


def counted(shown: JourneyMap, behind: Behind) -> int:
    """How many answers the map counts there; of a closed period, as it was closed."""
    return sum(
        measures.n
        for (place, series), measures in shown.cells.items()
        if series == behind.series and (behind.places is None or place in behind.places)
    )
