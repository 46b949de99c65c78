"""How fresh and how complete the figures of a page are, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from cjm_feedback.maps.drawing import span
from cjm_feedback.maps.moments import local_time
from cjm_feedback.maps.queries import JourneyMap


def freshness(shown: JourneyMap) -> Iterator[str]:
    """What the figures include, what is still missing, and what closed periods there are."""
    if shown.snapshot is None:
        yield str(_("Computed just now."))
    else:
        when = local_time(shown.as_of, shown.journey.timezone)
        yield str(_("Closed on %(when)s.", when=when))
    if shown.snapshot is not None and shown.against is not None:
        against = span(shown.against.first, shown.against.last)
        yield str(_("Compared with %(days)s.", days=against))
    if shown.pending:
        yield str(
            ngettext(
                "%(num)d comment is still being read.",
                "%(num)d comments are still being read.",
                shown.pending,
            )
        )
    yield from _late(shown.late)
    yield from _left_out(shown)
    if shown.snapshot is None and shown.periods:
        newest = shown.periods[0]
        days = span(newest.first, newest.last)
        yield str(_("The last closed period is %(days)s.", days=days))


def _late(late: int) -> Iterator[str]:
    if late > 0:
        yield str(
            ngettext(
                "%(num)d answer of this period came after it was closed; it is in All time.",
                "%(num)d answers of this period came after it was closed; they are in All time.",
                late,
            )
        )
    if late < 0:
        yield str(
            ngettext(
                "%(num)d answer of this period was withdrawn after it was closed.",
                "%(num)d answers of this period were withdrawn after it was closed.",
                -late,
            )
        )


def _left_out(shown: JourneyMap) -> Iterator[str]:
    """A total leaves out what is under the floor, so that it cannot be had by subtraction."""
    floor = shown.figures.floor
    places = (place for stage in shown.figures.stages for place in stage.touchpoints)
    if any(place.level.responses is None for place in places):
        yield str(
            ngettext(
                "Answers of touchpoints with fewer than %(n)s response are not in these totals.",
                "Answers of touchpoints with fewer than %(n)s responses are not in these totals.",
                floor,
                n=floor,
            )
        )
