"""What a new journey may start with, and which of these an existing one started with."""

from __future__ import annotations

from cjm_feedback.content.journeys import JOURNEYS, SHOP, JourneyTemplate
from cjm_feedback.journeys.models import Journey

BLANK = JourneyTemplate(
    key="blank", name=dict(SHOP.name), touchpoints=(), surveys=SHOP.surveys, goals=()
)
TEMPLATES = {template.key: template for template in (*JOURNEYS, BLANK)}


def template_of(journey: Journey) -> JourneyTemplate:
    """The template that has most in common with the journey, the blank one if none has."""
    keys = {touchpoint.key for stage in journey.stages for touchpoint in stage.touchpoints}

    def shared(template: JourneyTemplate) -> int:
        return sum(point.key in keys for point in template.touchpoints)

    best = max(JOURNEYS, key=shared)
    return best if shared(best) else BLANK
