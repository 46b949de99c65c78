"""The words about surveys in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STATE_NAMES = {
    "not_open_yet": _l("not open yet"),
    "open": _l("open"),
    "closed": _l("closed"),
}
TYPE_NAMES = {
    "csat": _l("Satisfaction, 1 to 5"),
    "nps": _l("Recommendation, 0 to 10"),
    "ces": _l("Effort, 1 to 7"),
    "emotion": _l("Emotion, one of ten"),
    "single_choice": _l("One of several options"),
    "short_text": _l("A few words"),
    "long_text": _l("Words of their own"),
}
