"""Moments as people of a journey read them: on its clock, in their language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask_babel import get_locale

from cjm_feedback.web.languages import FALLBACK


def local_time(moment: datetime, timezone: str) -> str:
    """Day and minute where the journey takes place."""
    local = moment.astimezone(ZoneInfo(timezone))
    locale = get_locale() or FALLBACK
    day, minute = (
        format_date(local, "medium", locale=locale),
        format_time(local, "short", locale=locale),
    )
    return f"{day}, {minute}"
