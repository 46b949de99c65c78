"""Moments as people of a journey read them: on its clock, in their language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask_babel import get_locale


def local_time(moment: datetime, timezone: str) -> str:
    """Day and minute where the journey takes place."""
    local = moment.astimezone(ZoneInfo(timezone))
    return str(format_datetime(local, "d MMM y, HH:mm", locale=get_locale() or "en"))
