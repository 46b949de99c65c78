"""What is learnt from staff, in the reader's words."""

from __future__ import annotations

from flask_babel import gettext as _

from cjm_feedback.analysis.agreement import NOT_READ
from cjm_feedback.analysis.words import label_name
from cjm_feedback.responses.models import ReadingModel


def said_name(label: str) -> str:
    """A label that was read, or that nothing was."""
    return str(_("not scored")) if label == NOT_READ else label_name(label)


def model_words(model: ReadingModel) -> str:
    """What became of a head."""
    if model.status == "waiting":
        return str(_("being fitted"))
    if model.status == "active":
        return str(_("in use"))
    reasons = {
        "too_few": _("not fitted: too few corrections"),
        "gold_worse": _("not used: it would read our own test comments worse"),
        "no_deep_engine": _("not fitted: the language model is not in use here"),
        "given_up": _("not fitted: it failed"),
        "rolled_back": _("rolled back"),
    }
    return str(reasons.get(model.reason or "", _("replaced")))
