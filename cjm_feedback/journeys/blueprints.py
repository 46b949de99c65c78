"""All pages on which a journey is edited, for the application to register."""

from __future__ import annotations

from cjm_feedback.journeys import (
    channel_views,
    persona_views,
    rule_views,
    stage_views,
    touchpoint_views,
    views,
)

BLUEPRINTS = (
    views.bp,
    stage_views.bp,
    touchpoint_views.bp,
    persona_views.bp,
    rule_views.bp,
    channel_views.bp,
)
