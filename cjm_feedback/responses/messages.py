"""Why an answer is refused, in the reader's words."""

from __future__ import annotations

from flask_babel import gettext as _

from cjm_feedback.questionnaire.answers import InvalidAnswerError


def message_for(error: InvalidAnswerError) -> str:
    words: dict[str, str] = {
        "choose_one": _("Choose one of the answers."),
        "write_something": _("Write an answer."),
        "not_offered": _("Choose one of the offered answers."),
        "not_text": _("Write the answer as text."),
        "not_asked": _("This survey does not ask that."),
        "number_between": _("Choose a whole number from %(low)s to %(high)s."),
        "too_long": _(
            "This text has %(length)s characters and we can take %(limit)s. Nothing was cut off:"
            " please shorten it and send it again."
        ),
    }
    return words[error.code] % error.params


def emotion_words() -> dict[str, str]:
    """The ten feelings, for a survey that has no wording of its own for them."""
    return {
        "delight": _("Delight"),
        "joy": _("Joy"),
        "trust": _("Trust"),
        "relief": _("Relief"),
        "neutral": _("Nothing special"),
        "surprise": _("Surprise"),
        "confusion": _("Confusion"),
        "worry": _("Worry"),
        "disappointment": _("Disappointment"),
        "anger": _("Anger"),
    }
