from __future__ import annotations

from gettext import NullTranslations

from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.journeymap.curves import EmotionLane
from cjm_feedback.journeymap.layout import lay_out
from cjm_feedback.journeymap.measures import PICKS, measure, merge
from cjm_feedback.journeymap.view import make_view
from tests.journeymap.makers import shop


@given(
    st.floats(-0.9, 0.9),
    st.sampled_from([pick.key for pick in PICKS]),
    st.sampled_from([100, 400]),
)
def test_a_number_never_stands_nearer_to_the_other_curve_than_to_its_own(
    written: float, pick: str, n: int
) -> None:
    figures = shop(
        {
            (1, "written"): merge([measure("written", written)] * n),
            (1, "said"): merge([measure("said", pick)] * n),
        }
    )
    view = make_view(figures, language="en", translations=NullTranslations(), title="Map")

    lane = EmotionLane(view, lay_out(view, 1120), 100)

    box, _words = lane.labels[0]
    away = {
        name: max(box.left - point.x, point.x - box.right, 0)
        + max(box.top - point.y, point.y - box.bottom, 0)
        for name, curve in lane.curves.items()
        for point in curve
        if point.column == 0
    }
    assert away["written"] <= away["said"]
