"""Why a file or a row is refused, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from cjm_feedback.importing.rows import Refusal
from cjm_feedback.questionnaire.answers import InvalidAnswerError
from cjm_feedback.responses.messages import message_for


def file_message(code: str, params: Mapping[str, str | int]) -> str:
    """What is wrong with the file as a whole, and what to do about it."""
    words: dict[str, str] = {
        "empty_file": _("The file is empty."),
        "file_gone": _("The uploaded file is gone. Please upload it again."),
        "given_up": _(
            "The file could not be worked through. Nothing more is taken in; upload it again or"
            " split it."
        ),
        "no_rows": _("The file has a header but no rows below it."),
        "no_known_column": _(
            "The file has none of the columns that this survey's answers stand in: %(known)s."
        ),
        "column_twice": _("Two columns are called %(column)s. Rename one of them."),
        "too_many_columns": _("The file has more than %(most)s columns."),
        "too_many_rows": _("The file has more than %(most)s rows. Split it."),
        "too_many_cells": _(
            "Line %(line)s has %(cells)s cells, and the header has %(columns)s. Is a text with the"
            " delimiter in it missing its quotation marks?"
        ),
        "cell_too_long": _(
            "A cell at line %(line)s holds more than %(most)s characters. Nothing was taken in."
            " Is a quotation mark missing?"
        ),
        "row_too_long": _(
            "Line %(line)s is longer than %(most)s characters. Nothing was taken in. Are line ends"
            " missing?"
        ),
        "not_csv": _("Line %(line)s cannot be read as CSV. Nothing was taken in."),
        "wrong_encoding": _(
            "The file is not written in %(encoding)s, see near line %(line)s. Choose its encoding."
        ),
    }
    return words[code] % params


def refusal_message(refusal: Refusal) -> str:
    """What is wrong with one cell of a row."""
    own: dict[str, str] = {
        "not_a_time": _("This is not a date and time like 2026-11-22T09:30."),
        "in_the_future": _("This lies in the future."),
        "too_long_ago": _("This lies before the year %(year)s."),
        "unknown_language": _("The survey does not speak this language. It speaks: %(known)s."),
        "unknown_touchpoint": _("The survey has no link for this touchpoint. It has: %(known)s."),
        "touchpoint_missing": _("The survey serves several touchpoints: name one of them."),
        "unknown_channel": _("There is no such channel. There are: %(known)s."),
        "channel_missing": _("The touchpoint is reached by several channels: name one of them."),
        "too_long_id": _("An external_id has at most %(most)s characters."),
        "id_taken": _("An answer with this external_id was taken in before, with other content."),
        "no_answer": _("The row holds no answer."),
    }
    if refusal.code in own:
        return own[refusal.code] % refusal.params
    numbers = {name: value for name, value in refusal.params.items() if isinstance(value, int)}
    return message_for(InvalidAnswerError(refusal.code, **numbers))
