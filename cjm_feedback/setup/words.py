"""The words of the guided set-up in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STEP_NAMES = {
    "goal": _l("Goal"),
    "personas": _l("Personas"),
    "stages": _l("Stages and touchpoints"),
    "surveys": _l("Surveys and links"),
    "schedule": _l("Refresh schedule"),
}
TEMPLATE_NAMES = {"shop": _l("A shop"), "restaurant": _l("A restaurant"), "blank": _l("Nothing")}
TEMPLATE_HINTS = {
    "shop": _l("five stages, thirteen touchpoints from a friend's tip to the loyalty programme"),
    "restaurant": _l("five stages, ten touchpoints from finding the place to coming back"),
    "blank": _l("five stages without touchpoints: you name them yourself"),
}
RHYTHM_NAMES = {
    "daily": _l("every day"),
    "weekly": _l("every week"),
    "monthly": _l("on the first day of each month"),
}
WEEKDAY_NAMES = {
    "mon": _l("Monday"),
    "tue": _l("Tuesday"),
    "wed": _l("Wednesday"),
    "thu": _l("Thursday"),
    "fri": _l("Friday"),
    "sat": _l("Saturday"),
    "sun": _l("Sunday"),
}
