"""The words of a journey's structure in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

PHASE_NAMES = {
    "before": _l("Before purchase"),
    "during": _l("During purchase"),
    "after": _l("After purchase"),
}
INITIATIVE_NAMES = {
    "brand": _l("Started by us"),
    "customer": _l("Started by the customer"),
}
INITIATIVE_HINTS = {
    "brand": _l("a campaign, a newsletter, a call from us"),
    "customer": _l("a visit, a search, a call to us"),
}
