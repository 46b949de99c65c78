"""What is read in comments, in the reader's words."""

from __future__ import annotations

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _

from cjm_feedback.web.languages import FALLBACK

OTHER = "other"
"""The language of a comment that is in none of those we read."""
UNKNOWN_TAG = "und"

SIGNS = {"negative": "neg", "positive": "pos"}
"""Labels that lean, as classes of tags and marks."""


def language_name(code: str) -> str:
    """A language in the reader's own."""
    if code == OTHER:
        return str(_("another language"))
    names = Locale.parse(str(get_locale() or FALLBACK)).languages
    return str(names.get(code, code))


def language_tag(code: str | None) -> str:
    """For the `lang` of a text: readers aloud must not take `other` for a language."""
    return UNKNOWN_TAG if code is None or code == OTHER else code


def label_name(label: str | None) -> str:
    names = {
        "negative": _("negative"),
        "neutral": _("neutral"),
        "positive": _("positive"),
        "mixed": _("mixed"),
    }
    return str(names.get(label or "", ""))


def reason_words(reason: str | None) -> str:
    """Why a comment got no polarity."""
    reasons = {
        "no_known_words": _("not scored: no words that say how it was"),
        "too_short": _("not scored: too short"),
        "empty": _("not scored: no words"),
        "language_unsupported": _("not scored: in another language"),
        "timeout": _("not scored: reading took too long"),
        "failed": _("not scored: reading failed"),
    }
    return str(reasons.get(reason or "", _("not scored")))


def emotion_name(key: str) -> str:
    """One of the eight that are scored."""
    names = {
        "joy": _("Joy"),
        "trust": _("Trust"),
        "anticipation": _("Anticipation"),
        "surprise": _("Surprise"),
        "sadness": _("Sadness"),
        "anger": _("Anger"),
        "fear": _("Fear"),
        "disgust": _("Disgust"),
    }
    return str(names.get(key, key))


def family_name(key: str) -> str:
    """One of the families that are shown."""
    names = {
        "joy": _("Joy"),
        "trust": _("Trust"),
        "anticipation": _("Anticipation"),
        "surprise": _("Surprise"),
        "disappointment": _("Disappointment"),
        "frustration": _("Frustration"),
        "worry": _("Worry"),
    }
    return str(names.get(key, key))


FACES = {
    "joy": ("joy", 5),
    "trust": ("trust", 4),
    "anticipation": ("f4", 4),
    "surprise": ("surprise", 3),
    "disappointment": ("disappointment", 1),
    "frustration": ("anger", 1),
    "worry": ("worry", 2),
}
"""The icon of each family, and its shade from 1, very unhappy, to 5."""


def engine_name(engine: str) -> str:
    """What reads comments, by the name that readings carry (`deep-1`, `pattern-en-1`)."""
    names = {
        "deep": _("Language model"),
        "fast": _("Fast model"),
        "lexicon": _("Word list"),
        "pattern": "TextBlob",
        "textblob": "TextBlob",
        "vader": "VADER",
    }
    return str(names.get(engine.partition("-")[0], engine))
