"""Between a cron line and the few choices that the guided set-up offers."""

from __future__ import annotations

from datetime import time
from typing import Any

from cjm_feedback.jobs.cron import CronError, parse_cron
from cjm_feedback.setup.words import WEEKDAY_NAMES

USUAL: dict[str, Any] = {"rhythm": "weekly", "weekday": "mon", "at": time(6, 0)}


def planned(cron: str) -> dict[str, Any]:
    """The choices that say what `cron` says; the usual ones where they cannot say it."""
    try:
        parsed = parse_cron(cron)
    except CronError:
        return USUAL
    if parsed.time is None or parsed.rhythm == "other":
        return USUAL
    weekday = USUAL["weekday"]
    if parsed.rhythm == "weekly":
        weekday = tuple(WEEKDAY_NAMES)[parsed.weekdays[0]]
    return {"rhythm": parsed.rhythm, "weekday": weekday, "at": parsed.time}
